// Gradient descent on the scores of q towards three targets: curves, and the push of the next step on each score.

import { drawOnDemand } from "../lib/animation.js";
import { dot, line, plot, prepareFigure, segment, write } from "../lib/canvas.js";
import { classColor, element, theme } from "../lib/dom.js";
import { formatNumber, formatSigned, formatTick } from "../lib/format.js";
import { entropyOf, smoothed } from "../lib/probability.js";
import { descend } from "../lib/shares.js";
import { niceTicks } from "../lib/ticks.js";

const STEPS_SHOWN = 120;
const RATE = 0.5;
const STEPS_PER_SECOND = 30;
// The pictures: the curve, below it a row of arrows, below those their lengths in figures.
const CURVE = 190;
const ARROWS = 226;
const FIGURES = 262;
const ARROW = 22;

const targetsOf = (p) => {
  const likeliest = p.indexOf(Math.max(...p));
  return [
    ["One-hot p", [...smoothed(likeliest, p.length, 0)]],
    ["Smoothed by 0.1", [...smoothed(likeliest, p.length, 0.1)]],
    ["p itself", p],
  ];
};

// The scores of q, with what q rules out far below the rest.
const scoresOf = (q) => q.map((share) => Math.log(Math.max(share, 1e-6)));

const arrow = (context, x, from, length, color) => {
  const tip = from - length;
  const back = Math.sign(length) * 5;
  segment(context, [x, from], [x, tip], color, 3);
  if (Math.abs(length) <= 1) return;
  context.fillStyle = color;
  context.beginPath();
  for (const [dx, dy] of [
    [-5, 0.6],
    [5, 0.6],
    [0, -0.6],
  ])
    context.lineTo(x + dx, tip + back * dy);
  context.fill();
};

const drawCurve = (canvas, colors, { path, step, floor, scale, unit }) => {
  const drawing = prepareFigure(canvas, colors, FIGURES + 12);
  if (!drawing) return null;
  const ticks = niceTicks(Math.max(0.2, path[0].loss / scale, floor), 4);
  const { context, X, Y, width } = plot({ ...drawing, height: CURVE }, colors, {
    x: [0, STEPS_SHOWN],
    y: [0, ticks.at(-1)],
    xTicks: [0, 60, 120].map((at) => [at, formatTick(at)]),
    yTicks: ticks.map((tick) => [tick, formatTick(tick)]),
    xName: "steps",
    yName: `H(p, q) in ${unit}`,
  });
  const curve = path.map(({ loss }, at) => [X(at), Y(loss / scale)]);
  segment(context, [X(0), Y(floor)], [X(STEPS_SHOWN), Y(floor)], colors.text, 1, [6, 3]);
  write(context, "H(p)", X(STEPS_SHOWN), Y(floor) - 10, colors.text, "right");
  context.globalAlpha = 0.35;
  line(context, curve, colors.text);
  context.globalAlpha = 1;
  line(context, curve.slice(0, step + 1), colors.text, 2.5);
  dot(context, ...curve[step], { ...colors, primary: colors.text }, 5);
  return { context, X, width };
};

const drawPushes = ({ context, X, width }, colors, pushes, digits) => {
  const left = X(0);
  const slot = (X(STEPS_SHOWN) - left) / pushes.length;
  segment(context, [left, ARROWS], [width - 14, ARROWS], colors.grid, 1);
  write(context, "p − q", left - 8, ARROWS, colors.text, "right");
  pushes.forEach((push, k) => {
    const x = left + slot * (k + 0.5);
    const color = classColor(colors, k);
    arrow(context, x, ARROWS, push * ARROW, color);
    dot(context, x, ARROWS, { ...colors, primary: color }, 4);
    write(context, formatSigned(push, digits), x, FIGURES, colors.text);
  });
};

// How the cross-entropy falls, and p - q: the push of a step on each score, up or down.
const drawDescent = (canvas, colors, target, path, step, scale, unit) => {
  const floor = entropyOf(target) / scale;
  const drawing = drawCurve(canvas, colors, { path, step, floor, scale, unit });
  if (!drawing) return;
  const digits = target.length > 4 ? 1 : 2;
  const pushes = path[step].q.map((share, k) => Number((target[k] - share).toFixed(digits)));
  drawPushes(drawing, colors, pushes, digits);
  const reached = `Cross-entropy ${formatNumber(path[step].loss / scale)} ${unit} after ${step} steps`;
  canvas.setAttribute("aria-label", `${reached}, entropy of the target ${formatNumber(floor)}`);
  Object.assign(canvas.dataset, { step, loss: path[step].loss, floor: entropyOf(target), pushes: pushes.join(" ") });
};

export default function ({ data, parentElement: root }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { step: 0, started: 0 });
  const { p, q, unit } = data;
  const start = [...p, "from", ...q].join(" ");
  if (view.start !== start) Object.assign(view, { start, step: 0, started: 0 });
  const colors = theme(root);
  const scale = unit === "bits" ? Math.LN2 : 1;
  const scores = scoresOf(q);
  const targets = targetsOf(p).map(([name, target]) => ({
    target,
    claim: `${name}: down to ${formatNumber(entropyOf(target) / scale)} ${unit}`,
    path: descend(target, scores, STEPS_SHOWN, RATE),
  }));
  const figure = ({ claim }) =>
    element("figure", {}, element("figcaption", {}, claim), element("canvas", { class: "descent", role: "img" }));
  $(".descents").replaceChildren(...targets.map(figure));
  const canvases = root.querySelectorAll(".descent");

  const draw = (now) => {
    if (view.started) {
      const step = Math.floor(((now - view.started) / 1000) * STEPS_PER_SECOND);
      view.step = Math.min(STEPS_SHOWN, Math.max(0, step));
    }
    targets.forEach(({ target, path }, index) => {
      drawDescent(canvases[index], colors, target, path, view.step, scale, unit);
    });
    $("output.steps").textContent = `${view.step} of ${STEPS_SHOWN} steps`;
    if (view.step >= STEPS_SHOWN) view.started = 0;
    $(".root").dataset.ready = "true";
    if (view.started) view.loop.schedule();
  };

  const goTo = (step, started = 0) => {
    Object.assign(view, { step, started });
    view.loop.schedule();
  };
  $(".step").onclick = () => goTo(Math.min(STEPS_SHOWN, view.step + 1));
  $(".reset").onclick = () => goTo(0);
  $(".go").onclick = () => {
    const from = view.step >= STEPS_SHOWN ? 0 : view.step;
    goTo(from, performance.now() - (from * 1000) / STEPS_PER_SECOND);
  };
  return drawOnDemand(root, view, draw);
}
