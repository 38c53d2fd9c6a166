// The pictures of the walk from scores to probabilities: one function each, drawn on one canvas.

const frame = (canvas, colours, height) => {
  const drawing = pen(canvas, height);
  if (!drawing) return null;
  const { context } = drawing;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  context.lineWidth = 1;
  return drawing;
};

const line = (context, points, colour, width = 2, dash = []) => {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.stroke();
  context.setLineDash([]);
};

const dot = (context, x, y, colours, radius = 7) => {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = colours.primary;
  context.fill();
  context.strokeStyle = colours.paper;
  context.lineWidth = 1.5;
  context.stroke();
};

const write = (context, text, x, y, colour, align = "center") => { context.fillStyle = colour; context.textAlign = align; context.fillText(text, x, y); };

// A curve over a box with two axes; returns the box's scales.
const plot = (drawing, colours, { x: [x0, x1], y: [y0, y1], xTicks, yTicks, xName, yName }) => {
  const { context, width, height } = drawing, left = 52, right = 14, top = 22, bottom = 40;
  const X = (x) => left + ((x - x0) / (x1 - x0)) * (width - left - right), Y = (y) => height - bottom - ((y - y0) / (y1 - y0)) * (height - top - bottom);
  for (const [y, label] of yTicks) { line(context, [[left, Y(y)], [width - right, Y(y)]], colours.grid, 1); write(context, label, left - 8, Y(y), colours.text, "right"); }
  for (const [x, label] of xTicks) write(context, label, X(x), height - bottom + 14, colours.text);
  write(context, xName, (left + width - right) / 2, height - 8, colours.text);
  write(context, yName, 4, 8, colours.text, "left");
  return { context, X, Y, width };
};

const PICTURES = {
  // Two bars of equal height of stacks: e^z with their sum Z, and the same divided by Z.
  exponentiate(canvas, colours, { z, T, p, classes }) {
    const drawing = frame(canvas, colours, 150);
    if (!drawing) return;
    const { context, width } = drawing, left = 92, wide = width - left - 84, highest = Math.max(...z);
    const powers = z.map((score) => Math.exp((score - highest) / T)), sum = powers.reduce((a, b) => a + b, 0), most = z.length;
    [["exp(z / T)", powers, wide / most, 14], ["divided by Z", [...p], wide, 82]].forEach(([name, parts, unit, top]) => {
      let x = left;
      write(context, name, left - 10, top + 17, colours.text, "right");
      parts.forEach((part, k) => {
        context.fillStyle = colours.classes[k];
        context.fillRect(x, top, part * unit, 34);
        if (context.measureText(classes[k]).width + 6 < part * unit) write(context, classes[k], x + (part * unit) / 2, top + 17, colours.paper);
        x += part * unit;
      });
      line(context, [[x, top - 4], [x, top + 38]], colours.text, 2);
      write(context, name === "divided by Z" ? "1" : "Z", x + 8, top + 17, colours.text, "left");
    });
    write(context, `with the largest exp scaled to 1, Z is ${sum.toFixed(2)}`, left, 134, colours.text, "left");
  },

  // The logistic function of the difference of the first two scores, with its inverse, the link, read from the other axis.
  link(canvas, colours, { z, T }) {
    const drawing = frame(canvas, colours, 240);
    if (!drawing) return;
    const reach = 10, difference = Math.max(-reach, Math.min(reach, (z[0] - z[1]) / T));
    const { context, X, Y } = plot(drawing, colours, {
      x: [-reach, reach], y: [0, 1], xName: "b·x = (z₁ − z₂) / T", yName: "p₁",
      xTicks: [-10, -5, 0, 5, 10].map((x) => [x, String(x).replace("-", "−")]), yTicks: [0, 0.25, 0.5, 0.75, 1].map((y) => [y, String(y)]),
    });
    const logistic = (s) => Math.exp(logSoftmax([s, 0])[0]);
    line(context, Array.from({ length: 201 }, (_, k) => [X(-reach + k / 10), Y(logistic(-reach + k / 10))]), colours.text);
    const x = X(difference), y = Y(logistic(difference));
    line(context, [[x, Y(0)], [x, y], [X(-reach), y]], colours.primary, 1.5, [4, 3]);
    dot(context, x, y, colours);
  },

  // Scores and ln Z on one axis: each class lies -ln p below ln Z.
  predictors(canvas, colours, { z, T, logP, logZ, classes }) {
    const drawing = frame(canvas, colours, 44 + 30 * z.length);
    if (!drawing) return;
    const { context, width } = drawing, scaled = z.map((score) => score / T), low = Math.min(...scaled), high = logZ, span = high - low || 1;
    const X = (value) => 24 + ((value - low) / span) * (width - 130);
    line(context, [[X(high), 8], [X(high), 30 * z.length + 16]], colours.text, 2);
    write(context, `ln Z = ${written(logZ)}`, Math.min(X(high), width - 50), 30 * z.length + 30, colours.text);
    scaled.forEach((value, k) => {
      const y = 20 + 30 * k;
      line(context, [[X(value), y], [X(high), y]], colours.classes[k], 3);
      dot(context, X(value), y, { ...colours, primary: colours.classes[k] }, 6);
      write(context, `ln p = ${written(logP[k])}`, X(high) + 8, y, colours.text, "left");
      if (X(high) - X(value) > context.measureText(classes[k]).width + 24) write(context, classes[k], X(value) + 12, y - 9, colours.text, "left");
    });
  },

  // Energy levels E = -z, each occupied with its probability, and the free energy.
  gibbs(canvas, colours, { z, p, free, classes }) {
    const drawing = frame(canvas, colours, 260);
    if (!drawing) return;
    const { context, width } = drawing, energies = z.map((score) => -score), low = Math.min(free, ...energies), high = Math.max(...energies), span = high - low || 1;
    const Y = (energy) => 236 - ((energy - low) / span) * 208, left = 58, wide = width - left - 150;
    energies.forEach((energy, k) => {
      line(context, [[left, Y(energy)], [left + wide, Y(energy)]], colours.grid, 2);
      line(context, [[left, Y(energy)], [left + wide * p[k], Y(energy)]], colours.classes[k], 7);
      write(context, written(energy), left - 8, Y(energy), colours.text, "right");
    });
    const labels = energies.map((energy, k) => ({ text: `${classes[k]}: ${formatProbability(p[k])}`, y: Y(energy) })).sort((a, b) => a.y - b.y);
    labels.forEach((label, place) => { if (place) label.y = Math.max(label.y, labels[place - 1].y + 15); });
    for (const { text, y } of labels) write(context, text, left + wide + 8, y, colours.text, "left");
    line(context, [[left, Y(free)], [left + wide, Y(free)]], colours.primary, 2, [6, 3]);
    write(context, `F = ${written(free)}`, left + 4, Y(free) + (Y(free) > 225 ? -11 : 12), colours.primary, "left");
    write(context, "energy E = −z", 4, 8, colours.text, "left");
  },

  // Nothing moves when all scores move together: bars before and after.
  shift(canvas, colours, { base, z, T, classes }) {
    const drawing = frame(canvas, colours, 52 * z.length + 8);
    if (!drawing) return;
    const { context, width } = drawing, before = logSoftmax(base, T).map(Math.exp), after = logSoftmax(z, T).map(Math.exp), left = 110, wide = width - left - 80;
    z.forEach((_, k) => [["without c", before], ["with c", after]].forEach(([name, q], place) => {
      const y = 6 + 52 * k + 22 * place;
      context.globalAlpha = place ? 1 : 0.5;
      context.fillStyle = colours.classes[k];
      context.fillRect(left, y, wide * q[k], 17);
      context.globalAlpha = 1;
      write(context, `${place ? "" : classes[k] + " "}${name}`, left - 8, y + 9, colours.text, "right");
      write(context, formatProbability(q[k]), left + wide * q[k] + 6, y + 9, colours.text, "left");
    }));
  },

  // Entropy against the factor on all scores.
  decisive(canvas, colours, { base, T, factor }) {
    const drawing = frame(canvas, colours, 230);
    if (!drawing) return;
    const most = Math.log(base.length), h = (by) => entropy(logSoftmax(base.map((score) => score * by), T));
    const { context, X, Y } = plot(drawing, colours, {
      x: [-1, 1], y: [0, most * 1.05], xName: "factor on all scores", yName: "entropy H (nats)",
      xTicks: [0.1, 0.3, 1, 3, 10].map((by) => [Math.log10(by), String(by)]), yTicks: [[0, "0"], [most / 2, (most / 2).toFixed(2)], [most, `ln ${base.length}`]],
    });
    line(context, Array.from({ length: 121 }, (_, k) => -1 + k / 60).map((u) => [X(u), Y(h(10 ** u))]), colours.text);
    dot(context, X(Math.log10(factor)), Y(h(factor)), colours);
  },

  // Three classes: the point and its path as T runs; else all probabilities against T.
  temperature(canvas, colours, state) {
    const { z, T, p, classes } = state;
    if (z.length === 3) {
      const drawing = frame(canvas, colours, 330);
      if (!drawing) return;
      const { context, width } = drawing, tall = 260, corners = [[width / 2 - tall / 1.732, 292], [width / 2 + tall / 1.732, 292], [width / 2, 32]];
      line(context, [...corners, corners[0]], colours.grid, 1.5);
      const at = (q) => [0, 1].map((axis) => q[0] * corners[0][axis] + q[1] * corners[1][axis] + q[2] * corners[2][axis]);
      corners.forEach(([x, y], k) => {
        dot(context, x, y, { ...colours, primary: colours.classes[k] }, 5);
        write(context, classes[k], Math.min(Math.max(x, 36), width - 36), k < 2 ? y + 18 : y - 15, colours.text);
      });
      const path = Array.from({ length: 161 }, (_, k) => at([...logSoftmax(z, 10 ** (-2 + k / 40))].map(Math.exp)));
      line(context, path, colours.text, 1.5, [5, 3]);
      const [hot, cold] = [path.at(-1), path[0]];
      write(context, "T → ∞", hot[0] + 8, hot[1] + 14, colours.text, "left");
      write(context, "T → 0", cold[0] + 10, cold[1] - 12, colours.text, "left");
      dot(context, ...at([...p]), colours, 8);
      return;
    }
    const drawing = frame(canvas, colours, 250);
    if (!drawing) return;
    const { context, X, Y } = plot(drawing, colours, {
      x: [-2, 2], y: [0, 1], xName: "temperature T", yName: "p",
      xTicks: [0.01, 0.1, 1, 10, 100].map((t) => [Math.log10(t), String(t)]), yTicks: [0, 0.25, 0.5, 0.75, 1].map((y) => [y, String(y)]),
    });
    const steps = Array.from({ length: 161 }, (_, k) => -2 + k / 40), paths = steps.map((u) => logSoftmax(z, 10 ** u).map(Math.exp));
    z.forEach((_, k) => line(context, steps.map((u, place) => [X(u), Y(paths[place][k])]), colours.classes[k]));
    line(context, [[X(Math.log10(T)), Y(0)], [X(Math.log10(T)), Y(1)]], colours.primary, 1.5, [4, 3]);
    z.forEach((_, k) => dot(context, X(Math.log10(T)), Y(p[k]), { ...colours, primary: colours.classes[k] }, 5));
  },
};
