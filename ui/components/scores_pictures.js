// The pictures of the walk from scores to probabilities: one function each, drawn on one canvas.

const frame = (canvas, colours, height) => {
  const drawing = pen(canvas, height, colours.textScale);
  if (!drawing) return null;
  const { context } = drawing;
  context.font = `13px ${colours.font}`;
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

// What does not fit has to be reached by keys too; what fits is no stop for Tab.
const stopIfWide = (box) => {
  if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
  else box.removeAttribute("tabindex");
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

const write = (context, text, x, y, colour, align = "center") => {
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(text, x, y);
};

// A name that is cut with an ellipsis where it is wider than its room.
const writeWithin = (context, text, x, y, room, colour, align) => {
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > room) shown = `${shown.slice(0, -2).trimEnd()}…`;
  write(context, shown, x, y, colour, align);
};

// A curve over a box with two axes; returns the box's scales.
const plot = (drawing, colours, { x: [x0, x1], y: [y0, y1], xTicks, yTicks, xName, yName, right = 14 }) => {
  const { context, width, height } = drawing, left = 52, top = 24, bottom = 42;
  const X = (x) => left + ((x - x0) / (x1 - x0)) * (width - left - right);
  const Y = (y) => height - bottom - ((y - y0) / (y1 - y0)) * (height - top - bottom);
  for (const [y, label] of yTicks) {
    line(context, [[left, Y(y)], [width - right, Y(y)]], colours.grid, 1);
    write(context, label, left - 8, Y(y), colours.text, "right");
  }
  for (const [x, label] of xTicks) write(context, label, X(x), height - bottom + 14, colours.text);
  write(context, xName, (left + width - right) / 2, height - 8, colours.text);
  write(context, yName, 4, 8, colours.text, "left");
  return { context, X, Y, width };
};

// Three classes: the point of the probabilities, and its path as T runs.
const temperatureTriangle = (canvas, colours, { z, p, classes }) => {
  const drawing = frame(canvas, colours, 330);
  if (!drawing) return;
  const { context, width } = drawing, tall = 260;
  const corners = [[width / 2 - tall / 1.732, 292], [width / 2 + tall / 1.732, 292], [width / 2, 32]];
  line(context, [...corners, corners[0]], colours.grid, 1.5);
  const at = (q) => [0, 1].map((axis) => q[0] * corners[0][axis] + q[1] * corners[1][axis] + q[2] * corners[2][axis]);
  corners.forEach(([x, y], k) => {
    dot(context, x, y, { ...colours, primary: colours.classes[k] }, 5);
    const half = context.measureText(classes[k]).width / 2;
    write(context, classes[k], Math.min(Math.max(x, half), width - half), k < 2 ? y + 18 : y - 15, colours.text);
  });
  const path = Array.from({ length: 161 }, (_, k) => at([...logSoftmax(z, 10 ** (-2 + k / 40))].map(Math.exp)));
  line(context, path, colours.text, 1.5, [5, 3]);
  const [hot, cold] = [path.at(-1), path[0]];
  write(context, "T → ∞", hot[0] + 8, hot[1] + 14, colours.text, "left");
  write(context, "T → 0", cold[0] + 10, cold[1] - 12, colours.text, "left");
  dot(context, ...at([...p]), colours, 8);
};

// Any number of classes: all probabilities against T.
const temperatureCurves = (canvas, colours, { z, T, p }) => {
  const drawing = frame(canvas, colours, 250);
  if (!drawing) return;
  const { context, X, Y } = plot(drawing, colours, {
    x: [-2, 2], y: [0, 1], xName: "temperature T", yName: "p",
    xTicks: [0.01, 0.1, 1, 10, 100].map((t) => [Math.log10(t), String(t)]),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((y) => [y, String(y)]),
  });
  const steps = Array.from({ length: 161 }, (_, k) => -2 + k / 40);
  const paths = steps.map((u) => logSoftmax(z, 10 ** u).map(Math.exp)), now = X(Math.log10(T));
  z.forEach((_, k) => line(context, steps.map((u, place) => [X(u), Y(paths[place][k])]), colours.classes[k]));
  line(context, [[now, Y(0)], [now, Y(1)]], colours.primary, 1.5, [4, 3]);
  z.forEach((_, k) => dot(context, now, Y(p[k]), { ...colours, primary: colours.classes[k] }, 5));
};

const PICTURES = {
  // Two rows of stacked parts: e^z, with the sum Z, then divided by Z. Each row is as long as its sum.
  exponentiate(canvas, colours, { z, T, p, logZ, classes }) {
    const drawing = frame(canvas, colours, 132);
    if (!drawing) return;
    const { context, width } = drawing, left = 92, wide = width - left - 100;
    const rows = [["exp(z / T)", 8, `Z ≈ ${written(Math.exp(logZ))}`], ["divided by Z", 72, "1"]];
    for (const [name, top, end] of rows) {
      let x = left;
      write(context, name, left - 10, top + 17, colours.text, "right");
      p.forEach((share, k) => {
        context.fillStyle = colours.classes[k];
        context.fillRect(x, top, share * wide, 34);
        if (context.measureText(classes[k]).width + 8 < share * wide) {
          write(context, classes[k], x + (share * wide) / 2, top + 17, colours.paper);
        }
        x += share * wide;
      });
      line(context, [[x, top - 4], [x, top + 38]], colours.text, 2);
      write(context, end, x + 8, top + 17, colours.text, "left");
    }
    write(context, "drawn to scale: each row is as long as its sum", left, 122, colours.text, "left");
  },

  // The logistic function of the difference of the first two scores; its inverse is read from the other axis.
  link(canvas, colours, { z, T }) {
    const drawing = frame(canvas, colours, 240);
    if (!drawing) return;
    const reach = 10, difference = Math.max(-reach, Math.min(reach, (z[0] - z[1]) / T));
    const { context, X, Y } = plot(drawing, colours, {
      x: [-reach, reach], y: [0, 1], xName: "b·x = (z₁ − z₂) / T", yName: z.length > 2 ? "p₁ / (p₁ + p₂)" : "p₁",
      xTicks: [-10, -5, 0, 5, 10].map((x) => [x, String(x).replace("-", "−")]),
      yTicks: [0, 0.25, 0.5, 0.75, 1].map((y) => [y, String(y)]),
    });
    const logistic = (s) => Math.exp(logSoftmax([s, 0])[0]);
    const curve = Array.from({ length: 201 }, (_, k) => -reach + k / 10);
    line(context, curve.map((s) => [X(s), Y(logistic(s))]), colours.text);
    const x = X(difference), y = Y(logistic(difference));
    line(context, [[x, Y(0)], [x, y], [X(-reach), y]], colours.primary, 1.5, [4, 3]);
    dot(context, x, y, colours);
  },

  // Scores and ln Z on one axis: each class lies -ln p below ln Z. Names have a column of their own.
  predictors(canvas, colours, { z, T, logP, logZ, classes }) {
    const step = 34, drawing = frame(canvas, colours, 44 + step * z.length);
    if (!drawing) return;
    const { context, width } = drawing, scaled = z.map((score) => score / T);
    const low = Math.min(...scaled), span = logZ - low || 1, readings = logP.map((value) => `ln p = ${written(value)}`);
    const widest = (texts) => Math.max(...texts.map((text) => context.measureText(text).width));
    const left = Math.min(widest(classes), width / 4) + 30, right = widest(readings) + 14;
    const X = (value) => left + ((value - low) / span) * (width - left - right);
    scaled.forEach((value, k) => {
      const y = 24 + step * k;
      writeWithin(context, classes[k], 0, y, left - 26, colours.text, "left");
      line(context, [[X(value), y], [X(logZ), y]], colours.classes[k], 3);
      dot(context, X(value), y, { ...colours, primary: colours.classes[k] }, 6);
      write(context, written(value), X(value), y - 14, colours.text);
      write(context, readings[k], X(logZ) + 10, y, colours.text, "left");
    });
    line(context, [[X(logZ), 12], [X(logZ), step * z.length + 14]], colours.text, 2);
    const words = `ln Z = ${written(logZ)}`, half = context.measureText(words).width / 2;
    write(context, words, Math.min(X(logZ), width - half), step * z.length + 30, colours.text);
  },

  // Energy levels E = -z, each occupied with its probability, and the free energy.
  gibbs(canvas, colours, { z, p, free, classes }) {
    const drawing = frame(canvas, colours, 264);
    if (!drawing) return;
    const { context, width } = drawing, energies = z.map((score) => -score);
    const low = Math.min(free, ...energies), high = Math.max(...energies), span = high - low || 1;
    const Y = (energy) => 240 - ((energy - low) / span) * 204, left = 58, wide = width - left - 150;
    energies.forEach((energy, k) => {
      line(context, [[left, Y(energy)], [left + wide, Y(energy)]], colours.grid, 2);
      line(context, [[left, Y(energy)], [left + wide * p[k], Y(energy)]], colours.classes[k], 7);
      write(context, written(energy), left - 8, Y(energy), colours.text, "right");
    });
    const labels = energies.map((energy, k) => ({ text: `${classes[k]}: ${formatProbability(p[k])}`, y: Y(energy) }));
    labels.sort((a, b) => a.y - b.y);
    labels.forEach((label, place) => { if (place) label.y = Math.max(label.y, labels[place - 1].y + 16); });
    for (const { text, y } of labels) writeWithin(context, text, left + wide + 8, y, 142, colours.text, "left");
    line(context, [[left, Y(free)], [left + wide, Y(free)]], colours.primary, 2, [6, 3]);
    const beside = Y(free) + (Y(free) > 230 ? 13 : -12);
    write(context, `free energy F = ${written(free)}`, left + 4, beside, colours.primary, "left");
    write(context, "energy E = −z", 4, 8, colours.text, "left");
  },

  // Nothing moves when all scores move together: bars before and after.
  shift(canvas, colours, { base, z, T, classes }) {
    const drawing = frame(canvas, colours, 56 * z.length + 8);
    if (!drawing) return;
    const { context, width } = drawing, left = 150, wide = width - left - 90;
    const before = logSoftmax(base, T).map(Math.exp), after = logSoftmax(z, T).map(Math.exp);
    z.forEach((_, k) => {
      writeWithin(context, classes[k], 0, 26 + 56 * k, left - 84, colours.text, "left");
      [["without c", before], ["with c", after]].forEach(([name, q], place) => {
        const y = 6 + 56 * k + 22 * place;
        context.globalAlpha = place ? 1 : 0.5;
        context.fillStyle = colours.classes[k];
        context.fillRect(left, y, wide * q[k], 17);
        context.globalAlpha = 1;
        write(context, name, left - 8, y + 9, colours.text, "right");
        write(context, formatProbability(q[k]), left + wide * q[k] + 6, y + 9, colours.text, "left");
      });
    });
  },

  // Entropy against the factor on all scores, and what the forecast costs if the bars at factor 1 are the truth.
  decisive(canvas, colours, { base, T, factor }) {
    const drawing = frame(canvas, colours, 260);
    if (!drawing) return;
    const most = Math.log(base.length), top = 1.6 * most;
    const h = (by) => entropy(logSoftmax(base.map((score) => score * by), T));
    const loss = (by) => expectedLoss(base, T, by);
    const { context, X, Y } = plot(drawing, colours, {
      x: [-1, 1], y: [0, top], xName: "factor on every score", yName: "nats",
      xTicks: [0.1, 0.3, 1, 3, 10].map((by) => [Math.log10(by), String(by)]),
      yTicks: [[0, "0"], [most / 2, (most / 2).toFixed(2)], [most, `ln ${base.length}`]],
    });
    const factors = Array.from({ length: 121 }, (_, k) => -1 + k / 60);
    const curve = (of) => factors.map((u) => [X(u), Y(of(10 ** u))]);
    line(context, [[X(0), Y(0)], [X(0), Y(top)]], colours.grid, 1);
    line(context, curve(h), colours.text);
    context.save();
    context.beginPath();
    context.rect(X(-1), Y(top), X(1) - X(-1), Y(0) - Y(top));
    context.clip();
    line(context, curve(loss), colours.primary);
    context.restore();
    write(context, "expected loss", X(-1) + 4, Y(top) + 8, colours.primary, "left");
    write(context, "entropy H", X(-1) + 4, Y(0) - 12, colours.text, "left");
    if (loss(factor) < top) dot(context, X(Math.log10(factor)), Y(loss(factor)), colours);
    dot(context, X(Math.log10(factor)), Y(h(factor)), { ...colours, primary: colours.text });
  },

  // Three classes: the point and its path as T runs; else all probabilities against T.
  temperature(canvas, colours, state) {
    if (state.z.length === 3) temperatureTriangle(canvas, colours, state);
    else temperatureCurves(canvas, colours, state);
  },
};
