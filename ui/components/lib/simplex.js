// The triangle whose points are the probabilities of three classes, and whose corners are certainty of one.

import { segment } from "./canvas.js";

// Corners of a triangle as tall as that, whose floor stands in the middle above that point.
export const cornersAbove = ([middle, floor], tall) => [
  [middle - tall / Math.sqrt(3), floor],
  [middle + tall / Math.sqrt(3), floor],
  [middle, floor - tall],
];

export const inTriangle = (p, corners) =>
  [0, 1].map((axis) => p.reduce((sum, value, k) => sum + value * corners[k][axis], 0));

// The probabilities at a point; of a point outside, those of one at the nearest sides.
export const probabilitiesAt = ([x, y], [[x0, y0], [x1, y1], [x2, y2]]) => {
  const whole = (y1 - y2) * (x0 - x2) + (x2 - x1) * (y0 - y2);
  const first = ((y1 - y2) * (x - x2) + (x2 - x1) * (y - y2)) / whole;
  const second = ((y2 - y0) * (x - x2) + (x0 - x2) * (y - y2)) / whole;
  const inside = [first, second, 1 - first - second].map((share) => Math.max(0, share));
  const sum = inside.reduce((total, share) => total + share, 0);
  return inside.map((share) => share / sum);
};

// Lines of equal probability at each quarter.
export const drawQuarters = (context, corners, color) => {
  for (const u of [0, 0.25, 0.5, 0.75])
    for (let k = 0; k < 3; k++) {
      const ends = [1, 2].map((step) => {
        const p = [0, 0, 0];
        p[k] = u;
        p[(k + step) % 3] = 1 - u;
        return inTriangle(p, corners);
      });
      segment(context, ...ends, color, 1);
    }
};
