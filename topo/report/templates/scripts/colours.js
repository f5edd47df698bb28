// What points can be coloured by. Colours come from the page's style, which may be dark.

const COLOURINGS = {
  class: { title: "Class" },
  density: {
    title: "Density in the input", of: (input) => shadesOf(input, "density"), unit: "× the mean",
    meaning: "How dense the input is around the point, by kernels of width 0.1: KL at σ = 0.1 "
      + "compares it with the embedding's.",
  },
  trust: {
    title: "Trust lost", of: (_, item) => shadesOf(item, "trust"), unit: "of trustworthiness",
    meaning: "How much the point's neighbours in this embedding are strangers in the input. The "
      + "mean over all points is 1 − trustworthiness.",
  },
  loss: {
    title: "Topological loss", of: (_, item) => shadesOf(item, "loss"), unit: "of L_t",
    meaning: "What the edges of both spanning trees at this point add to the topological loss, all "
      + "test points taken as one batch.",
  },
  stability: {
    title: "Stability over seeds", of: (_, item) => shadesOf(item, "stability"), unit: "kept", end: 1,
    meaning: "Share of the point's 15 nearest neighbours that another model seed gives it as well. "
      + "It is known where a method ran with several model seeds.",
  },
};
const N_SHADES = 32;

function classColours(input) {
  return input.classes.map((_, index) =>
    index === input.outer ? token("--outer") : input.colours[index] || token("--text"));
}

// From low to high; what is unknown is grey.
function ramp() {
  const ends = ["--low", "--middle", "--high"].map((name) => channels(token(name)));
  return Array.from({ length: N_SHADES }, (_, step) => {
    const along = (2 * step) / (N_SHADES - 1), from = Math.min(1, Math.floor(along));
    const mixed = ends[from].map((each, i) => each + (along - from) * (ends[from + 1][i] - each));
    return `rgb(${mixed.map(Math.round).join(",")})`;
  });
}

function channels(hexadecimal) {
  return [1, 3, 5].map((start) => parseInt(hexadecimal.slice(start, start + 2), 16));
}

// The value from which on all are coloured alike, common to all that are shown, so that few
// extremes do not leave the others pale.
function endOf(kind, shown) {
  if (COLOURINGS[kind].end) return COLOURINGS[kind].end;
  const found = shown.filter((values) => values !== null);
  const ends = found.map((values) => values.slice().sort()[Math.floor(0.98 * (values.length - 1))]);
  return Math.max(...ends, 0) || 1;
}

function colourPoints(kind, { input, item, end }) {
  const labels = labelsOf(input);
  if (kind === "class") {
    const colours = classColours(input);
    return Array.from(labels, (label) => colours[label]);
  }
  const values = COLOURINGS[kind].of(input, item);
  if (values === null) return new Array(labels.length).fill(token("--outer"));
  const shades = ramp();
  return Array.from(values, (value) =>
    shades[Math.min(N_SHADES - 1, Math.floor((N_SHADES * value) / end))]);
}
