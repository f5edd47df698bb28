// Dimension 1: births and deaths of loops, and the input's cycles as they lie in the embeddings.

// Births and deaths, one after the other; null where nothing is known of them.
const floats = (text) => new Float32Array(bytes(text).buffer);
const loopsOf = (holder) => once(holder, "loops", floats);
const carriedOf = (item) => (item.carried ? once(item, "carried", floats) : null);

// Offers the input's cycles, or none where there are none.
function fillCycles() {
  const cycles = shown.input === null ? [] : shown.input.cycles, choice = find("cycle");
  const kept = choice.value, names = cycles.map(({ birth, death }, i) =>
    new Option(`${i + 1}: from ${format(birth)} to ${format(death)}`, String(i)));
  choice.replaceChildren(new Option("None", "none"), new Option("All", "all"), ...names);
  choice.value = [...choice.options].some((each) => each.value === kept) ? kept : "none";
  choice.parentElement.hidden = !cycles.length;
}

// Of several cycles at once each has its own colour; from the fourth on they are dashed.
const CYCLE_COLOURS = ["--cycle", "--pull", "--push"];

function drawCycles(pen, places) {
  const chosen = find("cycle").value;
  shown.input.cycles.forEach((cycle, i) => {
    if (chosen !== "all" && chosen !== String(i)) return;
    const edges = once(cycle, "edges", wholeNumbers);
    const own = CYCLE_COLOURS[chosen === "all" ? i % CYCLE_COLOURS.length : 0];
    for (const [colour, width] of [["--back", 5], [own, 2.5]]) {
      pen.setLineDash(colour === own && chosen === "all" && i >= CYCLE_COLOURS.length ? [5, 3] : []);
      pen.strokeStyle = token(colour);
      pen.lineWidth = width;
      pen.beginPath();
      for (let k = 0; k < edges.length; k += 2) {
        pen.moveTo(places[2 * edges[k]], places[2 * edges[k] + 1]);
        pen.lineTo(places[2 * edges[k + 1]], places[2 * edges[k + 1] + 1]);
      }
      pen.stroke();
    }
  });
  pen.setLineDash([]);
}

// Shows the choice of a dimension where there are loops on any side.
function offerDimensions(holders) {
  const there = holders.some((each) => loopsOf(each) !== null);
  find("dimension").hidden = !there;
  if (!there) document.querySelector("input[name=dimension][value='0']").checked = true;
  const loops = radio("dimension") === "1";
  find("deaths-meaning").hidden = loops;
  find("loops-meaning").hidden = !loops;
}

const endOfLoops = (pairs) => Math.max(0, ...(pairs || []).filter((_, i) => i % 2));
const livesOf = (pairs) => Float32Array.from({ length: pairs.length / 2 }, (_, k) =>
  pairs[2 * k + 1] - pairs[2 * k]).sort();

// `carried`: what the input's cycles span in the embedding, ringed.
function drawLoops(canvas, { pairs, carried }, end, colour) {
  const { pen, x, y } = drawAxes(canvas, { right: end, top: end, xTitle: "birth", yTitle: "death" });
  drawDiagonal(pen, x, y, end);
  pen.fillStyle = colour;
  pen.globalAlpha = 0.7;
  for (let k = 0; k < pairs.length; k += 2) {
    pen.beginPath();
    pen.arc(x(pairs[k]), y(pairs[k + 1]), 3, 0, 2 * Math.PI);
    pen.fill();
  }
  pen.globalAlpha = 1;
  for (let k = 0; carried && k < carried.length; k += 2) ring(pen, x(carried[k]), y(carried[k + 1]));
}
