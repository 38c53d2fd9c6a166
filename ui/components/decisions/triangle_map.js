// Three classes: the triangle of their probabilities, cut into the regions of the actions.

import { disc, write } from "../lib/canvas.js";
import { cornersAbove, drawQuarters, inTriangle, probabilitiesAt } from "../lib/simplex.js";
import { bordersOf, regionsOf } from "./regions.js";

const MAX_TALL = 336;
const NEAR_CORNER = 7;
const ABOVE = 30;
const BELOW = 30;

export const triangleMap = (width, scale) => {
  // In the presenter's view it is to fit on one screen.
  const tall = Math.min(scale > 1 ? MAX_TALL / 1.3 : MAX_TALL, 0.866 * (width - 24));
  const corners = cornersAbove([width / 2, ABOVE + tall], tall);
  const place = (q) => inTriangle(q, corners);
  return {
    height: ABOVE + tall + BELOW,
    place,
    probabilitiesAt: (point) => probabilitiesAt(point, corners),
    cut: (costs) => {
      const regions = regionsOf(costs);
      const borders = bordersOf(costs, regions).map(({ pair, ends }) => ({ pair, ends: ends.map(place) }));
      return { outlines: regions.map((polygon) => polygon.map(place)), borders };
    },
    drawFrame: (context, colors, classes, places) => {
      drawQuarters(context, corners, colors.grid);
      corners.forEach((corner, k) => {
        disc(context, corner, 5, colors.classes[k], colors.background);
        const hidden = places.filter(([x, y]) => Math.hypot(x - corner[0], y - corner[1]) < NEAR_CORNER).length;
        const name = hidden > 1 ? `${classes[k]} (${hidden} here)` : classes[k];
        const half = context.measureText(name).width / 2;
        const x = Math.min(Math.max(corner[0], half), width - half);
        write(context, name, x, corner[1] + (k < 2 ? 18 : -17), colors.text);
      });
    },
  };
};
