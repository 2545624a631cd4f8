// @ts-check
// Python, off the page's thread: loads Pyodide and the library, and runs snippets.
//
// In: {start: address of the folder with config.json}, then {run: Snippet}, {turn: Turn} or
//     {call: Call}.
// Out: {progress: [bytes, of bytes]}, {state: what it does}, {ready: true},
//      {text: a piece of output}, {done: Result, or what a call returns},
//      {failed: why, in a sentence}.

/**
 * @typedef {{code: string, expected: string, within: string, prefix: string}} Snippet
 * @typedef {{url: string, library: string, data: Record<string, number>,
 *   files: Record<string, {bytes: number, sha256: string}>,
 *   lock: {packages: Record<string, {depends: string[], file_name: string}>}}} Config
 * @typedef {{code: string, values: Record<string, unknown>, prefix: string}} Turn
 * @typedef {{module: string, name: string, given?: unknown[]}} Call a function of the book's own Python
 * @typedef {{name: string, kind: string, choices: unknown[], value: unknown}} Control
 * @typedef {{stdout: string, figures: string[], error: string?, differs?: boolean, controls?: Control[]?}} Result
 */

const PATIENCE = 30_000; // milliseconds without a byte, after which a line counts as lost
const post = (/** @type {object} */ message) => self.postMessage(message);

let loaded = 0, total = 0;
/** @type {Map<string, Uint8Array<ArrayBuffer>>} */
const files = new Map();
/** @type {Config} */
let config;
/** @type {any} */
let python;
/** @type {any} */
let answer;
/** @type {string} */
let folder;

/** A sentence that a reader can act on. */
class Trouble extends Error {}

// Pyodide fetches its files itself: it gets those that were compared with their checksums.
const fetchAnything = self.fetch.bind(self);
self.fetch = async (resource, options) => {
  const name = new URL(resource instanceof Request ? resource.url : resource, folder).pathname.split("/").pop() ?? "";
  const bytes = files.get(name);
  if (!bytes) return fetchAnything(resource, options);
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(bytes, { headers: { "Content-Type": type } });
};

/** A file, with its progress; kept by the browser where pages are allowed to keep files. */
async function download(/** @type {string} */ name, /** @type {string} */ address, /** @type {string?} */ sum) {
  const cache = sum && self.caches ? await caches.open("nnbook-python").catch(() => null) : null;
  const key = `${address}?${sum}`;
  const kept = cache && (await cache.match(key));
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    count(bytes.length);
    return bytes;
  }
  const bytes = await receive(name, address, sum);
  if (sum && self.crypto.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (found !== sum) throw new Trouble(`${name} from ${new URL(address).host} is not the file that this book was tested with, so it was not started.`);
  }
  // A full disk is no reason not to run.
  await cache?.put(key, new Response(bytes)).catch(() => {});
  return bytes;
}

async function receive(/** @type {string} */ name, /** @type {string} */ address, /** @type {string?} */ sum) {
  const { host } = new URL(address);
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    // Where the browser computes no checksums for pages, it can still compare them.
    const integrity = sum && !self.crypto.subtle ? { integrity: `sha256-${btoa(String.fromCharCode(...(sum.match(/../g) ?? []).map((pair) => parseInt(pair, 16))))}` } : {};
    const response = await fetchAnything(address, { signal: abort.signal, priority: "low", ...integrity });
    if (!response.ok) throw new Trouble(`${host} has no ${name} (answer ${response.status}).`);
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    const parts = [];
    let length = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), PATIENCE);
      parts.push(part.value);
      length += part.value.length;
      count(part.value.length);
    }
    const bytes = new Uint8Array(length);
    for (let at = 0; parts.length; ) {
      const part = /** @type {Uint8Array} */ (parts.shift());
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  } catch (error) {
    if (error instanceof Trouble) throw error;
    if (abort.signal.aborted) throw new Trouble(`No answer from ${host} for ${PATIENCE / 1000} seconds. Is the line lost, or blocked?`);
    throw new Trouble(`${name} could not be fetched from ${host}. Is the line lost, or the host blocked?`);
  } finally {
    clearTimeout(timer);
  }
}

function count(/** @type {number} */ bytes) {
  loaded += bytes;
  if (total) post({ progress: [Math.min(loaded, total), total] });
}

/** Pyodide's packages of these names, with all that they need. */
function closure(/** @type {string[]} */ names) {
  const found = new Set(names);
  for (const name of found) for (const other of config.lock.packages[name].depends) found.add(other);
  return [...found];
}

/** Fetch files of Pyodide side by side. */
async function fetchFiles(/** @type {string[]} */ names) {
  const missing = names.filter((name) => !files.has(name));
  total += missing.reduce((sum, name) => sum + config.files[name].bytes, 0);
  const base = new URL(config.url, folder);
  await Promise.all(missing.map(async (name) => {
    files.set(name, await download(name, new URL(name, base).href, config.files[name].sha256));
  }));
}

async function loadPackages(/** @type {string[]} */ names) {
  const missing = closure(names).filter((name) => !(name in python.loadedPackages));
  if (!missing.length) return;
  const wheels = missing.map((name) => config.lock.packages[name].file_name);
  await fetchFiles(wheels);
  post({ state: "Unpacking …" });
  await python.loadPackage(missing, { messageCallback() {}, checkIntegrity: false });
  wheels.forEach((name) => files.delete(name));
}

/** A module that was fetched, without fetching it again. */
async function importFile(/** @type {string} */ name) {
  const address = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (files.get(name))], { type: "text/javascript" }));
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function start() {
  if (typeof WebAssembly !== "object") throw new Trouble("This browser has no WebAssembly, which Python needs here.");
  const response = await receive("config.json", new URL("config.json", folder).href, null).catch(() => {
    throw new Trouble("Python does not stand beside these pages. `make site` puts it there; without a server it cannot be loaded.");
  });
  config = JSON.parse(new TextDecoder().decode(response));
  loaded = 0;
  const core = ["pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"];
  const wheels = closure(["numpy"]).map((name) => config.lock.packages[name].file_name);
  const own = [config.library, "book.zip"].map((name) => download(name, new URL(name, folder).href, null));
  const [library, book] = await Promise.all([...own, fetchFiles([...core, ...wheels])]);
  post({ state: "Starting Python …" });
  files.set("pyodide-lock.json", new TextEncoder().encode(JSON.stringify(config.lock)));
  await importFile("pyodide.asm.js");
  const { loadPyodide } = await importFile("pyodide.mjs");
  const env = { MPLBACKEND: "agg", NNBOOK_DATA_DIR: "/data", HOME: "/home/reader" };
  python = await loadPyodide({ indexURL: folder, env });
  core.forEach((name) => files.delete(name));
  await loadPackages(["numpy"]);
  python.unpackArchive(library, "bztar", { extractDir: python.runPython("import site; site.getsitepackages()[0]") });
  python.unpackArchive(book, "zip", { extractDir: "/book" });
  addData(config.data);
  python.runPython('import sys; sys.path.append("/book"); import nnbook');
  answer = python.pyimport("bookkit.answer");
}

/** Data sets are fetched when Python opens them. */
function addData(/** @type {Record<string, number>} */ paths) {
  for (const path of Object.keys(paths)) {
    const at = `/data/${path}`.split("/");
    const name = at.pop();
    python.FS.mkdirTree(at.join("/"));
    python.FS.createLazyFile(at.join("/"), name, new URL(`data/${path}`, folder).href, true, false);
  }
}

async function run(/** @type {Snippet} */ { code, expected, within, prefix }) {
  if (answer.draws(code)) {
    post({ state: "Loading matplotlib …" });
    await loadPackages(["matplotlib"]);
  }
  post({ state: "Running …" });
  const send = (/** @type {string} */ text) => post({ text });
  return JSON.parse(answer.answer(code, expected, within, prefix, send));
}

async function turn(/** @type {Turn} */ { code, values, prefix }) {
  await loadPackages(["matplotlib"]);
  return JSON.parse(answer.turn(code, JSON.stringify(values), prefix));
}

function call(/** @type {Call} */ { module, name, given = [] }) {
  const result = python.pyimport(module)[name](...given.map((value) => python.toPy(value)));
  if (!result?.toJs) return result;
  try {
    return result.toJs({ dict_converter: Object.fromEntries });
  } finally {
    result.destroy();
  }
}

/** @type {Promise<void>} */
let ready;
self.onmessage = async ({ data }) => {
  try {
    if (data.start) {
      folder = data.start;
      ready = start();
      await ready;
      post({ ready: true });
    } else {
      await ready;
      if (data.call) post({ done: call(data.call) });
      else post({ done: data.run ? await run(data.run) : await turn(data.turn) });
    }
  } catch (error) {
    const known = error instanceof Trouble;
    post({ failed: known ? error.message : `Python has stopped: ${error}` });
  }
};
