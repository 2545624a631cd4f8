// @ts-check
// Run, Edit, Stop and Reset on every Python snippet.
//
// Nothing of Python is loaded before the first click on Run, nothing of the editor before
// the first one on Edit.

import { watch } from "./book.mjs";
import { make, onEachPage } from "./page.mjs";

/** Of the editor, said while one edits. */
const KEYS = "Ctrl+Enter runs, Esc leaves";

/** What the browser keeps of the reader's edits, by page and snippet. */
class Draft {
  constructor(/** @type {number} */ index, /** @type {string} */ printed) {
    this.key = `nnbook.edit:${location.pathname}#${index}`;
    this.printed = printed;
  }
  /** The edited text, unless the page has changed since. */
  read() {
    try {
      const { was, now } = JSON.parse(localStorage.getItem(this.key) ?? "{}");
      return was === this.printed ? now : undefined;
    } catch {
      return undefined; // a browser that keeps nothing
    }
  }
  write(/** @type {string} */ now) {
    try {
      if (now === this.printed) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify({ was: this.printed, now }));
    } catch {
      // The edit lasts as long as the page.
    }
  }
}

/** A snippet, with what the page prints of its run. */
class Cell {
  constructor(/** @type {HTMLElement} */ box, /** @type {number} */ index) {
    this.box = box;
    this.index = index;
    this.code = /** @type {HTMLElement} */ (box.querySelector("pre > code"));
    this.printedCode = this.code.innerHTML;
    this.draft = new Draft(index, this.source());
    const next = box.nextElementSibling;
    this.printed = /** @type {HTMLElement?} */ (next?.matches(".nb-output") ? next : null);
    this.printedError = /** @type {HTMLElement?} */ (box.querySelector(".nb-error"));
    // The figure that opens a page stands before its folded code.
    const opening = box.closest("details.nb-made")?.previousElementSibling;
    const figures = opening?.matches(".nb-figure") ? [opening] : box.querySelectorAll(".nb-figure");
    this.figures = [...figures].map((figure) => ({ figure, svg: /** @type {SVGElement} */ (figure.querySelector("svg")) }));
    /** @type {HTMLElement[]} */
    this.live = [];
    this.status = make("span", { className: "nb-status", role: "status" });
    this.buttons = {
      run: this.button("Run", () => this.run()),
      edit: this.button("Edit", () => this.edit()),
      stop: this.button("Stop", async () => (await import("./python.mjs")).stop(this.hear)),
      reset: this.button("Reset", () => this.reset()),
    };
    const size = /matplotlib|\bplots\b/.test(this.source()) ? 27 : 17;
    this.buttons.run.title = `Run in this page. The first time, ${size} MB are loaded.`;
    this.buttons.stop.hidden = this.buttons.reset.hidden = true;
    const { run, edit, stop, reset } = this.buttons;
    this.bar = make("div", { className: "nb-bar" }, this.status, stop, reset, edit, run);
    /** @type {HTMLElement} */ (box.querySelector(".highlight")).after(this.bar);
    const kept = this.draft.read();
    if (kept !== undefined) this.show(kept);
    const turn = /** @type {HTMLElement?} */ (this.figures[0]?.figure.querySelector(".nb-turn"));
    const { controls, frames } = turn?.dataset ?? {};
    if (frames && kept === undefined) this.frames = new URL(`../frames/${frames}/`, import.meta.url).href;
    if (controls) this.offer(JSON.parse(controls));
  }

  button(/** @type {string} */ name, /** @type {() => void} */ act) {
    const button = make("button", { type: "button", textContent: name, onclick: act });
    button.setAttribute("aria-label", `${name} snippet ${this.index + 1}`);
    return button;
  }

  source() {
    return `${(this.code.textContent ?? "").trimEnd()}\n`;
  }

  /** Show another code than the printed one. */
  show(/** @type {string} */ text) {
    this.code.textContent = text;
    this.buttons.reset.hidden = false;
  }

  /** Controls below the figure, which draw it again. */
  async offer(/** @type {import("./worker.mjs").Control[]} */ controls) {
    const { addControls } = await import("./turn.mjs");
    const { figure } = this.figures[0];
    addControls(figure, controls, {
      prefix: `turn${this.index}-`,
      code: () => this.source(),
      frames: this.source() === this.draft.printed ? this.frames : undefined,
      draw: (svg) => this.draw(0, svg),
    });
  }

  async edit() {
    const { edit } = await import("./editor.mjs");
    const { run } = this.buttons;
    this.box.classList.add("nb-editing");
    edit(this.code, {
      name: `Python code of snippet ${this.index + 1}. Control and Enter run it, Escape leaves it.`,
      change: () => {
        this.draft.write(this.source());
        this.buttons.reset.hidden = false;
      },
      run: () => {
        // The answer to the keys may come below the window, where nobody sees it.
        this.bar.scrollIntoView({ block: "nearest" });
        this.run();
      },
      leave: () => {
        if (this.status.textContent === KEYS) this.status.textContent = "";
        run.focus();
      },
    });
    // The lines that are edited may stand above the window, or below the head of the page.
    if (this.code.getBoundingClientRect().top < 60) this.code.scrollIntoView({ block: "start" });
    if (matchMedia("(hover: hover)").matches) this.status.textContent = KEYS;
  }

  async run() {
    const { run: runButton, stop } = this.buttons;
    // Not "disabled", which takes the focus from whoever works with the keyboard.
    if (runButton.ariaDisabled) return;
    runButton.ariaDisabled = "true";
    this.bar.classList.add("nb-busy");
    this.clear();
    const { ask, busy, loading, Stopped } = await import("./python.mjs");
    this.waits = busy();
    stop.hidden = false;
    this.status.textContent = this.waits ? "Waits for the snippet before it; Stop ends that one." : "Loading Python …";
    const text = make("code", {});
    const output = this.frame("nb-output", "Output", text);
    const meter = make("progress", { hidden: true });
    meter.setAttribute("aria-label", "Loading Python");
    this.status.before(meter);
    const within = this.printed?.querySelector(".filename")?.textContent?.match(/± (\S+)/)?.[1] ?? "";
    const expected = this.printed ? `${(this.printed.querySelector("code")?.textContent ?? "").trimEnd()}\n` : "";
    let began = performance.now();
    const { state, progress } = loading(meter, this.status);
    const clock = setInterval(() => {
      if (!this.status.textContent?.startsWith("Running")) return;
      Object.assign(this.status, { ariaLive: "off", textContent: `Running … ${Math.round((performance.now() - began) / 1000)} s` });
    }, 1000);
    this.isUndone = false;
    try {
      const snippet = { code: this.source(), expected, within, prefix: `live${this.index}-` };
      this.hear = {
        text: (/** @type {string} */ piece) => {
          // In the place of the printed one, and as high: what stands below does not move.
          if (this.printed && !output.isConnected) {
            output.style.minHeight = `${this.printed.getBoundingClientRect().height}px`;
            this.printed.hidden = true;
          }
          this.place(output);
          text.append(piece);
        },
        state: (/** @type {string} */ name) => {
          began = performance.now(); // not of the loading
          this.waits = false;
          state?.(name);
        },
        progress,
      };
      const result = await ask({ run: snippet }, this.hear);
      if (this.isUndone) return this.clear();
      this.finish(result, output);
      const seconds = (performance.now() - began) / 1000;
      Object.assign(this.status, { ariaLive: "polite", textContent: result.error ? "Failed" : `${seconds.toFixed(seconds < 10 ? 2 : 0)} s` });
    } catch (error) {
      this.status.textContent = "";
      if (this.isUndone) return this.clear();
      if (this.printed) this.rename(this.printed, "On the page").hidden = false;
      const why = make("code", { textContent: /** @type {Error} */ (error).message });
      this.place(this.frame("nb-error", error instanceof Stopped ? "Stopped" : "Python is not here", why));
      if (!(error instanceof Stopped)) runButton.textContent = "Retry";
    } finally {
      clearInterval(clock);
      meter.remove();
      output.style.minHeight = "";
      if (document.activeElement === stop) runButton.focus();
      stop.hidden = true;
      runButton.ariaDisabled = null;
      this.buttons.reset.hidden = this.isUndone;
      this.bar.classList.remove("nb-busy");
    }
  }

  /** The result of a run, in the place of what the page prints. */
  finish(/** @type {import("./worker.mjs").Result} */ { figures, error, differs, stdout, controls }, /** @type {HTMLElement} */ output) {
    this.buttons.run.textContent = "Run";
    if (stdout) this.place(output);
    if (error) this.place(this.frame("nb-error", "Error", make("code", { textContent: error })));
    if (this.printed) {
      this.printed.hidden = !differs;
      if (differs) this.rename(this.printed, "On the page");
    }
    if (this.printedError) this.printedError.hidden = true;
    figures.forEach((svg, i) => this.draw(i, svg));
    if (controls && this.figures.length) this.offer(controls);
  }

  /** Show a figure in the place of the printed one. */
  draw(/** @type {number} */ i, /** @type {string} */ svg) {
    const drawn = make("div", { innerHTML: svg }).firstElementChild;
    if (!(drawn instanceof SVGElement)) return;
    const place = this.figures[i];
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", place ? `${place.svg.getAttribute("aria-label")} (your run)` : "Figure of your run");
    drawn.classList.add("nb-drawn");
    if (place) place.figure.querySelector("svg")?.replaceWith(drawn);
    else this.place(make("figure", { className: "nb-figure" }, drawn));
  }

  frame(/** @type {string} */ kind, /** @type {string} */ title, /** @type {HTMLElement} */ code) {
    code.tabIndex = 0;
    code.setAttribute("role", "group");
    code.setAttribute("aria-label", `${title} of snippet ${this.index + 1}`);
    watch(code);
    const name = make("span", { className: "filename", textContent: title });
    return make("div", { className: `language-text highlight ${kind} nb-live` }, name, make("pre", {}, code));
  }

  rename(/** @type {HTMLElement} */ box, /** @type {string} */ title) {
    const name = /** @type {HTMLElement} */ (box.querySelector(".filename"));
    name.dataset.printed ??= name.textContent ?? "";
    name.textContent = title;
    return box;
  }

  place(/** @type {HTMLElement} */ element) {
    if (element.isConnected) return;
    (this.live.at(-1) ?? this.box).after(element);
    this.live.push(element);
  }

  /** The page as it was printed, but for the code. */
  clear() {
    this.live.forEach((element) => element.remove());
    this.live = [];
    this.figures.forEach(({ figure, svg }) => figure.querySelector("svg")?.replaceWith(svg));
    if (this.printedError) this.printedError.hidden = false;
    if (!this.printed) return;
    this.printed.hidden = false;
    const name = /** @type {HTMLElement} */ (this.printed.querySelector(".filename"));
    name.textContent = name.dataset.printed ?? name.textContent;
  }

  reset() {
    if (this.buttons.run.ariaDisabled) {
      this.isUndone = true;
      if (!this.waits) this.buttons.stop.click(); // which ends what is at work
    }
    this.clear();
    this.draft.write(this.draft.printed);
    this.code.replaceWith((this.code = /** @type {HTMLElement} */ (this.code.cloneNode(false))));
    for (const name of ["contenteditable", "role", "aria-label", "aria-multiline", "tabindex"]) this.code.removeAttribute(name);
    this.code.innerHTML = this.printedCode;
    watch(this.code);
    this.box.classList.remove("nb-editing");
    this.status.textContent = "";
    this.buttons.run.textContent = "Run";
    this.buttons.reset.hidden = true;
    this.buttons.run.focus();
  }
}

onEachPage(() => {
  const boxes = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".nb-cell"));
  boxes.forEach((box, index) => new Cell(box, index));
});
