// @ts-check
// What the playground draws: the plane with its points, the network, curves of a run.

/**
 * @typedef {[number, number, number]} Color
 * @typedef {{classes: Color[], ink: string, paper: string}} Colors
 * @typedef {[layer: number, row: number, column: number]} Place of a weight; the row after the last is the bias
 * @typedef {{X: [number, number][], y: number[], limit: number, extent: [number, number, number, number],
 *   side: number, coarse: number, widths: number[], regression: boolean}} Scene
 * @typedef {{steps: number, loss: number, score: number, rate: number, error: string?,
 *   weights: number[][][], biases: number[][], norms: number[],
 *   classes: Uint8Array, certainty: Uint8Array, units: Uint8Array,
 *   weight?: {value: string, gradient: string, lines: string[]}}} Frame
 */

const css = (/** @type {Color} */ color, alpha = 1) => `rgba(${color.join()}, ${alpha})`;

/** @returns {Colors} what the page's colour scheme says now */
export function readColors(/** @type {Element} */ element) {
  const style = getComputedStyle(element);
  const classes = [...Array(8).keys()].map((i) => {
    const hex = style.getPropertyValue(`--nb-c${i}`).trim();
    return /** @type {Color} */ ([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  });
  return { classes, ink: style.color, paper: style.getPropertyValue("--nb-paper") };
}

/** A canvas as sharp as the screen, cleared, in CSS pixels. */
function open(/** @type {HTMLCanvasElement} */ canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

const small = document.createElement("canvas");

/** Draw bytes as a small picture, stretched over a square. */
function stretch(/** @type {CanvasRenderingContext2D} */ context, /** @type {number} */ side, /** @type {(i: number) => [Color, number]} */ look, /** @type {number} */ left, /** @type {number} */ top, /** @type {number} */ size) {
  small.width = small.height = side;
  const pen = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  const image = pen.createImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    const [color, alpha] = look(i);
    image.data.set(color, 4 * i);
    image.data[4 * i + 3] = 255 * alpha;
  }
  pen.putImageData(image, 0, 0);
  context.drawImage(small, left, top, size, size);
}

/** A mark for a class: told apart by shape as well as by colour. */
function mark(/** @type {CanvasRenderingContext2D} */ context, /** @type {number} */ kind, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ r) {
  context.beginPath();
  if (kind % 4 === 0) context.arc(x, y, r, 0, 2 * Math.PI);
  else if (kind % 4 === 1) context.rect(x - r, y - r, 2 * r, 2 * r);
  else {
    const corners = kind % 4 === 2 ? [[0, -1.2], [1.2, 0.9], [-1.2, 0.9]] : [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]];
    corners.forEach(([dx, dy], i) => context[i ? "lineTo" : "moveTo"](x + r * dx, y + r * dy));
    context.closePath();
  }
  context.fill();
  context.stroke();
}

/** The classes' colours; of values, those of minus and plus. */
const kinds = (/** @type {Scene} */ scene, /** @type {Colors} */ colors) => (scene.regression ? [colors.classes[1], colors.classes[0]] : colors.classes);

export function drawPlane(/** @type {HTMLCanvasElement} */ canvas, /** @type {Scene} */ scene, /** @type {Frame} */ frame, /** @type {Colors} */ colors) {
  const { context, width } = open(canvas);
  const [left, right, , top] = scene.extent;
  const of = kinds(scene, colors);
  stretch(context, scene.side, (i) => [of[frame.classes[i]], 0.08 + 0.5 * (frame.certainty[i] / 255)], 0, 0, width);
  const scale = width / (right - left);
  context.lineWidth = 1;
  context.strokeStyle = colors.paper;
  const radius = Math.max(2.2, width / 130) * (scene.X.length < 60 ? 1.7 : 1);
  scene.X.forEach(([x, y], i) => {
    const value = scene.y[i];
    const kind = scene.regression ? Number(value > 0) : value;
    const size = scene.regression ? Math.abs(value) / scene.limit : 1;
    context.fillStyle = css(of[kind], scene.regression ? 0.35 + 0.65 * size : 1);
    mark(context, kind, (x - left) * scale, (top - y) * scale, radius);
  });
}

/** Where the units of a network stand on its picture. */
export function placeUnits(/** @type {number[]} */ widths, /** @type {number} */ width, /** @type {number} */ height) {
  const size = Math.min(34, (height - 30) / Math.max(...widths) - 5, width / widths.length / 2);
  const across = widths.length > 1 ? (width - size - 30) / (widths.length - 1) : 0;
  const units = widths.map((count, layer) => {
    const step = Math.min(1.6 * size, (height - 24 - size) / Math.max(count - 1, 1));
    return [...Array(count).keys()].map((i) => [15 + size / 2 + layer * across, height / 2 + 10 + (i - (count - 1) / 2) * step]);
  });
  return { units, size };
}

/** Ends of the line of a weight; a bias is a short one from above its unit. */
function ends(/** @type {number[][][]} */ units, /** @type {number} */ size, /** @type {Place} */ [layer, row, column]) {
  const [x2, y2] = units[layer + 1][column];
  const [x1, y1] = units[layer][row] ?? [x2 - size, y2 - 0.7 * size];
  return row < units[layer].length ? [x1 + size / 2, y1, x2 - size / 2, y2] : [x1, y1, x2 - size / 2, y2 - size / 4];
}

/** All weights, and biases where there are some. */
export function* places(/** @type {Frame} */ frame) {
  for (const [layer, W] of frame.weights.entries()) {
    for (const [row, weights] of [...W, frame.biases[layer]].entries()) {
      for (const [column, value] of weights.entries()) yield { place: /** @type {Place} */ ([layer, row, column]), value };
    }
  }
}

export function drawNetwork(/** @type {HTMLCanvasElement} */ canvas, /** @type {Scene} */ scene, /** @type {Frame} */ frame, /** @type {Colors} */ colors, /** @type {Place | undefined} */ chosen) {
  const { context, width, height } = open(canvas);
  const { units, size } = placeUnits(scene.widths, width, height);
  const [minus, plus] = [colors.classes[1], colors.classes[0]];
  const all = [...places(frame)];
  const largest = all.reduce((most, { value }) => Math.max(most, Math.abs(value)), 1e-9);
  const draw = (/** @type {Place} */ place) => {
    const [x1, y1, x2, y2] = ends(units, size, place);
    const middle = (x1 + x2) / 2;
    context.beginPath();
    context.moveTo(x1, y1);
    context.bezierCurveTo(middle, y1, middle, y2, x2, y2);
    context.stroke();
  };
  for (const { place, value } of all) {
    const share = Math.abs(value) / largest;
    context.strokeStyle = css(value < 0 ? minus : plus, 0.15 + 0.85 * Math.sqrt(share));
    context.setLineDash(value < 0 ? [6, 2] : []);
    context.lineWidth = 0.5 + 5 * share;
    draw(place);
  }
  context.setLineDash([]);
  if (chosen) {
    context.strokeStyle = colors.ink;
    context.lineWidth = 2;
    draw(chosen);
  }
  const { coarse } = scene;
  const cell = coarse * coarse;
  let at = 0;
  context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  context.textAlign = "center";
  units.forEach((column, layer) => column.forEach(([x, y], i) => {
    /** Around 128; of the inputs, the plane's own axes. */
    const answer = (/** @type {number} */ j) => {
      if (layer) return frame.units[at + j] - 128;
      const [column, row] = [j % coarse, Math.floor(j / coarse)];
      return 127 * (i === 0 ? (2 * column) / (coarse - 1) - 1 : 1 - (2 * row) / (coarse - 1));
    };
    const [left, top] = [x - size / 2, y - size / 2];
    context.fillStyle = colors.paper;
    context.fillRect(left, top, size, size);
    stretch(context, coarse, (j) => [answer(j) < 0 ? minus : plus, Math.abs(answer(j)) / 160], left, top, size);
    context.strokeStyle = colors.ink;
    context.lineWidth = chosen && chosen[0] + 1 === layer && chosen[2] === i ? 2 : 1;
    context.strokeRect(left, top, size, size);
    if (layer) at += cell;
    else {
      context.fillStyle = colors.ink;
      context.fillText(["x", "y"][i], x, y + 4);
    }
  }));
  const names = scene.widths.map((_, layer) => (layer === 0 ? "inputs" : layer === scene.widths.length - 1 ? "outputs" : `layer ${layer}`));
  context.fillStyle = colors.ink;
  names.forEach((name, layer) => context.fillText(name, Math.max(24, Math.min(width - 26, units[layer][0][0])), 12));
}

/** The weight whose line passes nearest to a point, if one is near. */
export function findWeight(/** @type {HTMLCanvasElement} */ canvas, /** @type {Scene} */ scene, /** @type {Frame} */ frame, /** @type {number} */ x, /** @type {number} */ y) {
  const { units, size } = placeUnits(scene.widths, canvas.clientWidth, canvas.clientHeight);
  /** @type {Place | undefined} */
  let found;
  let nearest = 12; // pixels
  for (const { place } of places(frame)) {
    const [x1, y1, x2, y2] = ends(units, size, place);
    const t = (x - x1) / (x2 - x1);
    if (t < 0 || t > 1) continue;
    // The height at t of the curve that is drawn, whose two handles lie in its middle.
    const s = bezierTime(t);
    const distance = Math.abs(y - (y1 + (y2 - y1) * s * s * (3 - 2 * s)));
    if (distance < nearest) [nearest, found] = [distance, place];
  }
  return found;
}

/** Where along the curve x has passed a fraction t of its way. */
function bezierTime(/** @type {number} */ t) {
  let [low, high] = [0, 1];
  for (let i = 0; i < 12; i++) {
    const s = (low + high) / 2;
    if (1.5 * s * (1 - s) + s ** 3 < t) low = s;
    else high = s;
  }
  return low;
}

/**
 * A curve of the run, from its first step to its last.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {[step: number, value: number][]} points
 * @param {Colors} colors
 * @param {{log?: boolean, low?: number, high?: number, color: number}} options
 */
export function drawCurve(canvas, points, colors, { log, low, high, color }) {
  const { context, width, height } = open(canvas);
  const scale = (/** @type {number} */ value) => (log ? Math.log10(Math.max(value, 1e-12)) : value);
  const values = points.map(([, value]) => scale(value));
  const bottom = low ?? Math.min(...values), top = high ?? Math.max(...values);
  const last = Math.max(points.at(-1)?.[0] ?? 1, 1);
  const [left, room] = [44, height - 16];
  const y = (/** @type {number} */ value) => 8 + room * (top > bottom ? (top - Math.max(value, bottom)) / (top - bottom) : 0.5);
  context.strokeStyle = css(colors.classes[color]);
  context.lineWidth = 2;
  context.beginPath();
  points.forEach(([step], i) => context[i ? "lineTo" : "moveTo"](left + ((width - left - 2) * step) / last, y(values[i])));
  context.stroke();
  context.fillStyle = colors.ink;
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textAlign = "right";
  const shown = (/** @type {number} */ value) => Number((log ? 10 ** value : value).toPrecision(2)).toString().replace("e+", "e");
  context.fillText(shown(top), left - 5, 12);
  if (top > bottom) context.fillText(shown(bottom), left - 5, height - 4);
}
