// Embeddings: where their points stand on a canvas, and how they are drawn there.

const MARGIN = 16;

// Places on the canvas, centred, with equal units on both axes.
function placePoints(points, width, height) {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    bottom = Math.min(bottom, points[i + 1]);
    top = Math.max(top, points[i + 1]);
  }
  const across = right - left, up = top - bottom;
  const unit = Math.min(
    (width - 2 * MARGIN) / (across || 1), (height - 2 * MARGIN) / (up || 1));
  const places = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    places[i] = width / 2 + unit * (points[i] - (left + right) / 2);
    places[i + 1] = height / 2 - unit * (points[i + 1] - (bottom + top) / 2);
  }
  return places;
}

// The order of drawing: the outer class lowest, all others mixed, so that none hides another.
function drawingOrder(labels, outer) {
  const place = (i) => Math.imul(i + 1, 2654435761) >>> 0;
  const order = [...labels.keys()];
  return order.sort((a, b) =>
    (labels[a] !== outer) - (labels[b] !== outer) || place(a) - place(b));
}

// `look`: order, labels, outer, colours of the points, and which are lit (null: all).
function drawPoints(pen, places, look) {
  const radius = Math.min(4, Math.max(1.5, 95 / Math.sqrt(look.labels.length)));
  const draw = (i) => {
    pen.beginPath();
    pen.arc(places[2 * i], places[2 * i + 1], radius, 0, 2 * Math.PI);
    // The outer class is known by its open circles too, not by its colour alone.
    if (look.labels[i] === look.outer) {
      pen.strokeStyle = look.colours[i];
      pen.stroke();
    } else {
      pen.fillStyle = look.colours[i];
      pen.fill();
    }
  };
  pen.lineWidth = 1;
  pen.globalAlpha = look.lit === null ? 0.85 : 0.13;
  for (const i of look.order) if (look.lit === null || !look.lit[i]) draw(i);
  pen.globalAlpha = 0.95;
  if (look.lit !== null) for (const i of look.order) if (look.lit[i]) draw(i);
  pen.globalAlpha = 1;
}

// Writes each class's name at its point nearest to the class's median, of those where it covers no
// name that stands there already. Where all would, the buttons alone tell the class.
function nameClasses(pen, places, { labels, outer, classes, brought }) {
  const members = classes.map(() => []), written = [];
  labels.forEach((label, i) => members[label].push(i));
  pen.font = LETTERS;
  classes.forEach((name, index) => {
    if (index === outer || (brought !== null && brought !== index)) return;
    const half = pen.measureText(name).width / 2 + 2;
    const isFree = (i) => written.every(([x, y, other]) =>
      Math.abs(places[2 * i] - x) > half + other || Math.abs(places[2 * i + 1] - y) > 16);
    const at = nearestToMedian(members[index], places, isFree);
    if (at === null) return;
    written.push([places[2 * at], places[2 * at + 1], half]);
    write(pen, name, places[2 * at], places[2 * at + 1], "center");
  });
}

// Of the points that may be taken, the one nearest to the median of all; null where none may.
function nearestToMedian(members, places, isFree) {
  const [x, y] = [0, 1].map((axis) => median(members.map((i) => places[2 * i + axis])));
  const away = (i) => Math.hypot(places[2 * i] - x, places[2 * i + 1] - y);
  return members.filter(isFree).reduce(
    (best, i) => (best === null || away(i) < away(best) ? i : best), null);
}

// Edges of a tree, coloured by what the loss asks of each.
function drawTree(pen, places, tree, strain) {
  const colours = { pull: token("--pull"), push: token("--push") };
  pen.lineWidth = 1;
  tree.forEach((other, i) => {
    pen.globalAlpha = 0.25 + 0.75 * Math.min(1, Math.abs(strain[i]));
    pen.strokeStyle = strain[i] > 0 ? colours.pull : colours.push;
    pen.beginPath();
    pen.moveTo(places[2 * i], places[2 * i + 1]);
    pen.lineTo(places[2 * other], places[2 * other + 1]);
    pen.stroke();
  });
  pen.globalAlpha = 1;
}

// How much longer an edge is in the embedding than in the input, of the longer of the two.
function strainOf(inEmbedding, inInput) {
  return Float32Array.from(inEmbedding, (length, i) =>
    (length - inInput[i]) / Math.max(length, inInput[i], 1e-30));
}

function nearestPlace(places, x, y, most) {
  let best = null, away = most;
  for (let i = 0; 2 * i < places.length; i += 1) {
    const distance = Math.hypot(places[2 * i] - x, places[2 * i + 1] - y);
    if (distance < away) [best, away] = [i, distance];
  }
  return best;
}
