// Drawings to begin with, in strokes on a page of 1 x 1.

const along = (count, point) => Array.from({ length: count + 1 }, (_, step) => point(step / count));

// An arc, its angles in turns, clockwise from the right.
const arc = ([x, y], [wide, tall], [from, to]) =>
  along(24, (share) => {
    const angle = 2 * Math.PI * (from + share * (to - from));
    return [x + wide * Math.cos(angle), y + tall * Math.sin(angle)];
  });

const scribble = along(160, (share) => [
  0.5 + 0.33 * Math.cos(2 * Math.PI * (5 * share + 0.1)) * (1 - 0.35 * share),
  0.5 + 0.34 * Math.sin(2 * Math.PI * (7 * share + 0.2)),
]);

export const PRESETS = {
  digit: [[...arc([0.47, 0.31], [0.19, 0.17], [0.55, 1.22]), ...arc([0.46, 0.66], [0.22, 0.19], [0.76, 1.44])]],
  letter: [
    [
      [0.24, 0.84],
      [0.5, 0.15],
      [0.76, 0.84],
    ],
    [
      [0.34, 0.6],
      [0.66, 0.6],
    ],
  ],
  scribble: [scribble],
  blank: [],
};
