// @ts-check
// The figures of paths: a dot walks along each path of the drawn figure.
//
// A path has a corner for each step, so the dots need nothing but the corners.

import { addPlayer } from "./player.mjs";

/** @typedef {{color: string, corners: number[][], dot?: SVGElement}} Way */

const SVG = "http://www.w3.org/2000/svg";

const sheet = new CSSStyleSheet();
sheet.replaceSync(".nb-walking [data-way] { opacity: .35 }");
document.adoptedStyleSheets.push(sheet);

/**
 * The drawn ways: unfilled curves in a colour of the palette, inside the axes.
 *
 * @param {SVGElement} svg
 * @returns {Way[]}
 */
function findWays(svg) {
  const paths = /** @type {NodeListOf<SVGPathElement>} */ (svg.querySelectorAll("path[clip-path]"));
  return [...paths].flatMap((path) => {
    const style = path.getAttribute("style") ?? "";
    const color = /stroke: (var\(--nb-c\d\))/.exec(style);
    const corners = [...(path.getAttribute("d") ?? "").matchAll(/[ML]\s*([-\d.]+)\s+([-\d.]+)/g)];
    if (!color || !style.includes("fill: none") || corners.length < 3) return [];
    path.dataset.way = "";
    return [{ color: color[1], corners: corners.map(([, x, y]) => [Number(x), Number(y)]) }];
  });
}

/**
 * @param {SVGElement} svg
 * @param {Way[]} ways
 */
function addDots(svg, ways) {
  for (const way of ways) {
    way.dot = document.createElementNS(SVG, "circle");
    way.dot.setAttribute("r", "5");
    way.dot.setAttribute("stroke-width", "1.5");
    way.dot.style.fill = way.color;
    way.dot.style.stroke = "var(--nb-paper)";
    svg.append(way.dot);
  }
}

/**
 * @param {Way[]} ways
 * @param {number} time
 */
function moveDots(ways, time) {
  for (const { corners, dot } of ways) {
    const last = corners.length - 1;
    const i = Math.min(Math.floor(time), last);
    const [x, y] = corners[i];
    const [nextX, nextY] = corners[Math.min(i + 1, last)];
    const part = Math.min(time, last) - i;
    dot?.setAttribute("cx", String(x + part * (nextX - x)));
    dot?.setAttribute("cy", String(y + part * (nextY - y)));
  }
}

/** @param {Element} figure */
function play(figure) {
  /** @type {WeakMap<SVGElement, Way[]>} */
  const found = new WeakMap();
  // A run, or a slider below the figure, puts another drawing into its place.
  function current() {
    const svg = /** @type {SVGElement} */ (figure.querySelector("svg"));
    const ways = found.get(svg) ?? findWays(svg);
    found.set(svg, ways);
    return { svg, ways };
  }
  const { svg, ways } = current();
  if (!ways.length) return;
  addPlayer(svg, {
    end: Math.max(...ways.map((way) => way.corners.length)) - 1,
    perSecond: 12,
    name: "Step of all methods",
    text: (step) => `step ${step}`,
    show(time) {
      const { svg, ways } = current();
      if (!ways[0]?.dot) addDots(svg, ways);
      figure.classList.add("nb-walking");
      moveDots(ways, time);
    },
  });
}

/** A player for every figure of paths. */
export function playPaths() {
  for (const figure of document.querySelectorAll(".nb-figure")) {
    // The figure that opens a page stands before its folded code.
    const made = figure.closest(".nb-cell") ?? figure.nextElementSibling;
    if (made?.querySelector("pre > code")?.textContent?.includes("plots.paths(")) play(figure);
  }
}
