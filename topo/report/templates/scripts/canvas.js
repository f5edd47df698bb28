// Canvases: sharp, with axes, and text that stays readable. Nothing here knows what is shown.

// What was asked of the page once: each question has all of it styled, or laid out, anew.
const tokens = new Map(), sizes = new Map();
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => tokens.clear());
window.addEventListener("resize", () => sizes.clear());

function token(name) {
  if (!tokens.has(name)) {
    const style = getComputedStyle(document.documentElement);
    tokens.set(name, style.getPropertyValue(name).trim());
  }
  return tokens.get(name);
}

// Width and height in CSS pixels; what is hidden has none yet.
function sizeOf(canvas) {
  const known = sizes.get(canvas) || canvas.getBoundingClientRect();
  if (known.width) sizes.set(canvas, known);
  return known;
}

// A cleared canvas with one drawing unit per CSS pixel, sharp on dense screens.
function clear(canvas) {
  const { width, height } = sizeOf(canvas);
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  pen.font = "12px system-ui, 'Liberation Sans', sans-serif";
  return { pen, width, height };
}

const LETTERS = "bold 13px system-ui, 'Liberation Sans', sans-serif";

// Text that stays readable on whatever lies below it.
function write(pen, text, x, y, align) {
  pen.font = LETTERS;
  pen.textAlign = align;
  pen.textBaseline = "middle";
  pen.lineWidth = 4;
  pen.strokeStyle = token("--back");
  pen.strokeText(text, x, y);
  pen.fillStyle = token("--text");
  pen.fillText(text, x, y);
}

function median(values) {
  return Float32Array.from(values).sort()[Math.floor(values.length / 2)];
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
