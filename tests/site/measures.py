"""What is measured in a page, in the page's own language."""

# Of each formula: does what is wider than its line scroll, and does a line that it
# begins hold more than a comma?
FORMULAS = r"""() => {
  const wrong = [];
  for (const math of document.querySelectorAll("article math"))
    if (!math.closest(".nb-math")) wrong.push("not measured: " + math.textContent);
  for (const box of document.querySelectorAll(".nb-math")) {
    const math = box.querySelector("math");
    const {left, right, bottom, width} = math.getBoundingClientRect();
    const text = math.textContent.slice(0, 60);
    if (box.tagName == "DIV") {
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(box).overflowX);
      if (!scrolls) wrong.push("does not scroll: " + text);
      continue;
    }
    const blocks = "p, li, th, td, dt, dd, h1, h2, h3, h4, summary, figcaption";
    const line = box.closest(blocks) ?? box.parentElement;
    const room = line.getBoundingClientRect().right + 1;
    if ([...math.children].some(part => part.getBoundingClientRect().right > room))
      wrong.push("sticks out: " + text);
    const next = box.nextSibling;
    if (next?.nodeType != 3 || !/^[.,;:!?)]/.test(next.data)) continue;
    const mark = document.createRange();
    mark.setStart(next, 0);
    mark.setEnd(next, 1);
    if (mark.getBoundingClientRect().left < left) wrong.push("left alone: " + text);
  }
  return wrong;
}"""

# Of each figure, its smallest letter, and whether buttons cover one or a legend a line;
# of each line of code, its rows; of each root of a letter, how far its sign hangs
# below it.
FIGURES = r"""smallest => {
  const wrong = [];
  document.querySelectorAll("details").forEach(d => d.open = true);
  document.querySelectorAll("code, .nb-figure svg")
    .forEach(part => part.style.contentVisibility = "visible");
  const figures = [...document.querySelectorAll(".nb-figure > svg")];
  for (const svg of figures) {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const sizes = [...svg.outerHTML.matchAll(/scale\(([\d.]+) -/g)];
    const size = Math.min(...sizes.map(found => 100 * scale * Number(found[1])));
    if (size < smallest) wrong.push(`letters of ${size.toFixed(1)} pixels`);
    if (hasCoveredLine(svg)) wrong.push(`a legend covers a line: ${svg.ariaLabel}`);
    const bar = svg.closest(".nb-cell")?.querySelector(":scope > .nb-bar");
    const end = bar?.getBoundingClientRect();
    const covered = end && [...svg.querySelectorAll("use")].some(letter => {
      const {left, right, top, bottom} = letter.getBoundingClientRect();
      const beside = right < end.left || left > end.right;
      return !beside && bottom > end.top && top < end.bottom;
    });
    if (covered) wrong.push(`buttons cover ${svg.getAttribute("aria-label")}`);
  }
  for (const line of document.querySelectorAll(".nb-line")) {
    const height = parseFloat(getComputedStyle(line).lineHeight);
    const rows = Math.round(line.getBoundingClientRect().height / height);
    if (rows > 6) wrong.push(`${rows} rows for ${line.textContent.trim()}`);
  }
  for (const root of document.querySelectorAll("msqrt")) {
    if (root.textContent.length > 1) continue;
    const [sign, under] = [root, root.lastElementChild].map(part =>
      part.getBoundingClientRect().bottom);
    const hangs = (sign - under) / parseFloat(getComputedStyle(root).fontSize);
    if (hangs > 0.35) wrong.push(`a sign far below ${root.textContent}`);
  }
  return [figures.length, wrong];

  function hasCoveredLine(svg) {
    const paths = [...svg.querySelectorAll("path")];
    const legends = paths.filter(({style}) =>
      style.opacity == "0.8" && style.fill.includes("--nb-paper"));
    return paths.some(line => {
      // Not those of contours and axes, which are thin.
      const width = line.style.fill == "none" && parseFloat(line.style.strokeWidth);
      const clip = line.getAttribute("clip-path")?.slice(4, -1).replaceAll('"', "");
      if (!clip || !(width > 1)) return false;
      const {x, y, width: across, height: down} = svg.querySelector(`${clip} rect`);
      const [left, top, wide, high] = [x, y, across, down].map(at => at.baseVal.value);
      const axes = new DOMRect(left, top, wide, high);
      const parts = Array.from({length: 300}, (_, part) =>
        line.getPointAtLength(line.getTotalLength() * part / 299));
      const seen = parts.filter(point => holds(axes, point));
      return legends.some(legend =>
        seen.filter(point => holds(legend.getBBox(), point)).length > 3);
    });
  }
  function holds({x, y, width, height}, point) {
    return point.x > x && point.x < x + width && point.y > y && point.y < y + height;
  }
}"""

# Formulas, tokens and the shapes of figures are thousands of small elements, alike on
# all pages: three formulas and a token of each class stay as they are.
THIN_OUT = """() => {
  const formulas = [...document.querySelectorAll(".nb-math")];
  for (const formula of formulas.slice(3)) formula.textContent = "x";
  for (const svg of document.querySelectorAll(".nb-figure svg")) svg.replaceChildren();
  for (const code of document.querySelectorAll("pre > code")) {
    // Else axe lays out code far below before the page knows that it scrolls.
    code.style.contentVisibility = "visible";
  }
  const seen = new Set();
  // Lines stay: they are what keeps code within its box.
  for (const token of document.querySelectorAll("pre > code span:not(.nb-line)")) {
    if (seen.has(token.className)) token.replaceWith(...token.childNodes);
    seen.add(token.className);
  }
}"""
# Contrast takes axe most of its time. What it says of a text depends on the colours of
# the text and of what lies behind it, on whether the text is large and, of a link, on
# what stands around it. So three visible texts of each look are enough, more than one
# since axe cannot judge a text that something covers, on the first pages that have it.
MARK_LOOKS = """judged => {
  const behind = new Map([[null, ""]]);
  const backdrop = element => {
    if (!behind.has(element)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity].join();
      const clear = own == "rgba(0, 0, 0, 0),none,1";
      behind.set(element, backdrop(element.parentElement) + (clear ? "" : own));
    }
    return behind.get(element);
  };
  const looks = {};
  for (const element of document.body.querySelectorAll("*")) {
    delete element.dataset.look;
    if (![...element.childNodes].some(c => c.nodeType == 3 && c.data.trim())) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight, textDecorationLine} = getComputedStyle(element);
    // In pixels; as the guidelines for contrast have it.
    const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
    const around = element.localName == "a" && [
      textDecorationLine, getComputedStyle(element.parentElement).color];
    const look = [color, large, around, backdrop(element)].join();
    if (judged.includes(look)) continue;
    looks[look] = (looks[look] ?? 0) + 1;
    if (looks[look] <= 3) element.dataset.look = "";
  }
  return Object.keys(looks);
}"""
