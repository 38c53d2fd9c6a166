// From scores to probabilities: scores, classes and temperature under the pointer, and the step that Python asks for.
// Python hears of scores and temperature when the pointer lets go.

const REACH = 10;

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector), step = STEPS[data.step];
  const view = (root.__view ??= { own: { shift: 0, factor: 1, far: 0 }, single: true, subtract: false });
  // The browser is ahead of Python: what comes back is an echo, unless Python has set something itself.
  if (view.version !== String(data.version)) Object.assign(view, { version: String(data.version), z: [...data.z], temperature: data.temperature });
  view.colours = theme(root);
  if (view.step !== data.step) Object.assign(view, { step: data.step, own: { shift: 0, factor: 1, far: 0 } });

  const names = () => view.z.map((_, k) => data.classes?.[k] ?? `Class ${k + 1}`);
  const move = (change) => { Object.assign(view, change); view.loop.schedule(); };
  const tell = () => { setStateValue("z", [...view.z]); setStateValue("temperature", view.temperature); };
  // A row may be moved once more after its class has gone.
  const setScore = (k, score) => { if (k >= view.z.length) return; const z = [...view.z]; z[k] = Math.max(-REACH, Math.min(REACH, score)); move({ z }); };

  const buildRows = () => {
    const built = [view.z.length, names().join("\u0000"), view.colours.classes.join()].join("\u0001");
    if (view.built === built) return;
    view.built = built;
    $(".scores").replaceChildren(...view.z.map((_, k) => {
      const range = element("input", { type: "range", min: -REACH, max: REACH, step: 0.05, "aria-label": `Score of ${names()[k]}` });
      const typed = element("input", { type: "number", min: -REACH, max: REACH, step: "any", "aria-label": `Score of ${names()[k]} as a number` });
      range.oninput = () => setScore(k, +range.value);
      range.onchange = tell;
      typed.oninput = () => { if (typed.value !== "" && Math.abs(+typed.value) <= REACH) setScore(k, +typed.value); };
      typed.onchange = () => { typed.blur(); tell(); view.loop.schedule(); };
      range.style.accentColor = view.colours.classes[k];
      return element("div", { class: "score" }, element("b", {}, names()[k]), range, typed,
        element("div", { class: "track" }, element("div", { class: "fill", style: { background: view.colours.classes[k] } }), element("div", { class: "uniform", style: { left: `${100 / view.z.length}%` } })),
        element("span", { class: "number" }));
    }));
  };

  const classButtons = [2, 3, 4, 5, 6].map((count) => {
    const button = element("button", { type: "button", "aria-pressed": String(view.z.length === count) }, String(count));
    button.onclick = () => { move({ z: Array.from({ length: count }, (_, k) => view.z[k] ?? 0) }); tell(); };
    return button;
  });
  $(".classes").replaceChildren($(".classes span"), ...(data.classes ? [document.createTextNode(`${data.classes.length}: the scores of a ${data.noun}`)] : classButtons));

  const buildOwn = () => {
    if (view.ownOf === data.step) return;
    view.ownOf = data.step;
    $(".own").replaceChildren();
    if (step.control) {
      const { name, label, min, max, step: by, log } = step.control;
      const range = element("input", { type: "range", min, max, step: by, id: "own" }), output = element("output");
      range.value = step.control.neutral;
      range.oninput = () => { view.own[name] = log ? 10 ** +range.value : +range.value; view.loop.schedule(); };
      view.writeOwn = () => { output.textContent = written(view.own[name], name === "far" ? 0 : 2); };
      $(".own").append(element("label", { for: "own" }, label), range, output);
    } else view.writeOwn = () => {};
    if (step.choices) {
      const toggle = (key, on, off) => {
        const button = element("button", { type: "button" });
        const show = () => { button.textContent = view[key] ? on : off; };
        button.onclick = () => { view[key] = !view[key]; show(); view.loop.schedule(); };
        show();
        return button;
      };
      $(".own").append(toggle("single", "float32: switch to float64", "float64: switch to float32"), toggle("subtract", "The maximum is subtracted: switch off", "Nothing is subtracted: subtract the maximum"));
    }
  };

  const draw = () => {
    buildRows();
    buildOwn();
    const T = view.temperature, base = view.z, z = base.map((score) => score * view.own.factor + view.own.shift);
    const logP = logSoftmax(z, T), p = logP.map(Math.exp), logZ = logPartition(z, T), h = entropy(logP);
    const state = {
      base, z, T, p, logP, logZ, h, ...view.own, single: view.single, subtract: view.subtract, classes: names(),
      free: freeEnergy(z, T), meanEnergy: -z.reduce((sum, score, k) => sum + (p[k] ? p[k] * score : 0), 0),
    };
    [...$(".scores").children].forEach((rowOf, k) => {
      const [range, typed] = rowOf.querySelectorAll("input");
      range.value = base[k];
      if (root.activeElement !== typed) typed.value = Number(base[k].toFixed(2));
      rowOf.querySelector(".fill").style.transform = `scaleX(${p[k]})`;
      rowOf.lastChild.textContent = formatProbability(p[k]);
    });
    classButtons.forEach((button) => button.setAttribute("aria-pressed", String(+button.textContent === z.length)));
    $("#temperature").value = Math.log10(T);
    $("#temperature").setAttribute("aria-valuetext", `T = ${T.toPrecision(3)}`);
    if (root.activeElement !== $(".typed")) $(".typed").value = Number(T.toPrecision(3));
    view.writeOwn();
    const readings = [["Entropy H(p)", `${formatLoss(h)} nats`], ["Perplexity", formatLoss(perplexity(logP))], ["ln Z", `${written(logZ)} nats`]];
    $(".readout").replaceChildren(...readings.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
    $(".formulas").replaceChildren(...step.formulas(state));
    $("figure").hidden = !step.picture;
    $("figcaption").textContent = step.caption;
    if (step.picture) step.picture($(".picture"), view.colours, state);
    $(".picture").setAttribute("aria-label", `${step.caption} ${names().map((name, k) => `${name} ${formatProbability(p[k])}`).join(", ")}`);
    Object.assign($(".root").dataset, { ready: "true", step: data.step, temperature: T, z: base.join(" "), p: [...p].join(" ") });
  };

  const range = $("#temperature"), typed = $(".typed");
  range.oninput = () => move({ temperature: 10 ** +range.value });
  range.onchange = tell;
  typed.oninput = () => { const T = +typed.value; if (T >= 0.01 && T <= 100) move({ temperature: T }); };
  typed.onchange = () => { typed.blur(); tell(); view.loop.schedule(); };
  $(".one").onclick = () => { move({ temperature: 1 }); tell(); };
  return drawOnDemand(root, view, draw);
}
