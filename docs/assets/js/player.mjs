// @ts-check
// A slider and a button that plays, below a figure.
//
// The figure itself is the still version: nothing moves before the reader asks for it,
// and with "reduce motion" only the slider is offered.

import { turnBackOnScroll } from "./page.mjs";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .nb-player { display: flex; gap: .6rem; align-items: center; justify-content: center; margin: .4em auto; padding-inline: .8rem; max-width: 32rem; font-size: .72rem }
  .nb-player button { min-width: 4.5rem; min-height: 28px; font: inherit; cursor: pointer; color: var(--md-typeset-a-color); background: none; border: 1px solid currentColor; border-radius: .2rem }
  .nb-player input { flex: 1; min-width: 3rem; min-height: 28px; margin: 0; accent-color: var(--nb-c0) }
  .nb-player output { min-width: 3.5rem; font-variant-numeric: tabular-nums; text-align: left; white-space: nowrap }
`);
document.adoptedStyleSheets.push(sheet);

const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Put a player behind an element, in the room that the page has for it.
 *
 * @param {Element} element
 * @param {object} film
 * @param {number} film.end the last time, a whole number; the player begins there
 * @param {number} film.perSecond how much time passes in a second
 * @param {string} film.name what the slider moves, for those who do not see it
 * @param {(time: number) => string} film.text what is written beside the slider at a time
 * @param {(time: number) => void} film.show draws a time, whole or between
 */
export function addPlayer(element, { end, perSecond, name, text, show }) {
  let time = end;
  /** @type {number?} */
  let before = null;
  const player = document.createElement("div");
  player.className = "nb-player";
  player.innerHTML = `
    <button type="button">Play</button>
    <input type="range" min="0" max="${end}" value="${end}">
    <output aria-live="off"></output>`;
  const button = /** @type {HTMLButtonElement} */ (player.children[0]);
  const slider = /** @type {HTMLInputElement} */ (player.children[1]);
  const output = /** @type {HTMLOutputElement} */ (player.children[2]);
  slider.setAttribute("aria-label", name);

  function label() {
    slider.value = String(Math.floor(time));
    output.value = text(Math.floor(time));
    slider.setAttribute("aria-valuetext", output.value);
  }
  function pause() {
    before = null;
    button.textContent = "Play";
  }
  function frame(/** @type {number} */ now) {
    if (before === null) return;
    // A frame may carry the time at which it was due, which is before the click.
    const passed = Math.max(0, now - before) / 1000;
    time = Math.min(time + passed * perSecond, end);
    before = now;
    show(time);
    label();
    if (time < end) requestAnimationFrame(frame);
    else pause();
  }
  button.onclick = () => {
    if (before !== null) return pause();
    if (time >= end) time = 0;
    before = performance.now();
    button.textContent = "Pause";
    requestAnimationFrame(frame);
  };
  slider.oninput = () => {
    pause();
    time = Number(slider.value);
    show(time);
    label();
  };
  turnBackOnScroll(slider);
  const respect = () => {
    if (still.matches) pause();
    button.hidden = still.matches;
  };
  still.addEventListener("change", respect);
  respect();
  label();
  const room = element.parentElement?.querySelector(":scope > .nb-player:empty");
  if (room) room.replaceWith(player);
  else element.after(player);
}
