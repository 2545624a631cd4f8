// A Copy button for every snippet, and the keyboard for what scrolls sideways.

function addCopyButton(cell, index) {
  const code = cell.querySelector("pre > code");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nb-copy";
  button.title = "Copy";
  button.setAttribute("aria-label", `Copy snippet ${index + 1}`);
  button.onclick = async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.classList.add("nb-done");
    setTimeout(() => button.classList.remove("nb-done"), 2000);
  };
  cell.append(button);
}

function makeScrollable(box) {
  if (box.scrollWidth > box.clientWidth + 1) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", box.closest(".nb-math") ? "Formula, scrollable" : "Scrollable");
  }
}

document.querySelectorAll(".nb-cell").forEach(addCopyButton);
const boxes = "div.nb-math, span.nb-math, .nb-output pre > code, .nb-error pre > code, .md-typeset__scrollwrap";
const check = () => document.querySelectorAll(boxes).forEach(makeScrollable);
document.fonts.ready.then(check);
document.addEventListener("toggle", check, true);
