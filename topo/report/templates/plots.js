// Drawing: canvases in, marks out. Nothing here knows what was chosen.

function colourOf(index, input) {
  if (index === input.outer) return token("--outer");
  return input.colours[index] || token("--text");
}

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// A cleared canvas with one drawing unit per CSS pixel, sharp on dense screens.
function clear(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  pen.font = "12px system-ui, 'Liberation Sans', sans-serif";
  return { pen, width, height };
}

// Where the points of an embedding stand on its canvas, centred, with equal units on both axes.
function placePoints(points, width, height) {
  let across = 0, down = 0;
  for (let i = 0; i < points.length; i += 2) {
    across = Math.max(across, points[i]);
    down = Math.max(down, points[i + 1]);
  }
  const margin = 14;
  const unit = (Math.min(width, height) - 2 * margin) / Math.max(across, down, 1);
  const left = (width - unit * across) / 2, bottom = (height + unit * down) / 2;
  const places = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    places[i] = left + unit * points[i];
    places[i + 1] = bottom - unit * points[i + 1];
  }
  return places;
}

function drawScatter(canvas, points, labels, input, { brought, marked }) {
  const { pen, width, height } = clear(canvas);
  const places = placePoints(points, width, height);
  const radius = Math.min(4, Math.max(1.4, 90 / Math.sqrt(labels.length)));
  const order = [...labels.keys()];
  const late = (i) => (labels[i] === input.outer ? 0 : 1) + (labels[i] === brought ? 2 : 0);
  order.sort((a, b) => late(a) - late(b) || a - b);
  const colours = input.classes.map((_, index) => colourOf(index, input));
  for (const i of order) {
    const dimmed = brought !== null && labels[i] !== brought;
    pen.globalAlpha = dimmed ? 0.12 : 0.85;
    pen.beginPath();
    pen.arc(places[2 * i], places[2 * i + 1], radius, 0, 2 * Math.PI);
    // The outer class is known by its open circles too, not by its colour alone.
    if (labels[i] === input.outer) {
      pen.strokeStyle = colours[labels[i]];
      pen.stroke();
    } else {
      pen.fillStyle = colours[labels[i]];
      pen.fill();
    }
  }
  pen.globalAlpha = 1;
  nameClasses(pen, places, labels, input, brought);
  if (marked !== null) {
    const [x, y] = [places[2 * marked], places[2 * marked + 1]];
    ring(pen, x, y);
    const side = x < width / 2 ? 1 : -1;
    write(pen, `${marked}: ${input.classes[labels[marked]]}`, x + 14 * side, y,
      side > 0 ? "left" : "right");
  }
  return places;
}

// Writes each class's name at its point nearest to the class's median.
function nameClasses(pen, places, labels, input, brought) {
  input.classes.forEach((name, index) => {
    if (index === input.outer || (brought !== null && brought !== index)) return;
    const members = [...labels.keys()].filter((i) => labels[i] === index);
    const [x, y] = [0, 1].map((axis) => median(members.map((i) => places[2 * i + axis])));
    const away = (i) => Math.hypot(places[2 * i] - x, places[2 * i + 1] - y);
    const nearest = members.reduce((best, i) => (away(i) < away(best) ? i : best));
    write(pen, name, places[2 * nearest], places[2 * nearest + 1], "center");
  });
}

// Text that stays readable on whatever lies below it.
function write(pen, text, x, y, align) {
  pen.font = "bold 13px system-ui, 'Liberation Sans', sans-serif";
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.lineWidth = 4;
  pen.strokeStyle = token("--back");
  pen.strokeText(text, x, y);
  pen.fillStyle = token("--text");
  pen.fillText(text, x, y);
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ring(pen, x, y) {
  pen.lineWidth = 2;
  pen.strokeStyle = token("--text");
  pen.beginPath();
  pen.arc(x, y, 8, 0, 2 * Math.PI);
  pen.stroke();
}

// Axes from 0 to the given ends; returns the pen and the functions from values to pixels.
function drawAxes(canvas, { right, top, xTitle, yTitle }) {
  const { pen, width, height } = clear(canvas);
  const box = { left: 46, right: width - 10, top: 10, bottom: height - 34 };
  const x = (value) => box.left + (value / right) * (box.right - box.left);
  const y = (value) => box.bottom - (value / top) * (box.bottom - box.top);
  pen.strokeStyle = token("--line");
  pen.strokeRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  pen.fillStyle = token("--soft");
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const tick of ticks(top)) pen.fillText(short(tick), box.left - 5, y(tick));
  pen.textAlign = "center";
  for (const tick of ticks(right)) pen.fillText(short(tick), x(tick), box.bottom + 10);
  pen.fillText(xTitle, (box.left + box.right) / 2, height - 8);
  pen.save();
  pen.translate(8, (box.top + box.bottom) / 2);
  pen.rotate(-Math.PI / 2);
  pen.fillText(yTitle, 0, 0);
  pen.restore();
  return { pen, x, y };
}

function ticks(end) {
  const rough = end / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((each) => each * power >= rough) * power;
  const count = Math.floor(end / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

function short(value) {
  return String(Number(value.toPrecision(6)));
}

// Every birth is 0, so the points stand on the left edge; bars tell how many stand at one height.
function drawDiagram(canvas, deaths, end, colour) {
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
}

function drawOrder(canvas, deaths, end, colour) {
  const n = Math.max(deaths.length, 1);
  const titles = { xTitle: "points, last death first", yTitle: "death" };
  const { pen, x, y } = drawAxes(canvas, { right: n, top: end, ...titles });
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  for (let i = 0; i < deaths.length; i += 1) pen.lineTo(x(i), y(deaths[deaths.length - 1 - i]));
  pen.stroke();
}
