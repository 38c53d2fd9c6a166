// Three classes: the triangle of their probabilities, cut into the regions of the actions.

import { disc, write } from "../lib/canvas.js";
import { cornersAbove, drawQuarters, inTriangle, probabilitiesAt } from "../lib/simplex.js";
import { bordersOf, regionsOf } from "./regions.js";

const MAX_TALL = 370;
const ABOVE = 30;
const BELOW = 30;

export const triangleMap = (width) => {
  const tall = Math.min(MAX_TALL, 0.866 * (width - 24));
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
    drawFrame: (context, colors, classes) => {
      drawQuarters(context, corners, colors.grid);
      corners.forEach((corner, k) => {
        disc(context, corner, 5, colors.classes[k], colors.background);
        const half = context.measureText(classes[k]).width / 2;
        const x = Math.min(Math.max(corner[0], half), width - half);
        write(context, classes[k], x, corner[1] + (k < 2 ? 18 : -17), colors.text);
      });
    },
  };
};
