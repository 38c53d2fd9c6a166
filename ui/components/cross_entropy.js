// Two probability vectors by hand, their cross-entropy taken apart, and what gradient descent can lower.
// Python hears of the vectors and the unit when the pointer lets go.

const STEPS_SHOWN = 120, RATE = 0.5, STEPS_PER_SECOND = 30;

const PRESETS = [
  ["One-hot p", (count) => ({ p: Array.from({ length: count }, (_, k) => Number(k === 0)) })],
  ["Smoothed p", (count) => ({ p: Array.from({ length: count }, (_, k) => (k === 0 ? 0.9 : 0) + 0.1 / count) })],
  ["q = p", (count, { p }) => ({ q: [...p] })],
  ["q rules out what p holds possible", (count) => ({ p: Array(count).fill(1 / count), q: Array.from({ length: count }, (_, k) => (k === count - 1 ? 0 : 1 / (count - 1))) })],
];

const targetsOf = (p) => {
  const likeliest = p.indexOf(Math.max(...p));
  return [["one-hot", [...smoothed(likeliest, p.length, 0)]], ["smoothed by 0.1", [...smoothed(likeliest, p.length, 0.1)]], ["p itself", p]];
};

// The scores of q, with what q rules out far below the rest.
const scoresOf = (q) => q.map((share) => Math.log(Math.max(share, 1e-6)));

const drawDescent = (canvas, colours, target, path, step, scale, unit) => {
  const drawing = pen(canvas, 190);
  if (!drawing) return;
  const { context, width, height } = drawing, left = 40, right = 10, top = 8, bottom = 58, floor = entropyOf(target) / scale;
  const end = niceCeiling(Math.max(0.2, path[0].loss / scale, floor)), X = (at) => left + (at / STEPS_SHOWN) * (width - left - right), Y = (value) => top + (1 - value / end) * (height - top - bottom);
  context.font = `11px ${colours.font}`;
  context.textBaseline = "middle";
  for (const part of [0, 0.5, 1]) {
    context.strokeStyle = colours.grid;
    context.lineWidth = 1;
    context.beginPath(); context.moveTo(left, Y(part * end)); context.lineTo(width - right, Y(part * end)); context.stroke();
    context.fillStyle = colours.text;
    context.textAlign = "right";
    context.fillText(Number((part * end).toPrecision(2)), left - 5, Y(part * end));
  }
  context.setLineDash([6, 3]);
  context.strokeStyle = colours.text;
  context.beginPath(); context.moveTo(left, Y(floor)); context.lineTo(width - right, Y(floor)); context.stroke();
  context.setLineDash([]);
  context.strokeStyle = colours.primary;
  context.lineWidth = 2;
  context.beginPath();
  for (let at = 0; at <= step; at++) context.lineTo(X(at), Y(path[at].loss / scale));
  context.stroke();
  context.beginPath(); context.arc(X(step), Y(path[step].loss / scale), 4, 0, 7);
  context.fillStyle = colours.primary;
  context.fill();
  // The gradient q - p: what each score gives up (an arrow down) or gains (up).
  const q = path[step].q, slot = (width - left - right) / q.length, middle = height - 26;
  q.forEach((share, k) => {
    const x = left + slot * (k + 0.5), pull = -(share - target[k]) * 22;
    context.fillStyle = context.strokeStyle = colours.classes[k % colours.classes.length];
    context.lineWidth = 3;
    context.beginPath(); context.moveTo(x, middle); context.lineTo(x, middle - pull); context.stroke();
    if (Math.abs(pull) > 1) {
      const tip = middle - pull, back = Math.sign(pull) * 5;
      context.beginPath(); context.moveTo(x - 5, tip + back * 0.6); context.lineTo(x + 5, tip + back * 0.6); context.lineTo(x, tip - back * 0.6); context.fill();
    }
  });
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  context.beginPath(); context.moveTo(left, middle); context.lineTo(width - right, middle); context.stroke();
  context.fillStyle = colours.text;
  context.textAlign = "right";
  context.fillText("p − q", left - 5, middle);
  canvas.setAttribute("aria-label", `Cross-entropy ${formatLoss(path[step].loss / scale)} ${unit} after ${step} steps, entropy of the target ${formatLoss(floor)}`);
  Object.assign(canvas.dataset, { step, loss: path[step].loss, floor: entropyOf(target) });
};

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { locked: { p: [], q: [] }, step: 0 });
  // The browser is ahead of Python: what comes back is an echo, unless Python has set something itself.
  if (view.version !== data.version) Object.assign(view, { version: data.version, p: [...data.p], q: [...data.q], unit: data.unit });
  view.colours = theme(root);
  const colours = view.colours;

  const move = (change) => { Object.assign(view, change, { step: 0, started: 0 }); view.loop.schedule(); };
  const tell = () => { for (const name of ["p", "q", "unit"]) setStateValue(name, Array.isArray(view[name]) ? [...view[name]] : view[name]); };

  const buildVector = (name) => $(`.vector.${name}`).replaceChildren(...view[name].map((_, k) => {
    const label = `${name} of class ${k + 1}`, range = element("input", { type: "range", min: 0, max: 1, step: 0.005, "aria-label": label });
    const typed = element("input", { type: "number", min: 0, max: 1, step: "any", "aria-label": `${label} as a number` });
    const lock = element("button", { type: "button", "aria-pressed": "false", "aria-label": `Lock ${label}` }, "lock");
    // A row may be moved once more after its class has gone.
    const set = (value) => { if (k < view[name].length) move({ [name]: withShare(view[name], k, value, view.locked[name]) }); };
    range.style.accentColor = colours.classes[k];
    range.oninput = () => set(+range.value);
    range.onchange = tell;
    typed.oninput = () => { if (typed.value !== "" && +typed.value >= 0 && +typed.value <= 1) set(+typed.value); };
    typed.onchange = () => { typed.blur(); tell(); view.loop.schedule(); };
    lock.onclick = () => { view.locked[name][k] = !view.locked[name][k]; view.loop.schedule(); };
    return element("div", { class: "share" }, element("b", {}, `Class ${k + 1}`), range, typed, lock,
      element("div", { class: "bar" }, element("div", { class: "fill", style: { background: colours.classes[k] } })));
  }));

  const build = () => {
    const built = [view.p.length, colours.classes.join()].join();
    if (view.built === built) return;
    view.built = built;
    view.locked = { p: [], q: [] };
    buildVector("p");
    buildVector("q");
    $(".descents").replaceChildren(...targetsOf(view.p).map(([name]) => element("figure", {}, element("figcaption", {}, `Target: ${name}`), element("canvas", { class: "descent", role: "img" }))));
  };

  const draw = (now) => {
    build();
    const { p, q, unit } = view, scale = unit === "bits" ? Math.LN2 : 1, h = entropyOf(p) / scale, kl = divergence(p, q) / scale, back = divergence(q, p) / scale;
    for (const name of ["p", "q"]) [...$(`.vector.${name}`).children].forEach((share, k) => {
      const [range, typed] = share.querySelectorAll("input"), lock = share.querySelector("button"), locked = Boolean(view.locked[name][k]);
      range.value = view[name][k];
      if (root.activeElement !== typed) typed.value = Number(view[name][k].toFixed(3));
      range.disabled = typed.disabled = locked;
      lock.textContent = locked ? "locked" : "lock";
      lock.setAttribute("aria-pressed", String(locked));
      share.querySelector(".fill").style.transform = `scaleX(${view[name][k]})`;
    });
    drawStack($(".stack"), colours, h, kl, unit);
    const say = (value) => (Number.isFinite(value) ? `${formatLoss(value)} ${unit}` : "∞");
    $(".stack").setAttribute("aria-label", `Entropy ${say(h)} and divergence ${say(kl)}`);
    $(".readout").replaceChildren(...[["H(p)", h], ["KL(p‖q)", kl], ["H(p, q)", h + kl], ["KL(q‖p), the other way round", back]].map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, say(value)))));

    const term = (share, other) => (share === 0 ? 0 : -share * Math.log(other)) / scale, cells = (row, tag = "td") => element("tr", {}, ...row.map((cell) => element(tag, {}, cell)));
    const number = (value) => (Number.isFinite(value) ? formatLoss(value) : "∞");
    $(".terms thead").replaceChildren(cells(["class", "p", "q", "− p ln q", "= − p ln p", "+ p ln(p / q)"], "th"));
    const sum = cells(["sum", "1", "1", number(h + kl), number(h), number(kl)]);
    sum.className = "sum";
    $(".terms tbody").replaceChildren(...p.map((share, k) => cells([`Class ${k + 1}`, formatProbability(share), formatProbability(q[k]), number(term(share, q[k])), number(term(share, share)), number(term(share, q[k]) - term(share, share))])), sum);

    if (view.started) view.step = Math.min(STEPS_SHOWN, Math.max(0, Math.floor(((now - view.started) / 1000) * STEPS_PER_SECOND)));
    targetsOf(p).forEach(([, target], place) => drawDescent(root.querySelectorAll(".descent")[place], colours, target, descend(target, scoresOf(q), STEPS_SHOWN, RATE), view.step, scale, unit));
    $("output.steps").textContent = `${view.step} of ${STEPS_SHOWN} steps`;
    if (view.step >= STEPS_SHOWN) view.started = 0;
    root.querySelectorAll(".unit").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.unit === unit)));
    root.querySelectorAll(".classes button").forEach((button) => button.setAttribute("aria-pressed", String(+button.textContent === p.length)));
    Object.assign($(".root").dataset, { ready: "true", p: p.join(" "), q: q.join(" "), unit });
    if (view.started) view.loop.schedule();
  };

  const button = (text, act) => { const made = element("button", { type: "button" }, text); made.onclick = act; return made; };
  const resized = (vector, count) => { const kept = Array.from({ length: count }, (_, k) => vector[k] ?? 1 / count), sum = kept.reduce((a, b) => a + b, 0); return kept.map((share) => share / (sum || 1)); };
  $(".classes").replaceChildren($(".classes span"), ...[2, 3, 4, 5, 6].map((count) => button(String(count), () => { move({ p: resized(view.p, count), q: resized(view.q, count) }); tell(); })));
  $(".presets").replaceChildren(...PRESETS.map(([name, make]) => button(name, () => { view.locked = { p: [], q: [] }; move(make(view.p.length, view)); tell(); })));
  root.querySelectorAll(".unit").forEach((toggle) => { toggle.onclick = () => { view.unit = toggle.dataset.unit; view.loop.schedule(); tell(); }; });
  $(".step").onclick = () => { view.started = 0; view.step = Math.min(STEPS_SHOWN, view.step + 1); view.loop.schedule(); };
  $(".go").onclick = () => { view.started = performance.now() - (view.step >= STEPS_SHOWN ? 0 : (view.step * 1000) / STEPS_PER_SECOND); view.loop.schedule(); };
  $(".reset").onclick = () => { view.started = 0; view.step = 0; view.loop.schedule(); };

  return drawOnDemand(root, view, draw);
}
