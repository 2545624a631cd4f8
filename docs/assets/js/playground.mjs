// @ts-check
// The playground: controls and pictures around a training that the book's own Python does.
//
// The page asks for a frame, draws it while Python computes the next one, and so on.

import { make } from "./page.mjs";
import { drawCurve, drawNetwork, drawPlane, findWeight, places, readColors } from "./picture.mjs";

/**
 * @typedef {import("./picture.mjs").Scene} Scene
 * @typedef {import("./picture.mjs").Frame} Frame
 * @typedef {import("./picture.mjs").Place} Place
 * @typedef {{name: string, label: string, kind: string, choices: any[], only: string[]}} Control
 * @typedef {Scene & {controls: Control[], settings: Record<string, string>, address: string, frame: Frame}} Begun
 * @typedef {{element: HTMLElement, read: () => string, write: (text: string) => void}} Knob
 */

const MILLISECONDS = 28; // of training in a frame, at most: the rest is for pictures
const SPEEDS = { "1 step a frame": 1, "5 steps a frame": 5, "20 steps a frame": 20, "as fast as it goes": 1e6 };
const GONE = "Python was stopped meanwhile; the run begins anew.";
const OWN = ["points", "values"];
const BRUSHES = { points: ["0", "1", "2", "3"], values: ["−1", "0", "1"] };

const button = (/** @type {string} */ name, /** @type {() => void} */ act) => make("button", { type: "button", textContent: name, onclick: act });
const options = (/** @type {[string, string][]} */ pairs) => pairs.map(([value, name]) => new Option(name, value));

/** Ask the playground's Python. */
async function call(/** @type {string} */ name, /** @type {unknown[]} */ given = [], hear = {}) {
  const { ask } = await import("./python.mjs");
  return ask({ call: { module: "bookkit.playground", name, given } }, hear);
}

/** @returns {Knob} an input for one setting */
function makeKnob(/** @type {Control} */ { name, label, kind, choices }, /** @type {() => void} */ changed) {
  if (kind === "widths") return makeWidths(label, choices, changed);
  const shared = { name, onchange: changed };
  /** @type {HTMLSelectElement | HTMLInputElement} */
  let input;
  if (kind === "menu") input = make("select", shared, ...options(choices));
  else {
    const [min, max, step] = choices;
    input = make("input", { ...shared, type: kind, ...(kind === "number" && { min, max, step }) });
  }
  return {
    element: make("label", {}, make("span", { textContent: label }), input),
    read: () => input.value,
    write: (text) => (input.value = text),
  };
}

/** @returns {Knob} the widths of the hidden layers, with buttons for more and fewer of them */
function makeWidths(/** @type {string} */ label, /** @type {number[]} */ [mostLayers, mostUnits], /** @type {() => void} */ changed) {
  const row = make("span", { className: "nb-widths" });
  const inputs = () => [...row.querySelectorAll("input")];
  function add(/** @type {string} */ width) {
    const input = make("input", { type: "number", min: "1", max: String(mostUnits), value: width, onchange: changed });
    row.append(input);
    inputs().forEach((other, i) => (other.ariaLabel = `Units in layer ${i + 1}`));
  }
  // Never "disabled", which would take the focus.
  const more = button("+", () => {
    if (inputs().length < mostLayers) add(inputs().at(-1)?.value ?? "8");
    changed();
  });
  const fewer = button("−", () => {
    inputs().at(-1)?.remove();
    changed();
  });
  more.setAttribute("aria-label", "Add a hidden layer");
  fewer.setAttribute("aria-label", "Remove the last hidden layer");
  const group = make("div", { className: "nb-knob", ariaLabel: label }, make("span", { textContent: label }), row, make("span", {}, fewer, more));
  group.setAttribute("role", "group");
  return {
    element: group,
    read: () => inputs().map((input) => input.value).join(),
    write: (text) => {
      const widths = text.split(",").filter(Boolean);
      if (inputs().length !== widths.length) {
        row.replaceChildren();
        widths.forEach(add);
      }
      inputs().forEach((input, i) => (input.value = widths[i]));
      more.ariaDisabled = widths.length < mostLayers ? null : "true";
      fewer.ariaDisabled = widths.length ? null : "true";
    },
  };
}

class Playground {
  constructor(/** @type {HTMLElement} */ box) {
    this.box = box;
    this.address = "";
    this.points = "";
    this.chosen = /** @type {Place} */ ([0, 0, 0]);
    this.playing = this.asking = false;
    this.run = 0; // counts the runs: frames of an older one are not shown
    /** @type {[number, number][]} */
    this.losses = [];
    /** @type {[number, number][]} */
    this.scores = [];
    /** @type {Map<string, Knob>} */
    this.knobs = new Map();
    this.said = make("p", { className: "nb-said", role: "status" });
    this.meter = make("progress", { hidden: true, ariaLabel: "Loading Python" });
    this.opener = button("Start", () => this.open());
    this.opener.className = "nb-button nb-first";

    this.playButton = button("Play", () => this.toggle());
    this.speed = make("select", { ariaLabel: "Speed" }, ...options(Object.entries(SPEEDS).map(([name, steps]) => [String(steps), name])));
    this.speed.value = "5";
    this.numbers = make("output", { className: "nb-numbers", ariaLive: "off" });
    this.plane = make("canvas", { className: "nb-plane", role: "img" });
    this.graph = make("canvas", { className: "nb-graph", role: "img" });
    this.lossCurve = make("canvas", { role: "img", ariaLabel: "The loss so far" });
    this.scoreCurve = make("canvas", { role: "img", ariaLabel: "The score so far" });
    this.scoreTitle = make("figcaption", {});
    this.norms = make("ul", { className: "nb-norms" });
    const chosen = () => this.choose([this.menus[0].selectedIndex, this.menus[1].selectedIndex, this.menus[2].selectedIndex]);
    this.menus = ["layer", "from", "to"].map((name) => make("select", { ariaLabel: `Weight: ${name}`, onchange: chosen }));
    this.told = make("output", { className: "nb-told", ariaLive: "off" });
    this.brush = make("select", { ariaLabel: "Class or value of painted points" });
    this.own = make("div", { className: "nb-own", hidden: true });
    this.code = make("code", { tabIndex: 0, role: "group", ariaLabel: "Code of this run" });
    this.prints = make("p", {});
    this.listing = make("div", { className: "nb-listing-of-run highlight", hidden: true });

    box.replaceChildren(make("div", { className: "nb-opening" }, this.opener, this.meter, this.said));
    this.say("Loads Python and NumPy into this page, 17 MB (about 9 where the server compresses them). Nothing you do here is sent anywhere.");
    this.takeAddress();
    box.dataset.at = location.pathname; // settings in its address are no other page
    const follow = () => {
      // A link may have put another page in the place of this one.
      if (!box.isConnected) removeEventListener("hashchange", follow);
      else if (this.takeAddress() && this.scene) this.begin();
    };
    addEventListener("hashchange", follow);
    for (const story of this.stories()) {
      const play = button("Play this", async () => {
        this.address = story.dataset.play ?? "";
        this.box.scrollIntoView();
        await (this.scene ? this.begin() : this.open());
        if (this.scene && !this.playing) this.toggle();
      });
      play.className = "nb-button nb-replay";
      play.setAttribute("aria-label", `Play: ${this.nameOf(story)}`);
      let last = /** @type {Element} */ (story);
      while (last.nextElementSibling?.matches("p")) last = last.nextElementSibling;
      last.append(" ", play);
    }
  }

  say(/** @type {string} */ text) {
    this.said.textContent = text;
  }

  stories() {
    return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-play]"));
  }

  nameOf(/** @type {HTMLElement} */ story) {
    return story.firstChild?.textContent ?? "";
  }

  /** Settings from the address of the page: a story's name, or all of them. */
  takeAddress() {
    const hash = location.hash.slice(1);
    const story = [...this.stories()].find(({ id }) => id === hash);
    if (!story && !hash.includes("=")) return false;
    this.address = story?.dataset.play ?? hash;
    if (story) {
      this.say(`“${this.nameOf(story)}” is set. ${this.said.textContent}`);
      // The browser goes to the story's text; what it is about stands above.
      requestAnimationFrame(() => scrollTo(0, 0));
    }
    return true;
  }

  /** Load Python, and begin. */
  async open() {
    if (this.opener.ariaDisabled) return;
    this.opener.ariaDisabled = "true"; // and keeps the focus
    this.say("Loading Python …");
    try {
      const { loading } = await import("./python.mjs");
      let begun = await call("start", [this.address], loading(this.meter, this.said));
      const why = begun.error;
      if (why) begun = await call("start", [""]);
      const waits = this.box.contains(document.activeElement);
      this.build(begun.controls);
      this.take(begun);
      this.say(why ? `This address cannot be played. ${why}` : "Ready.");
      if (waits) this.playButton.focus({ preventScroll: true });
    } catch (error) {
      this.meter.hidden = true;
      this.opener.ariaDisabled = null;
      this.opener.textContent = "Retry";
      this.say(/** @type {Error} */ (error).message);
    }
  }

  /** Everything that is seen once Python is there. */
  build(/** @type {Control[]} */ controls) {
    const form = make("form", { className: "nb-knobs", noValidate: true, onsubmit: (/** @type {Event} */ event) => event.preventDefault() });
    for (const control of controls) {
      const knob = makeKnob(control, () => this.change());
      knob.element.dataset.only = control.only.join(" ");
      this.knobs.set(control.name, knob);
      form.append(knob.element);
    }
    const take = make("span", { className: "nb-take" }, button("Copy link", () => this.share()), button("Show the code", () => this.showCode()), button("Save the network", () => this.save()));
    const bar = make("div", { className: "nb-controls" }, this.playButton, button("Step", () => this.step()), button("Reset", () => this.begin()), this.speed, take);
    const weight = make("div", { className: "nb-weight" }, make("p", {}, "Point at a line, or choose a weight: ", ...this.menus), this.told);
    const curves = make("div", { className: "nb-curves" },
      make("figure", {}, make("figcaption", {}, "Loss"), this.lossCurve), make("figure", {}, this.scoreTitle, this.scoreCurve),
      make("figure", {}, make("figcaption", {}, "Gradient norm by layer"), this.norms));
    const copy = button("Copy the code", () => this.copy(this.code.textContent ?? "", "The code is copied."));
    this.listing.append(make("pre", {}, this.code), this.prints, copy);
    this.fillOwn();
    this.box.replaceChildren(bar, make("div", { className: "nb-report" }, this.said, this.numbers),
      make("div", { className: "nb-stage" }, form, make("div", { className: "nb-middle" }, this.graph, weight), make("div", { className: "nb-right" }, this.plane, this.own, curves)),
      this.listing);
    this.watch();
  }

  /** Brushes and tables for the reader's own data. */
  fillOwn() {
    const table = make("textarea", { rows: 4, placeholder: "x, y, class or value\n0.5, -0.2, 0", ariaLabel: "Table of points" });
    const file = make("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", ariaLabel: "Open a table" });
    file.onchange = async () => {
      table.value = (await file.files?.[0]?.text()) ?? "";
      this.takeTable(table.value);
    };
    const details = make("details", {}, make("summary", { textContent: "Paste or open a table" }), table, button("Use this table", () => this.takeTable(table.value)), file);
    this.own.append(make("p", {}, "Paint points of ", this.brush, " into the plane. ", button("Erase all", () => this.paint([]))), details);
  }

  async takeTable(/** @type {string} */ text) {
    const table = await this.ask("table", [text, this.knobs.get("data")?.read() === "values"]);
    if (!table) return;
    if (table.error) return this.say(table.error);
    this.points = table.points.join();
    await this.change(table.said);
  }

  /** Pointers, the colour scheme and the size of the window. */
  watch() {
    const redraw = () => this.draw(true);
    new ResizeObserver(redraw).observe(this.box);
    new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
    const { graph, plane } = this;
    const point = (/** @type {PointerEvent} */ event) => {
      if (!this.scene || !this.frame) return;
      const place = findWeight(graph, this.scene, this.frame, event.offsetX, event.offsetY);
      if (place && place.join() !== this.chosen.join()) this.choose(place);
    };
    graph.onpointermove = graph.onpointerdown = point;

    /** @type {number[][]} */
    let stroke = [];
    const add = (/** @type {PointerEvent} */ event) => {
      const { scene } = this;
      if (!scene) return;
      const [left, right, , top] = scene.extent;
      const scale = (right - left) / plane.clientWidth;
      const spot = [left + event.offsetX * scale, top - event.offsetY * scale].map((n) => Number(n.toFixed(2)));
      const last = stroke.at(-1);
      if (last && Math.hypot(spot[0] - last[0], spot[1] - last[1]) < 14 * scale) return;
      const value = Number(this.brush.value);
      stroke.push([...spot, value]);
      scene.X.push(/** @type {[number, number]} */ (spot));
      scene.y.push(value);
      this.draw(true);
    };
    plane.onpointerdown = (event) => {
      if (!this.isOwn()) return;
      plane.setPointerCapture(event.pointerId);
      stroke = [];
      add(event);
    };
    plane.onpointermove = (event) => {
      if (this.isOwn() && event.buttons && stroke.length) add(event);
    };
    plane.onpointerup = plane.onpointercancel = () => {
      if (stroke.length) this.paint([...this.points.split(",").filter(Boolean), ...stroke.flat()]);
      stroke = [];
    };
  }

  isOwn() {
    return OWN.includes(this.knobs.get("data")?.read() ?? "");
  }

  paint(/** @type {(string | number)[]} */ points) {
    this.points = points.join();
    this.change();
  }

  /** A control was moved: the run begins anew. */
  async change(said = "") {
    const address = new URLSearchParams([...this.knobs].map(([name, knob]) => [name, knob.read()]));
    address.set("points", this.points);
    this.address = address.toString();
    await this.begin(said);
  }

  async begin(said = "") {
    this.listing.hidden = true; // it is of the run before
    const run = ++this.run;
    const shown = new Map([...this.knobs].map(([name, knob]) => [name, knob.read()]));
    const begun = await this.ask("start", [this.address]);
    if (!begun || run !== this.run) return;
    if (begun.error) {
      this.pause();
      this.say(begun.error);
      this.arrange();
      if (this.isOwn()) this.showOnlyPoints();
      return;
    }
    this.take(begun, shown);
    this.say(said);
    if (this.playing) this.play();
  }

  /** Ask Python; what cannot be answered is said. */
  async ask(/** @type {string} */ name, /** @type {unknown[]} */ given = []) {
    try {
      return await call(name, given);
    } catch (error) {
      this.pause();
      this.say(`${/** @type {Error} */ (error).message} Reset starts anew.`);
      return undefined;
    }
  }

  /** Show a run that has begun; what the reader has typed since it was asked for stays. */
  take(/** @type {Begun} */ begun, /** @type {Map<string, string>} */ shown = new Map()) {
    this.scene = begun;
    this.address = begun.address;
    this.points = begun.settings.points;
    for (const [name, knob] of this.knobs) {
      if (!shown.has(name) || knob.read() === shown.get(name)) knob.write(begun.settings[name]);
    }
    history.replaceState(history.state, "", begun.address ? `#${begun.address}` : location.pathname + location.search);
    this.losses = [];
    this.scores = [];
    this.arrange();
    this.arrangeWeights();
    this.show(begun.frame);
    if (!this.playing) this.train(0); // what is to be said of the chosen weight
  }

  /** Only the controls that mean something for these data. */
  arrange() {
    const data = this.knobs.get("data")?.read() ?? "";
    for (const { element } of this.knobs.values()) element.hidden = Boolean(element.dataset.only) && !element.dataset.only?.split(" ").includes(data);
    this.own.hidden = !OWN.includes(data);
    this.plane.classList.toggle("nb-painted", !this.own.hidden);
    const names = BRUSHES[/** @type {keyof typeof BRUSHES} */ (data)] ?? [];
    if (this.brush.length !== names.length) {
      const word = data === "values" ? "value" : "class";
      this.brush.replaceChildren(...options(names.map((name) => [name.replace("−", "-"), `${word} ${name}`])));
    }
  }

  /** Names of the layers and units to choose a weight from. */
  arrangeWeights() {
    if (!this.scene) return;
    const { widths, frame } = /** @type {Begun} */ (this.scene);
    const known = [...places(frame)].some(({ place }) => place.join() === this.chosen.join());
    if (!known) this.chosen = /** @type {Place} */ ([0, 0, 0]);
    const [layer, row, column] = /** @type {Place} */ (this.chosen);
    const names = (/** @type {number} */ i) => [...Array(widths[i]).keys()].map((j) => (i ? `unit ${j + 1}` : "xy"[j]));
    const bias = frame.biases[layer].length ? ["bias"] : [];
    const lists = [widths.slice(1).map((_, i) => `layer ${i + 1}`), [...names(layer), ...bias], names(layer + 1)];
    this.menus.forEach((menu, i) => {
      menu.replaceChildren(...lists[i].map((name) => new Option(name)));
      menu.selectedIndex = [layer, row, column][i];
    });
  }

  async choose(/** @type {Place} */ place) {
    this.chosen = place;
    this.arrangeWeights();
    this.draw();
    if (!this.playing) await this.train(0);
  }

  toggle() {
    if (this.playing) return this.pause();
    this.playing = true;
    this.playButton.textContent = "Pause";
    this.say("");
    this.play();
  }

  pause() {
    this.playing = false;
    this.playButton.textContent = "Play";
  }

  async step() {
    this.pause();
    await this.train(1);
    this.say(this.frame?.error ?? this.numbers.textContent ?? "");
  }

  /** Some steps, and their frame. */
  async train(/** @type {number} */ steps) {
    const run = this.run;
    const frame = await this.advance(steps);
    if (run === this.run) this.show(frame);
  }

  advance(/** @type {number} */ steps) {
    return this.ask("advance", [steps, MILLISECONDS, this.chosen]);
  }

  /** One frame after another; Python computes the next one while the page draws. */
  async play() {
    if (this.asking) return;
    this.asking = true;
    const next = () => ({ run: this.run, frame: this.advance(Number(this.speed.value)) });
    let coming = next();
    for (;;) {
      const { run } = coming;
      const frame = await coming.frame;
      const goes = this.playing && this.box.isConnected && frame && !frame.error && !frame.failed;
      if (goes) coming = next();
      if (run === this.run) this.show(frame);
      if (!goes) break;
      await new Promise(requestAnimationFrame);
    }
    this.asking = false;
    if (this.playing && this.box.isConnected) this.play(); // a run that began meanwhile
  }

  show(/** @type {(Frame & {failed?: string, gone?: boolean}) | undefined} */ frame) {
    if (!frame) return;
    if (frame.gone) return void this.begin(GONE);
    const wrong = frame.failed ?? frame.error;
    if (wrong) {
      this.pause();
      this.say(wrong);
    }
    if (frame.failed) return;
    this.frame = frame;
    const { steps, loss, score } = frame;
    if (steps !== this.losses.at(-1)?.[0]) {
      this.losses.push([steps, loss]);
      this.scores.push([steps, score]);
    }
    // A long run keeps every second point of its curves.
    if (this.losses.length > 800) [this.losses, this.scores] = [this.losses, this.scores].map((all) => all.filter((_, i) => i % 2 === 0));
    this.draw();
  }

  draw(anew = false) {
    const { scene, frame, plane, graph, lossCurve, scoreCurve } = this;
    if (!scene || !frame || !plane.clientWidth) return;
    if (anew || !this.colors) this.colors = readColors(this.box);
    graph.style.height = `${Math.min(innerWidth < 720 ? 340 : 480, 40 + 54 * Math.max(...scene.widths))}px`;
    drawPlane(plane, scene, frame, this.colors);
    drawNetwork(graph, scene, frame, this.colors, this.chosen);
    drawCurve(lossCurve, this.losses, this.colors, { log: true, color: 3 });
    drawCurve(scoreCurve, this.scores, this.colors, { low: 0, high: 1, color: 2 });
    this.write(scene, frame);
  }

  /** The same in numbers. */
  write(/** @type {Scene} */ scene, /** @type {Frame} */ { steps, loss, score, rate, norms, weight }) {
    const name = scene.regression ? "R²" : "accuracy";
    const digits = (/** @type {number} */ n) => n.toPrecision(4).replace("-", "−");
    this.numbers.textContent = `Step ${steps} · loss ${digits(loss)} · ${name} ${Math.abs(score) < 100 ? score.toFixed(3).replace("-", "−") : digits(score)} · rate ${Number(rate.toPrecision(3))}`;
    this.scoreTitle.textContent = scene.regression ? "R², up to 1" : "Accuracy";
    if (this.norms.children.length !== norms.length) this.norms.replaceChildren(...norms.map(() => make("li", {}, make("span", {}), make("span", { className: "nb-bar-of-norm" }))));
    norms.forEach((norm, i) => {
      const [text, bar] = /** @type {HTMLElement[]} */ ([...this.norms.children[i].children]);
      text.textContent = `${i + 1}: ${norm.toPrecision(3)}`;
      // From a millionth to a hundred.
      bar.style.width = `${Math.max(0, Math.min(1, (Math.log10(norm + 1e-12) + 6) / 8)) * 50}%`;
    });
    const score100 = scene.regression ? `R² ${digits(score)}` : `${Math.round(100 * score)} % right`;
    this.plane.setAttribute("aria-label", `The plane, with ${scene.X.length} points and what the network answers at each place: ${score100}`);
    this.graph.setAttribute("aria-label", `The network: ${scene.widths.join(", ")} units from inputs to outputs; the menus below choose one of its weights`);
    if (weight) {
      const updated = weight.lines.length ? "its latest update:" : "not updated yet.";
      const value = `w = ${weight.value}, gradient g = ${weight.gradient}`.replaceAll("-", "−");
      this.told.replaceChildren(make("p", { textContent: `${value}; ${updated}` }), ...weight.lines.map((text) => make("p", { className: "nb-rule", textContent: text })));
    }
  }

  /** While there are too few points for a run. */
  showOnlyPoints() {
    if (!this.scene || !this.frame) return;
    const numbers = this.points.split(",").filter(Boolean).map(Number);
    const rows = [...Array(Math.floor(numbers.length / 3)).keys()];
    this.scene.X = rows.map((i) => [numbers[3 * i], numbers[3 * i + 1]]);
    this.scene.y = rows.map((i) => numbers[3 * i + 2]);
    this.scene.extent = [-1.1, 1.1, -1.1, 1.1];
    this.scene.limit = 1;
    this.scene.regression = this.knobs.get("data")?.read() === "values";
    this.frame.certainty.fill(0);
    this.frame.classes.fill(0);
    this.draw();
  }

  share() {
    this.copy(location.href, "The link is copied. It holds all settings, and your points.");
  }

  async copy(/** @type {string} */ text, /** @type {string} */ said) {
    try {
      await navigator.clipboard.writeText(text);
      this.say(said);
    } catch {
      this.say("This browser does not let the page copy. The address bar holds the link, and the code can be selected.");
    }
  }

  async showCode() {
    this.pause();
    const told = await this.ask("code");
    if (!told) return;
    if (told.gone) return this.begin(GONE);
    this.code.textContent = told.code;
    this.prints.textContent = `The run up to step ${told.steps}. It prints: ${told.prints}`;
    this.listing.hidden = false;
    this.code.focus();
  }

  async save() {
    const bytes = await this.ask("weights");
    if (!bytes) return;
    if (!bytes.length) return this.begin(GONE);
    const link = make("a", { href: URL.createObjectURL(new Blob([bytes])), download: "playground.safetensors" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    this.say('Saved. network = nn.load("playground.safetensors") opens it.');
  }
}

/** Make the page's playground what it is. */
export function openPlayground() {
  const box = /** @type {HTMLElement?} */ (document.querySelector(".nb-playground"));
  if (box) new Playground(box);
}
