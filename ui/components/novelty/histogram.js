// Known rows above a line, rows of the new class below it; the threshold crosses both.

import { prepareFigure, segment, write, writeWithin } from "../lib/canvas.js";
import { formatTick } from "../lib/format.js";
import { positionOf, sharesOf, ticksOf, valueAt } from "./threshold.js";

const BINS = 48;
const HALF = 150;
const TOP = 26;
const BELOW = 62;
const SIDE = 12;
const MIDDLE = TOP + HALF;
const FLOOR = MIDDLE + HALF;

export const drawHistogram = (canvas, colors, { axis, known, novel, threshold, names, hue, unit }) => {
  const drawing = prepareFigure(canvas, colors, FLOOR + BELOW);
  if (!drawing) return;
  const { context, width } = drawing;
  const span = width - 2 * SIDE;
  const X = (position) => SIDE + position * span;
  const line = X(positionOf(axis, threshold));
  const shares = [known, novel].map((values) => sharesOf(axis, values, BINS));
  const most = Math.max(...shares.flat());
  const bar = span / BINS;

  context.fillStyle = colors.primary;
  context.globalAlpha = 0.08;
  context.fillRect(line, TOP, width - SIDE - line, 2 * HALF);
  context.globalAlpha = 1;
  shares.forEach((of, side) => {
    context.fillStyle = side ? hue : colors.test;
    of.forEach((share, bin) => {
      const height = (share / most) * (HALF - 6);
      context.fillRect(X(bin / BINS) + 0.5, side ? MIDDLE : MIDDLE - height, Math.max(1, bar - 1), height);
    });
  });
  segment(context, [SIDE, MIDDLE], [width - SIDE, MIDDLE], colors.text, 1);
  segment(context, [SIDE, FLOOR], [width - SIDE, FLOOR], colors.grid, 1);
  for (const tick of ticksOf(axis)) {
    const x = X(positionOf(axis, tick));
    segment(context, [x, FLOOR], [x, FLOOR + 4], colors.quiet, 1);
    write(context, formatTick(tick), x, FLOOR + 16, colors.quiet);
  }
  write(context, unit, width / 2, FLOOR + 42, colors.quiet);
  segment(context, [line, TOP - 4], [line, FLOOR], colors.primary, 2);
  const isRight = line > width / 2;
  const room = (isRight ? line : width - line) - SIDE - 8;
  const label = isRight ? "← no alarm" : "alarm →";
  writeWithin(context, label, isRight ? line - 6 : line + 6, TOP - 14, room, colors.text, isRight ? "right" : "left");
  writeWithin(context, names[0], SIDE, TOP + 10, 0.6 * span, colors.text, "left");
  writeWithin(context, names[1], SIDE, FLOOR - 12, 0.6 * span, colors.text, "left");
};

// The score at x; left of the axis a threshold that every row exceeds.
export const scoreAt = (canvas, colors, axis, x) => {
  const width = canvas.clientWidth / colors.textScale;
  const position = (x / colors.textScale - SIDE) / (width - 2 * SIDE);
  return position > 0 ? valueAt(axis, Math.min(1, position)) : -Infinity;
};
