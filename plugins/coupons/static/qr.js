// A QR code of up to 61 letters, digits and .:/-+*%$ : version 3, level M, mask 0, as ISO/IEC 18004 has it.
// One size is enough here: it needs no choice of version or mask and no interleaving.
export const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
export const SIZE = 29;
export const DATA = 44;
export const CHECK = 26;

export const EXP = new Uint8Array(512);
export const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++, x = (x << 1) ^ (x & 128 ? 0x11d : 0)) EXP[i] = EXP[i + 255] = x, LOG[x] = i;
export const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);

const data = (text) => {
  let bits = "0010" + text.length.toString(2).padStart(9, "0");
  for (let i = 0; i < text.length; i += 2) {
    const [a, b] = [LETTERS.indexOf(text[i]), LETTERS.indexOf(text[i + 1] ?? "?")];
    bits += i + 1 < text.length ? (a * 45 + b).toString(2).padStart(11, "0") : a.toString(2).padStart(6, "0");
  }
  bits += "0000".slice(0, DATA * 8 - bits.length);
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  const words = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
  for (let i = 0; words.length < DATA; i++) words.push(i % 2 ? 0x11 : 0xec);
  return words;
};

const check = (words) => {
  let generator = [1];
  for (let i = 0; i < CHECK; i++) {
    const next = [...generator, 0];
    generator.forEach((each, k) => (next[k + 1] ^= times(each, EXP[i])));
    generator = next;
  }
  const rest = [...words, ...new Array(CHECK).fill(0)];
  for (let i = 0; i < words.length; i++) {
    const factor = rest[i];
    generator.forEach((each, k) => (rest[i + k] ^= times(each, factor)));
  }
  return rest.slice(words.length);
};

// The fixed parts of the code; null where its words lie.
export const frame = () => {
  const dark = Array.from({ length: SIZE }, () => new Array(SIZE).fill(null));
  const square = (top, left, size, paint) => {
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (dark[top + y]?.[left + x] !== undefined) dark[top + y][left + x] = paint(Math.max(Math.abs(y - (size - 1) / 2), Math.abs(x - (size - 1) / 2)));
  };
  for (const [top, left] of [[-1, -1], [-1, SIZE - 8], [SIZE - 8, -1]]) square(top, left, 9, (ring) => ring !== 2 && ring !== 4);
  square(20, 20, 5, (ring) => ring !== 1);
  for (let i = 8; i < SIZE - 8; i++) dark[6][i] = dark[i][6] = i % 2 === 0;
  const format = 0b101010000010010; // level M, mask 0, with its check bits
  const bit = (i) => ((format >> i) & 1) === 1;
  for (let i = 0; i < 15; i++) {
    dark[i < 6 ? i : i < 8 ? i + 1 : SIZE - 15 + i][8] = bit(i);
    dark[8][i < 8 ? SIZE - 1 - i : i < 9 ? 7 : 14 - i] = bit(i);
  }
  dark[SIZE - 8][8] = true;
  return dark;
};

// The dark modules of a text, row by row, without the quiet zone.
export const matrix = (text) => {
  const words = data(text);
  const all = [...words, ...check(words)];
  const dark = frame();
  let at = 0;
  for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < SIZE; step++) {
      const y = up ? SIZE - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (dark[y][x] !== null) continue;
        const bit = at < all.length * 8 && (all[at >> 3] >> (7 - (at & 7))) & 1;
        dark[y][x] = Boolean(bit) !== ((x + y) % 2 === 0);
        at++;
      }
    }
  }
  return dark;
};

// Paints the text onto a canvas with its quiet zone, dark on white in every theme.
export const paint = (canvas, text, scale = 8) => {
  const rows = matrix(text);
  canvas.width = canvas.height = (SIZE + 8) * scale;
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.fillStyle = "#000";
  rows.forEach((row, y) => row.forEach((dark, x) => dark && brush.fillRect((x + 4) * scale, (y + 4) * scale, scale, scale)));
};
