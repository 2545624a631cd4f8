// @ts-check
// Sliders, menus and checkboxes below a figure: what they move is the book's own Python.

import { make, shared, turnBackOnScroll } from "./page.mjs";

/** @typedef {import("./worker.mjs").Control} Control */

/** What a control says of one of its values. */
const say = (/** @type {unknown} */ value) => String(value).replace("-", "−");

/**
 * @param {Control} control
 * @param {() => void} changed
 * @param {() => boolean} isHeavy whether the next change loads Python
 */
function makeInput({ name, kind, choices, value }, changed, isHeavy) {
  const label = make("label", {}, make("span", { textContent: name.replaceAll("_", " ") }));
  if (kind === "menu") {
    const menu = make("select", { onchange: changed }, ...choices.map((choice) => new Option(say(choice), "", false, choice === value)));
    label.append(menu);
    return { label, read: () => choices[menu.selectedIndex] };
  }
  if (kind === "checkbox") {
    const box = make("input", { type: "checkbox", checked: Boolean(value), onchange: changed });
    label.append(box);
    return { label, read: () => box.checked };
  }
  const output = make("output", { ariaLive: "off" }); // the slider says its value itself
  const slider = make("input", { type: "range", max: String(choices.length - 1), value: String(choices.indexOf(value)) });
  const read = () => choices[slider.valueAsNumber];
  const tell = () => (slider.ariaValueText = output.textContent = say(read()));
  let drawn = slider.value;
  function turn() {
    if (slider.value !== drawn) changed();
    drawn = slider.value;
  }
  slider.oninput = () => {
    tell();
    if (!isHeavy()) turn();
  };
  slider.onchange = turn; // for Python one waits until the slider is let go
  turnBackOnScroll(slider);
  label.append(slider, output);
  tell();
  return { label, read };
}

/**
 * Put controls below a figure, in the place of those that are there.
 *
 * @param {Element} figure
 * @param {Control[]} controls
 * @param {{prefix: string, code: () => string, frames: string | undefined, draw: (svg: string) => void}} snippet
 *   prefix: of ids in its figure; code: what it is now; frames: where those of the printed
 *   code are, if the site has them; draw: shows its figure
 */
export function addControls(figure, controls, { prefix, code, frames, draw }) {
  let busy = false, waiting = false;
  const box = figure.querySelector(".nb-turn") ?? make("div", { className: "nb-turn" });
  const isHeavy = () => !shared.python && !frames;
  const status = make("span", { role: "status", textContent: !isHeavy() ? "" : "The first turn loads Python into this page, 27 MB." });
  const meter = make("progress", { hidden: true, ariaLabel: "Loading Python" });

  // At most one computation is on its way; the last values are always drawn.
  async function redraw() {
    if (busy) return void (waiting = true);
    busy = true;
    do {
      waiting = false;
      const frame = await fetchFrame();
      if (frame) {
        draw(frame);
        continue;
      }
      const { ask, loading } = await import("./python.mjs");
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

  const printed = code();
  /** The figure as it was drawn with the site, if it was and the code is still that one. */
  async function fetchFrame() {
    if (!frames || code() !== printed) return undefined;
    const at = controls.reduce((i, { choices }, which) => i * choices.length + choices.indexOf(inputs[which].read()), 0);
    const response = await fetch(`${frames}${at}.svg`).catch(() => undefined);
    return response?.ok ? response.text() : undefined;
  }

  const inputs = controls.map((control) => makeInput(control, redraw, isHeavy));
  box.replaceChildren(...inputs.map(({ label }) => label), make("div", { className: "nb-loading" }, meter, status));
  if (!box.isConnected) (figure.querySelector("figcaption") ?? figure.lastElementChild)?.before(box);
}
