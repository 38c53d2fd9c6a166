// The pictures on canvas of the reading component: triangle, members, NLL(T), stacked cross-entropy, and the sums of shares.

const inPercent = (p) => (p < 1 && p >= 0.995 ? "over 99 %" : `${(100 * p).toFixed(0)} %`);

// Where a probability vector of three classes lies in a triangle whose corners are the classes.
const inTriangle = (p, corners) => [0, 1].map((axis) => p.reduce((sum, value, k) => sum + value * corners[k][axis], 0));

const disc = (context, [x, y], radius, fill, outline) => {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  if (fill) { context.fillStyle = fill; context.fill(); }
  if (outline) { context.strokeStyle = outline; context.lineWidth = 1.5; context.stroke(); }
};

const drawTriangle = (canvas, colours, classes, truth, members, ensemble) => {
  const scale = colours.textScale, size = Math.min(420, canvas.parentElement.clientWidth / scale), drawing = pen(canvas, size * 0.86, scale);
  if (!drawing) return;
  const { context, width, height } = drawing, margin = 34, side = width - 2 * margin, tall = Math.min(side * 0.866, height - 60);
  const corners = [[width / 2 - tall / 1.732, height - 30], [width / 2 + tall / 1.732, height - 30], [width / 2, height - 30 - tall]];
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  for (const u of [0, 0.25, 0.5, 0.75]) for (let k = 0; k < 3; k++) {
    const a = [0, 0, 0], b = [0, 0, 0];
    a[k] = b[k] = u; a[(k + 1) % 3] = 1 - u; b[(k + 2) % 3] = 1 - u;
    context.beginPath(); context.moveTo(...inTriangle(a, corners)); context.lineTo(...inTriangle(b, corners)); context.stroke();
  }
  context.font = `12px ${colours.font}`;
  context.textAlign = "center";
  corners.forEach((corner, k) => {
    disc(context, corner, 5, colours.classes[k], colours.paper);
    if (k === truth) disc(context, corner, 10, null, colours.text);
    context.fillStyle = colours.text;
    const name = k === truth ? `${classes[k]} (true)` : classes[k], half = context.measureText(name).width / 2;
    context.fillText(name, Math.min(Math.max(corner[0], half), width - half), k < 2 ? corner[1] + 24 : corner[1] - 15);
  });
  context.globalAlpha = 0.55;
  for (const member of members) disc(context, inTriangle(member, corners), 3.5, colours.text, colours.paper);
  context.globalAlpha = 1;
  const [x, y] = inTriangle(ensemble, corners), onTheRight = x < width / 2;
  disc(context, [x, y], 7.5, colours.primary, colours.paper);
  context.textAlign = onTheRight ? "left" : "right";
  context.textBaseline = "middle";
  context.strokeStyle = colours.paper;
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeText("ensemble", x + (onTheRight ? 13 : -13), y - 10);
  context.fillStyle = colours.text;
  context.fillText("ensemble", x + (onTheRight ? 13 : -13), y - 10);
};

const drawMembers = (canvas, colours, truth, members) => {
  const scale = colours.textScale, cell = Math.max(46, Math.min(84, 14 * members[0].length)), tall = 76;
  const across = Math.max(1, Math.floor(canvas.clientWidth / scale / cell)), drawing = pen(canvas, Math.ceil(members.length / across) * tall, scale);
  if (!drawing) return;
  const { context } = drawing;
  context.font = `12px ${colours.font}`;
  context.textAlign = "center";
  members.forEach((member, number) => {
    const left = (number % across) * cell, floor = Math.floor(number / across) * tall + 54, bar = (cell - 14) / member.length, top = floor - 48;
    context.strokeStyle = colours.grid;
    context.lineWidth = 1;
    context.strokeRect(left + 4.5, top, cell - 13, floor - top);
    member.forEach((p, k) => {
      context.fillStyle = colours.classes[k % colours.classes.length];
      context.fillRect(left + 5 + k * bar, floor - p * (floor - top), Math.max(1, bar - 1), p * (floor - top));
      if (k === truth) { context.fillStyle = colours.text; context.fillRect(left + 5 + k * bar, floor + 2, Math.max(1, bar - 1), 2); }
    });
    context.strokeStyle = colours.text;
    context.globalAlpha = 0.6;
    context.setLineDash([3, 2]);
    const uniform = floor - (floor - top) / member.length;
    context.beginPath(); context.moveTo(left + 4.5, uniform); context.lineTo(left + cell - 8.5, uniform); context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.fillStyle = colours.text;
    context.fillText(number + 1, left + cell / 2 - 2, floor + 16);
  });
};

const TEMPERATURES = Array.from({ length: 81 }, (_, step) => 10 ** (-2 + step / 20));

// Where the curve is lowest, by golden section between the neighbours of its lowest point.
const lowest = (nllAt, curve) => {
  const place = curve.indexOf(Math.min(...curve)), within = place > 0 && place < curve.length - 1;
  if (!within) return { t: TEMPERATURES[place], within };
  let a = Math.log(TEMPERATURES[place - 1]), b = Math.log(TEMPERATURES[place + 1]);
  for (let step = 0; step < 40; step++) {
    const third = (b - a) * 0.381966;
    if (nllAt(Math.exp(a + third)) < nllAt(Math.exp(b - third))) b -= third; else a += third;
  }
  return { t: Math.exp((a + b) / 2), within };
};

const bestWords = ({ t, within }, wines) => (within
  ? `The loss of these ${wines} is lowest at T = ${t.toPrecision(3)}. A T chosen here is fitted to the test set: the loss at it no longer tells how well the net does on new rows.`
  : `The loss of these ${wines} keeps falling to T = ${t}, the end of the axis. A T chosen here is fitted to the test set.`);

const drawNll = (canvas, colours, curve, best, temperature, nll) => {
  const drawing = pen(canvas, 196, colours.textScale);
  if (!drawing) return;
  const { context, width, height } = drawing, left = 48, right = 24, top = 10, bottom = 26;
  const floor = 1e-12, values = curve.map((value) => Math.log10(Math.max(value, floor)));
  const a = Math.floor(Math.min(...values)), b = Math.max(a + 1, Math.ceil(Math.max(...values))), every = Math.ceil((b - a) / 5);
  const X = (t) => left + ((Math.log10(t) + 2) / 4) * (width - left - right);
  const Y = (value) => top + (1 - (Math.log10(Math.max(value, floor)) - a) / (b - a)) * (height - top - bottom);
  context.font = `12px ${colours.font}`;
  context.strokeStyle = colours.grid;
  context.fillStyle = colours.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let k = a; k <= b; k += every) {
    context.beginPath(); context.moveTo(left, Y(10 ** k)); context.lineTo(width - right, Y(10 ** k)); context.stroke();
    context.fillText(formatPower(k), left - 6, Y(10 ** k));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const t of [0.01, 0.1, 1, 10, 100]) context.fillText(t, X(t), height - bottom + 7);
  context.textAlign = "right";
  context.fillText("T", width, height - bottom + 7);
  context.strokeStyle = colours.text;
  context.lineWidth = 2;
  context.beginPath();
  curve.forEach((value, step) => context.lineTo(X(TEMPERATURES[step]), Y(value)));
  context.stroke();
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath(); context.moveTo(X(temperature), top); context.lineTo(X(temperature), height - bottom); context.stroke();
  context.globalAlpha = 1;
  if (best.within) {
    const x = X(best.t), y = Y(Math.min(...curve)), onTheRight = x < width - 150;
    context.strokeStyle = colours.text;
    context.setLineDash([3, 3]);
    context.beginPath(); context.moveTo(x, y); context.lineTo(x, height - bottom); context.stroke();
    context.setLineDash([]);
    disc(context, [x, y], 4, colours.paper, colours.text);
    context.textAlign = onTheRight ? "left" : "right";
    context.textBaseline = "bottom";
    context.fillStyle = colours.text;
    context.fillText(`lowest here, T = ${best.t.toPrecision(3)}`, x + (onTheRight ? 6 : -6), height - bottom - 3);
  }
  disc(context, [X(temperature), Y(nll)], 6, colours.primary, colours.paper);
};

const formatPower = (k) => (k >= -2 && k <= 2 ? String(10 ** k) : `10${raised(k)}`);

const shortened = (context, text, room) => {
  let letters = text.length;
  while (letters > 1 && context.measureText(text.slice(0, letters)).width > room) letters--;
  return letters < text.length ? `${text.slice(0, letters)}…` : text;
};

const drawSums = (canvas, colours, classes, shares, bias, z) => {
  const drawing = pen(canvas, 230, colours.textScale);
  if (!drawing) return;
  const { context, width, height } = drawing, left = 46, right = Math.max(120, Math.min(170, width / 3)), top = 12, bottom = 26, steps = shares.length + 1;
  const paths = classes.map((_, k) => {
    const path = [0];
    for (const share of shares) path.push(path.at(-1) + share[k]);
    return [...path, z[k]];
  });
  const reach = niceCeiling(Math.max(0.1, ...paths.flat().map(Math.abs)));
  const X = (step) => left + (step / steps) * (width - left - right), Y = (score) => top + ((reach - score) / (2 * reach)) * (height - top - bottom);
  context.font = `12px ${colours.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const score of [-reach, -reach / 2, 0, reach / 2, reach]) {
    context.strokeStyle = colours.grid;
    context.lineWidth = score === 0 ? 2 : 1;
    context.beginPath(); context.moveTo(left, Y(score)); context.lineTo(width - right, Y(score)); context.stroke();
    context.fillStyle = colours.text;
    context.fillText(asWritten(String(Number(score.toPrecision(3)))), left - 6, Y(score));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  const every = Math.ceil(steps / Math.max(4, (width - left - right) / 34));
  for (let member = 1; member <= shares.length; member++) if (member === 1 || member % every === 0) context.fillText(member, X(member), height - bottom + 7);
  context.textAlign = "left";
  context.fillText("bias", X(steps) + 6, height - bottom + 7);
  const ends = paths.map((path, k) => ({ k, y: Y(path.at(-1)) })).sort((a, b) => a.y - b.y);
  for (let place = 1; place < ends.length; place++) ends[place].y = Math.max(ends[place].y, ends[place - 1].y + 14);
  paths.forEach((path, k) => {
    context.strokeStyle = context.fillStyle = colours.classes[k % colours.classes.length];
    context.lineWidth = 2;
    context.beginPath();
    path.forEach((score, step) => context.lineTo(X(step), Y(score)));
    context.stroke();
    path.forEach((score, step) => disc(context, [X(step), Y(score)], 2.5, context.strokeStyle));
  });
  context.textBaseline = "middle";
  for (const { k, y } of ends) {
    context.fillStyle = colours.classes[k % colours.classes.length];
    context.fillRect(X(steps) + 7, y - 4, 8, 8);
    context.fillStyle = colours.text;
    const score = asWritten(z[k].toFixed(2)), room = right - 26 - context.measureText(score).width;
    context.fillText(`${shortened(context, classes[k], room)} ${score}`, X(steps) + 20, y);
  }
};
