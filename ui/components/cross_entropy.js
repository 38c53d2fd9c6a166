// Two probability vectors by hand, their cross-entropy taken apart, and what gradient descent can lower.
// Python hears of the vectors and the unit when the pointer lets go.

const STEPS_SHOWN = 120, RATE = 0.5, STEPS_PER_SECOND = 30;
// The pictures of a descent: the curve, below it a row of arrows, below those their lengths in figures.
const CURVE = 190, ARROWS = 226, FIGURES = 262, ARROW = 22;

const PRESETS = [
  ["One-hot p", (count) => ({ p: Array.from({ length: count }, (_, k) => Number(k === 0)) })],
  ["Smoothed p", (count) => ({ p: Array.from({ length: count }, (_, k) => (k === 0 ? 0.9 : 0) + 0.1 / count) })],
  ["q = p", (count, { p }) => ({ q: [...p] })],
  ["q rules out what p holds possible", (count) => ({
    p: Array(count).fill(1 / count),
    q: Array.from({ length: count }, (_, k) => (k === count - 1 ? 0 : 1 / (count - 1))),
  })],
];

const targetsOf = (p) => {
  const likeliest = p.indexOf(Math.max(...p));
  return [
    ["one-hot", [...smoothed(likeliest, p.length, 0)]],
    ["smoothed by 0.1", [...smoothed(likeliest, p.length, 0.1)]],
    ["p itself", p],
  ];
};

// The scores of q, with what q rules out far below the rest.
const scoresOf = (q) => q.map((share) => Math.log(Math.max(share, 1e-6)));

const signed = (value, digits) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`;

const arrow = (context, x, from, length, colour) => {
  const tip = from - length, back = Math.sign(length) * 5;
  line(context, [[x, from], [x, tip]], colour, 3);
  if (Math.abs(length) <= 1) return;
  context.fillStyle = colour;
  context.beginPath();
  for (const [dx, dy] of [[-5, 0.6], [5, 0.6], [0, -0.6]]) context.lineTo(x + dx, tip + back * dy);
  context.fill();
};

// How the cross-entropy falls, and p - q: the push of a step on each score, up or down.
const drawDescent = (canvas, colours, target, path, step, scale, unit) => {
  const drawing = frame(canvas, colours, FIGURES + 12);
  if (!drawing) return;
  const floor = entropyOf(target) / scale, ticks = niceTicks(Math.max(0.2, path[0].loss / scale, floor), 4);
  const { context, X, Y, width } = plot({ ...drawing, height: CURVE }, colours, {
    x: [0, STEPS_SHOWN], y: [0, ticks.at(-1)], xTicks: [0, 60, 120].map((at) => [at, String(at)]),
    yTicks: ticks.map((tick) => [tick, String(tick)]), xName: "steps", yName: `H(p, q) in ${unit}`,
  });
  const curve = path.map(({ loss }, at) => [X(at), Y(loss / scale)]);
  line(context, [[X(0), Y(floor)], [X(STEPS_SHOWN), Y(floor)]], colours.text, 1, [6, 3]);
  context.globalAlpha = 0.3;
  line(context, curve, colours.primary);
  context.globalAlpha = 1;
  line(context, curve.slice(0, step + 1), colours.primary);
  dot(context, ...curve[step], colours, 5);
  const q = path[step].q, left = X(0), slot = (X(STEPS_SHOWN) - left) / q.length, digits = q.length > 4 ? 1 : 2;
  line(context, [[left, ARROWS], [width - 14, ARROWS]], colours.grid, 1);
  write(context, "p − q", left - 8, ARROWS, colours.text, "right");
  const pushes = q.map((share, k) => Number((target[k] - share).toFixed(digits)));
  q.forEach((share, k) => {
    const x = left + slot * (k + 0.5), colour = colours.classes[k % colours.classes.length];
    arrow(context, x, ARROWS, (target[k] - share) * ARROW, colour);
    dot(context, x, ARROWS, { ...colours, primary: colour }, 4);
    write(context, signed(pushes[k], digits), x, FIGURES, colours.text);
  });
  const reached = `Cross-entropy ${formatLoss(path[step].loss / scale)} ${unit} after ${step} steps`;
  canvas.setAttribute("aria-label", `${reached}, entropy of the target ${formatLoss(floor)}`);
  Object.assign(canvas.dataset, { step, loss: path[step].loss, floor: entropyOf(target), pushes: pushes.join(" ") });
};

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { locked: { p: [], q: [] }, step: 0 });
  // The browser is ahead of Python: what comes back is an echo, unless Python has set something itself.
  if (view.version !== data.version) {
    Object.assign(view, { version: data.version, p: [...data.p], q: [...data.q], unit: data.unit });
  }
  view.colours = theme(root);
  const colours = view.colours;

  const move = (change) => { Object.assign(view, change, { step: 0, started: 0 }); view.loop.schedule(); };
  const tell = () => {
    for (const name of ["p", "q"]) setStateValue(name, [...view[name]]);
    setStateValue("unit", view.unit);
  };

  const shareRow = (name, k) => {
    const label = `${name} of class ${k + 1}`;
    const bar = element("input", { type: "range", class: "bar", min: 0, max: 1, step: 0.005, "aria-label": label });
    const typed = element("input", { type: "number", min: 0, max: 1, step: "any" });
    const lock = element("button", { type: "button", "aria-pressed": "false", "aria-label": `Lock ${label}` }, "lock");
    const set = (value) => {
      // A row may be moved once more after its class has gone.
      if (k < view[name].length) move({ [name]: withShare(view[name], k, value, view.locked[name]) });
    };
    typed.setAttribute("aria-label", `${label} as a number`);
    bar.style.setProperty("--colour", colours.classes[k]);
    bar.oninput = () => set(+bar.value);
    bar.onchange = tell;
    typed.oninput = () => { if (typed.value !== "" && +typed.value >= 0 && +typed.value <= 1) set(+typed.value); };
    typed.onchange = () => { typed.blur(); tell(); view.loop.schedule(); };
    lock.onclick = () => { view.locked[name][k] = !view.locked[name][k]; view.loop.schedule(); };
    return element("div", { class: "share" }, element("b", {}, `Class ${k + 1}`), bar, typed, lock);
  };
  const ruler = () => {
    const ends = element("span", { class: "ends" }, ...["0", "0.5", "1"].map((end) => element("span", {}, end)));
    return element("div", { class: "share ruler", "aria-hidden": "true" }, element("span"), ends);
  };
  const buildVector = (name) => {
    $(`.vector.${name}`).replaceChildren(ruler(), ...view[name].map((_, k) => shareRow(name, k)));
  };

  const build = () => {
    const built = [view.p.length, colours.classes.join()].join();
    if (view.built === built) return;
    view.built = built;
    view.locked = { p: [], q: [] };
    buildVector("p");
    buildVector("q");
    $(".descents").replaceChildren(...targetsOf(view.p).map(([name]) => element("figure", {},
      element("figcaption", {}, `Target: ${name}`), element("canvas", { class: "descent", role: "img" }))));
  };

  const drawVector = (name) => [...$(`.vector.${name}`).children].slice(1).forEach((share, k) => {
    const [bar, typed] = share.querySelectorAll("input"), lock = share.querySelector("button");
    const locked = Boolean(view.locked[name][k]);
    bar.value = view[name][k];
    bar.style.setProperty("--share", view[name][k]);
    if (root.activeElement !== typed) typed.value = Number(view[name][k].toFixed(3));
    bar.disabled = typed.disabled = locked;
    lock.textContent = locked ? "locked" : "lock";
    lock.setAttribute("aria-pressed", String(locked));
  });

  const drawTerms = (h, kl, scale) => {
    const { p, q } = view, number = (value) => (Number.isFinite(value) ? formatLoss(value) : "∞");
    const term = (share, other) => (share === 0 ? 0 : -share * Math.log(other)) / scale;
    const cells = (row, tag = "td") => element("tr", {}, ...row.map((cell) => element(tag, {}, cell)));
    $(".terms thead").replaceChildren(cells(["class", "p", "q", "− p ln q", "= − p ln p", "+ p ln(p / q)"], "th"));
    const sum = cells(["sum", "1", "1", number(h + kl), number(h), number(kl)]);
    sum.className = "sum";
    const rows = p.map((share, k) => {
      const whole = term(share, q[k]), own = term(share, share), shares = [share, q[k]].map(formatProbability);
      return cells([`Class ${k + 1}`, ...shares, number(whole), number(own), number(whole - own)]);
    });
    $(".terms tbody").replaceChildren(...rows, sum);
    stopIfWide($(".scroll"));
  };

  const draw = (now) => {
    build();
    const { p, q, unit } = view, scale = unit === "bits" ? Math.LN2 : 1;
    const h = entropyOf(p) / scale, kl = divergence(p, q) / scale, back = divergence(q, p) / scale;
    drawVector("p");
    drawVector("q");
    drawStack($(".stack"), colours, h, kl, unit);
    const say = (value) => (Number.isFinite(value) ? `${formatLoss(value)} ${unit}` : "∞");
    $(".stack").setAttribute("aria-label", `Entropy ${say(h)} and divergence ${say(kl)}`);
    const readings = [["H(p)", h], ["KL(p‖q)", kl], ["H(p, q)", h + kl], ["KL(q‖p), the other way round", back]];
    const reading = ([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, say(value)));
    $(".readout").replaceChildren(...readings.map(reading));
    drawTerms(h, kl, scale);

    if (view.started) {
      const step = Math.floor(((now - view.started) / 1000) * STEPS_PER_SECOND);
      view.step = Math.min(STEPS_SHOWN, Math.max(0, step));
    }
    const canvases = root.querySelectorAll(".descent"), scores = scoresOf(q);
    targetsOf(p).forEach(([, target], place) => {
      const path = descend(target, scores, STEPS_SHOWN, RATE);
      drawDescent(canvases[place], colours, target, path, view.step, scale, unit);
    });
    $("output.steps").textContent = `${view.step} of ${STEPS_SHOWN} steps`;
    if (view.step >= STEPS_SHOWN) view.started = 0;
    const pressed = (selector, is) => root.querySelectorAll(selector).forEach((button) => {
      button.setAttribute("aria-pressed", String(is(button)));
    });
    pressed(".unit", (button) => button.dataset.unit === unit);
    pressed(".classes button", (button) => +button.textContent === p.length);
    Object.assign($(".root").dataset, { ready: "true", p: p.join(" "), q: q.join(" "), unit });
    if (view.started) view.loop.schedule();
  };

  const button = (text, act) => {
    const made = element("button", { type: "button" }, text);
    made.onclick = act;
    return made;
  };
  const resized = (vector, count) => {
    const kept = Array.from({ length: count }, (_, k) => vector[k] ?? 1 / count), sum = kept.reduce((a, b) => a + b, 0);
    return kept.map((share) => share / (sum || 1));
  };
  const resize = (count) => { move({ p: resized(view.p, count), q: resized(view.q, count) }); tell(); };
  const counts = [2, 3, 4, 5, 6].map((count) => button(String(count), () => resize(count)));
  $(".classes").replaceChildren($(".classes span"), ...counts);
  const take = (make) => { view.locked = { p: [], q: [] }; move(make(view.p.length, view)); tell(); };
  $(".presets").replaceChildren(...PRESETS.map(([name, make]) => button(name, () => take(make))));
  for (const toggle of root.querySelectorAll(".unit")) {
    toggle.onclick = () => { view.unit = toggle.dataset.unit; view.loop.schedule(); tell(); };
  }
  $(".step").onclick = () => {
    Object.assign(view, { started: 0, step: Math.min(STEPS_SHOWN, view.step + 1) });
    view.loop.schedule();
  };
  $(".go").onclick = () => {
    view.started = performance.now() - (view.step >= STEPS_SHOWN ? 0 : (view.step * 1000) / STEPS_PER_SECOND);
    view.loop.schedule();
  };
  $(".reset").onclick = () => { view.started = 0; view.step = 0; view.loop.schedule(); };

  return drawOnDemand(root, view, draw);
}
