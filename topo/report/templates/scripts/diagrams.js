// Persistence diagrams of dimension 0, and the pictures of points.

// Every birth is 0, so the dots stand on the left edge; bars tell how many stand at one height.
// What belongs to the points that are lit reaches out of it.
function drawDiagram(canvas, deaths, end, { colour, lit }) {
  const { pen, x, y } = drawAxes(canvas, { right: end, top: end, xTitle: "birth", yTitle: "death" });
  const counts = new Array(40).fill(0);
  for (const death of deaths) counts[Math.min(39, Math.floor((40 * death) / end))] += 1;
  const most = Math.max(...counts, 1);
  pen.fillStyle = colour;
  pen.globalAlpha = 0.3;
  counts.forEach((count, bin) => {
    const low = (bin * end) / 40, high = ((bin + 1) * end) / 40;
    const length = (0.45 * end * count) / most;
    if (count) pen.fillRect(x(0), y(high), Math.max(1, x(length) - x(0)), y(low) - y(high) - 0.5);
  });
  pen.globalAlpha = 0.6;
  for (const death of deaths) {
    pen.beginPath();
    pen.arc(x(0), y(death), 2.2, 0, 2 * Math.PI);
    pen.fill();
  }
  pen.globalAlpha = 1;
  pen.strokeStyle = token("--soft");
  pen.setLineDash([4, 4]);
  pen.beginPath();
  pen.moveTo(x(0), y(0));
  pen.lineTo(x(end), y(end));
  pen.stroke();
  pen.setLineDash([]);
  lightDeaths(pen, lit.map((k) => [x(0), y(deaths[k])]), 14);
}

function drawOrder(canvas, deaths, end, { colour, lit }) {
  const n = Math.max(deaths.length, 1), last = deaths.length - 1;
  const titles = { xTitle: "edges, longest first", yTitle: "death" };
  const { pen, x, y } = drawAxes(canvas, { right: n, top: end, ...titles });
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  for (let i = 0; i < deaths.length; i += 1) pen.lineTo(x(i), y(deaths[last - i]));
  pen.stroke();
  lightDeaths(pen, lit.map((k) => [x(last - k), y(deaths[k])]), 0);
}

function lightDeaths(pen, places, reach) {
  pen.strokeStyle = pen.fillStyle = token("--text");
  pen.lineWidth = 1.2;
  // Of many the dots alone: lines would fill the picture.
  pen.globalAlpha = places.length > 60 ? 0.35 : 1;
  for (const [x, y] of places) {
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + reach, y);
    pen.stroke();
    pen.beginPath();
    pen.arc(x + reach, y, 3.2, 0, 2 * Math.PI);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

// Places in the order of deaths of the edges that have an end among some points.
function litDeaths({ deaths, points }, tree, is) {
  if (points === null) return [];
  return [...deaths.keys()].filter((k) => is(points[k]) || is(tree[points[k]]));
}

// A point's picture; the darker of two pixels is the higher one, in the colour of the text.
function drawPicture(pen, { pixels, height, width }, i, { x, y, side }) {
  const size = Math.ceil((height * width) / 4), unit = side / Math.max(height, width);
  pen.fillStyle = token("--back");
  pen.fillRect(x - 1, y - 1, side + 2, side + 2);
  pen.fillStyle = token("--text");
  for (let place = 0; place < height * width; place += 1) {
    const four = pixels[i * size + (place >> 2)];
    pen.globalAlpha = ((four >> (6 - 2 * (place & 3))) & 3) / 3;
    if (pen.globalAlpha === 0) continue;
    const [row, column] = [Math.floor(place / width), place % width];
    pen.fillRect(x + column * unit, y + row * unit, unit + 0.3, unit + 0.3);
  }
  pen.globalAlpha = 1;
  pen.strokeStyle = token("--line");
  pen.strokeRect(x - 1, y - 1, side + 2, side + 2);
}

function picturesOf(input) {
  return once(input, "images", ({ pixels, height, width }) =>
    ({ pixels: bytes(pixels), height, width }));
}
