// A score against the severity: a line with its band for each method, and a mark where the slider stands.

import { disc, line, prepareFigure, segment, spread, write, writeOver } from "../lib/canvas.js";
import { formatTick } from "../lib/format.js";
import { niceTicks } from "../lib/ticks.js";

const HEIGHT = 212;
const LEFT = 44;
const RIGHT = 104;
const TOP = 30;
const BOTTOM = 40;
const LINE_HEIGHT = 15;
const PERCENT = [0, 0.2, 0.4, 0.6, 0.8, 1];

// Each method has a color and a pattern of its own.
export const STYLES = [
  { role: "member", dash: [] },
  { role: "pool", dash: [7, 3] },
  { role: "ensemble", dash: [] },
  { role: "disagreement", dash: [2, 3] },
];

// The measure's name, its ticks, and a dashed line with its name, if there is one.
export const scaleOf = (measure, scores, uniform, classes) => {
  if (measure === "nll") {
    const ticks = niceTicks(Math.max(uniform * 1.1, ...scores.high.flat()));
    return {
      name: "Loss (nats)",
      ticks: ticks.map((value) => [value, formatTick(value)]),
      reference: [uniform, `ln ${classes}`],
    };
  }
  const name = measure === "ece" ? "Calibration error" : "Accuracy";
  return { name, ticks: PERCENT.map((value) => [value, `${Math.round(100 * value)} %`]) };
};

// The severity that is nearest to a point of the canvas, `width` pixels wide.
export const severityAt = (x, width, last) => {
  const part = (x - LEFT) / (width - LEFT - RIGHT);
  return Math.min(last, Math.max(0, Math.round(part * last)));
};

export const drawScores = (canvas, colors, { measure, scores, methods, uniform, classes, severity }) => {
  const drawing = prepareFigure(canvas, colors, HEIGHT);
  if (!drawing) return;
  const { context, width } = drawing;
  const last = scores.mean[0].length - 1;
  const { name, ticks, reference } = scaleOf(measure, scores, uniform, classes);
  const top = ticks.at(-1)[0];
  const X = (s) => LEFT + (s / last) * (width - LEFT - RIGHT);
  const Y = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  for (const [value, label] of ticks) {
    segment(context, [X(0), Y(value)], [X(last), Y(value)], colors.grid, 1);
    write(context, label, LEFT - 8, Y(value), colors.text, "right");
  }
  for (let s = 0; s <= last; s++) write(context, s, X(s), HEIGHT - BOTTOM + 14, colors.text);
  write(context, "severity", X(last / 2), HEIGHT - 8, colors.quiet);
  context.font = `600 ${context.font.replace(/^\D*/, "")}`;
  write(context, name, 0, 9, colors.text, "left");
  context.font = context.font.replace(/^600 /, "");
  segment(context, [X(severity), TOP - 8], [X(severity), Y(0)], colors.primary, 2);
  const steps = [...scores.mean[0].keys()];
  scores.mean.forEach((_, index) => {
    const points = [
      ...steps.map((s) => [X(s), Y(scores.high[index][s])]),
      ...steps.toReversed().map((s) => [X(s), Y(scores.low[index][s])]),
    ];
    context.globalAlpha = 0.16;
    context.fillStyle = colors[STYLES[index].role];
    context.beginPath();
    points.forEach(([x, y]) => context.lineTo(x, y));
    context.fill();
    context.globalAlpha = 1;
  });
  if (reference) {
    const [value, label] = reference;
    segment(context, [X(0), Y(value)], [X(last), Y(value)], colors.text, 1, [6, 3]);
    writeOver(context, label, X(0) + 4, Y(value) - 9, colors, "left");
  }
  const ends = scores.mean.map((values) => Y(values[last]));
  const places = spread(ends, LINE_HEIGHT, TOP - 6, HEIGHT - BOTTOM);
  scores.mean.forEach((values, index) => {
    const { role, dash } = STYLES[index];
    const points = values.map((value, s) => [X(s), Y(value)]);
    line(context, points, colors[role], 2, dash);
    disc(context, points[severity], 4, colors[role], colors.background);
    write(context, methods[index], X(last) + 8, places[index], colors[role], "left");
  });
};
