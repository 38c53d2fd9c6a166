// Confidence, disagreement and distance while one feature moves.

import { dot, line, plot, prepareFigure, segment, write, writeOver } from "../lib/canvas.js";
import { classColor } from "../lib/dom.js";
import { formatNumber, formatProbability, formatTick } from "../lib/format.js";
import { niceCeiling } from "../lib/ticks.js";

const PANEL = 140;
const PANEL_STEP = 106;

// Confidence, disagreement and distance along one feature, in three panels over one axis.
export const drawCurves = (
  canvas,
  colors,
  { points, now, from, to, range, own, tick, name, row_name, classes, gap },
) => {
  const drawing = prepareFigure(canvas, colors, 2 * PANEL_STEP + PANEL);
  if (!drawing) return;
  const { context, width } = drawing;
  const most = Math.log(classes.length);
  const far = niceCeiling(Math.max(0.2, ...points.map(({ distance }) => distance)));
  const panels = [
    [
      "confidence",
      `Confidence ${formatProbability(now.confidence)}`,
      1,
      [
        [0, "0"],
        [0.5, "0.5"],
        [1, "1"],
      ],
    ],
    [
      "disagreement",
      `Disagreement ${formatNumber(now.disagreement)} nats`,
      most,
      [
        [0, "0"],
        [most, `ln ${classes.length}`],
      ],
    ],
    [
      "distance",
      `Distance ${formatNumber(now.distance)}`,
      far,
      [
        [0, "0"],
        [far / 2, formatTick(far / 2, 2)],
        [far, formatTick(far, 2)],
      ],
    ],
  ];
  // The present value is one of the points, so that the dot lies on the curve.
  const path = [...points, now].sort((a, b) => a.at - b.at);
  panels.forEach(([measure, yName, end, yTicks], index) => {
    const last = index === panels.length - 1;
    context.save();
    context.translate(0, index * PANEL_STEP);
    const { X, Y } = plot({ context, width, height: PANEL }, colors, {
      x: [from, to],
      y: [0, end],
      yTicks,
      yName,
      xName: last ? name : "",
      xTicks: last ? [...new Set([from, ...range, to])].map((at) => [at, tick(at)]) : [],
    });
    context.globalAlpha = 0.12;
    context.fillStyle = colors.text;
    context.fillRect(X(range[0]), Y(end), Math.max(2, X(range[1]) - X(range[0])), Y(0) - Y(end));
    context.globalAlpha = 1;
    if (index === 0) write(context, "training range", (X(range[0]) + X(range[1])) / 2, 8, colors.text);
    segment(context, [X(own), Y(end)], [X(own), Y(0)], colors.text, 1, [2, 3]);
    segment(context, [X(now.at), Y(end)], [X(now.at), Y(0)], colors.primary, 1.5);
    if (measure === "confidence") drawByClass(context, colors, path, classes, [X(now.at), X(own)], X, Y);
    else
      line(
        context,
        path.map((point) => [X(point.at), Y(point[measure])]),
        colors.text,
      );
    if (measure === "distance" && gap > 0) {
      segment(context, [X(from), Y(gap)], [X(to), Y(gap)], colors.text, 1, [6, 3]);
      writeOver(context, `usual between ${row_name}s: ${formatNumber(gap)}`, X(to) - 4, Y(gap) - 10, colors, "right");
    }
    dot(context, X(now.at), Y(now[measure]), colors, 6);
    if (measure === "disagreement") writeBeside(context, colors, `this ${row_name}`, X(own), width, Y(end * 0.75));
    context.restore();
  });
};

// A word at a vertical line, on the side that has room for it.
const writeBeside = (context, colors, text, x, width, y) => {
  const onTheRight = x + context.measureText(text).width + 20 < width;
  writeOver(context, text, x + (onTheRight ? 6 : -6), y, colors, onTheRight ? "left" : "right");
};

// The confidence, each piece in the color and with the name of the class that is the likeliest there.
const drawByClass = (context, colors, path, classes, crossing, X, Y) => {
  for (let start = 0, next; start < path.length; start = next) {
    const { likeliest } = path[start];
    next = start + 1;
    while (next < path.length && path[next].likeliest === likeliest) next++;
    const color = classColor(colors, likeliest);
    const piece = path.slice(start, next + 1).map((point) => [X(point.at), Y(point.confidence)]);
    line(context, piece, color, 3);
    const [left, right] = [piece[0][0], piece.at(-1)[0]];
    const text = classes[likeliest];
    const wide = context.measureText(text).width + 10;
    if (wide > right - left) continue;
    // In the middle, or where no line crosses it.
    const positions = [0.5, 0.25, 0.75].map((part) =>
      Math.min(Math.max(left + part * (right - left), left + wide / 2), right - wide / 2),
    );
    write(
      context,
      text,
      positions.find((index) => crossing.every((x) => Math.abs(x - index) > wide / 2)) ?? positions[0],
      Y(0.15),
      colors.text,
    );
  }
};
