// Cross-entropy as entropy and divergence, for several targets on one axis.

import { prepareCanvas, segment, useFont, write, writeWithin } from "../lib/canvas.js";
import { formatNumber, formatTick } from "../lib/format.js";
import { niceTicks } from "../lib/ticks.js";

const ROW = 40;
const BAR = 28;

// targets: [{ name, h, kl }], finite numbers of the unit.
export const drawTargets = (canvas, colors, targets, unit) => {
  const drawing = prepareCanvas(canvas, targets.length * ROW + 28, colors.textScale);
  if (!drawing) return;
  const { context, width } = drawing;
  const left = 108;
  const right = 64;
  const ticks = niceTicks(Math.max(0.1, ...targets.map(({ h, kl }) => h + kl)), 4);
  const X = (value) => left + (value / ticks.at(-1)) * (width - left - right);
  const floor = targets.length * ROW;
  useFont(context, colors);
  context.textBaseline = "top";
  for (const tick of ticks) {
    segment(context, [X(tick), 0], [X(tick), floor], colors.grid, 1);
    write(context, formatTick(tick), X(tick), floor + 8, colors.quiet);
  }
  write(context, unit, width, floor + 8, colors.quiet, "right");
  context.textBaseline = "middle";
  targets.forEach(({ name, h, kl }, row) => {
    const y = (row + 0.5) * ROW;
    writeWithin(context, name, left - 10, y, left - 10, colors.text, "right");
    const piece = (from, to, color, label) => {
      context.fillStyle = color;
      context.fillRect(X(from), y - BAR / 2, X(to) - X(from), BAR);
      if (context.measureText(label).width + 10 < X(to) - X(from))
        write(context, label, (X(from) + X(to)) / 2, y, colors.background);
    };
    piece(0, h, colors.entropy, "H(p)");
    piece(h, h + kl, colors.excess, "KL(p‖q)");
    write(context, formatNumber(h + kl), X(h + kl) + 6, y, colors.text, "left");
  });
  canvas.dataset.ticks = ticks.join(" ");
};
