// @ts-check
// What the modules of the pages share: running on every page, whether the browser loads it
// or the theme puts it in place, and making elements.

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
