// The learning curves: axes, scales, and the lines.

import { prepareCanvas, segment, spread, useFont, write } from "../lib/canvas.js";
import { powerOfTen } from "../lib/format.js";

const SMOOTHED_OVER = 5;
const LINE_HEIGHT = 15;

export const axes = (canvas, colors, { total, height, scale }) => {
  const drawing = prepareCanvas(canvas, height, colors.textScale);
  if (!drawing) return null;
  const { context, width } = drawing;
  const left = 48;
  const right = 62;
  const top = 8;
  const bottom = 24;
  const X = (epoch) => left + ((width - left - right) * (epoch - 1)) / Math.max(1, total - 1);
  const Y = (u) => top + (height - top - bottom) * (1 - u);
  useFont(context, colors);
  context.textBaseline = "middle";
  for (const [u, label] of scale.ticks) {
    segment(context, [left, Y(u)], [width - right, Y(u)], colors.grid, 1);
    write(context, label, left - 6, Y(u), colors.quiet, "right");
  }
  context.textBaseline = "top";
  for (const epoch of epochsToMark(total, width - left - right))
    write(context, epoch, X(epoch), height - bottom + 7, colors.quiet);
  write(context, "epoch", width, height - bottom + 7, colors.quiet, "right");
  return { context, X, Y, width, height, top, bottom, left, right };
};

const epochsToMark = (total, width) => {
  if (total < 5) return Array.from({ length: total }, (_, k) => k + 1);
  const quarters = width < 200 ? [2, 4] : [1, 2, 3, 4];
  return [1, ...quarters.map((k) => Math.round((total * k) / 4))];
};

// A log axis that holds the curves, and above them the constant losses with their labels.
export const lossScale = (curves, constants = []) => {
  const losses = curves.flat().filter((loss) => loss > 0);
  const highest = losses.concat(constants).reduce((most, loss) => Math.max(most, loss), 0) || 1;
  const lowest = losses.reduce((least, loss) => Math.min(least, loss), Math.min(highest, 0.01));
  const a = Math.floor(Math.log10(lowest));
  const top = Math.max(a + 1, Math.log10(highest));
  const b = top + 0.12 * (top - a);
  const every = Math.ceil((b - a) / 6);
  const ticks = [];
  for (let k = a; k <= b; k += every) ticks.push([(k - a) / (b - a), k === 0 ? "1" : powerOfTen(k)]);
  return { ticks, toUnit: (loss) => (Math.log10(Math.max(loss, 10 ** a)) - a) / (b - a) };
};

// The first tenth of a run does not count for the axis: the rest would be a line along the upper edge.
const LOWEST_ACCURACIES = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.2, 0];
export const accuracyScale = (curves, total) => {
  const later = [curves.train_accuracy, curves.test_accuracy].flatMap((curve) => curve.slice(Math.floor(total / 10)));
  const lowest = later.length ? Math.min(...later) : 0;
  const a = LOWEST_ACCURACIES.find((low) => low <= lowest + 1e-9) ?? 0;
  const every = a >= 0.9 ? 2 : a >= 0.8 ? 5 : a >= 0.5 ? 10 : 20;
  const percents = [];
  for (let percent = 100 * a; percent <= 100; percent += every) percents.push(Math.round(percent));
  return {
    from: percents[0],
    ticks: percents.map((percent) => [(percent / 100 - a) / (1 - a), `${percent} %`]),
    toUnit: (accuracy) => (accuracy - a) / (1 - a),
  };
};

// The mean over up to five epochs around each; over fewer at the ends, so that the last value stays what it is.
export const smoothCurve = (values) =>
  values.map((_, at) => {
    const reach = Math.min(at, values.length - 1 - at, SMOOTHED_OVER >> 1);
    const around = values.slice(at - reach, at + reach + 1);
    return around.reduce((sum, value) => sum + value, 0) / around.length;
  });

// series: [{ name, values, raw, color, thick, dash, fixed }]; a fixed one is there from the first frame on.
export const drawCurves = (frame, colors, series, toUnit, shown, cursor) => {
  const { context, X, Y, top, width, height, left, right, bottom } = frame;
  const ends = [];
  context.save();
  context.beginPath();
  context.rect(left - 5, top - 5, width - left - right + 10, height - top - bottom + 10);
  context.clip();
  for (const { name, values, raw, color, thick, dash = [], fixed, alpha = 1 } of series) {
    const drawn = fixed ? values.length : shown;
    if (raw) {
      context.globalAlpha = 0.35;
      trace(frame, raw, toUnit, drawn, color, 1);
      context.globalAlpha = 1;
    }
    context.globalAlpha = alpha;
    context.setLineDash(dash);
    const end = trace(frame, values, toUnit, drawn, color, thick);
    context.setLineDash([]);
    context.globalAlpha = 1;
    if (end) ends.push({ name, x: Math.min(end[0], width - right), y: Math.min(end[1], height - bottom), color });
    if (cursor && !fixed && cursor <= values.length) {
      context.fillStyle = color;
      context.beginPath();
      context.arc(X(cursor), Y(toUnit((raw ?? values)[cursor - 1])), 4, 0, 7);
      context.fill();
    }
  }
  context.restore();
  const places = spread(
    ends.map(({ y }) => y),
    LINE_HEIGHT,
    top + 7,
    height - bottom - 7,
  );
  context.textBaseline = "middle";
  ends.forEach(({ name, x, color }, index) => write(context, name, x + 7, places[index], color, "left"));
  if (cursor) {
    context.globalAlpha = 0.45;
    segment(context, [X(cursor), top], [X(cursor), height - bottom], colors.text, 1);
    context.globalAlpha = 1;
  }
};

// Parts of a difference at an epoch, one on the other: [{ from, to, color }].
export const drawParts = ({ context, X, Y }, parts, toUnit, epoch) => {
  for (const { from, to, color } of parts)
    segment(context, [X(epoch), Y(toUnit(from))], [X(epoch), Y(toUnit(to))], color, 6);
};

// Draws the first `shown` epochs, the last of them in part; returns where the line ends.
const trace = ({ context, X, Y }, values, toUnit, shown, color, thick) => {
  const whole = Math.min(values.length, Math.floor(shown));
  if (!whole) return null;
  context.strokeStyle = color;
  context.lineWidth = thick;
  context.lineJoin = "round";
  context.beginPath();
  for (let k = 0; k < whole; k++) context.lineTo(X(k + 1), Y(toUnit(values[k])));
  let end = [X(whole), Y(toUnit(values[whole - 1]))];
  if (whole < values.length) {
    const part = shown - whole;
    end = [X(whole + part), end[1] + part * (Y(toUnit(values[whole])) - end[1])];
    context.lineTo(...end);
  }
  context.stroke();
  if (whole === 1) {
    context.beginPath();
    context.arc(...end, 2, 0, 7);
    context.stroke();
  }
  return end;
};
