// @ts-check
// Sliders, menus and checkboxes below a figure: what they move is the book's own Python.

import { make, shared } from "./page.mjs";

/** @typedef {import("./worker.mjs").Control} Control */

/** What a control says of one of its values. */
const say = (/** @type {unknown} */ value) => String(value).replace("-", "−");

/**
 * @param {Control} control
 * @param {() => void} changed
 */
function makeInput({ name, kind, choices, value }, changed) {
  const label = document.createElement("label");
  const words = document.createElement("span");
  words.textContent = name.replaceAll("_", " ");
  label.append(words);
  if (kind === "menu") {
    const menu = document.createElement("select");
    menu.append(...choices.map((choice) => new Option(say(choice), "", false, choice === value)));
    menu.onchange = changed;
    label.append(menu);
    return { label, read: () => choices[menu.selectedIndex] };
  }
  const input = document.createElement("input");
  label.append(input);
  if (kind === "checkbox") {
    input.type = "checkbox";
    input.checked = Boolean(value);
    input.onchange = changed;
    return { label, read: () => input.checked };
  }
  const output = document.createElement("output");
  output.setAttribute("aria-live", "off"); // the slider says its value itself
  const read = () => choices[Number(input.value)];
  const tell = () => {
    output.textContent = say(read());
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.type = "range";
  input.max = String(choices.length - 1);
  input.value = String(choices.indexOf(value));
  input.oninput = () => {
    tell();
    changed();
  };
  label.append(output);
  tell();
  return { label, read };
}

/**
 * Put controls below a figure, in the place of those that are there.
 *
 * @param {Element} figure
 * @param {Control[]} controls
 * @param {{prefix: string, code: () => string, draw: (svg: string) => void}} snippet
 *   prefix: of ids in its figure; code: what it is now; draw: shows its figure
 */
export function addControls(figure, controls, { prefix, code, draw }) {
  let busy = false, waiting = false;
  const box = figure.querySelector(".nb-turn") ?? document.createElement("div");
  box.className = "nb-turn";
  const status = make("span", { role: "status", textContent: shared.python ? "" : "The first turn loads Python into this page, 27 MB." });
  const meter = make("progress", { hidden: true, ariaLabel: "Loading Python" });

  // At most one computation is on its way; the last values are always drawn.
  async function redraw() {
    if (busy) return void (waiting = true);
    busy = true;
    const { ask, loading } = await import("./python.mjs");
    do {
      waiting = false;
      const values = Object.fromEntries(controls.map(({ name }, i) => [name, inputs[i].read()]));
      try {
        const { figures, error } = await ask({ turn: { code: code(), values, prefix } }, loading(meter, status));
        status.textContent = error ? error.trim().split("\n").at(-1) ?? "" : "";
        if (figures.length) draw(figures[0]);
      } catch (error) {
        status.textContent = `${/** @type {Error} */ (error).message} The next turn tries again.`;
      }
      meter.hidden = true;
    } while (waiting);
    busy = false;
  }

  const inputs = controls.map((control) => makeInput(control, redraw));
  box.replaceChildren(...inputs.map(({ label }) => label), make("div", { className: "nb-loading" }, meter, status));
  if (!box.isConnected) (figure.querySelector("figcaption") ?? figure.lastElementChild)?.before(box);
}
