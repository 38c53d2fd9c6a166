// The pictures of the walk from scores to probabilities: one function each, drawn on one canvas.

import { dot, line, plot, prepareFigure, segment, write, writeWithin } from "../lib/canvas.js";
import { formatFixed, formatProbability, formatTick } from "../lib/format.js";
import { dividedBySum, entropy, expectedLoss, logSoftmax } from "../lib/probability.js";

// The accent means a control; what a picture points out is in the colour of its text.
const inInk = (colors) => ({ ...colors, primary: colors.text });

// Three classes: the point of the probabilities, and its path as T runs.
const temperatureTriangle = (canvas, colors, { z, p, classes }) => {
  const drawing = prepareFigure(canvas, colors, 330);
  if (!drawing) return;
  const { context, width } = drawing;
  const tall = 260;
  const corners = [
    [width / 2 - tall / 1.732, 292],
    [width / 2 + tall / 1.732, 292],
    [width / 2, 32],
  ];
  line(context, [...corners, corners[0]], colors.grid, 1.5);
  const at = (q) => [0, 1].map((axis) => q[0] * corners[0][axis] + q[1] * corners[1][axis] + q[2] * corners[2][axis]);
  corners.forEach(([x, y], k) => {
    dot(context, x, y, { ...colors, primary: colors.classes[k] }, 5);
    const half = context.measureText(classes[k]).width / 2;
    write(context, classes[k], Math.min(Math.max(x, half), width - half), k < 2 ? y + 18 : y - 15, colors.text);
  });
  const path = Array.from({ length: 161 }, (_, k) => at([...logSoftmax(z, 10 ** (-2 + k / 40))].map(Math.exp)));
  line(context, path, colors.text, 1.5, [5, 3]);
  const [hot, cold] = [path.at(-1), path[0]];
  write(context, "T → ∞", hot[0] + 8, hot[1] + 14, colors.text, "left");
  write(context, "T → 0", cold[0] + 10, cold[1] - 12, colors.text, "left");
  dot(context, ...at([...p]), inInk(colors), 8);
};

// Any number of classes: all probabilities against T.
const temperatureCurves = (canvas, colors, { z, T, p }) => {
  const drawing = prepareFigure(canvas, colors, 250);
  if (!drawing) return;
  const { context, X, Y } = plot(drawing, colors, {
    x: [-2, 2],
    y: [0, 1],
    xName: "temperature T",
    yName: "p",
    xTicks: [0.01, 0.1, 1, 10, 100].map((t) => [Math.log10(t), formatTick(t)]),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((y) => [y, formatTick(y)]),
  });
  const steps = Array.from({ length: 161 }, (_, k) => -2 + k / 40);
  const paths = steps.map((u) => logSoftmax(z, 10 ** u).map(Math.exp));
  const now = X(Math.log10(T));
  z.forEach((_, k) =>
    line(
      context,
      steps.map((u, index) => [X(u), Y(paths[index][k])]),
      colors.classes[k],
    ),
  );
  segment(context, [now, Y(0)], [now, Y(1)], colors.text, 1.5, [4, 3]);
  z.forEach((_, k) => dot(context, now, Y(p[k]), { ...colors, primary: colors.classes[k] }, 5));
};

export const PICTURES = {
  // Two rows of stacked parts: e^z, with the sum Z, then divided by Z. Both rows are equally long.
  exponentiate(canvas, colors, { p, logZ, classes }) {
    const drawing = prepareFigure(canvas, colors, 96);
    if (!drawing) return;
    const { context, width } = drawing;
    const left = 92;
    const wide = width - left - 100;
    const rows = [
      ["exp(z / T)", 8, `Z ≈ ${formatFixed(Math.exp(logZ))}`],
      ["divided by Z", 56, "1"],
    ];
    for (const [name, top, end] of rows) {
      let x = left;
      write(context, name, left - 10, top + 17, colors.text, "right");
      p.forEach((share, k) => {
        context.fillStyle = colors.classes[k];
        context.fillRect(x, top, share * wide, 34);
        if (context.measureText(classes[k]).width + 8 < share * wide) {
          write(context, classes[k], x + (share * wide) / 2, top + 17, colors.background);
        }
        x += share * wide;
      });
      segment(context, [x, top - 4], [x, top + 38], colors.text, 2);
      write(context, end, x + 8, top + 17, colors.text, "left");
    }
  },

  // Each class twice: its score divided by the sum, which may lie anywhere, and its softmax, within 0 to 1.
  divide(canvas, colors, { z, p, classes }) {
    const [low, high, top] = [-1, 2, 30];
    const drawing = prepareFigure(canvas, colors, top + 56 * z.length + 4);
    if (!drawing) return;
    const { context, width } = drawing;
    const left = 150;
    const wide = width - left - 20;
    const X = (value) => left + ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * wide;
    const foot = top + 56 * z.length - 6;
    context.globalAlpha = 0.12;
    context.fillStyle = colors.text;
    context.fillRect(X(0), top, X(1) - X(0), foot - top);
    context.globalAlpha = 1;
    write(context, "probabilities", (X(0) + X(1)) / 2, top - 22, colors.text);
    for (const at of [-1, 0, 1, 2]) {
      segment(context, [X(at), top], [X(at), foot], at === 0 ? colors.text : colors.grid, 1);
      write(context, formatTick(at), X(at), top - 8, colors.text);
    }
    const shares = dividedBySum(z);
    z.forEach((_, k) => {
      writeWithin(context, classes[k], 0, top + 22 + 56 * k, left - 84, colors.text, "left");
      [
        ["z / ∑ z", shares[k], formatFixed(shares[k])],
        ["softmax", p[k], formatProbability(p[k])],
      ].forEach(([name, value, text], index) => {
        const y = top + 4 + 56 * k + 22 * index;
        write(context, name, left - 8, y + 9, colors.text, "right");
        const end = Number.isNaN(value) ? X(0) : X(value);
        context.globalAlpha = index ? 1 : 0.5;
        context.fillStyle = colors.classes[k];
        context.fillRect(Math.min(X(0), end), y, Math.abs(end - X(0)), 17);
        context.globalAlpha = 1;
        const label = Number.isNaN(value) ? "no value" : value < low ? `← ${text}` : value > high ? `${text} →` : text;
        const isInside = value > 1.7;
        const at = isInside ? end - 6 : Math.max(X(0), end) + 6;
        write(context, label, at, y + 9, isInside ? colors.background : colors.text, isInside ? "right" : "left");
      });
    });
  },

  // The logistic function of the difference of the first two scores; its inverse is read from the other axis.
  link(canvas, colors, { z, T }) {
    const drawing = prepareFigure(canvas, colors, 240);
    if (!drawing) return;
    const reach = 10;
    const difference = Math.max(-reach, Math.min(reach, (z[0] - z[1]) / T));
    const { context, X, Y } = plot(drawing, colors, {
      x: [-reach, reach],
      y: [0, 1],
      xName: "b·x = (z₁ − z₂) / T",
      yName: z.length > 2 ? "p₁ / (p₁ + p₂)" : "p₁",
      xTicks: [-10, -5, 0, 5, 10].map((x) => [x, formatTick(x)]),
      yTicks: [0, 0.25, 0.5, 0.75, 1].map((y) => [y, formatTick(y)]),
    });
    const logistic = (s) => Math.exp(logSoftmax([s, 0])[0]);
    const curve = Array.from({ length: 201 }, (_, k) => -reach + k / 10);
    line(
      context,
      curve.map((s) => [X(s), Y(logistic(s))]),
      colors.text,
    );
    const x = X(difference);
    const y = Y(logistic(difference));
    line(
      context,
      [
        [x, Y(0)],
        [x, y],
        [X(-reach), y],
      ],
      colors.text,
      1.5,
      [4, 3],
    );
    dot(context, x, y, inInk(colors));
  },

  // Scores and ln Z on one axis: each class lies -ln p below ln Z. Names have a column of their own.
  predictors(canvas, colors, { z, T, logP, logZ, classes }) {
    const step = 34;
    const drawing = prepareFigure(canvas, colors, 44 + step * z.length);
    if (!drawing) return;
    const { context, width } = drawing;
    const scaled = z.map((score) => score / T);
    const low = Math.min(...scaled);
    const span = logZ - low || 1;
    const readings = logP.map((value) => `ln p = ${formatFixed(value)}`);
    const widest = (texts) => Math.max(...texts.map((text) => context.measureText(text).width));
    const left = Math.min(widest(classes), width / 4) + 30;
    const right = widest(readings) + 14;
    const X = (value) => left + ((value - low) / span) * (width - left - right);
    scaled.forEach((value, k) => {
      const y = 24 + step * k;
      writeWithin(context, classes[k], 0, y, left - 26, colors.text, "left");
      segment(context, [X(value), y], [X(logZ), y], colors.classes[k], 3);
      dot(context, X(value), y, { ...colors, primary: colors.classes[k] }, 6);
      write(context, formatFixed(value), X(value), y - 14, colors.text);
      write(context, readings[k], X(logZ) + 10, y, colors.text, "left");
    });
    segment(context, [X(logZ), 12], [X(logZ), step * z.length + 14], colors.text, 2);
    const words = `ln Z = ${formatFixed(logZ)}`;
    const half = context.measureText(words).width / 2;
    write(context, words, Math.min(X(logZ), width - half), step * z.length + 30, colors.text);
  },

  // Energy levels E = -z, each occupied with its probability, and the free energy.
  gibbs(canvas, colors, { z, p, free, classes }) {
    const drawing = prepareFigure(canvas, colors, 264);
    if (!drawing) return;
    const { context, width } = drawing;
    const energies = z.map((score) => -score);
    const low = Math.min(free, ...energies);
    const high = Math.max(...energies);
    const span = high - low || 1;
    const Y = (energy) => 240 - ((energy - low) / span) * 204;
    const left = 58;
    const wide = width - left - 150;
    energies.forEach((energy, k) => {
      segment(context, [left, Y(energy)], [left + wide, Y(energy)], colors.grid, 2);
      line(
        context,
        [
          [left, Y(energy)],
          [left + wide * p[k], Y(energy)],
        ],
        colors.classes[k],
        7,
      );
      write(context, formatFixed(energy), left - 8, Y(energy), colors.text, "right");
    });
    const labels = energies.map((energy, k) => ({ text: `${classes[k]}: ${formatProbability(p[k])}`, y: Y(energy) }));
    labels.sort((a, b) => a.y - b.y);
    labels.forEach((label, index) => {
      if (index) label.y = Math.max(label.y, labels[index - 1].y + 16);
    });
    for (const { text, y } of labels) writeWithin(context, text, left + wide + 8, y, 142, colors.text, "left");
    segment(context, [left, Y(free)], [left + wide, Y(free)], colors.text, 2, [6, 3]);
    const beside = Y(free) + (Y(free) > 230 ? 13 : -12);
    write(context, `free energy F = ${formatFixed(free)}`, left + 4, beside, colors.text, "left");
    write(context, "energy E = −z", 4, 8, colors.text, "left");
  },

  // Nothing moves when all scores move together: bars before and after.
  shift(canvas, colors, { base, z, T, classes }) {
    const drawing = prepareFigure(canvas, colors, 56 * z.length + 8);
    if (!drawing) return;
    const { context, width } = drawing;
    const left = 150;
    const wide = width - left - 90;
    const before = logSoftmax(base, T).map(Math.exp);
    const after = logSoftmax(z, T).map(Math.exp);
    z.forEach((_, k) => {
      writeWithin(context, classes[k], 0, 26 + 56 * k, left - 84, colors.text, "left");
      [
        ["without c", before],
        ["with c", after],
      ].forEach(([name, q], index) => {
        const y = 6 + 56 * k + 22 * index;
        context.globalAlpha = index ? 1 : 0.5;
        context.fillStyle = colors.classes[k];
        context.fillRect(left, y, wide * q[k], 17);
        context.globalAlpha = 1;
        write(context, name, left - 8, y + 9, colors.text, "right");
        write(context, formatProbability(q[k]), left + wide * q[k] + 6, y + 9, colors.text, "left");
      });
    });
  },

  // Entropy against the factor on all scores, and what the forecast costs if the bars at factor 1 are the truth.
  decisive(canvas, colors, { base, T, factor }) {
    const drawing = prepareFigure(canvas, colors, 260);
    if (!drawing) return;
    const most = Math.log(base.length);
    const top = 1.6 * most;
    const h = (by) =>
      entropy(
        logSoftmax(
          base.map((score) => score * by),
          T,
        ),
      );
    const loss = (by) => expectedLoss(base, T, by);
    const { context, X, Y } = plot(drawing, colors, {
      x: [-1, 1],
      y: [0, top],
      xName: "factor on every score",
      yName: "nats",
      xTicks: [0.1, 0.3, 1, 3, 10].map((by) => [Math.log10(by), formatTick(by)]),
      yTicks: [
        [0, "0"],
        [most / 2, formatFixed(most / 2)],
        [most, `ln ${base.length}`],
      ],
    });
    const factors = Array.from({ length: 121 }, (_, k) => -1 + k / 60);
    const curve = (of) => factors.map((u) => [X(u), Y(of(10 ** u))]);
    segment(context, [X(0), Y(0)], [X(0), Y(top)], colors.grid, 1);
    line(context, curve(h), colors.entropy);
    context.save();
    context.beginPath();
    context.rect(X(-1), Y(top), X(1) - X(-1), Y(0) - Y(top));
    context.clip();
    line(context, curve(loss), colors.text);
    context.restore();
    // Each name where its curve ends: the loss may leave the picture before.
    const end = factors.find((u) => loss(10 ** u) > top) ?? 1;
    write(context, "expected loss", X(end) - 8, Y(top) + 8, colors.text, "right");
    write(context, "entropy H", X(1), Y(h(10)) - 12, colors.text, "right");
    if (loss(factor) < top) dot(context, X(Math.log10(factor)), Y(loss(factor)), inInk(colors));
    dot(context, X(Math.log10(factor)), Y(h(factor)), { ...colors, primary: colors.entropy });
  },

  // Three classes: the point and its path as T runs; else all probabilities against T.
  temperature(canvas, colors, state) {
    if (state.z.length === 3) temperatureTriangle(canvas, colors, state);
    else temperatureCurves(canvas, colors, state);
  },
};
