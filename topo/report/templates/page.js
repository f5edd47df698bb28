// What the reader can choose, and what follows from it.

const find = (id) => document.getElementById(id);
const data = JSON.parse(find("data").textContent);
const LEVELS = ["stage", "dataset", "method", "setting", "repetition"];
// What the explorer shows now.
const shown = { item: null, points: null, labels: null, input: null, places: null,
  brought: null, marked: null };

document.documentElement.classList.add("scripted");

function decode(text, Type) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Type(bytes.buffer);
}

// Fills the choices from the left, keeping what was chosen wherever it still exists.
function choose() {
  let items = data.items;
  for (const level of LEVELS) {
    const select = find(level);
    const names = [...new Set(items.map((item) => item[level]))];
    const kept = names.includes(select.value) ? select.value : names[0];
    select.replaceChildren(...names.map((name) => new Option(name, name, false, name === kept)));
    select.parentElement.hidden = names.length < 2 && (level === "stage" || level === "setting");
    items = items.filter((item) => item[level] === kept);
  }
  show(items[0]);
}

function show(item) {
  const input = item.input === null ? null : data.inputs[item.input];
  const there = item.points !== null && input !== null;
  const sameClasses = input && shown.input && input.classes.join() === shown.input.classes.join();
  Object.assign(shown, {
    item, input, marked: null,
    brought: sameClasses ? shown.brought : null,
    points: there ? decode(item.points, Uint16Array) : null,
    labels: there ? decode(input.labels, Uint16Array) : null,
    deaths: there ? decode(item.deaths, Float32Array) : null,
    inputDeaths: there ? decode(input.deaths, Float32Array) : null,
  });
  const reason = Object.values(item.reasons)[0] || "no embedding was kept";
  find("reason").hidden = there;
  find("reason").textContent = there ? "" : `No embedding: ${reason}`;
  find("chosen").textContent =
    [item.method, item.hyperparameters].filter(Boolean).join(": ");
  find("embedding").setAttribute("aria-label", there
    ? `${item.method} of ${item.dataset}: ${shown.labels.length} points in `
      + `${input.classes.length} classes. Arrow keys go from point to point.`
    : "No embedding");
  listClasses();
  listScores();
  draw();
}

function listClasses() {
  const buttons = shown.points === null ? [] : shown.input.classes.map((name, index) => {
    const button = document.createElement("button");
    const sample = document.createElement("i");
    if (index === shown.input.outer) sample.className = "outer";
    else sample.style.background = colourOf(index, shown.input);
    button.type = "button";
    button.append(sample, name);
    button.setAttribute("aria-pressed", String(shown.brought === index));
    button.addEventListener("click", () => {
      shown.brought = shown.brought === index ? null : index;
      for (const each of find("classes").children) each.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", String(shown.brought === index));
      draw();
    });
    return button;
  });
  find("classes").replaceChildren(...buttons);
  find("classes").parentElement.hidden = buttons.length === 0;
}

function listScores() {
  const { values, reasons } = shown.item;
  const rows = data.metrics.map((metric, index) => {
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = `${metric.name} ${metric.arrow}`;
    const scaling = row.insertCell();
    scaling.textContent = metric.scaling;
    const value = row.insertCell();
    value.textContent = values[index] === null ? reasons[index] || "–" : format(values[index]);
    if (values[index] === null) value.className = "reason";
    row.prepend(name);
    return row;
  });
  find("scores").replaceChildren(...rows);
}

function format(value) {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(3);
  return String(Number(value.toPrecision(5)));
}

function draw() {
  if (shown.item === null) return;
  drawEmbedding();
  drawPersistence();
}

function drawEmbedding() {
  if (shown.points === null) {
    clear(find("embedding"));
    find("point").textContent = "";
    return;
  }
  shown.places = drawScatter(
    find("embedding"), shown.points, shown.labels, shown.input, shown);
  find("point").textContent = shown.marked === null
    ? "Point at the picture, or give it the focus and use the arrow keys, to read a point."
    : describe(shown.marked);
}

function describe(i) {
  const [left, bottom, side] = shown.item.square;
  const [x, y] = [left, bottom].map((low, axis) =>
    format(low + (shown.points[2 * i + axis] / 65535) * side));
  return `Point ${i}: class ${shown.input.classes[shown.labels[i]]}, at (${x}, ${y})`;
}

function drawPersistence() {
  const there = shown.points !== null;
  const chosen = (name) => document.querySelector(`input[name=${name}]:checked`).value;
  const end = (deaths) => 1.05 * (deaths.length ? deaths[deaths.length - 1] : 0) || 1;
  const canvases = [find("input-diagram"), find("latent-diagram")];
  if (!there) {
    canvases.forEach(clear);
    find("deaths").textContent = "";
    return;
  }
  const sides = [shown.inputDeaths, shown.deaths];
  const most = Math.max(...sides.map(end));
  const [plot, note] = chosen("view") === "diagram"
    ? [drawDiagram, " Every birth is 0; bars count the deaths at one height."] : [drawOrder, ""];
  sides.forEach((deaths, index) => {
    const colour = token(index ? "--latent" : "--input");
    plot(canvases[index], deaths, chosen("scale") === "common" ? most : end(deaths), colour);
    canvases[index].setAttribute("aria-label",
      `${deaths.length} points, last death ${lastOf(deaths)}`);
  });
  find("deaths").textContent =
    `Last deaths: input ${lastOf(sides[0])}, embedding ${lastOf(sides[1])}.${note}`;
}

function lastOf(deaths) {
  return deaths.length ? format(deaths[deaths.length - 1]) : "none";
}

function mark(i) {
  if (i === shown.marked) return;
  shown.marked = i;
  drawEmbedding();
}

function nearest(event) {
  const box = find("embedding").getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  let best = null, away = 15;
  for (let i = 0; i < shown.labels.length; i += 1) {
    const distance = Math.hypot(shown.places[2 * i] - x, shown.places[2 * i + 1] - y);
    if (distance < away) [best, away] = [i, distance];
  }
  return best;
}

function step(event) {
  if (shown.points === null) return;
  const last = shown.labels.length - 1;
  const here = shown.marked === null ? -1 : shown.marked;
  const to = { ArrowRight: Math.min(here + 1, last), ArrowDown: Math.min(here + 1, last),
    ArrowLeft: Math.max(here - 1, 0), ArrowUp: Math.max(here - 1, 0), Home: 0, End: last,
    Escape: null }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  mark(to);
}

function filterVerdicts() {
  const boxes = [...document.querySelectorAll("input[name=outcome]")];
  const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  for (const row of document.querySelectorAll("tr[data-outcome]")) {
    row.hidden = !wanted.has(row.dataset.outcome);
  }
}

function unfold(event) {
  const folded = [...document.querySelectorAll(".verdicts details")];
  const open = folded.some((each) => !each.open);
  for (const each of folded) each.open = open;
  event.target.textContent = open ? "Fold all" : "Unfold all";
}

for (const box of document.querySelectorAll("input[name=outcome]")) {
  box.addEventListener("change", filterVerdicts);
}
if (find("unfold")) find("unfold").addEventListener("click", unfold);
if (data.items.length) {
  for (const level of LEVELS) find(level).addEventListener("change", choose);
  for (const name of ["view", "scale"]) {
    for (const radio of document.querySelectorAll(`input[name=${name}]`)) {
      radio.addEventListener("change", drawPersistence);
    }
  }
  const canvas = find("embedding");
  canvas.addEventListener("pointermove", (event) => shown.points && mark(nearest(event)));
  canvas.addEventListener("pointerleave", () => shown.points && mark(null));
  canvas.addEventListener("keydown", step);
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  choose();
} else {
  find("explorer").hidden = true;
}
