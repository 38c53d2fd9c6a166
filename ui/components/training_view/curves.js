// The learning curves: axes, scales, and two lines each.

import { prepareCanvas } from "../lib/canvas.js";
import { powerOfTen } from "../lib/format.js";

export const axes = (canvas, colors, total, y) => {
  const drawing = prepareCanvas(canvas, 210, colors.textScale);
  if (!drawing) return null;
  const { context, width, height } = drawing;
  const left = 46;
  const right = 58;
  const top = 8;
  const bottom = 24;
  const X = (epoch) => left + ((width - left - right) * (epoch - 1)) / Math.max(1, total - 1);
  const Y = (u) => top + (height - top - bottom) * (1 - u);
  context.font = `12px ${colors.font}`;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const [u, label] of y.ticks) {
    context.strokeStyle = colors.grid;
    context.beginPath();
    context.moveTo(left, Y(u));
    context.lineTo(width - right, Y(u));
    context.stroke();
    context.fillStyle = colors.text;
    context.fillText(label, left - 6, Y(u));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  const marks =
    total < 5
      ? Array.from({ length: total }, (_, k) => k + 1)
      : [1, ...[1, 2, 3, 4].map((k) => Math.round((total * k) / 4))];
  for (const epoch of marks) context.fillText(epoch, X(epoch), height - bottom + 7);
  context.textAlign = "right";
  context.fillText("epoch", width, height - bottom + 7);
  return { context, X, Y, width, height, top, bottom, left, right };
};

export const lossScale = (curves) => {
  let low = Infinity;
  let high = -Infinity;
  for (const curve of [curves.train_loss, curves.test_loss])
    for (const loss of curve)
      if (loss > 0) {
        low = Math.min(low, loss);
        high = Math.max(high, loss);
      }
  if (!(high > 0)) {
    low = 0.01;
    high = 1;
  }
  const a = Math.floor(Math.log10(low));
  const b = Math.max(a + 1, Math.ceil(Math.log10(high)));
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

export const drawCurves = (frame, colors, series, toUnit, shown, cursor) => {
  const { context, X, Y, top, width, height, left, right, bottom } = frame;
  const ends = [];
  context.save();
  context.beginPath();
  context.rect(left - 5, top - 5, width - left - right + 10, height - top - bottom + 10);
  context.clip();
  for (const { name, values, color, thick } of series) {
    const whole = Math.min(values.length, Math.floor(shown));
    context.strokeStyle = color;
    context.lineWidth = thick;
    context.beginPath();
    for (let k = 0; k < whole; k++) context.lineTo(X(k + 1), Y(toUnit(values[k])));
    let x = X(whole);
    let y = whole ? Y(toUnit(values[whole - 1])) : 0;
    if (whole && whole < values.length) {
      const part = shown - whole;
      x = X(whole + part);
      y += part * (Y(toUnit(values[whole])) - y);
      context.lineTo(x, y);
    }
    context.stroke();
    if (whole === 1) {
      context.beginPath();
      context.arc(x, y, 2, 0, 7);
      context.stroke();
    }
    if (whole) ends.push({ name, x, y: Math.min(y, height - bottom), color });
    if (cursor && cursor <= values.length) {
      context.fillStyle = context.strokeStyle;
      context.beginPath();
      context.arc(X(cursor), Y(toUnit(values[cursor - 1])), 4, 0, 7);
      context.fill();
    }
  }
  context.restore();
  ends.sort((a, b) => a.y - b.y);
  if (ends.length === 2 && ends[1].y - ends[0].y < 14) {
    const middle = Math.min(height - bottom - 7, Math.max(top + 7, (ends[0].y + ends[1].y) / 2));
    ends[0].y = middle - 7;
    ends[1].y = middle + 7;
  }
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { name, x, y, color } of ends) {
    context.fillStyle = color;
    context.fillText(name, x + 7, y);
  }
  if (cursor) {
    context.strokeStyle = colors.text;
    context.globalAlpha = 0.45;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(X(cursor), top);
    context.lineTo(X(cursor), height - bottom);
    context.stroke();
    context.globalAlpha = 1;
  }
};
