// @ts-check
// A Copy button for every snippet, the glossary for fingers and keys, and for what scrolls
// sideways the keyboard and a shade where more is to come; what is folded is printed, and
// pages that were opened are marked.

import { make, onEachPage } from "./page.mjs";

// What one types: of a session all that stands behind a prompt.
/** @param {string} text */
function typed(text) {
  if (!text.startsWith(">>> ")) return text;
  const lines = text.split("\n").filter((line) => /^(>>>|\.\.\.)( |$)/.test(line));
  return lines.map((line) => `${line.slice(4)}\n`).join("");
}

/**
 * @param {Element} cell
 * @param {number} index
 */
function addCopyButton(cell, index) {
  const code = cell.querySelector("pre > code");
  const button = make("button", { type: "button", className: "nb-copy", title: "Copy", ariaLabel: `Copy snippet ${index + 1}` });
  button.onclick = async () => {
    await navigator.clipboard.writeText(typed(code?.textContent ?? ""));
    button.classList.add("nb-done");
    setTimeout(() => button.classList.remove("nb-done"), 2000);
  };
  cell.append(button);
}

// What scrolls says so: to the keyboard, to screen readers, and by a shade at its edges.
/** @param {HTMLElement} box */
function markScrollable(box) {
  const room = box.scrollWidth - box.clientWidth;
  if (room > 1) Object.assign(box, { tabIndex: 0, role: "group", ariaLabel: box.matches(".nb-math") ? "Formula, scrollable" : "Scrollable" });
  // The padding behind the last word hides nothing.
  const hidden = room - parseFloat(getComputedStyle(box).paddingRight);
  box.classList.toggle("nb-more-left", hidden > 1 && box.scrollLeft > 1);
  box.classList.toggle("nb-more-right", hidden > 1 && box.scrollLeft < hidden - 2);
}

/** Mark an output of a run. */
export const watch = (/** @type {Element} */ box) => sizes.observe(box);

// An observer is told of a box's first layout and of each later one, and forces none.
const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => markScrollable(/** @type {HTMLElement} */ (target))));
const boxes = "div.nb-math, pre > code, .md-typeset__scrollwrap";
// Only by then has Material put every table of the first page into a box that scrolls.
const complete = document.readyState === "complete" ? Promise.resolve() : new Promise((resolve) => addEventListener("load", resolve));
const loaded = complete.then(() => document.fonts.ready);
const boxOf = (/** @type {Event} */ { target }) => target instanceof HTMLElement && target.matches(boxes) && markScrollable(target);
document.addEventListener("contentvisibilityautostatechange", boxOf);
document.addEventListener("scroll", boxOf, true);

onEachPage(async () => {
  if (document.querySelector("[data-film]")) import("./film.mjs").then(({ playFilms }) => playFilms());
  if (document.querySelector(".nb-playground")) import("./playground.mjs").then(({ openPlayground }) => openPlayground());
  if (document.querySelector(".nb-pad")) import("./pad.mjs").then(({ openPad }) => openPad());
  const snippets = [...document.querySelectorAll(".nb-cell pre > code")];
  if (snippets.some((code) => code.textContent?.includes("plots.paths("))) {
    import("./race.mjs").then(({ playPaths }) => playPaths());
  }
  document.querySelectorAll(".nb-cell, .nb-session").forEach(addCopyButton);
  // A finger has no hover, but it can give a word the focus.
  document.querySelectorAll("abbr").forEach((word) => (word.tabIndex = 0));
  await loaded;
  sizes.disconnect();
  document.querySelectorAll(boxes).forEach((box) => sizes.observe(box));
});

// On a narrow window a button opens the list of chapters. The theme has labels for it, and for
// the way through its levels, which the keyboard does not reach.
const narrow = matchMedia("(max-width: 76.234375em)");
const drawer = /** @type {HTMLInputElement?} */ (document.querySelector("#__drawer"));
const label = /** @type {HTMLElement?} */ (document.querySelector("label.md-header__button[for=__drawer]"));
const opener = make("button", { type: "button", ariaLabel: "Chapters", onclick: () => drawer?.click() }, ...(label?.childNodes ?? []));
label?.append(opener);
function reachLabels() {
  const labels = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("label:is([for^=__nav], [for=__toc])"));
  labels.forEach((label) => (label.tabIndex = narrow.matches ? 0 : -1));
}
narrow.addEventListener("change", reachLabels);
onEachPage(reachLabels);
document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.matches("#__drawer, .md-nav__toggle")) return;
  const shut = target === drawer && !target.checked;
  if (shut && document.activeElement?.closest(".md-sidebar--primary")) opener.focus();
  if (!shut) [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".md-nav--primary :is(a, label[tabindex])"))].find((link) => link.checkVisibility({ visibilityProperty: true }))?.focus();
});
document.addEventListener("focusin", ({ target }) => {
  if (drawer?.checked && target instanceof Element && target !== opener && !target.closest(".md-sidebar--primary")) drawer.click();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer?.checked) drawer.click();
  if (event.key === " " && event.target instanceof HTMLLabelElement) {
    event.preventDefault();
    event.target.click();
  }
});

// Escape takes away what covers the lines; the word keeps the focus.
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") document.querySelector(".md-tooltip2--active")?.classList.remove("md-tooltip2--active");
});

// A search that is given up leads back to where the reader was.
/** @type {EventTarget?} */
let left = null;
document.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (target instanceof Element && target.matches(".md-search__input") && !(relatedTarget instanceof Element && relatedTarget.closest(".md-search"))) left = relatedTarget;
});
document.addEventListener("keydown", ({ key, target }) => {
  if (key === "Escape" && target instanceof Element && target.closest(".md-search") && left instanceof HTMLElement) setTimeout(left.focus.bind(left));
});

// Paper does not unfold: what is folded is printed at the end of the page.
function printFolded() {
  const end = make("section", { className: "nb-folded" }, make("h2", {}, "Folded on the page"));
  const outer = "article details:not(.nb-made, .mkdocstrings-source, details details)";
  const folds = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(outer))];
  folds.forEach((fold, index) => {
    const [summary, ...inside] = fold.children;
    const title = make("p", {}, `${index + 1}. ${summary.textContent}`);
    const copy = make("div", {}, title, ...inside.map((element) => element.cloneNode(true)));
    copy.querySelectorAll("details").forEach((inner) => (inner.open = true));
    end.append(copy);
    fold.classList.add("nb-away");
    fold.dataset.wasOpen = fold.open ? "yes" : "";
    fold.open = false;
    summary.append(` (${index + 1}, at the end)`);
  });
  if (folds.length) document.querySelector("article")?.append(end);
  addEventListener("afterprint", () => {
    end.remove();
    for (const fold of folds) {
      fold.open = Boolean(fold.dataset.wasOpen);
      fold.querySelector("summary")?.lastChild?.remove();
    }
  }, { once: true });
}
addEventListener("beforeprint", printFolded);

// Which pages were opened, kept in this browser alone, and a quiet mark in the sidebar.
const KEY = "nnbook.visited";

/**
 * @param {string} path
 * @returns {Set<string>} all pages that were opened
 */
function remember(path) {
  try {
    const pages = new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]")).add(path);
    localStorage.setItem(KEY, JSON.stringify([...pages]));
    return pages;
  } catch {
    return new Set(); // a browser that keeps nothing shows no marks
  }
}

onEachPage(() => {
  const visited = remember(location.pathname);
  for (const link of document.querySelectorAll(".md-nav--primary a.md-nav__link[href], .nb-map a")) {
    const address = new URL(link.getAttribute("href") ?? link.getAttribute("xlink:href") ?? "", location.href);
    link.classList.toggle("nb-visited", !address.hash && visited.has(address.pathname));
  }
});
