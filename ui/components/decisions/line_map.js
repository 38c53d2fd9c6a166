// Two classes: the probability of the second one as a line from 0 to 1, cut at the thresholds between the actions.

import { segment, write, writeWithin } from "../lib/canvas.js";
import { intervalsOf } from "./regions.js";

const TOP = 16;
const BAND = 76;
const GAP = 22;
const BELOW = 44;
const RIGHT = 12;
const GOLDEN = 0.618034;

// Rows of the second class above the middle, those of the first below it, spread so that equal ones stay apart.
const spread = (row, truth) => {
  const within = ((row * GOLDEN) % 1) * (BAND - 14) + 7;
  return truth === 1 ? TOP + within : TOP + BAND + GAP + within;
};

export const lineMap = (width) => {
  const left = Math.min(110, width * 0.25);
  const span = width - left - RIGHT;
  const X = (p) => left + p * span;
  const floor = TOP + 2 * BAND + GAP;
  return {
    height: floor + BELOW,
    place: ([, p], row, truth) => [X(p), spread(row, truth)],
    probabilitiesAt: ([x]) => {
      const p = Math.min(0.9999, Math.max(0.0001, (x - left) / span));
      return [1 - p, p];
    },
    cut: (costs) => {
      const intervals = intervalsOf(costs);
      const box = ([low, high]) => [
        [X(low), TOP],
        [X(high), TOP],
        [X(high), floor],
        [X(low), floor],
      ];
      const present = [...costs.keys()].filter((action) => intervals[action]);
      const borders = present.flatMap((a) =>
        present
          .filter((b) => Math.abs(intervals[a][1] - intervals[b][0]) < 1e-9)
          .map((b) => {
            const x = X(intervals[a][1]);
            const ends = [
              [x, TOP - 6],
              [x, floor],
            ];
            return { pair: [Math.min(a, b), Math.max(a, b)], ends };
          }),
      );
      return { outlines: intervals.map((interval) => (interval ? box(interval) : [])), borders };
    },
    drawFrame: (context, colors, classes) => {
      segment(context, [X(0), floor], [X(1), floor], colors.text, 1);
      for (const p of [0, 0.25, 0.5, 0.75, 1]) {
        segment(context, [X(p), floor], [X(p), floor + 4], colors.text, 1);
        write(context, p, X(p), floor + 14, colors.text);
      }
      [classes[1], classes[0]].forEach((name, band) => {
        const y = TOP + BAND / 2 + band * (BAND + GAP);
        writeWithin(context, `is ${name}`, left - 10, y, left - 10, colors.text, "right");
      });
      write(context, `probability of ${classes[1]}`, X(0.5), floor + 34, colors.text);
    },
  };
};
