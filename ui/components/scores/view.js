// Scores, classes and temperature under the pointer, and the step that Python asks for.
// Scores and temperature are sent to Python when the pointer lets go.

import { drawOnDemand } from "../lib/animation.js";
import { description, element, focusableIfScrolling, theme } from "../lib/dom.js";
import { formatFixed, formatNumber, formatPrecision, formatProbability, formatTick } from "../lib/format.js";
import { entropy, freeEnergy, logPartition, logSoftmax, perplexity } from "../lib/probability.js";
import { STEPS } from "./steps.js";

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const step = STEPS[data.step];
  const { reach } = data;
  const view = (root.__view ??= { own: { shift: 0, factor: 1, far: 0 }, single: true, subtract: false });
  // The browser is ahead of Python: values that come back are its own, unless Python has set others (a new version).
  if (view.version !== String(data.version)) {
    Object.assign(view, { version: String(data.version), z: [...data.z], temperature: data.temperature });
  }
  view.colors = theme(root);
  if (view.step !== data.step) Object.assign(view, { step: data.step, own: { shift: 0, factor: 1, far: 0 } });

  const names = () => view.z.map((_, k) => data.classes?.[k] ?? `Class ${k + 1}`);
  const move = (change) => {
    Object.assign(view, change);
    view.loop.schedule();
  };
  const sendState = () => {
    setStateValue("z", [...view.z]);
    setStateValue("temperature", view.temperature);
  };
  const setScore = (k, score) => {
    // A row may be moved once more after its class has gone.
    if (k >= view.z.length) return;
    const z = [...view.z];
    z[k] = Math.max(-reach, Math.min(reach, score));
    move({ z });
  };

  const scoreRow = (k) => {
    const name = `Score of ${names()[k]}`;
    const bounds = { min: -reach, max: reach };
    const range = element("input", { type: "range", ...bounds, step: reach / 200, "aria-label": name });
    const typed = element("input", { type: "number", ...bounds, step: "any", "aria-label": `${name} as a number` });
    range.oninput = () => setScore(k, +range.value);
    range.onchange = sendState;
    typed.oninput = () => {
      if (typed.value !== "" && Math.abs(+typed.value) <= reach) setScore(k, +typed.value);
    };
    typed.onchange = () => {
      typed.blur();
      sendState();
      view.loop.schedule();
    };
    range.style.setProperty("--color", view.colors.classes[k]);
    return element(
      "div",
      { class: "score" },
      element("b", {}, names()[k]),
      element("div", { class: "slider" }, range),
      typed,
      element(
        "div",
        { class: "track" },
        element("div", { class: "fill", style: { background: view.colors.classes[k] } }),
        element("div", { class: "uniform", style: { left: `${100 / view.z.length}%` } }),
      ),
      element("span", { class: "number" }),
    );
  };

  const buildRows = () => {
    const built = [view.z.length, reach, names().join("\u0000"), view.colors.classes.join()].join("\u0001");
    if (view.built === built) return;
    view.built = built;
    $(".scores").replaceChildren(...view.z.map((_, k) => scoreRow(k)));
    $(".lowest").textContent = formatTick(-reach);
    $(".highest").textContent = formatTick(reach);
    $(".alike").textContent = `1/${view.z.length}`;
    $(".alike").style.left = `${100 / view.z.length}%`;
  };

  const classButtons = [2, 3, 4, 5, 6].map((count) => {
    const button = element("button", { type: "button" }, String(count));
    button.onclick = () => {
      move({ z: Array.from({ length: count }, (_, k) => view.z[k] ?? 0) });
      sendState();
    };
    return button;
  });
  const ofRow = () => document.createTextNode(`${data.classes.length}: the scores of a ${data.row_name}`);
  $(".classes").replaceChildren($(".classes span"), ...(data.classes ? [ofRow()] : classButtons));

  const ownSlider = ({ name, label, min, max, step: by, log, neutral }) => {
    const range = element("input", { type: "range", min, max, step: by, id: "own" });
    const output = element("output");
    const digits = name === "far" ? 0 : 2;
    const end = (value) => element("span", {}, formatTick(log ? 10 ** value : value));
    range.value = neutral;
    range.oninput = () => {
      view.own[name] = log ? 10 ** +range.value : +range.value;
      view.loop.schedule();
    };
    view.writeOwn = () => {
      output.textContent = formatFixed(view.own[name], digits);
    };
    const slider = element("span", { class: min < 0 ? "slider" : "slider plain" }, range);
    const scale = element("span", { class: "scale" }, end(min), slider, end(max));
    return [element("label", { for: "own" }, label), scale, output];
  };

  const ownChoices = () => {
    const arithmetic = [
      ["float32", true],
      ["float64", false],
    ].map(([name, single]) => {
      const button = element("button", { type: "button" }, name);
      button.onclick = () => {
        view.single = single;
        show();
      };
      return [button, single];
    });
    const subtract = element("input", { type: "checkbox", role: "switch", id: "subtract" });
    subtract.onchange = () => {
      view.subtract = subtract.checked;
      show();
    };
    const show = () => {
      for (const [button, single] of arithmetic) button.setAttribute("aria-pressed", String(view.single === single));
      subtract.checked = view.subtract;
      view.loop?.schedule();
    };
    show();
    const buttons = arithmetic.map(([button]) => button);
    return [
      element("span", { class: "pair", role: "group", "aria-label": "Arithmetic" }, ...buttons),
      element("label", { class: "switch", for: "subtract" }, subtract, "Subtract the largest score first"),
    ];
  };

  const buildOwn = () => {
    if (view.ownOf === data.step) return;
    view.ownOf = data.step;
    view.writeOwn = () => {};
    $(".own").replaceChildren(...(step.control ? ownSlider(step.control) : []), ...(step.choices ? ownChoices() : []));
    $(".own").hidden = !step.control && !step.choices;
  };

  const draw = () => {
    buildRows();
    buildOwn();
    const T = view.temperature;
    const base = view.z;
    const z = base.map((score) => score * view.own.factor + view.own.shift);
    const logP = logSoftmax(z, T);
    const p = logP.map(Math.exp);
    const logZ = logPartition(z, T);
    const h = entropy(logP);
    const state = {
      base,
      z,
      T,
      p,
      logP,
      logZ,
      h,
      ...view.own,
      single: view.single,
      subtract: view.subtract,
      classes: names(),
      colors: view.colors,
      free: freeEnergy(z, T),
      meanEnergy: -z.reduce((sum, score, k) => sum + (p[k] ? p[k] * score : 0), 0),
    };
    [...$(".scores").children].forEach((rowOf, k) => {
      const [range, typed] = rowOf.querySelectorAll("input");
      range.value = base[k];
      range.style.setProperty("--at", (base[k] + reach) / (2 * reach));
      if (root.activeElement !== typed) typed.value = Number(base[k].toFixed(2));
      rowOf.querySelector(".fill").style.transform = `scaleX(${p[k]})`;
      rowOf.lastChild.textContent = formatProbability(p[k]);
    });
    classButtons.forEach((button) => button.setAttribute("aria-pressed", String(+button.textContent === z.length)));
    $("#temperature").value = Math.log10(T);
    $("#temperature").setAttribute("aria-valuetext", `T = ${formatPrecision(T)}`);
    if (root.activeElement !== $(".typed")) $(".typed").value = Number(T.toPrecision(3));
    view.writeOwn();
    $(".readout").replaceChildren(
      description("Entropy H(p)", `${formatNumber(h)} nats`),
      description("Perplexity", `${formatNumber(perplexity(logP))} classes`),
      description("ln Z", `${formatFixed(logZ)} nats`),
    );
    $(".formulas").replaceChildren(...step.formulas(state));
    focusableIfScrolling($(".formulas"));
    const caption = step.caption?.(state) ?? "";
    $("figure").hidden = !step.picture;
    $("figcaption").textContent = caption;
    if (step.picture) step.picture($(".picture"), view.colors, state);
    const bars = names()
      .map((name, k) => `${name} ${formatProbability(p[k])}`)
      .join(", ");
    $(".picture").setAttribute("aria-label", `${caption} ${bars}`);
    const shown = { ready: "true", step: data.step, temperature: T, z: base.join(" "), p: [...p].join(" ") };
    Object.assign($(".root").dataset, shown);
  };

  const range = $("#temperature");
  const typed = $(".typed");
  range.oninput = () => move({ temperature: 10 ** +range.value });
  range.onchange = sendState;
  typed.oninput = () => {
    const T = +typed.value;
    if (T >= 0.01 && T <= 100) move({ temperature: T });
  };
  typed.onchange = () => {
    typed.blur();
    sendState();
    view.loop.schedule();
  };
  $(".one").onclick = () => {
    move({ temperature: 1 });
    sendState();
  };
  return drawOnDemand(root, view, draw);
}
