// Reliability of one class, and what forecasts cost.

import { disc, line, plot, prepareFigure, segment, write, writeOver, writeWithin } from "../lib/canvas.js";
import { formatNumber, formatTick } from "../lib/format.js";
import { niceTicks } from "../lib/ticks.js";

const RELIABILITY = 264;
const LINE = 25;
const NAMES = 142;
const ABOVE = 24;
const BELOW = 42;
const PANEL_GAP = 26;
const NARROW = 560;
const VALUE = 56;
const LONGEST = 4;
const QUARTERS = [0, 0.5, 1].map((at) => [at, formatTick(at)]);

// Dots of bins on the square of probabilities, with their 95 % intervals; a dot is as large as its weight.
export const drawReliability = (canvas, colors, { bins, color, name, weight, isCorrected }) => {
  const drawing = prepareFigure(canvas, colors, RELIABILITY);
  if (!drawing) return;
  const axes = { x: [0, 1], y: [0, 1], xTicks: QUARTERS, yTicks: QUARTERS, xName: `forecast for ${name}` };
  const { context, X, Y } = plot(drawing, colors, { ...axes, yName: "came true", right: 12 });
  segment(context, [X(0), Y(0)], [X(1), Y(1)], colors.quiet, 1, [6, 3]);
  writeOver(context, "calibrated", X(0.97), Y(0.03) - 8, { ...colors, text: colors.quiet }, "right");
  for (const { forecast, low, high } of bins)
    segment(context, [X(forecast), Y(low)], [X(forecast), Y(high)], color, 1.5);
  for (const { forecast, frequency, total } of bins) {
    const radius = 3.5 + 7 * Math.sqrt(total / weight);
    disc(
      context,
      [X(forecast), Y(frequency)],
      radius,
      isCorrected ? color : colors.background,
      isCorrected ? null : color,
    );
  }
};

const drawPanel = (context, colors, { from, to, top, lines, title, reference, ticks }) => {
  const X = (value) => from + (value / ticks.at(-1)) * (to - from);
  const bottom = top + LINE * lines.length;
  for (const tick of ticks) {
    segment(context, [X(tick), top], [X(tick), bottom], colors.grid, 1);
    write(context, formatTick(tick), X(tick), bottom + 13, colors.text);
  }
  write(context, title, (from + to) / 2, bottom + 31, colors.text);
  if (reference !== null) {
    segment(context, [X(reference), top - 4], [X(reference), bottom], colors.quiet, 1.5, [6, 3]);
    write(context, `the truth: ${formatNumber(reference)}`, X(reference), top - 13, colors.quiet);
  }
  lines.forEach(({ value, low, high, isCorrected }, index) => {
    const y = top + LINE * (index + 0.5);
    if (!Number.isFinite(value)) {
      write(context, "∞", to, y, colors.text, "right");
      return;
    }
    const goesOn = high > ticks.at(-1);
    if (high !== undefined) segment(context, [X(low), y], [goesOn ? to - 4 : X(high), y], colors.ensemble, 2);
    if (goesOn)
      line(
        context,
        [
          [to - 10, y - 4],
          [to - 4, y],
          [to - 10, y + 4],
        ],
        colors.ensemble,
        2,
      );
    const end = [X(value), y];
    disc(context, end, 5.5, isCorrected ? colors.ensemble : colors.background, isCorrected ? null : colors.ensemble);
    const right = Math.max(X(value), high === undefined || goesOn ? 0 : X(high)) + 10;
    if (goesOn) write(context, `to ${formatNumber(high)}`, to + 4, y, colors.quiet, "left");
    writeOver(context, formatNumber(value), right, y, colors, "left");
  });
};

// Loss and bill of the same forecasts, a line for each way to use them; beside each other where there is room.
export const drawScores = (canvas, colors, { names, panels }) => {
  const width = canvas.clientWidth / colors.textScale;
  const stacked = width < NARROW;
  const tall = ABOVE + LINE * names.length + BELOW;
  const drawing = prepareFigure(canvas, colors, stacked ? tall * panels.length : tall);
  if (!drawing) return;
  const { context } = drawing;
  const room = stacked ? width - NAMES - VALUE : (width - NAMES - PANEL_GAP) / panels.length - VALUE;
  panels.forEach((panel, position) => {
    const top = ABOVE + (stacked ? tall * position : 0);
    const from = NAMES + (stacked ? 0 : position * (room + PANEL_GAP + VALUE));
    const values = [panel.reference ?? 0, ...panel.lines.map(({ value }) => value)].filter(Number.isFinite);
    const highs = panel.lines.map(({ value, high }) => high ?? value).filter(Number.isFinite);
    // An interval that is far longer than all values are large goes on beyond the picture.
    const end = Math.min(Math.max(...values, ...highs), LONGEST * Math.max(...values));
    const ticks = niceTicks(Math.max(1e-6, end), 3);
    if (stacked || position === 0)
      names.forEach((name, index) =>
        writeWithin(context, name, NAMES - 10, top + LINE * (index + 0.5), NAMES - 12, colors.text, "right"),
      );
    drawPanel(context, colors, { ...panel, from, to: from + room, top, ticks });
  });
};
