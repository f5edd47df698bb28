// What the page holds: arrays come as short texts and are decoded when they are first shown.

const find = (id) => document.getElementById(id);
const data = JSON.parse(find("data").textContent);

function bytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

// What a function makes of an item or an input, made once; null where there is nothing to make.
const made = new Map();
function once(holder, name, make) {
  if (!made.has(holder)) made.set(holder, {});
  const kept = made.get(holder);
  if (!(name in kept)) kept[name] = holder[name] === null ? null : make(holder[name], holder);
  return kept[name];
}

const wholeNumbers = (text) => new Uint16Array(bytes(text).buffer);
const labelsOf = (input) => once(input, "labels", wholeNumbers);
const treeOf = (holder) => once(holder, "tree", wholeNumbers);

// Numbers that were written in 255 steps up to the largest.
function shadesOf(holder, name) {
  return once(holder, name, ({ top, values }) =>
    Float32Array.from(bytes(values), (step) => (step / 255) * top));
}

// Coordinates of an embedding's points as they are: x and y of each.
function pointsOf(item) {
  return once(item, "points", (text, { square: [left, bottom, side] }) =>
    Float32Array.from(wholeNumbers(text), (step, i) =>
      (i % 2 ? bottom : left) + (step / 65535) * side));
}

// The same, turned so that points keep their place from one embedding to the next.
function turnedOf(item) {
  return once(item, "turn", ([a, b, c, d]) => {
    const points = pointsOf(item), turned = new Float32Array(points.length);
    for (let i = 0; i < points.length; i += 2) {
      turned[i] = points[i] * a + points[i + 1] * c;
      turned[i + 1] = points[i] * b + points[i + 1] * d;
    }
    return turned;
  });
}

// Length of the edge from each point towards the root of a tree.
function lengthsIn(points, tree) {
  return Float32Array.from(tree, (other, i) =>
    Math.hypot(points[2 * i] - points[2 * other], points[2 * i + 1] - points[2 * other + 1]));
}

// Deaths, ascending, and for each the point whose edge towards the root it is, if that is known.
function deathsOf(holder) {
  const tree = treeOf(holder);
  if (tree === null) {
    return once(holder, "deaths", (text) =>
      ({ deaths: new Float32Array(bytes(text).buffer), points: null }));
  }
  return once(holder, "ordered", () => orderedDeaths(tree, edgesOf(holder)));
}

// Length of every edge of an input's or an embedding's tree.
function edgesOf(holder) {
  if (holder.lengths) return once(holder, "lengths", (text) => new Float32Array(bytes(text).buffer));
  return once(holder, "edges", () => lengthsIn(pointsOf(holder), treeOf(holder)));
}

function orderedDeaths(tree, lengths) {
  const points = [...tree.keys()].filter((i) => tree[i] !== i);
  points.sort((a, b) => lengths[a] - lengths[b] || a - b);
  return { deaths: Float32Array.from(points, (i) => lengths[i]), points };
}

// The n points nearest to one in the plane, itself among them.
function nearestTo(i, points, n) {
  const away = Float64Array.from({ length: points.length / 2 }, (_, j) =>
    Math.hypot(points[2 * j] - points[2 * i], points[2 * j + 1] - points[2 * i + 1]));
  return [...away.keys()].sort((a, b) => away[a] - away[b] || a - b).slice(0, n);
}

// A set of points as text for the address, one bit each, and back.
function writeSet(chosen) {
  const packed = new Uint8Array(Math.ceil(chosen.length / 8));
  chosen.forEach((is, i) => { packed[i >> 3] |= is << (i & 7); });
  const text = btoa(String.fromCharCode(...packed));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function readSet(text, length) {
  const packed = bytes(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from({ length }, (_, i) => (packed[i >> 3] >> (i & 7)) & 1);
}

function format(value) {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(3);
  return String(Number(value.toPrecision(5)));
}
