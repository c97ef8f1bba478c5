// Reads a coupon's code from a picture, for phones whose browser cannot read codes by itself: a QR code of version 3,
// level M, any mask, which is what qr.js and the shop draw (ISO/IEC 18004).
import { CHECK, DATA, EXP, LETTERS, LOG, SIZE, frame, times } from "./qr.js";

const WIDEST = 640;
const FINDERS = 10;
const FROM_EDGE = 3.5; // the middle of a finder, in modules
const ALIGNED = 22.5; // the middle of the alignment pattern
const over = (a, b) => (a ? EXP[LOG[a] + 255 - LOG[b]] : 0);
const at = (poly, x) => poly.reduceRight((sum, each) => times(sum, x) ^ each, 0); // the lowest power first

// Dark pixels, by comparison with what surrounds them: half of a screen may lie in the shade.
const darkOf = ({ data, width, height }) => {
  const light = new Float32Array(width * height);
  for (let i = 0; i < light.length; i++) light[i] = (data[4 * i] * 3 + data[4 * i + 1] * 6 + data[4 * i + 2]) / 10;
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) for (let x = 0, row = 0; x < width; x++) {
    row += light[y * width + x];
    sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
  }
  const reach = Math.max(8, Math.round(Math.min(width, height) / 8));
  const dark = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const [top, left, bottom, right] = [Math.max(0, y - reach), Math.max(0, x - reach), Math.min(height, y + reach), Math.min(width, x + reach)];
    const sum = sums[bottom * (width + 1) + right] - sums[top * (width + 1) + right] - sums[bottom * (width + 1) + left] + sums[top * (width + 1) + left];
    dark[y * width + x] = light[y * width + x] * (bottom - top) * (right - left) < sum * 0.92 ? 1 : 0;
  }
  return { dark, width, height, is: (x, y) => x >= 0 && y >= 0 && x < width && y < height && dark[(y | 0) * width + (x | 0)] === 1 };
};

// Whether five runs are dark, light, three times dark, light, dark; gives the size of a module, or 0.
const moduleOf = (runs) => {
  const module = runs.reduce((sum, run) => sum + run, 0) / 7;
  const fits = runs.every((run, i) => Math.abs(run - module * (i === 2 ? 3 : 1)) <= module * (i === 2 ? 1.2 : 0.7));
  return module >= 1 && fits ? module : 0;
};

// Through a point, along a direction: the middle of a finder and its module, or nothing.
const through = (picture, x, y, dx, dy) => {
  const runs = [0, 0, 0, 0, 0];
  let [forth, back] = [0, 1];
  for (let k = 2; k < 5; k++) while (runs[k] < WIDEST && picture.is(x + forth * dx, y + forth * dy) === (k !== 3) && inside(picture, x + forth * dx, y + forth * dy)) runs[k]++, forth++;
  for (let k = 2; k >= 0; k--) while (runs[k] < WIDEST && picture.is(x - back * dx, y - back * dy) === (k !== 1) && inside(picture, x - back * dx, y - back * dy)) runs[k]++, back++;
  const module = moduleOf(runs);
  if (!module) return null;
  const middle = forth - runs[4] - runs[3] - runs[2] / 2;
  return { x: x + middle * dx, y: y + middle * dy, module };
};

const inside = ({ width, height }, x, y) => x >= 0 && y >= 0 && x < width && y < height;

const findersOf = (picture) => {
  const found = [];
  for (let y = 0; y < picture.height; y++) {
    const runs = [];
    for (let x = 0, begun = 0; x <= picture.width; x++) {
      if (x < picture.width && x > 0 && picture.is(x, y) === picture.is(x - 1, y)) continue;
      if (x === 0) continue;
      runs.push(x - begun);
      begun = x;
      if (runs.length < 5 || !picture.is(x - 1, y) || !moduleOf(runs.slice(-5))) continue;
      const middle = x - runs.at(-1) - runs.at(-2) - runs.at(-3) / 2;
      const down = through(picture, middle, y, 0, 1);
      const across = down && through(picture, middle, down.y, 1, 0);
      if (!across) continue;
      const [cx, cy, module] = [across.x, down.y, (across.module + down.module) / 2];
      const same = found.find((each) => Math.hypot(each.x - cx, each.y - cy) < 4 * module);
      if (same) Object.assign(same, { x: (same.x * same.n + cx) / (same.n + 1), y: (same.y * same.n + cy) / (same.n + 1), module: (same.module * same.n + module) / (same.n + 1), n: same.n + 1 });
      else found.push({ x: cx, y: cy, module, n: 1 });
    }
  }
  return found.sort((a, b) => b.n - a.n).slice(0, FINDERS);
};

// Three finders of one code each: top left, top right, bottom left; the most square ones first.
const cornersOf = (finders) => {
  const found = [];
  for (const tl of finders) for (const tr of finders) for (const bl of finders) {
    const [ax, ay, bx, by] = [tr.x - tl.x, tr.y - tl.y, bl.x - tl.x, bl.y - tl.y];
    if (tr === bl || ax * by - ay * bx <= 0) continue;
    const [a, b] = [Math.hypot(ax, ay), Math.hypot(bx, by)];
    const lean = Math.abs(ax * bx + ay * by) / (a * b) + Math.abs(Math.log(a / b)) + Math.abs(Math.log(tr.module / bl.module)) / 2;
    if (lean < 0.8) found.push({ tl, tr, bl, lean });
  }
  return found.sort((a, b) => a.lean - b.lean).slice(0, 6);
};

// From modules to pixels, by four points of both.
const mapOf = (from, to) => {
  const rows = from.flatMap(([u, v], i) => [[u, v, 1, 0, 0, 0, -u * to[i][0], -v * to[i][0], to[i][0]], [0, 0, 0, u, v, 1, -u * to[i][1], -v * to[i][1], to[i][1]]]);
  for (let c = 0; c < 8; c++) {
    const best = rows.slice(c).reduce((most, row, i) => (Math.abs(row[c]) > Math.abs(rows[most][c]) ? c + i : most), c);
    [rows[c], rows[best]] = [rows[best], rows[c]];
    if (Math.abs(rows[c][c]) < 1e-9) return null;
    rows[c] = rows[c].map((each) => each / rows[c][c]);
    for (const row of rows) if (row !== rows[c] && row[c]) { const k = row[c]; rows[c].forEach((each, i) => (row[i] -= k * each)); }
  }
  const h = rows.map((row) => row[8]);
  return (u, v) => { const w = h[6] * u + h[7] * v + 1; return [(h[0] * u + h[1] * v + h[2]) / w, (h[3] * u + h[4] * v + h[5]) / w]; };
};

// The code as it lies in the picture: flat, and leaning away as its alignment pattern tells.
const mapsOf = (picture, { tl, tr, bl }) => {
  const side = ALIGNED + 3;
  const flat = (u, v) => [tl.x + ((u - FROM_EDGE) * (tr.x - tl.x) + (v - FROM_EDGE) * (bl.x - tl.x)) / (side - FROM_EDGE), tl.y + ((u - FROM_EDGE) * (tr.y - tl.y) + (v - FROM_EDGE) * (bl.y - tl.y)) / (side - FROM_EDGE)];
  let best = { score: 0 };
  for (let v = -4; v <= 4; v += 0.25) for (let u = -4; u <= 4; u += 0.25) {
    let score = -(Math.abs(u) + Math.abs(v)) / 10;
    for (let y = -2; y <= 2; y++) for (let x = -2; x <= 2; x++) score += picture.is(...flat(ALIGNED + u + x, ALIGNED + v + y)) === (Math.max(Math.abs(x), Math.abs(y)) !== 1) ? 1 : 0;
    if (score > best.score) best = { score, where: flat(ALIGNED + u, ALIGNED + v) };
  }
  const far = [[tl.x, tl.y], [tr.x, tr.y], [bl.x, bl.y]];
  const near = [[FROM_EDGE, FROM_EDGE], [side, FROM_EDGE], [FROM_EDGE, side]];
  const leaning = best.where && mapOf([...near, [ALIGNED, ALIGNED]], [...far, best.where]);
  return leaning ? [leaning, flat] : [flat];
};

const sampled = (picture, map) => {
  const row = (y) => Array.from({ length: SIZE }, (_x, x) => {
    const points = [[0.5, 0.5], [0.3, 0.5], [0.7, 0.5], [0.5, 0.3], [0.5, 0.7]];
    return points.filter(([u, v]) => picture.is(...map(x + u, y + v))).length > 2;
  });
  return Array.from({ length: SIZE }, (_y, y) => row(y));
};

// Which of the eight masks lies over it; the check bits of the format forgive three.
const FORMATS = Array.from({ length: 8 }, (_mask, mask) => {
  let rest = mask << 10;
  for (let i = 4; i >= 0; i--) if (rest & (1 << (i + 10))) rest ^= 0b10100110111 << i;
  return ((mask << 10) | rest) ^ 0b101010000010010;
});
const MASKS = [(x, y) => (x + y) % 2, (_x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => ((y >> 1) + ((x / 3) | 0)) % 2, (x, y) => ((x * y) % 2) + ((x * y) % 3), (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2];
const maskOf = (dark) => {
  let format = 0;
  for (let i = 0; i < 15; i++) if (dark[i < 6 ? i : i < 8 ? i + 1 : SIZE - 15 + i][8]) format |= 1 << i;
  const apart = FORMATS.map((each) => (each ^ format).toString(2).replaceAll("0", "").length);
  const mask = apart.indexOf(Math.min(...apart));
  return apart[mask] <= 3 ? mask : null;
};

const wordsOf = (dark, mask) => {
  const free = frame();
  const words = new Array(DATA + CHECK).fill(0);
  let n = 0;
  for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < SIZE; step++) for (const x of [right, right - 1]) {
      const y = up ? SIZE - 1 - step : step;
      if (free[y][x] !== null || n >= words.length * 8) continue;
      if (dark[y][x] !== (MASKS[mask](x, y) === 0)) words[n >> 3] |= 128 >> (n & 7);
      n++;
    }
  }
  return words;
};

// Up to thirteen words may be unreadable: Reed and Solomon's code, as Berlekamp, Massey, Chien and Forney solve it.
const mended = (words) => {
  const told = (some) => Array.from({ length: CHECK }, (_i, i) => some.reduce((sum, word) => times(sum, EXP[i]) ^ word, 0));
  const signs = told(words);
  let [now, old, errors, gap, last] = [[1], [1], 0, 1, 1];
  for (let n = 0; n < CHECK; n++) {
    let miss = signs[n];
    for (let i = 1; i <= errors; i++) miss ^= times(now[i] ?? 0, signs[n - i]);
    if (!miss) { gap++; continue; }
    const next = Array.from({ length: Math.max(now.length, old.length + gap) }, (_i, i) => (now[i] ?? 0) ^ times(over(miss, last), old[i - gap] ?? 0));
    if (2 * errors <= n) [old, errors, last, gap] = [now, n + 1 - errors, miss, 1];
    else gap++;
    now = next;
  }
  if (errors > CHECK / 2) return null;
  const value = Array.from({ length: CHECK }, (_i, i) => now.reduce((sum, each, k) => sum ^ (k <= i ? times(each, signs[i - k]) : 0), 0));
  const slope = now.slice(1).map((each, i) => (i % 2 ? 0 : each));
  const better = words.map((word, i) => {
    const power = words.length - 1 - i;
    const back = EXP[(255 - power) % 255];
    return at(now, back) ? word : word ^ times(EXP[power], over(at(value, back), at(slope, back) || 1));
  });
  return told(better).some(Boolean) ? null : better.slice(0, DATA);
};

const textOf = (words) => {
  const bits = words.map((word) => word.toString(2).padStart(8, "0")).join("");
  let place = 0;
  const take = (n) => parseInt(bits.slice(place, (place += n)), 2);
  if (take(4) !== 2) return null; // letters and digits
  const length = take(9);
  let text = "";
  while (text.length < length && place < bits.length) {
    const both = length - text.length > 1;
    const pair = take(both ? 11 : 6);
    text += both ? (LETTERS[(pair / 45) | 0] ?? "") + LETTERS[pair % 45] : LETTERS[pair];
  }
  return text.length === length ? text : null;
};

// The text of the code in a picture (as a canvas gives it), or null.
export const read = (pixels) => {
  const picture = darkOf(pixels);
  for (const corners of cornersOf(findersOf(picture))) for (const map of mapsOf(picture, corners)) {
    const dark = sampled(picture, map);
    const mask = maskOf(dark);
    const words = mask === null ? null : mended(wordsOf(dark, mask));
    const text = words && textOf(words);
    if (text) return text;
  }
  return null;
};

// As a browser's own BarcodeDetector, for a video.
export class Eyes {
  #canvas = document.createElement("canvas");

  async detect(video) {
    const scale = Math.min(1, WIDEST / Math.max(video.videoWidth, video.videoHeight, 1));
    this.#canvas.width = video.videoWidth * scale;
    this.#canvas.height = video.videoHeight * scale;
    if (!this.#canvas.width || !this.#canvas.height) return [];
    const brush = this.#canvas.getContext("2d", { willReadFrequently: true });
    brush.drawImage(video, 0, 0, this.#canvas.width, this.#canvas.height);
    const text = read(brush.getImageData(0, 0, this.#canvas.width, this.#canvas.height));
    return text ? [{ rawValue: text }] : [];
  }
}
