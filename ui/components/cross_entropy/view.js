// Two probability vectors by hand, and their cross-entropy taken apart.
// The vectors and the unit are sent to Python when the pointer lets go.

import { drawOnDemand } from "../lib/animation.js";
import { element, focusableIfScrolling, theme } from "../lib/dom.js";
import { withShare } from "../lib/shares.js";
import { currentFormulas, naiveFormulas } from "./formulas.js";
import { drawStrips } from "./strips.js";

// In such a width a formula has room for its products.
const LONG = 900;
const CLASSES_IN_LONG = 3;

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
  [
    "0 ln 0",
    (count) => ({
      p: Array.from({ length: count }, (_, k) => Number(k === 0)),
      q: Array.from({ length: count }, (_, k) => (k === count - 1 ? 0 : count === 2 ? 1 : k ? 0.3 / (count - 2) : 0.7)),
    }),
  ],
];

const padlock = () => {
  const svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const made = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  made.append(
    svg("path", { class: "shackle", d: "M5 7V4.5a3 3 0 0 1 6 0V7" }),
    svg("rect", { x: 3, y: 7, width: 10, height: 7.5, rx: 1.5 }),
  );
  return made;
};

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { locked: { p: [], q: [] } });
  // The browser is ahead of Python: values that come back are its own, unless Python has set others (a new version).
  if (view.version !== data.version) {
    Object.assign(view, { version: data.version, p: [...data.p], q: [...data.q], unit: data.unit });
  }
  view.colors = theme(root);
  const colors = view.colors;

  const move = (change) => {
    Object.assign(view, change);
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
    const lock = element(
      "button",
      { type: "button", "aria-pressed": "false", "aria-label": `Lock ${label}` },
      padlock(),
    );
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
      lock.setAttribute("aria-pressed", String(locked));
    });

  const draw = () => {
    build();
    const { p, q, unit } = view;
    const long = $(".root").clientWidth >= LONG * colors.textScale && p.length <= CLASSES_IN_LONG;
    drawVector("p");
    drawVector("q");
    drawStrips($(".strips"), colors, p, q, unit === "bits" ? Math.LN2 : 1, unit);
    $(".formulas").replaceChildren(...currentFormulas({ p, q, unit, colors, long }));
    $(".naive").replaceChildren(...naiveFormulas({ p, q, colors }));
    for (const lines of [$(".formulas"), $(".naive")]) focusableIfScrolling(lines);
    const pressed = (selector, is) =>
      root.querySelectorAll(selector).forEach((button) => {
        button.setAttribute("aria-pressed", String(is(button)));
      });
    pressed(".unit", (button) => button.dataset.unit === unit);
    pressed(".classes button", (button) => +button.textContent === p.length);
    Object.assign($(".root").dataset, { ready: "true", p: p.join(" "), q: q.join(" "), unit });
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
  return drawOnDemand(root, view, draw);
}
