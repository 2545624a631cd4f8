// @ts-check
// The page's one Python: started at the first snippet, one snippet at a time.

import { shared } from "./page.mjs";

/**
 * @typedef {import("./worker.mjs").Snippet} Snippet
 * @typedef {{text?: (text: string) => void, state?: (state: string) => void, progress?: (bytes: number, all: number) => void}} Hear
 * @typedef {{text?: string, state?: string, progress?: [bytes: number, all: number]}} News
 * @typedef {{run: Snippet} | {turn: import("./worker.mjs").Turn} | {call: import("./worker.mjs").Call}} Message
 * @typedef {{message: Message, hear: Hear, resolve: (result: any) => void, reject: (why: Error) => void}} Task
 */

/** Raised for a snippet that was stopped. */
export class Stopped extends Error {}

const folder = new URL("../python/", import.meta.url).href;
/** @type {Worker | undefined} */
let worker;
/** @type {Task[]} */
const queue = [];
let ready = false; // whether all is loaded
/** @type {News} */
let news = {}; // of the loading, the latest
let started = false; // whether the first of the queue was handed to Python

function start() {
  shared.python = true;
  worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => hear(data);
  worker.onerror = (event) => hear({ failed: `Python could not be started here: ${event.message || "its worker was not loaded. Is the line lost?"}` });
  worker.postMessage({ start: folder });
}

function tell(/** @type {Hear} */ hear, /** @type {News} */ { text, state, progress }) {
  if (text) hear.text?.(text);
  if (state) hear.state?.(state);
  if (progress) hear.progress?.(...progress);
}

/** Loading concerns all who wait, what comes later the one at work. */
function hear(/** @type {News & {ready?: true, done?: unknown, failed?: string}} */ { ready: loaded, done, failed, ...said }) {
  const concerned = ready ? queue.slice(0, 1) : [...queue];
  for (const task of concerned) tell(task.hear, said);
  if (!ready) news = said;
  if (loaded) ready = true;
  if (failed) {
    end();
    queue.splice(0, concerned.length).forEach((task) => task.reject(new Error(failed)));
  } else if (done !== undefined) {
    started = false;
    queue.shift()?.resolve(done);
  }
  next();
}

function next() {
  if (started || !queue.length) return;
  if (!worker) start();
  if (!ready) return;
  started = true;
  worker?.postMessage(queue[0].message);
}

function end() {
  worker?.terminate();
  worker = undefined;
  ready = started = false;
  news = {};
}

/**
 * What shows how far the loading is, on a bar and in words.
 *
 * @param {HTMLProgressElement} meter
 * @param {HTMLElement} status
 * @returns {Hear}
 */
export const loading = (meter, status) => ({
  state(text) {
    meter.hidden = true;
    Object.assign(status, { ariaLive: "polite", textContent: text });
  },
  progress(bytes, all) {
    Object.assign(meter, { hidden: false, max: all, value: bytes });
    // Nobody wants to be told of every tenth of a megabyte.
    Object.assign(status, { ariaLive: "off", textContent: `${(bytes / 1e6).toFixed(1)} of ${(all / 1e6).toFixed(1)} MB` });
  },
});

/** Whether a snippet is at work. */
export const busy = () => started;

/**
 * Ask Python for something, after what waits already.
 *
 * @param {Message} message
 * @param {Hear} hear what happens meanwhile
 * @returns {Promise<any>} a Result, or what the called function returns
 */
export function ask(message, hear = {}) {
  return new Promise((resolve, reject) => {
    queue.push({ message, hear, resolve, reject });
    if (!ready) tell(hear, news);
    next();
  });
}

/**
 * Stop the snippet that is at work; a fresh Python takes its place. While Python is being
 * loaded, only those who asked with `hear` go; with the last of them, the loading ends.
 *
 * @param {Hear} [hear]
 */
export function stop(hear) {
  const wasReady = ready;
  const at = ready ? 0 : queue.findIndex((other) => other.hear === hear);
  const [task] = at < 0 ? [] : queue.splice(at, 1);
  if (ready || !queue.length) end();
  if (wasReady) start();
  task?.reject(new Stopped(wasReady ? "This run was stopped. A fresh Python is starting." : "Loading was stopped."));
  next();
}
