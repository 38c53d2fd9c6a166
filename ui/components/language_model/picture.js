// The tokens, the likeliest first: before truncation an outline, after it a bar, and how often each was drawn.

import { disc, prepareFigure, segment, write, writeWithin } from "../lib/canvas.js";
import { formatProbability, formatTick } from "../lib/format.js";

const STEP = 20;
const HEAD = 46;
const BAR = 11;
const NUMBER = 62;
const GAP = 24;
const TWO_COLUMNS = 460;
const ENDS = [0.1, 0.2, 0.5, 1];

// The end of the axis of probabilities: the first round one that holds all of them.
export const axisEnd = (values) => ENDS.find((end) => Math.max(...values) <= end) ?? 1;

const legend = (context, colors, isDrawn) => {
  let x = 0;
  const entry = (draw, text) => {
    draw(x);
    write(context, text, x + 26, 10, colors.text, "left");
    x += 26 + context.measureText(text).width + 18;
  };
  entry((at) => {
    context.fillStyle = colors.ensemble;
    context.fillRect(at, 10 - BAR / 2, 20, BAR);
  }, "after truncation");
  entry((at) => outline(context, colors, at, 10, 20), "before");
  if (isDrawn)
    entry((at) => {
      segment(context, [at, 10], [at + 20, 10], colors.test, 2);
      disc(context, [at + 10, 10], 4, colors.test, colors.background);
    }, "drawn, 95 % band");
};

const outline = (context, colors, x, y, wide) => {
  context.strokeStyle = colors.quiet;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y - BAR / 2 - 1.5, Math.max(wide - 1, 0), BAR + 3);
};

// tokens: { token, p, q, share, band } each, the likeliest first; share and band are null before the first draw.
export const drawTokens = (canvas, colors, tokens) => {
  const columns = canvas.clientWidth / colors.textScale >= TWO_COLUMNS ? 2 : 1;
  const rows = Math.ceil(tokens.length / columns);
  const drawing = prepareFigure(canvas, colors, HEAD + STEP * rows);
  if (!drawing) return;
  const { context, width } = drawing;
  const end = axisEnd(tokens.flatMap(({ p, q, share, band }) => (band ? [p, q, share, band[1]] : [p, q])));
  legend(context, colors, tokens[0].share !== null);
  const wide = (width - GAP * (columns - 1)) / columns;
  const longest = Math.max(...tokens.map(({ token }) => context.measureText(token).width));
  const left = Math.min(longest, wide / 3) + 10;
  const reach = wide - left - NUMBER;
  for (let column = 0; column < columns; column++) {
    const from = column * (wide + GAP);
    const X = (value) => from + left + Math.min(value / end, 1) * reach;
    for (const at of [0, end]) {
      segment(context, [X(at), HEAD - 8], [X(at), HEAD + STEP * rows], colors.grid, 1);
      write(context, formatTick(at), X(at), HEAD - 16, colors.quiet);
    }
    tokens.slice(column * rows, (column + 1) * rows).forEach(({ token, p, q, share, band }, row) => {
      const y = HEAD + STEP * (row + 0.5);
      const color = q > 0 ? colors.text : colors.quiet;
      writeWithin(context, token, from, y, left - 10, color, "left");
      if (q > 0) {
        context.fillStyle = colors.ensemble;
        context.fillRect(X(0), y - BAR / 2, X(q) - X(0), BAR);
      }
      outline(context, colors, X(0), y, X(p) - X(0));
      write(context, q > 0 ? formatProbability(q) : "cut", from + wide, y, color, "right");
      if (share === null || (!q && !share)) return;
      segment(context, [X(band[0]), y], [X(band[1]), y], colors.test, 2);
      disc(context, [X(share), y], 4, colors.test, colors.background);
    });
  }
};
