// @ts-check
// A pad to draw a digit on, read by two networks of the book, layer by layer.

import { make } from "./page.mjs";

/**
 * @typedef {{side: number, image: Uint8Array, width: number, hidden: Uint8Array, silent: number, probabilities: number[], answer: number}} Reading
 */

const SIDE = 280, FINE = 56; // pixels of the pad, and of what Python gets of it
const NAMES = { handwriting: "A network that reads handwriting", mnist: "MNIST" };

/** Grey values as a picture of one pixel each, which the page enlarges. */
function paint(/** @type {HTMLCanvasElement} */ canvas, /** @type {Uint8Array} */ bytes, /** @type {number} */ width) {
  canvas.width = width;
  canvas.height = bytes.length / width;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(canvas.width, canvas.height);
  bytes.forEach((byte, i) => image.data.set([byte, byte, byte, 255], 4 * i));
  context.putImageData(image, 0, 0);
}

class Panel {
  constructor(/** @type {string} */ name) {
    this.image = make("canvas", { role: "img" });
    this.hidden = make("canvas", { role: "img" });
    this.silent = make("figcaption", {});
    this.answer = make("p", { className: "nb-answer" });
    this.bars = [...Array(10).keys()].map(() => make("span", { className: "nb-share" }));
    this.percents = this.bars.map(() => make("span", {}));
    const rows = this.bars.map((bar, digit) => make("li", {}, String(digit), bar, this.percents[digit]));
    this.element = make("section", { className: "nb-panel" }, make("h2", {}, name), this.answer,
      make("div", { className: "nb-layers" },
        make("figure", {}, this.image, make("figcaption", {}, "what it gets")),
        make("figure", {}, this.hidden, this.silent),
        make("ol", {}, ...rows)));
  }
  show(/** @type {Reading} */ { side, image, width, hidden, silent, probabilities, answer }) {
    paint(this.image, image, side);
    this.image.ariaLabel = `The digit in ${side} by ${side} pixels`;
    paint(this.hidden, hidden, width === 32 ? 8 : 16);
    this.hidden.ariaLabel = `What the ${width} hidden units answer`;
    this.silent.textContent = `${width} hidden units, ${silent} of them 0`;
    this.answer.textContent = `reads ${answer}, with probability ${probabilities[answer].toFixed(2)}`;
    this.bars.forEach((bar, digit) => {
      bar.style.width = `${60 * probabilities[digit]}%`;
      this.percents[digit].textContent = `${Math.round(100 * probabilities[digit])} %`;
      bar.classList.toggle("nb-best", digit === answer);
    });
  }
}

class Pad {
  constructor(/** @type {HTMLElement} */ box) {
    this.shift = 0;
    this.busy = this.again = false;
    this.canvas = make("canvas", { className: "nb-paper", width: SIDE, height: SIDE, role: "img", ariaLabel: "The pad: draw a digit with mouse or finger, or choose one below" });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    this.said = make("p", { className: "nb-said", role: "status" }, "The first digit loads Python and NumPy into this page, 17 MB, and two networks, 1 MB. Nothing you draw is sent anywhere.");
    this.meter = make("progress", { hidden: true, ariaLabel: "Loading Python" });
    this.centred = make("input", { type: "checkbox", checked: true, onchange: () => this.read() });
    const sample = make("select", { ariaLabel: "Draw for me", onchange: () => this.write(sample.value) }, new Option("draw for me", ""), ...[..."0123456789"].map((digit) => new Option(digit)));
    const button = (/** @type {string} */ name, /** @type {() => void} */ act) => make("button", { type: "button", onclick: act }, name);
    this.panels = Object.entries(NAMES).map(([key, name]) => ({ key, panel: new Panel(name) }));
    this.results = make("div", { className: "nb-panels", hidden: true }, ...this.panels.map(({ panel }) => panel.element));
    box.replaceChildren(make("div", { className: "nb-drawing" },
      this.canvas,
      make("div", { className: "nb-tools" },
        make("p", {}, button("Clear", () => this.clear("The pad is empty.")), " ", sample),
        make("p", {}, button("← 3 pixels", () => this.move(-1)), " ", button("3 pixels →", () => this.move(1))),
        make("label", {}, this.centred, " scale and centre, as the data were"),
        this.meter, this.said)),
    this.results);
    this.clear();
    this.watch();
  }

  watch() {
    /** @type {[number, number] | undefined} */
    let last;
    const line = (/** @type {PointerEvent} */ event) => {
      const scale = SIDE / this.canvas.clientWidth;
      /** @type {[number, number]} */
      const spot = [event.offsetX * scale, event.offsetY * scale];
      this.context.beginPath();
      this.context.moveTo(...(last ?? spot));
      this.context.lineTo(...spot);
      this.context.stroke();
      last = spot;
    };
    this.canvas.onpointerdown = (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.shift = 0;
      line(event);
    };
    this.canvas.onpointermove = (event) => last && line(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = () => {
      last = undefined;
      this.read();
    };
  }

  clear(said = this.said.textContent) {
    this.said.textContent = said;
    const { context } = this;
    context.fillStyle = "#000";
    context.fillRect(0, 0, SIDE, SIDE);
    Object.assign(context, { strokeStyle: "#fff", fillStyle: "#fff", lineWidth: 22, lineCap: "round", lineJoin: "round" });
    this.shift = 0;
    this.results.hidden = true;
  }

  /** A digit in the browser's own letters, for those who cannot draw. */
  write(/** @type {string} */ digit) {
    this.clear();
    if (!digit) return;
    Object.assign(this.context, { font: "220px sans-serif", textAlign: "center", textBaseline: "middle" });
    this.context.fillText(digit, SIDE / 2, SIDE / 2 + 10);
    this.read();
  }

  move(/** @type {number} */ by) {
    this.shift += by;
    this.read();
  }

  /** How much ink lies in each of the fine squares. */
  ink() {
    const { data } = this.context.getImageData(0, 0, SIDE, SIDE);
    const step = SIDE / FINE;
    const sums = Array(FINE * FINE).fill(0);
    for (let i = 0; i < SIDE * SIDE; i++) sums[Math.floor(Math.floor(i / SIDE) / step) * FINE + Math.floor((i % SIDE) / step)] += data[4 * i];
    return sums.map((sum) => sum / 255 / step ** 2);
  }

  async read() {
    if (this.busy) return void (this.again = true);
    this.busy = true;
    try {
      const { ask, loading } = await import("./python.mjs");
      const hear = loading(this.meter, this.said);
      do {
        this.again = false;
        const given = [this.ink(), this.centred.checked, this.shift];
        const readings = await ask({ call: { module: "bookkit.pad", name: "read", given } }, hear);
        this.show(readings);
      } while (this.again);
    } catch (error) {
      this.said.textContent = `${/** @type {Error} */ (error).message} Draw again to retry.`;
    }
    this.meter.hidden = true;
    this.busy = false;
  }

  show(/** @type {Record<string, Reading>} */ readings) {
    const known = this.panels.filter(({ key }) => readings[key]);
    this.results.hidden = !known.length;
    known.forEach(({ key, panel }) => panel.show(readings[key]));
    const moved = this.shift ? ` Shifted by ${Math.abs(3 * this.shift)} pixels to the ${this.shift < 0 ? "left" : "right"}.` : "";
    this.said.textContent = known.length ? `${known.map(({ key }) => `${NAMES[/** @type {keyof typeof NAMES} */ (key)]}: ${readings[key].answer}.`).join(" ")}${moved}` : "The pad is empty.";
  }
}

/** Make the page's pad what it is. */
export function openPad() {
  const box = /** @type {HTMLElement?} */ (document.querySelector(".nb-pad"));
  if (box) new Pad(box);
}
