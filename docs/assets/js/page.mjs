// @ts-check
// What the modules of the pages share: running on every page, whether the browser loads it
// or the theme puts it in place, and making elements.

// While the page of a link is on its way, the theme may note how far the reader has scrolled
// on the old one, and takes that for a place on the new one.
let followed = "";
addEventListener("click", () => (followed = location.href));
addEventListener("popstate", () => (followed = ""));
function goToTarget() {
  if (followed !== location.href || history.state === null) return;
  history.replaceState(null, "");
  scrollTo(0, 0);
  if (location.hash) make("a", { href: location.hash }).click();
}

/** Whether Python is here, or on its way. */
export const shared = { python: false };

/** @typedef {{document$?: {subscribe: (act: () => void) => void}}} Theme */

/**
 * Do something now and on each page that a link of the book leads to.
 *
 * @param {() => void} act
 */
export function onEachPage(act) {
  const { document$ } = /** @type {Theme} */ (window);
  if (document$) document$.subscribe(act);
  else act();
}

/**
 * An element with what is in it.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} properties
 * @param {(Node | string)[]} inside
 */
export function make(tag, properties, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}

/**
 * A finger that scrolls the page may begin on a slider: what it turned is turned back.
 *
 * @param {HTMLInputElement} slider
 */
export function turnBackOnScroll(slider) {
  let before = slider.value;
  slider.addEventListener("pointerdown", () => (before = slider.value));
  slider.addEventListener("pointercancel", () => {
    slider.value = before;
    slider.dispatchEvent(new Event("input"));
  });
}

onEachPage(goToTarget);
