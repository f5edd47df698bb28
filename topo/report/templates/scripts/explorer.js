// The explorer: two embeddings of the same points, and the diagrams of the three.

const MOVE = 350;
const NEIGHBOURS = 15;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const isThere = (item) => item.points !== null && item.input !== null;

// Shows what is chosen. Points move to their new places where they are the same points.
function show() {
  const input = inputShown(), same = input === shown.input;
  shown.input = input;
  if (!same) Object.assign(shown, { chosen: null, brought: null, marked: null, order: null });
  if (input !== null) shown.order = drawingOrder(labelsOf(input), input.outer);
  colourSides();
  for (const side of SIDES) placeSide(side, same);
  fillCycles();
  listClasses();
  listScores();
  drawPersistence();
  tellPoint();
}

function colourSides() {
  find("edge-colours").hidden = radio("edges") === "none";
  const kind = find("colour").value, items = SIDES.map((side) => shown[side].item).filter(isThere);
  const values = kind === "class" ? [] : items.map((item) => COLOURINGS[kind].of(shown.input, item));
  const end = kind === "class" ? 1 : endOf(kind, values);
  for (const side of SIDES) {
    const { item } = shown[side];
    if (isThere(item)) shown[side].colours = colourPoints(kind, { input: shown.input, item, end });
  }
  find("ramp").hidden = kind === "class";
  if (kind === "class") return;
  find("ramp-end").textContent = `${format(Number(end.toPrecision(2)))} ${COLOURINGS[kind].unit}`;
  const known = values.every((each) => each !== null);
  find("ramp-meaning").textContent =
    COLOURINGS[kind].meaning + (known ? "" : " Grey: not known of this embedding.");
}

function placeSide(side, same) {
  const view = shown[side], { item } = view, canvas = find(side);
  const there = isThere(item);
  const reason = Object.values(item.reasons)[0] || "no embedding was kept";
  find(`${side}-reason`).hidden = there;
  find(`${side}-reason`).textContent = there ? "" : `No embedding: ${reason}`;
  find(`${side}-chosen`).textContent = [item.series.split(" over ")[0], item.hyperparameters]
    .filter(Boolean).join(": ");
  canvas.setAttribute("aria-label", there
    ? `${item.series}${item.step && `, ${item.step}`} of ${item.dataset}, ${item.sample}: `
      + `${labelsOf(shown.input).length} points in ${shown.input.classes.length} classes. `
      + "Arrow keys go from point to point, Enter brings out its neighbours."
    : "No embedding");
  if (!there) {
    view.places = null;
    clear(canvas);
    return;
  }
  const { width, height } = sizeOf(canvas);
  moveTo(side, placePoints(turnedOf(item), width, height), same);
}

function moveTo(side, target, smoothly) {
  const view = shown[side], from = view.places, begun = performance.now();
  view.motion = begun;
  if (!smoothly || still.matches || !from || from.length !== target.length) {
    view.places = target;
    drawSide(side);
    return;
  }
  const frame = (now) => {
    if (view.motion !== begun) return;
    const share = Math.min(1, Math.max(0, now - begun) / MOVE), eased = share * share * (3 - 2 * share);
    view.places = target.map((place, i) => from[i] + eased * (place - from[i]));
    drawSide(side, share < 1);
    if (share < 1) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function litPoints() {
  if (shown.chosen !== null) return shown.chosen;
  if (shown.brought === null) return null;
  return labelsOf(shown.input).map((label) => (label === shown.brought ? 1 : 0));
}

function drawSide(side, moving = false) {
  const view = shown[side], { pen, width } = clear(find(side));
  if (!view.places) return;
  const { outer, classes } = shown.input, labels = labelsOf(shown.input);
  const edges = radio("edges"), { item, places } = view;
  if (edges !== "none" && treeOf(item) !== null) drawEdges(pen, places, item, edges);
  if (find("cycle").value !== "none") drawCycles(pen, places);
  drawPoints(pen, places, { order: shown.order, labels, outer, colours: view.colours, lit: litPoints() });
  if (!moving && find("colour").value === "class") {
    nameClasses(pen, places, { labels, outer, classes, brought: shown.brought });
  }
  if (view.box) drawBox(pen, view.box);
  if (shown.marked !== null) markPoint(pen, places, width);
}

function drawEdges(pen, places, item, edges) {
  if (edges === "embedding") {
    drawTree(pen, places, treeOf(item), strainOf(edgesOf(item), shadesOf(item, "asked")));
  } else {
    const tree = treeOf(shown.input);
    const strain = strainOf(lengthsIn(pointsOf(item), tree), edgesOf(shown.input));
    drawTree(pen, places, tree, strain);
  }
}

function markPoint(pen, places, width) {
  const i = shown.marked, [x, y] = [places[2 * i], places[2 * i + 1]];
  const side = x < width / 2 ? 1 : -1, images = picturesOf(shown.input);
  ring(pen, x, y);
  if (images) drawPicture(pen, images, i, { x: side > 0 ? x + 16 : x - 58, y: y - 21, side: 42 });
  const name = `${i}: ${shown.input.classes[labelsOf(shown.input)[i]]}`;
  write(pen, name, x + (images ? 64 : 14) * side, y, side > 0 ? "left" : "right");
}

function drawBox(pen, [x, y, toX, toY]) {
  pen.setLineDash([4, 3]);
  pen.lineWidth = 1.5;
  pen.strokeStyle = token("--text");
  pen.strokeRect(x, y, toX - x, toY - y);
  pen.setLineDash([]);
}

function drawPersistence() {
  const there = SIDES.filter((side) => shown.input !== null && isThere(shown[side].item));
  const holders = { input: shown.input, left: shown.left.item, right: shown.right.item };
  const names = shown.input === null ? [] : ["input", ...there];
  for (const name of ["input", ...SIDES]) {
    if (names.includes(name)) continue;
    clear(find(`${name}-diagram`));
    find(`${name}-last`).textContent = "";
  }
  offerDimensions(names.map((name) => holders[name]));
  (radio("dimension") === "1" ? drawAllLoops : drawAllDeaths)(names, holders);
}

function drawAllLoops(names, holders) {
  const known = names.filter((name) => loopsOf(holders[name]) !== null);
  const most = Math.max(...known.map((name) => endOfLoops(loopsOf(holders[name]))));
  for (const name of names) {
    const pairs = loopsOf(holders[name]) || [], canvas = find(`${name}-diagram`);
    const end = 1.05 * (radio("scale") === "common" ? most : endOfLoops(pairs)) || 1;
    const colour = token(name === "input" ? "--input" : "--latent");
    const told = known.includes(name) ? `${pairs.length / 2} loops` : "loops not known";
    canvas.setAttribute("aria-label", told);
    find(`${name}-last`).textContent = told;
    if (radio("view") === "diagram") {
      drawLoops(canvas, { pairs, carried: carriedOf(holders[name]) }, end, colour);
    } else {
      const titles = { xTitle: "loops, longest life first", yTitle: "death − birth" };
      drawOrder(canvas, livesOf(pairs), end, { colour, lit: [], titles });
    }
  }
}

function drawAllDeaths(names, holders) {
  const lastOf = ({ deaths }) => deaths.length ? deaths[deaths.length - 1] : 0;
  const most = Math.max(0, ...names.map((name) => lastOf(deathsOf(holders[name]))));
  const lit = litPoints(), { marked } = shown;
  const is = marked !== null ? (i) => i === marked : (i) => lit !== null && lit[i];
  for (const name of names) {
    const found = deathsOf(holders[name]), canvas = find(`${name}-diagram`);
    const end = 1.05 * (radio("scale") === "common" ? most : lastOf(found)) || 1;
    const look = { colour: token(name === "input" ? "--input" : "--latent"),
      lit: litDeaths(found, treeOf(holders[name]), is),
      titles: { xTitle: "edges, longest first", yTitle: "death" } };
    (radio("view") === "diagram" ? drawDiagram : drawOrder)(canvas, found.deaths, end, look);
    canvas.setAttribute("aria-label",
      `${found.deaths.length} deaths, the last at ${format(lastOf(found))}`);
    find(`${name}-last`).textContent = `last death ${format(lastOf(found))}`;
  }
}
