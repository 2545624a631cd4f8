// A player for the figures of paths: a dot walks along each path of the drawn figure.
//
// The figure itself is the still version. A path has a corner for each step, so the dots
// need nothing but the corners. Nothing moves before the reader asks for it, and with
// "reduce motion" only the slider is offered.

const STEPS_PER_SECOND = 12;
const SVG = "http://www.w3.org/2000/svg";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .nb-player { display: flex; gap: .6rem; align-items: center; justify-content: center; margin: .4em auto; padding-inline: .8rem; max-width: 32rem; font-size: .72rem }
  .nb-player button { min-width: 4.5rem; min-height: 28px; font: inherit; cursor: pointer; color: var(--md-typeset-a-color); background: none; border: 1px solid currentColor; border-radius: .2rem }
  .nb-player input { flex: 1; min-width: 6rem; min-height: 28px; margin: 0; accent-color: var(--nb-c0) }
  .nb-player output { min-width: 3.5rem; font-variant-numeric: tabular-nums; text-align: left }
  .nb-walking [data-way] { opacity: .35 }
  @media print { .nb-player { display: none } }
`);
document.adoptedStyleSheets.push(sheet);

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The drawn ways: unfilled curves in a colour of the palette, inside the axes. */
function findWays(svg) {
  return [...svg.querySelectorAll("path[clip-path]")].flatMap((path) => {
    const color = /stroke: (var\(--nb-c\d\))/.exec(path.getAttribute("style") ?? "");
    const corners = [...path.getAttribute("d").matchAll(/[ML] (\S+) (\S+)/g)];
    if (!color || !path.getAttribute("style").includes("fill: none") || corners.length < 3) return [];
    path.dataset.way = "";
    return [{ color: color[1], corners: corners.map(([, x, y]) => [Number(x), Number(y)]) }];
  });
}

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

function moveDots(ways, time) {
  for (const { corners, dot } of ways) {
    const last = corners.length - 1;
    const i = Math.min(Math.floor(time), last);
    const [x, y] = corners[i];
    const [nextX, nextY] = corners[Math.min(i + 1, last)];
    const part = Math.min(time, last) - i;
    dot.setAttribute("cx", x + part * (nextX - x));
    dot.setAttribute("cy", y + part * (nextY - y));
  }
}

function addPlayer(figure) {
  const svg = figure.querySelector("svg");
  const ways = findWays(svg);
  if (!ways.length) return;
  const end = Math.max(...ways.map((way) => way.corners.length)) - 1;
  let time = end, before = null;

  const player = document.createElement("div");
  player.className = "nb-player";
  player.innerHTML = `
    <button type="button">Play</button>
    <input type="range" min="0" max="${end}" value="${end}" aria-label="Step of all methods">
    <output aria-live="off"></output>`;
  const [button, slider, output] = player.children;

  function show() {
    if (!ways[0].dot) addDots(svg, ways);
    figure.classList.add("nb-walking");
    moveDots(ways, time);
    slider.value = Math.floor(time);
    output.textContent = `step ${Math.floor(time)}`;
  }
  function pause() {
    before = null;
    button.textContent = "Play";
  }
  function frame(now) {
    if (before === null) return;
    // A frame may carry the time at which it was due, which is before the click.
    const passed = Math.max(0, now - before) / 1000;
    time = Math.min(time + passed * STEPS_PER_SECOND, end);
    before = now;
    show();
    if (time < end) requestAnimationFrame(frame);
    else pause();
  }
  button.onclick = () => {
    if (before !== null) return pause();
    if (time >= end) time = 0;
    before = performance.now();
    button.textContent = "Pause";
    requestAnimationFrame(frame);
  };
  slider.oninput = () => {
    pause();
    time = Number(slider.value);
    show();
  };
  const respect = () => {
    if (still.matches) pause();
    button.hidden = still.matches;
  };
  still.addEventListener("change", respect);
  respect();
  output.textContent = `step ${end}`;
  svg.after(player);
}

document.querySelectorAll(".nb-cell").forEach((cell) => {
  if (!cell.querySelector("pre > code")?.textContent.includes("plots.paths(")) return;
  cell.querySelectorAll(".nb-figure").forEach(addPlayer);
});
