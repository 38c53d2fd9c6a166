// A drawing as 8 x 8 numbers from 0 to 16, made as the digits of the UCI were: NIST's programs (Garris et al. 1994,
// NISTIR 5469) bring a character to 32 x 32 pixels, and in each block of 4 x 4 the pixels that are on are counted.

const SIDE = 32;
const WIDE = 20;
const MARGIN = (SIDE - WIDE) / 2;
const BLOCK = 4;

export const BLOCKS = SIDE / BLOCK;
export const FULL = BLOCK ** 2;

// Radius of the pen as a share of the drawing's longer side: a drawing gives the same numbers at any size.
export const PEN = 0.05;

// With fewer pixels on than the first number, strokes are made thicker by a pixel all around, below the second by two;
// with more than the third and the fourth they are made thinner.
const FEW = [256, 108];
const MANY = [412, 560];

// Rows next to the top and the bottom that the slant is not measured in, and how many rows a slant needs.
const EDGE = 2;
const LEAST_ROWS = 6;

const boxOf = (strokes) => {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const stroke of strokes)
    for (const [x, y] of stroke) {
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  return box;
};

// A drawing stretched so that its ink fills 20 x 32 pixels, in the middle of 32 x 32; 1 for the pixels that are on.
const bitmapOf = (strokes) => {
  const bits = new Uint8Array(SIDE * SIDE);
  const { left, right, top, bottom } = boxOf(strokes);
  const radius = PEN * Math.max(right - left, bottom - top) || 1;
  const across = (right - left + 2 * radius) / WIDE;
  const down = (bottom - top + 2 * radius) / SIDE;
  const column = (x) => (x - left + radius) / across - 0.5;
  const row = (y) => (y - top + radius) / down - 0.5;

  const mark = ([x0, y0], [x1, y1]) => {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const square = dx * dx + dy * dy;
    const firstRow = Math.max(0, Math.ceil(row(Math.min(y0, y1) - radius)));
    const lastRow = Math.min(SIDE - 1, row(Math.max(y0, y1) + radius));
    const firstColumn = Math.max(0, Math.ceil(column(Math.min(x0, x1) - radius)));
    const lastColumn = Math.min(WIDE - 1, column(Math.max(x0, x1) + radius));
    for (let i = firstRow; i <= lastRow; i++)
      for (let j = firstColumn; j <= lastColumn; j++) {
        const x = left - radius + (j + 0.5) * across - x0;
        const y = top - radius + (i + 0.5) * down - y0;
        const along = square ? Math.min(1, Math.max(0, (x * dx + y * dy) / square)) : 0;
        const [away, off] = [x - along * dx, y - along * dy];
        if (away * away + off * off <= radius * radius) bits[i * SIDE + MARGIN + j] = 1;
      }
  };
  for (const stroke of strokes)
    for (let index = 0; index < stroke.length; index++) mark(stroke[Math.max(0, index - 1)], stroke[index]);
  return bits;
};

// Pixels with a neighbour of that value get it; what is outside the frame is off.
const spread = (bits, value) => {
  const made = bits.slice();
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const index = row * SIDE + column;
      const neighbours = [
        column > 0 ? bits[index - 1] : 0,
        column < SIDE - 1 ? bits[index + 1] : 0,
        row > 0 ? bits[index - SIDE] : 0,
        row < SIDE - 1 ? bits[index + SIDE] : 0,
      ];
      if (neighbours.includes(value)) made[index] = value;
    }
  return made;
};

const withUsualStrokes = (bits) => {
  const on = bits.reduce((sum, bit) => sum + bit, 0);
  const thicker = FEW.filter((limit) => on < limit).length;
  const thinner = MANY.filter((limit) => on > limit).length;
  let made = bits;
  for (let times = 0; times < thicker; times++) made = spread(made, 1);
  for (let times = 0; times < thinner; times++) made = spread(made, 0);
  return made;
};

const rowOf = (bits, row) => bits.subarray(row * SIDE, (row + 1) * SIDE);

// Rows moved sideways so that the leftmost pixels near the top and near the bottom stand below each other.
const upright = (bits) => {
  const [first, last] = [bits.indexOf(1), bits.lastIndexOf(1)].map((index) => Math.floor(index / SIDE));
  if (last - first + 1 < LEAST_ROWS) return bits;
  const [top, bottom] = [first + EDGE, last - EDGE];
  const [topLeft, bottomLeft] = [top, bottom].map((row) => rowOf(bits, row).indexOf(1));
  if (topLeft < 0 || bottomLeft < 0) return bits;
  const made = new Uint8Array(bits.length);
  for (let row = 0; row < SIDE; row++) {
    const shift = Math.round(((row - SIDE / 2) * (topLeft - bottomLeft)) / (bottom - top));
    rowOf(bits, row).forEach((bit, column) => {
      const to = column + shift;
      if (bit && to >= 0 && to < SIDE) made[row * SIDE + to] = 1;
    });
  }
  return made;
};

// 64 counts, row by row, of a drawing's strokes: lists of points [x, y] in any unit. All are 0 where nothing is drawn.
export const reduced = (strokes) => {
  const counts = new Float64Array(BLOCKS ** 2);
  if (!strokes.some((stroke) => stroke.length)) return counts;
  upright(withUsualStrokes(bitmapOf(strokes))).forEach((bit, index) => {
    const [row, column] = [Math.floor(index / SIDE), index % SIDE];
    counts[Math.floor(row / BLOCK) * BLOCKS + Math.floor(column / BLOCK)] += bit;
  });
  return counts;
};

// A picture on the straight line from one to another, at a share of the way from 0 to 1.
export const morphed = (from, to, share) =>
  Float64Array.from(from, (value, pixel) => (1 - share) * value + share * to[pixel]);
