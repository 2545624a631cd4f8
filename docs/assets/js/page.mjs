// @ts-check
// What runs on every page, whether the browser loads it or the theme puts it in place.

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
