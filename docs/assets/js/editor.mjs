// @ts-check
// Edits a snippet where it stands, in colours. Loaded at the first edit.

import { CodeJar } from "./vendor/codejar.js";

/** @type {any} */ (window).Prism = { manual: true };
await new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = new URL("vendor/prism.js", import.meta.url).href;
  script.onload = resolve;
  script.onerror = reject;
  document.head.append(script);
});
const { Prism } = /** @type {any} */ (window);

const colors = new CSSStyleSheet();
const tokens = {
  "keyword, boolean": "keyword", "string, string-interpolation, triple-quoted-string": "string", number: "number",
  comment: "comment", "function, builtin, decorator, class-name": "function", operator: "operator", punctuation: "punctuation",
};
for (const [names, color] of Object.entries(tokens)) {
  const chosen = names.split(", ").map((name) => `.token.${name}`).join(", ");
  colors.insertRule(`.nb-editing :is(${chosen}) { color: var(--md-code-hl-${color}-color) }`);
}
document.adoptedStyleSheets.push(colors);

/**
 * Make a code editable, and give it the focus.
 *
 * @param {HTMLElement} code
 * @param {{name: string, change: () => void, run: () => void, leave: () => void}} options
 *   name: what a screen reader calls it; change: after each edit; run: on Control and
 *   Enter; leave: on Escape, to where the focus goes
 */
export function edit(code, { name, change, run, leave }) {
  if (!code.isContentEditable) {
    const text = code.textContent ?? "";
    const paint = () => (code.innerHTML = Prism.highlight(code.textContent ?? "", Prism.languages.python, "python"));
    code.textContent = text;
    paint();
    // Without Tab, which goes on to the next button: the keyboard is not caught.
    const jar = CodeJar(code, paint, { tab: "    ", catchTab: false, addClosing: false, indentOn: /[([{:]$/ });
    jar.onUpdate(change);
    code.autocapitalize = "off"; // of a phone's keyboard
    code.setAttribute("autocorrect", "off");
    code.setAttribute("role", "textbox");
    code.setAttribute("aria-multiline", "true");
    code.setAttribute("aria-label", name);
    code.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      run();
    }, true);
  }
  code.focus();
}
