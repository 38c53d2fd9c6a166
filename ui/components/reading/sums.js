// The members' shares of each class's score, and the bias: bars laid end to end, to the right of 0 and to the left.

import { prepareCanvas, segment, useFont, write, writeWithin } from "../lib/canvas.js";
import { classColor } from "../lib/dom.js";
import { formatFixed, formatTick } from "../lib/format.js";
import { niceTicks } from "../lib/ticks.js";

const ROW = 34;
const BAR = 22;

// Pieces { name, from, to } of one class, the largest next to 0; they end at the sums of all of one sign.
export const stackShares = (shares, bias) => {
  const parts = shares.map((share, member) => ({ name: String(member + 1), share }));
  parts.push({ name: "bias", share: bias });
  parts.sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  let [left, right] = [0, 0];
  return parts.map(({ name, share }) => {
    const from = share < 0 ? left : right;
    const to = from + share;
    if (share < 0) left = to;
    else right = to;
    return { name, from, to };
  });
};

export const drawSums = (canvas, colors, { classes, shares, bias, symbol }) => {
  const drawing = prepareCanvas(canvas, classes.length * ROW + 30, colors.textScale);
  if (!drawing) return;
  const { context, width } = drawing;
  const left = Math.min(120, width * 0.25);
  const right = 84;
  const stacks = classes.map((_, k) =>
    stackShares(
      shares.map((share) => share[k]),
      bias[k],
    ),
  );
  const ends = stacks.flat().map(({ to }) => to);
  const reach = Math.max(0.1, ...ends.map(Math.abs));
  const ticks = niceTicks(reach, 3);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const span = high - low || 1;
  const X = (score) => left + ((score - low) / span) * (width - left - right);
  const floor = classes.length * ROW;
  useFont(context, colors);
  context.textBaseline = "top";
  for (const tick of new Set(ticks.flatMap((tick) => [-tick, tick]))) {
    if (tick < low || tick > high) continue;
    segment(context, [X(tick), 0], [X(tick), floor], colors.grid, tick === 0 ? 2 : 1);
    write(context, formatTick(tick), X(tick), floor + 8, colors.quiet);
  }
  write(context, "score", width, floor + 8, colors.quiet, "right");
  context.textBaseline = "middle";
  stacks.forEach((pieces, k) => {
    const y = (k + 0.5) * ROW;
    writeWithin(context, classes[k], left - 10, y, left - 10, colors.text, "right");
    for (const piece of pieces) drawPiece(context, colors, piece, classColor(colors, k), X, y);
    const sum = pieces.reduce((total, { from, to }) => total + to - from, 0);
    segment(context, [X(sum), y - BAR / 2 - 4], [X(sum), y + BAR / 2 + 4], colors.text, 3);
    write(context, `${symbol} = ${formatFixed(sum)}`, width, y, colors.text, "right");
  });
};

const drawPiece = (context, colors, { name, from, to }, color, X, y) => {
  const x = Math.min(X(from), X(to));
  const wide = Math.abs(X(to) - X(from));
  const isBias = name === "bias";
  context.globalAlpha = isBias ? 0.45 : 1;
  context.fillStyle = isBias ? colors.quiet : color;
  context.fillRect(x, y - BAR / 2, Math.max(0.5, wide - 1), BAR);
  context.globalAlpha = 1;
  if (context.measureText(name).width + 6 > wide) return;
  write(context, name, x + wide / 2, y, isBias ? colors.text : colors.background);
};
