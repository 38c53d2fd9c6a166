// Two probability vectors by hand, their cross-entropy taken apart, and what gradient descent can lower.
// The vectors and the unit are sent to Python when the pointer lets go.

import { drawOnDemand } from "../lib/animation.js";
import { dot, line, plot, prepareFigure, segment, write } from "../lib/canvas.js";
import { classColor, description, element, focusableIfScrolling, tableRow, theme } from "../lib/dom.js";
import { formatNumber, formatProbability, formatSigned, formatTick } from "../lib/format.js";
import { divergence, entropyOf, smoothed } from "../lib/probability.js";
import { descend, withShare } from "../lib/shares.js";
import { drawStack } from "../lib/stack.js";
import { niceTicks } from "../lib/ticks.js";

const STEPS_SHOWN = 120;
const RATE = 0.5;
const STEPS_PER_SECOND = 30;
// The pictures of a descent: the curve, below it a row of arrows, below those their lengths in figures.
const CURVE = 190;
const ARROWS = 226;
const FIGURES = 262;
const ARROW = 22;

const PRESETS = [
  ["One-hot p", (count) => ({ p: Array.from({ length: count }, (_, k) => Number(k === 0)) })],
  ["Smoothed p", (count) => ({ p: Array.from({ length: count }, (_, k) => (k === 0 ? 0.9 : 0) + 0.1 / count) })],
  ["q = p", (count, { p }) => ({ q: [...p] })],
  [
    "q rules out what p holds possible",
    (count) => ({
      p: Array(count).fill(1 / count),
      q: Array.from({ length: count }, (_, k) => (k === count - 1 ? 0 : 1 / (count - 1))),
    }),
  ],
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

// How the cross-entropy falls, and p - q: the push of a step on each score, up or down.
const drawDescent = (canvas, colors, target, path, step, scale, unit) => {
  const drawing = prepareFigure(canvas, colors, FIGURES + 12);
  if (!drawing) return;
  const floor = entropyOf(target) / scale;
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
  context.globalAlpha = 0.3;
  line(context, curve, colors.primary);
  context.globalAlpha = 1;
  line(context, curve.slice(0, step + 1), colors.primary);
  dot(context, ...curve[step], colors, 5);
  const q = path[step].q;
  const left = X(0);
  const slot = (X(STEPS_SHOWN) - left) / q.length;
  const digits = q.length > 4 ? 1 : 2;
  segment(context, [left, ARROWS], [width - 14, ARROWS], colors.grid, 1);
  write(context, "p − q", left - 8, ARROWS, colors.text, "right");
  const pushes = q.map((share, k) => Number((target[k] - share).toFixed(digits)));
  q.forEach((share, k) => {
    const x = left + slot * (k + 0.5);
    const color = classColor(colors, k);
    arrow(context, x, ARROWS, (target[k] - share) * ARROW, color);
    dot(context, x, ARROWS, { ...colors, primary: color }, 4);
    write(context, formatSigned(pushes[k], digits), x, FIGURES, colors.text);
  });
  const reached = `Cross-entropy ${formatNumber(path[step].loss / scale)} ${unit} after ${step} steps`;
  canvas.setAttribute("aria-label", `${reached}, entropy of the target ${formatNumber(floor)}`);
  Object.assign(canvas.dataset, { step, loss: path[step].loss, floor: entropyOf(target), pushes: pushes.join(" ") });
};

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { locked: { p: [], q: [] }, step: 0 });
  // The browser is ahead of Python: values that come back are its own, unless Python has set others (a new version).
  if (view.version !== data.version) {
    Object.assign(view, { version: data.version, p: [...data.p], q: [...data.q], unit: data.unit });
  }
  view.colors = theme(root);
  const colors = view.colors;

  const move = (change) => {
    Object.assign(view, change, { step: 0, started: 0 });
    view.loop.schedule();
  };
  const sendState = () => {
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
    bar.style.setProperty("--color", colors.classes[k]);
    bar.oninput = () => set(+bar.value);
    bar.onchange = sendState;
    typed.oninput = () => {
      if (typed.value !== "" && +typed.value >= 0 && +typed.value <= 1) set(+typed.value);
    };
    typed.onchange = () => {
      typed.blur();
      sendState();
      view.loop.schedule();
    };
    lock.onclick = () => {
      view.locked[name][k] = !view.locked[name][k];
      view.loop.schedule();
    };
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
    const built = [view.p.length, colors.classes.join()].join();
    if (view.built === built) return;
    view.built = built;
    view.locked = { p: [], q: [] };
    buildVector("p");
    buildVector("q");
    $(".descents").replaceChildren(
      ...targetsOf(view.p).map(([name]) =>
        element(
          "figure",
          {},
          element("figcaption", {}, `Target: ${name}`),
          element("canvas", { class: "descent", role: "img" }),
        ),
      ),
    );
  };

  const drawVector = (name) =>
    [...$(`.vector.${name}`).children].slice(1).forEach((share, k) => {
      const [bar, typed] = share.querySelectorAll("input");
      const lock = share.querySelector("button");
      const locked = Boolean(view.locked[name][k]);
      bar.value = view[name][k];
      bar.style.setProperty("--share", view[name][k]);
      if (root.activeElement !== typed) typed.value = Number(view[name][k].toFixed(3));
      bar.disabled = typed.disabled = locked;
      lock.textContent = locked ? "locked" : "lock";
      lock.setAttribute("aria-pressed", String(locked));
    });

  const drawTerms = (h, kl, scale) => {
    const { p, q } = view;
    const number = (value) => (Number.isFinite(value) ? formatNumber(value) : "∞");
    const term = (share, other) => (share === 0 ? 0 : -share * Math.log(other)) / scale;
    $(".terms thead").replaceChildren(tableRow(["class", "p", "q", "− p ln q", "= − p ln p", "+ p ln(p / q)"], "th"));
    const sum = tableRow(["sum", "1", "1", number(h + kl), number(h), number(kl)]);
    sum.className = "sum";
    const rows = p.map((share, k) => {
      const whole = term(share, q[k]);
      const own = term(share, share);
      const shares = [share, q[k]].map(formatProbability);
      return tableRow([`Class ${k + 1}`, ...shares, number(whole), number(own), number(whole - own)]);
    });
    $(".terms tbody").replaceChildren(...rows, sum);
    focusableIfScrolling($(".scroll"));
  };

  const draw = (now) => {
    build();
    const { p, q, unit } = view;
    const scale = unit === "bits" ? Math.LN2 : 1;
    const h = entropyOf(p) / scale;
    const kl = divergence(p, q) / scale;
    const back = divergence(q, p) / scale;
    drawVector("p");
    drawVector("q");
    drawStack($(".stack"), colors, h, kl, unit);
    const say = (value) => (Number.isFinite(value) ? `${formatNumber(value)} ${unit}` : "∞");
    $(".stack").setAttribute("aria-label", `Entropy ${say(h)} and divergence ${say(kl)}`);
    const readings = [
      ["H(p)", h],
      ["KL(p‖q)", kl],
      ["H(p, q)", h + kl],
      ["KL(q‖p), the other way round", back],
    ];
    const reading = ([name, value]) => description(name, say(value));
    $(".readout").replaceChildren(...readings.map(reading));
    drawTerms(h, kl, scale);

    if (view.started) {
      const step = Math.floor(((now - view.started) / 1000) * STEPS_PER_SECOND);
      view.step = Math.min(STEPS_SHOWN, Math.max(0, step));
    }
    const canvases = root.querySelectorAll(".descent");
    const scores = scoresOf(q);
    targetsOf(p).forEach(([, target], index) => {
      const path = descend(target, scores, STEPS_SHOWN, RATE);
      drawDescent(canvases[index], colors, target, path, view.step, scale, unit);
    });
    $("output.steps").textContent = `${view.step} of ${STEPS_SHOWN} steps`;
    if (view.step >= STEPS_SHOWN) view.started = 0;
    const pressed = (selector, is) =>
      root.querySelectorAll(selector).forEach((button) => {
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
    const kept = Array.from({ length: count }, (_, k) => vector[k] ?? 1 / count);
    const sum = kept.reduce((a, b) => a + b, 0);
    return kept.map((share) => share / (sum || 1));
  };
  const resize = (count) => {
    move({ p: resized(view.p, count), q: resized(view.q, count) });
    sendState();
  };
  const counts = [2, 3, 4, 5, 6].map((count) => button(String(count), () => resize(count)));
  $(".classes").replaceChildren($(".classes span"), ...counts);
  const take = (make) => {
    view.locked = { p: [], q: [] };
    move(make(view.p.length, view));
    sendState();
  };
  $(".presets").replaceChildren(...PRESETS.map(([name, make]) => button(name, () => take(make))));
  for (const toggle of root.querySelectorAll(".unit")) {
    toggle.onclick = () => {
      view.unit = toggle.dataset.unit;
      view.loop.schedule();
      sendState();
    };
  }
  $(".step").onclick = () => {
    Object.assign(view, { started: 0, step: Math.min(STEPS_SHOWN, view.step + 1) });
    view.loop.schedule();
  };
  $(".go").onclick = () => {
    view.started = performance.now() - (view.step >= STEPS_SHOWN ? 0 : (view.step * 1000) / STEPS_PER_SECOND);
    view.loop.schedule();
  };
  $(".reset").onclick = () => {
    view.started = 0;
    view.step = 0;
    view.loop.schedule();
  };

  return drawOnDemand(root, view, draw);
}
