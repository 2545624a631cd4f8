// node run.mjs REPOSITORY PACKAGES ARGUMENTS...: main.py in the Python of the folder
// NNBOOK_PYODIDE_DIR, which sees the two folders as /repository and /packages.
import { pathToFileURL } from "node:url";

const folder = process.env.NNBOOK_PYODIDE_DIR;
const [repository, packages, ...options] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: folder });
await pyodide.loadPackage("numpy", { messageCallback: () => {} });
for (const [root, at] of [[repository, "/repository"], [packages, "/packages"]]) {
  pyodide.FS.mkdir(at);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root }, at);
}
const main = "/repository/tests/browser_python/main.py";
pyodide.globals.set("options", pyodide.toPy(options));
try {
  pyodide.runPython(pyodide.FS.readFile(main, { encoding: "utf8" }), { filename: main });
} catch (error) {
  // Else node would print the line of Pyodide's code, which is all of it.
  console.error(error.message);
  process.exit(1);
}
process.exit(pyodide.globals.get("code"));
