// @ts-check
// The cover's figure: a network learns, step by step, which colour belongs where.
//
// The figure comes with the network's parameters at some steps of its training, from the
// run that drew the figure. What the network says about a point is computed here.

import { addPlayer } from "./player.mjs";

/**
 * @typedef {[step: number, accuracy: number, params: number[]]} Frame
 * @typedef {{extent: number[], frames: Frame[]}} Film
 */

const SIDE = 120; // points of the grid in each direction
// Of the regions as the library draws them: colours C0, C1, C2 and their opacity.
const REGIONS = [[31, 119, 180], [255, 127, 14], [44, 160, 44]];
const OPACITY = 64;

/**
 * The class with the largest score at (x, y), of a network 2-hidden-3 with ReLUs.
 *
 * @param {number[]} params
 * @param {number} hidden
 * @param {number} x
 * @param {number} y
 */
function answer(params, hidden, x, y) {
  // All weights, layer by layer, then all biases; W[i][j] leads from input i to unit j.
  const behind = 2 * hidden, biases = 5 * hidden, last = 6 * hidden;
  const scores = [params[last], params[last + 1], params[last + 2]];
  for (let j = 0; j < hidden; j++) {
    const z = x * params[j] + y * params[hidden + j] + params[biases + j];
    if (z <= 0) continue;
    for (let k = 0; k < 3; k++) scores[k] += z * params[behind + 3 * j + k];
  }
  return scores.indexOf(Math.max(...scores));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} params
 * @param {number[]} extent
 */
function drawRegions(context, params, [left, right, bottom, top]) {
  const hidden = (params.length - 3) / 6;
  const picture = context.createImageData(SIDE, SIDE);
  for (let row = 0; row < SIDE; row++) {
    const y = bottom + ((row + 0.5) / SIDE) * (top - bottom);
    for (let column = 0; column < SIDE; column++) {
      const x = left + ((column + 0.5) / SIDE) * (right - left);
      const color = REGIONS[answer(params, hidden, x, y)];
      picture.data.set([...color, OPACITY], 4 * (row * SIDE + column));
    }
  }
  context.putImageData(picture, 0, 0);
}

/** @param {HTMLElement} player */
function play(player) {
  /** @type {Film} */
  const { extent, frames } = JSON.parse(player.dataset.film ?? "");
  const svg = /** @type {SVGElement} */ (player.parentElement?.querySelector("svg"));
  const image = svg.querySelector("image");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let shown = frames.length - 1;
  addPlayer(svg, {
    end: frames.length - 1,
    perSecond: 12,
    name: "Step of the training",
    text: (i) => `step ${frames[i][0]}: ${Math.round(100 * frames[i][1])} %`,
    show(time) {
      const i = Math.floor(time);
      if (i === shown) return;
      shown = i;
      drawRegions(context, frames[i][2], extent);
      image?.setAttribute("href", canvas.toDataURL());
    },
  });
}

/** A player for every film of the page. */
export function playFilms() {
  /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-film]")).forEach(play);
}
