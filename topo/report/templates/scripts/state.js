// What the reader has chosen, in controls and in the address, so that a view can be sent.

const SIDES = ["left", "right"];
const ADDRESS = "#explorer:";
const RADIOS = ["view", "scale", "edges", "dimension"];

// What the explorer shows now; `chosen` is a set of points (null: all), `brought` a class.
const shown = { input: null, chosen: null, brought: null, marked: null, left: {}, right: {} };

function fill(id, names) {
  const select = find(id), kept = names.includes(select.value) ? select.value : names[0];
  select.replaceChildren(...names.map((name) => new Option(name, name, false, name === kept)));
  return kept;
}

const radio = (name) => document.querySelector(`input[name=${name}]:checked`).value;

// Fills the choices from the first, keeping what was chosen wherever it still exists.
function fillChoices() {
  const unique = (name, items) => [...new Set(items.map((item) => item[name]))];
  const dataset = fill("dataset", unique("dataset", data.items));
  const ofDataset = data.items.filter((item) => item.dataset === dataset);
  const sample = fill("sample", unique("sample", ofDataset));
  const items = ofDataset.filter((item) => item.sample === sample);
  for (const side of SIDES) fillSteps(side, stepsOf(fill(`${side}-series`, unique("series", items))));
}

const stepsOf = (series) => data.items.filter((item) => item.series === series
  && item.dataset === find("dataset").value && item.sample === find("sample").value);

// A slider over what a series has of one sample. It keeps its step where the new series has it.
function fillSteps(side, steps) {
  const slider = find(`${side}-step`), before = shown[side].item;
  const same = steps.findIndex((item) => before && item.step === before.step);
  const other = before && steps[0].series !== before.series;
  slider.max = steps.length - 1;
  slider.value = same >= 0 ? same : other ? 0 : Math.min(Number(slider.value), steps.length - 1);
  if (other) stop(side);
  slider.parentElement.hidden = steps.length < 2;
  // From the one of two steps to the other there is nothing to go through.
  find(`${side}-play`).hidden = steps.length < 3;
  shown[side].steps = steps;
  takeStep(side);
}

function takeStep(side) {
  const slider = find(`${side}-step`);
  shown[side].item = shown[side].steps[Number(slider.value)];
  slider.setAttribute("aria-valuetext", shown[side].item.step);
  find(`${side}-step-name`).textContent = shown[side].item.step;
}

let writing = null;

// Soon, not now: browsers refuse to have the address changed many times a second.
function writeAddress() {
  clearTimeout(writing);
  writing = setTimeout(() => history.replaceState(null, "", ADDRESS + describeView()), 250);
}

function describeView() {
  const view = new URLSearchParams({ dataset: find("dataset").value, sample: find("sample").value });
  for (const side of SIDES) {
    view.set(side, find(`${side}-series`).value);
    if (shown[side].item.step) view.set(`${side}-step`, shown[side].item.step);
  }
  view.set("colour", find("colour").value);
  if (find("cycle").value !== "none") view.set("cycle", find("cycle").value);
  for (const name of RADIOS) view.set(name, radio(name));
  if (shown.brought !== null) view.set("class", shown.input.classes[shown.brought]);
  if (shown.chosen !== null) view.set("points", writeSet(shown.chosen));
  return view.toString();
}

// Chooses what the address says; what it names and this page does not have stays as it is.
function readAddress() {
  if (!location.hash.startsWith(ADDRESS)) return false;
  const view = new URLSearchParams(location.hash.slice(ADDRESS.length));
  const select = (id, value) => {
    if ([...find(id).options].some((option) => option.value === value)) find(id).value = value;
  };
  for (const id of ["dataset", "sample"]) {
    select(id, view.get(id));
    fillChoices();
  }
  for (const side of SIDES) select(`${side}-series`, view.get(side));
  fillChoices();
  for (const side of SIDES) {
    const place = shown[side].steps.findIndex((item) => item.step === view.get(`${side}-step`));
    if (place >= 0) find(`${side}-step`).value = place;
    takeStep(side);
  }
  select("colour", view.get("colour"));
  for (const name of RADIOS) {
    const chosen = [...document.querySelectorAll(`input[name=${name}]`)]
      .find((each) => each.value === view.get(name));
    if (chosen) chosen.checked = true;
  }
  readPoints(view);
  fillCycles();
  select("cycle", view.get("cycle"));
  return true;
}

function readPoints(view) {
  const input = inputShown();
  const place = input === null ? -1 : input.classes.indexOf(view.get("class"));
  // Other points: nothing moves smoothly into them.
  if (input !== shown.input) for (const side of SIDES) shown[side].places = null;
  shown.input = input;
  shown.brought = place < 0 ? null : place;
  shown.chosen = view.has("points") && input !== null
    ? readSet(view.get("points"), labelsOf(input).length) : null;
}

function inputShown() {
  const item = SIDES.map((side) => shown[side].item).find((each) => each.input !== null);
  return item === undefined ? null : data.inputs[item.input];
}
