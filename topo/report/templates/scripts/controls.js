// The explorer's lists, and what follows from the reader's hand.

function listClasses() {
  const there = SIDES.some((side) => shown[side].places);
  const colours = there ? classColours(shown.input) : [];
  find("classes").replaceChildren(...colours.map((colour, index) => {
    const button = document.createElement("button"), sample = document.createElement("i");
    if (index === shown.input.outer) sample.className = "outer";
    else sample.style.background = colour;
    button.type = "button";
    button.append(sample, shown.input.classes[index]);
    button.setAttribute("aria-pressed", String(shown.brought === index));
    button.addEventListener("click", () => bringOut(index));
    return button;
  }));
  find("classes").parentElement.hidden = !there;
}

function bringOut(index) {
  shown.brought = shown.brought === index ? null : index;
  shown.chosen = null;
  [...find("classes").children].forEach((button, place) =>
    button.setAttribute("aria-pressed", String(shown.brought === place)));
  redraw();
}

function listScores() {
  const items = SIDES.map((side) => shown[side].item);
  const rows = data.metrics.flatMap((metric, index) => {
    if (items.every((item) => item.values[index] === null && !item.reasons[index])) return [];
    const row = document.createElement("tr");
    for (const { values, reasons } of items) {
      const cell = row.insertCell();
      cell.textContent = values[index] === null ? reasons[index] || "–" : format(values[index]);
      if (values[index] === null) cell.className = "reason";
    }
    row.prepend(nameMetric(metric));
    return [row];
  });
  find("scores").replaceChildren(...rows);
  SIDES.forEach((side, i) => { find(`${side}-name`).textContent = items[i].series; });
}

function nameMetric({ name, arrow, meaning, scaling }) {
  const heading = document.createElement("th"), scaled = document.createElement("span");
  heading.scope = "row";
  heading.title = meaning;
  scaled.className = "place";
  scaled.textContent = scaling && ` scaled by ${scaling}`;
  heading.append(`${name} ${arrow}`, scaled);
  return heading;
}

// Draws what depends on the points that are lit or marked.
function redraw() {
  for (const side of SIDES) drawSide(side);
  drawPersistence();
  tellPoint();
  writeAddress();
}

function mark(i) {
  if (i === shown.marked) return;
  shown.marked = i;
  for (const side of SIDES) drawSide(side);
  drawPersistence();
  tellPoint();
}

function tellPoint() {
  const n = shown.chosen === null ? 0 : shown.chosen.reduce((sum, each) => sum + each, 0);
  find("clear").hidden = n === 0;
  find("point").textContent = shown.marked !== null ? describe(shown.marked)
    : n ? `${n} points chosen, the same on both sides; their deaths stand out in the diagrams.`
      : "Point at a picture, or give it the focus and use the arrow keys, to read a point. Click or "
        + "Enter: its 15 neighbours. Drag: all points in a box.";
  showPictures();
}

function describe(i) {
  const there = SIDES.filter((side) => shown[side].places), kind = find("colour").value;
  const bySide = (tell) => there.map((side) => `${side} ${tell(shown[side].item)}`).join(", ");
  const value = (values) => (values === null ? "unknown" : format(Number(values[i].toPrecision(3))));
  const parts = [`Point ${i}: class ${shown.input.classes[labelsOf(shown.input)[i]]}`];
  if (kind !== "class") {
    const { title, of } = COLOURINGS[kind];
    parts.push(`${title.toLowerCase()} ${bySide((item) => value(of(shown.input, item)))}`);
  }
  if (there.some((side) => shown[side].item.trust)) {
    parts.push(`trustworthiness here ${bySide((item) => value(trustOf(item)))}`);
  }
  if (there.length === 2) parts.push(`left and right share ${nShared(i)} of its ${NEIGHBOURS} neighbours`);
  parts.push(`at ${bySide((item) => placeOf(i, pointsOf(item)))}`);
  return parts.join("; ");
}

// By point; the mean over all is the embedding's trustworthiness.
function trustOf(item) {
  const lost = shadesOf(item, "trust");
  return lost === null ? null : lost.map((each) => 1 - each);
}

function nShared(i) {
  const [left, right] = SIDES.map((side) => neighboursOf(i, side).filter((j) => j !== i));
  return left.filter((j) => right.includes(j)).length;
}

const placeOf = (i, points) => `(${format(points[2 * i])}, ${format(points[2 * i + 1])})`;

// The pictures of the marked or the chosen points, as many as fit.
function showPictures() {
  const images = shown.input === null ? null : picturesOf(shown.input);
  find("pictures").hidden = images === null;
  if (images === null) return;
  const { pen, width } = clear(find("picture-strip")), side = 40;
  const all = [...labelsOf(shown.input).keys()];
  const lit = litPoints(), few = shown.marked !== null ? [shown.marked]
    : lit === null ? [] : all.filter((i) => lit[i]);
  find("no-picture").hidden = few.length > 0;
  few.slice(0, Math.floor(width / (side + 6))).forEach((i, place) =>
    drawPicture(pen, images, i, { x: 3 + place * (side + 6), y: 3, side }));
  find("licence").textContent = `Pictures: ${shown.input.licence}`;
}

function choosePoints(indices) {
  shown.chosen = null;
  if (indices.length) {
    shown.chosen = new Uint8Array(labelsOf(shown.input).length);
    for (const i of indices) shown.chosen[i] = 1;
  }
  shown.brought = null;
  listClasses();
  redraw();
}

const neighboursOf = (i, side) => nearestTo(i, pointsOf(shown[side].item), NEIGHBOURS + 1);

function inBox(places, [x, y, toX, toY]) {
  const between = (value, a, b) => value >= Math.min(a, b) && value <= Math.max(a, b);
  return Array.from({ length: places.length / 2 }, (_, i) => i).filter((i) =>
    between(places[2 * i], x, toX) && between(places[2 * i + 1], y, toY));
}

function step(event, side) {
  if (!shown[side].places) return;
  const last = labelsOf(shown.input).length - 1, here = shown.marked === null ? -1 : shown.marked;
  if (event.key === "Enter" && shown.marked !== null) choosePoints(neighboursOf(here, side));
  if (event.key === "Escape") choosePoints([]);
  const to = { ArrowRight: Math.min(here + 1, last), ArrowDown: Math.min(here + 1, last),
    ArrowLeft: Math.max(here - 1, 0), ArrowUp: Math.max(here - 1, 0), Home: 0, End: last,
    Escape: null }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  mark(to);
}

function listen(side) {
  const canvas = find(side), view = shown[side];
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!view.places || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    view.start = place(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!view.places) return;
    const [x, y] = place(event);
    if (view.start && Math.hypot(x - view.start[0], y - view.start[1]) > 5) {
      view.box = [...view.start, x, y];
      shown.marked = null;
      choosePoints(inBox(view.places, view.box));
    } else mark(nearestPlace(view.places, x, y, 15));
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!view.start) return;
    const i = nearestPlace(view.places, ...place(event), 15), dragged = view.box;
    view.start = view.box = null;
    if (dragged) redraw();
    else choosePoints(i === null ? [] : neighboursOf(i, side));
  });
  canvas.addEventListener("pointercancel", () => { view.start = view.box = null; redraw(); });
  canvas.addEventListener("pointerleave", () => mark(null));
  canvas.addEventListener("keydown", (event) => step(event, side));
  find(`${side}-step`).addEventListener("input", () => { takeStep(side); show(); writeAddress(); });
}
