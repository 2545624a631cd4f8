// @ts-check
// The page's one Python: started at the first snippet, one snippet at a time.

/**
 * @typedef {import("./worker.mjs").Snippet} Snippet
 * @typedef {{text?: (text: string) => void, state?: (state: string) => void, progress?: (bytes: number, all: number) => void}} Hear
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
let started = false; // whether the first of the queue was handed to Python

function start() {
  worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => hear(data);
  worker.onerror = (event) => hear({ failed: `Python could not be started here: ${event.message || "its worker was not loaded"}.` });
  worker.postMessage({ start: folder });
}

/** What the worker says goes to the snippet that is at work. */
function hear(/** @type {any} */ { text, state, progress, done, failed }) {
  const task = queue[0];
  if (text) task?.hear.text?.(text);
  if (state) task?.hear.state?.(state);
  if (progress) task?.hear.progress?.(progress[0], progress[1]);
  if (done === undefined && !failed) return;
  queue.shift();
  started = false;
  if (!failed) task?.resolve(done);
  else {
    end();
    task?.reject(new Error(failed));
  }
  next();
}

function next() {
  if (started || !queue.length) return;
  if (!worker) start();
  started = true;
  worker?.postMessage(queue[0].message);
}

function end() {
  worker?.terminate();
  worker = undefined;
  started = false;
}

/**
 * What shows how far the loading is, on a bar and in words.
 *
 * @param {HTMLProgressElement} meter
 * @param {(text: string) => void} say
 * @returns {Hear}
 */
export const loading = (meter, say) => ({
  state(text) {
    meter.hidden = true;
    say(text);
  },
  progress(bytes, all) {
    Object.assign(meter, { hidden: false, max: all, value: bytes });
    say(`${(bytes / 1e6).toFixed(1)} of ${(all / 1e6).toFixed(1)} MB`);
  },
});

/** Whether a snippet is at work. */
export const busy = () => queue.length > 0;

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
    next();
  });
}

/** Stop the snippet that is at work; a fresh Python takes its place. */
export function stop() {
  const task = queue.shift();
  end();
  task?.reject(new Stopped("Stopped."));
  start();
  next();
}
