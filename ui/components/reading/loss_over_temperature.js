// The mean loss of all test rows over T.

import { disc, prepareCanvas, segment, useFont, write, writeOver } from "../lib/canvas.js";
import { drawConstants } from "../lib/constant_losses.js";
import { formatNumber, formatPrecision, formatTick, powerOfTen } from "../lib/format.js";

export const TEMPERATURES = Array.from({ length: 81 }, (_, step) => 10 ** (-2 + step / 20));

const FLOOR = 1e-12;

// Where the curve is lowest, by golden section between the neighbours of its lowest point.
export const lowest = (nllAt, curve) => {
  const index = curve.indexOf(Math.min(...curve));
  const within = index > 0 && index < curve.length - 1;
  if (!within) return { t: TEMPERATURES[index], within };
  let a = Math.log(TEMPERATURES[index - 1]);
  let b = Math.log(TEMPERATURES[index + 1]);
  for (let step = 0; step < 40; step++) {
    const third = (b - a) * 0.381966;
    if (nllAt(Math.exp(a + third)) < nllAt(Math.exp(b - third))) b -= third;
    else a += third;
  }
  return { t: Math.exp((a + b) / 2), within };
};

export const claimLowest = ({ t, within }, rows) =>
  within ? `T = ${formatPrecision(t)} is best on these ${rows}` : `No T on this axis is best on these ${rows}`;

export const describeLowest = ({ t, within }, rows) => {
  const found = within
    ? `The loss of these ${rows} is lowest at T = ${formatPrecision(t)}.`
    : `The loss of these ${rows} keeps falling to T = ${formatTick(t)}, the end of the axis.`;
  return `${found} A T chosen here is fitted to the test set: its loss no longer tells about new rows.`;
};

export const drawNll = (canvas, colors, { curve, best, temperature, nll, constants }) => {
  const drawing = prepareCanvas(canvas, 210, colors.textScale);
  if (!drawing) return;
  const { context, width, height } = drawing;
  const left = 48;
  const right = 14;
  const top = 8;
  const bottom = 44;
  const values = [...curve, ...constants.map(({ loss }) => loss)].map((value) => Math.log10(Math.max(value, FLOOR)));
  // Below the curve there is room for a label.
  const a = Math.floor(Math.min(...values) - 0.35);
  const b = Math.max(a + 1, Math.ceil(Math.max(...values)));
  const every = Math.ceil((b - a) / 5);
  const X = (t) => left + ((Math.log10(t) + 2) / 4) * (width - left - right);
  const Y = (value) => top + (1 - (Math.log10(Math.max(value, FLOOR)) - a) / (b - a)) * (height - top - bottom);
  useFont(context, colors);
  context.textBaseline = "middle";
  for (let k = a; k <= b; k += every) {
    segment(context, [left, Y(10 ** k)], [width - right, Y(10 ** k)], colors.grid, 1);
    const label = Math.abs(k) <= 3 ? formatTick(10 ** k) : powerOfTen(k);
    write(context, label, left - 6, Y(10 ** k), colors.quiet, "right");
  }
  context.textBaseline = "top";
  for (const t of [0.01, 0.1, 1, 10, 100]) write(context, t, X(t), height - bottom + 7, colors.quiet);
  write(context, "temperature T (log)", (left + width - right) / 2, height - 16, colors.quiet);
  context.strokeStyle = colors.test;
  context.lineWidth = 2;
  context.beginPath();
  curve.forEach((value, step) => context.lineTo(X(TEMPERATURES[step]), Y(value)));
  context.stroke();
  segment(context, [X(temperature), top], [X(temperature), height - bottom], colors.primary, 1);
  drawConstants({ context, left, right: width - right, Y }, colors, constants);
  context.textBaseline = "middle";
  if (best.within) {
    const at = [X(best.t), Y(Math.min(...curve))];
    segment(context, at, [at[0], height - bottom], colors.text, 1, [3, 3]);
    disc(context, at, 4, colors.background, colors.text);
    const onTheRight = at[0] < width - 150;
    const text = `lowest here, T = ${formatPrecision(best.t)}`;
    writeOver(
      context,
      text,
      at[0] + (onTheRight ? 6 : -6),
      height - bottom - 10,
      colors,
      onTheRight ? "left" : "right",
    );
  }
  const here = [X(temperature), Y(nll)];
  disc(context, here, 6, colors.primary, colors.background);
  const onTheLeft = here[0] > left + (width - left - right) / 2;
  const label = `${formatNumber(nll)} nats`;
  const up = Math.min(Math.max(here[1] - 14, top + 8), height - bottom - 26);
  writeOver(context, label, here[0] + (onTheLeft ? -10 : 10), up, colors, onTheLeft ? "right" : "left");
};
