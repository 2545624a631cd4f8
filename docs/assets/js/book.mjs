// A Copy button for every snippet, and the keyboard for what scrolls sideways.

// What one types: of a session all that stands behind a prompt.
function typed(text) {
  if (!text.startsWith(">>> ")) return text;
  const lines = text.split("\n").filter((line) => /^(>>>|\.\.\.)( |$)/.test(line));
  return lines.map((line) => `${line.slice(4)}\n`).join("");
}

function addCopyButton(cell, index) {
  const code = cell.querySelector("pre > code");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nb-copy";
  button.title = "Copy";
  button.setAttribute("aria-label", `Copy snippet ${index + 1}`);
  button.onclick = async () => {
    await navigator.clipboard.writeText(typed(code.textContent));
    button.classList.add("nb-done");
    setTimeout(() => button.classList.remove("nb-done"), 2000);
  };
  cell.append(button);
}

function makeScrollable(box) {
  if (box.scrollWidth <= box.clientWidth + 1) return;
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", box.matches(".nb-math") ? "Formula, scrollable" : "Scrollable");
}

// A formula inside a line is as wide as it is: what its line has no room for must scroll.
function markWide(formula) {
  formula.classList.remove("nb-wide");
  const line = formula.closest("p, li, td, dd, summary, .admonition-title, h1, h2, h3, article");
  const room = line.getBoundingClientRect().right + 1;
  const wide = [...formula.querySelectorAll(".base")].some((b) => b.getBoundingClientRect().right > room);
  formula.classList.toggle("nb-wide", wide);
}

if (document.querySelector(".nb-film")) import("./film.mjs");
document.querySelectorAll(".nb-cell, .nb-session").forEach(addCopyButton);
const boxes = "div.nb-math, span.nb-wide, pre > code, .md-typeset__scrollwrap";
const check = () => {
  document.querySelectorAll("span.nb-math").forEach(markWide);
  document.querySelectorAll(boxes).forEach(makeScrollable);
};
document.fonts.ready.then(check);
document.addEventListener("toggle", check, true);
addEventListener("resize", check);
