// The pictures of one test row: the triangle of probabilities, the loss over T, and the sums of the members' logits.

import { disc, prepareCanvas } from "../lib/canvas.js";
import { classColor } from "../lib/dom.js";
import { formatFixed, formatPrecision, formatTick, powerOfTen } from "../lib/format.js";
import { niceCeiling } from "../lib/ticks.js";

// Where a probability vector of three classes lies in a triangle whose corners are the classes.
const inTriangle = (p, corners) => [0, 1].map((axis) => p.reduce((sum, value, k) => sum + value * corners[k][axis], 0));

export const drawTriangle = (canvas, colors, classes, truth, members, ensemble) => {
  const scale = colors.textScale;
  const size = Math.min(420, canvas.parentElement.clientWidth / scale);
  const drawing = prepareCanvas(canvas, size * 0.86, scale);
  if (!drawing) return;
  const { context, width, height } = drawing;
  const margin = 34;
  const side = width - 2 * margin;
  const tall = Math.min(side * 0.866, height - 60);
  const corners = [
    [width / 2 - tall / 1.732, height - 30],
    [width / 2 + tall / 1.732, height - 30],
    [width / 2, height - 30 - tall],
  ];
  context.strokeStyle = colors.grid;
  context.lineWidth = 1;
  for (const u of [0, 0.25, 0.5, 0.75])
    for (let k = 0; k < 3; k++) {
      const a = [0, 0, 0];
      const b = [0, 0, 0];
      a[k] = b[k] = u;
      a[(k + 1) % 3] = 1 - u;
      b[(k + 2) % 3] = 1 - u;
      context.beginPath();
      context.moveTo(...inTriangle(a, corners));
      context.lineTo(...inTriangle(b, corners));
      context.stroke();
    }
  context.font = `12px ${colors.font}`;
  context.textAlign = "center";
  corners.forEach((corner, k) => {
    disc(context, corner, 5, colors.classes[k], colors.background);
    if (k === truth) disc(context, corner, 10, null, colors.text);
    context.fillStyle = colors.text;
    const name = k === truth ? `${classes[k]} (true)` : classes[k];
    const half = context.measureText(name).width / 2;
    context.fillText(name, Math.min(Math.max(corner[0], half), width - half), k < 2 ? corner[1] + 24 : corner[1] - 15);
  });
  context.globalAlpha = 0.55;
  for (const member of members) disc(context, inTriangle(member, corners), 3.5, colors.text, colors.background);
  context.globalAlpha = 1;
  const [x, y] = inTriangle(ensemble, corners);
  const onTheRight = x < width / 2;
  disc(context, [x, y], 7.5, colors.primary, colors.background);
  context.textAlign = onTheRight ? "left" : "right";
  context.textBaseline = "middle";
  context.strokeStyle = colors.background;
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeText("ensemble", x + (onTheRight ? 13 : -13), y - 10);
  context.fillStyle = colors.text;
  context.fillText("ensemble", x + (onTheRight ? 13 : -13), y - 10);
};

export const TEMPERATURES = Array.from({ length: 81 }, (_, step) => 10 ** (-2 + step / 20));

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

export const describeLowest = ({ t, within }, wines) =>
  within
    ? `The loss of these ${wines} is lowest at T = ${formatPrecision(t)}. A T chosen here is fitted to the test set: ` +
      "the loss at it no longer tells how well the net does on new rows."
    : `The loss of these ${wines} keeps falling to T = ${formatTick(t)}, the end of the axis. ` +
      "A T chosen here is fitted to the test set.";

export const drawNll = (canvas, colors, curve, best, temperature, nll) => {
  const drawing = prepareCanvas(canvas, 196, colors.textScale);
  if (!drawing) return;
  const { context, width, height } = drawing;
  const left = 48;
  const right = 24;
  const top = 10;
  const bottom = 26;
  const floor = 1e-12;
  const values = curve.map((value) => Math.log10(Math.max(value, floor)));
  const a = Math.floor(Math.min(...values));
  const b = Math.max(a + 1, Math.ceil(Math.max(...values)));
  const every = Math.ceil((b - a) / 5);
  const X = (t) => left + ((Math.log10(t) + 2) / 4) * (width - left - right);
  const Y = (value) => top + (1 - (Math.log10(Math.max(value, floor)) - a) / (b - a)) * (height - top - bottom);
  context.font = `12px ${colors.font}`;
  context.strokeStyle = colors.grid;
  context.fillStyle = colors.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let k = a; k <= b; k += every) {
    context.beginPath();
    context.moveTo(left, Y(10 ** k));
    context.lineTo(width - right, Y(10 ** k));
    context.stroke();
    context.fillText(Math.abs(k) <= 2 ? formatTick(10 ** k) : powerOfTen(k), left - 6, Y(10 ** k));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const t of [0.01, 0.1, 1, 10, 100]) context.fillText(t, X(t), height - bottom + 7);
  context.textAlign = "right";
  context.fillText("T", width, height - bottom + 7);
  context.strokeStyle = colors.text;
  context.lineWidth = 2;
  context.beginPath();
  curve.forEach((value, step) => context.lineTo(X(TEMPERATURES[step]), Y(value)));
  context.stroke();
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(X(temperature), top);
  context.lineTo(X(temperature), height - bottom);
  context.stroke();
  context.globalAlpha = 1;
  if (best.within) {
    const x = X(best.t);
    const y = Y(Math.min(...curve));
    const onTheRight = x < width - 150;
    context.strokeStyle = colors.text;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x, height - bottom);
    context.stroke();
    context.setLineDash([]);
    disc(context, [x, y], 4, colors.background, colors.text);
    context.textAlign = onTheRight ? "left" : "right";
    context.textBaseline = "bottom";
    context.fillStyle = colors.text;
    context.fillText(`lowest here, T = ${formatPrecision(best.t)}`, x + (onTheRight ? 6 : -6), height - bottom - 3);
  }
  disc(context, [X(temperature), Y(nll)], 6, colors.primary, colors.background);
};

const shortened = (context, text, room) => {
  let letters = text.length;
  while (letters > 1 && context.measureText(text.slice(0, letters)).width > room) letters--;
  return letters < text.length ? `${text.slice(0, letters)}…` : text;
};

export const drawSums = (canvas, colors, classes, shares, bias, z) => {
  const drawing = prepareCanvas(canvas, 230, colors.textScale);
  if (!drawing) return;
  const { context, width, height } = drawing;
  const left = 46;
  const right = Math.max(120, Math.min(170, width / 3));
  const top = 12;
  const bottom = 26;
  const steps = shares.length + 1;
  const paths = classes.map((_, k) => {
    const path = [0];
    for (const share of shares) path.push(path.at(-1) + share[k]);
    return [...path, z[k]];
  });
  const reach = niceCeiling(Math.max(0.1, ...paths.flat().map(Math.abs)));
  const X = (step) => left + (step / steps) * (width - left - right);
  const Y = (score) => top + ((reach - score) / (2 * reach)) * (height - top - bottom);
  context.font = `12px ${colors.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const score of [-reach, -reach / 2, 0, reach / 2, reach]) {
    context.strokeStyle = colors.grid;
    context.lineWidth = score === 0 ? 2 : 1;
    context.beginPath();
    context.moveTo(left, Y(score));
    context.lineTo(width - right, Y(score));
    context.stroke();
    context.fillStyle = colors.text;
    context.fillText(formatTick(score), left - 6, Y(score));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  const every = Math.ceil(steps / Math.max(4, (width - left - right) / 34));
  for (let member = 1; member <= shares.length; member++)
    if (member === 1 || member % every === 0) context.fillText(member, X(member), height - bottom + 7);
  context.textAlign = "left";
  context.fillText("bias", X(steps) + 6, height - bottom + 7);
  const ends = paths.map((path, k) => ({ k, y: Y(path.at(-1)) })).sort((a, b) => a.y - b.y);
  for (let index = 1; index < ends.length; index++) ends[index].y = Math.max(ends[index].y, ends[index - 1].y + 14);
  paths.forEach((path, k) => {
    context.strokeStyle = context.fillStyle = classColor(colors, k);
    context.lineWidth = 2;
    context.beginPath();
    path.forEach((score, step) => context.lineTo(X(step), Y(score)));
    context.stroke();
    path.forEach((score, step) => disc(context, [X(step), Y(score)], 2.5, context.strokeStyle));
  });
  context.textBaseline = "middle";
  for (const { k, y } of ends) {
    context.fillStyle = classColor(colors, k);
    context.fillRect(X(steps) + 7, y - 4, 8, 8);
    context.fillStyle = colors.text;
    const score = formatFixed(z[k]);
    const room = right - 26 - context.measureText(score).width;
    context.fillText(`${shortened(context, classes[k], room)} ${score}`, X(steps) + 20, y);
  }
};
