// One row with its features under the pointer, far outside the training range too. Nothing is sent to Python.

import { drawOnDemand } from "../lib/animation.js";
import { barMark, probabilityBar } from "../lib/bars.js";
import { decodeBase64 } from "../lib/base64.js";
import { classColor, description, element, theme } from "../lib/dom.js";
import { formatNumber, formatProbability, formatTick } from "../lib/format.js";
import { describeMembers, drawMembers, membersClaim } from "../lib/members.js";
import { distanceToNearest, mutualInformation, network } from "../lib/network.js";
import { formatCertainty } from "../lib/row_columns.js";
import { drawCurves } from "./curves.js";

const POINTS = 121;
const POINTS_OF_LARGE_NETWORKS = 61;
// Characters of base64.
const LARGE_NETWORK = 400_000;
const MAX_GAPS = 200;

// How far training rows usually lie from each other: the median distance to the nearest other row, of at most 200 rows.
const usualGap = (rows, features) => {
  const count = rows.length / features;
  const some = Math.min(count, MAX_GAPS);
  const gaps = Array.from({ length: some }, (_, index) => {
    const row = Math.floor((index * count) / some);
    return distanceToNearest(rows, rows.subarray(row * features, (row + 1) * features), row);
  });
  return count > 1 ? gaps.sort((a, b) => a - b)[some >> 1] : 0;
};

export default function ({ data, parentElement: root }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { focus: 0, isLarge: false });
  const { classes, features, low, high, row_name, truth } = data;
  const count = features.length;
  const span = high.map((top, index) => (top > low[index] ? top - low[index] : 1));
  const end = high.map((top, index) => (top - low[index]) / span[index]);
  const names = features.map((name) => name.replaceAll("_", " "));
  const inUnits = (index, at) => low[index] + at * span[index];
  const inputValue = (index, at) =>
    Number(inUnits(index, at).toFixed(Math.min(20, Math.max(0, 3 - Math.floor(Math.log10(span[index]))))));
  const tick = (index, at) => formatTick(inUnits(index, at));
  const reach = (index) => [Math.min(-1, data.row[index]), Math.max(end[index] + 1, data.row[index])];
  const isOutside = (at, index) => at < -1e-6 || at > end[index] + 1e-6;

  if (view.version !== data.version) {
    const rows = Float64Array.from(new Float32Array(decodeBase64(data.train)));
    Object.assign(view, {
      version: data.version,
      read: network(data.network),
      rows,
      gap: usualGap(rows, count),
      curveOf: "",
    });
  }
  if (view.of !== `${data.id} ${data.wine}`)
    Object.assign(view, { of: `${data.id} ${data.wine}`, x: Float64Array.from(data.row) });
  if (view.focus >= count) view.focus = 0;
  view.colors = theme(root);
  const colors = view.colors;

  const measure = (x) => {
    const { logP, memberLogP } = view.read(x);
    const likeliest = logP.indexOf(Math.max(...logP));
    return {
      logP,
      memberLogP,
      likeliest,
      confidence: Math.exp(logP[likeliest]),
      disagreement: mutualInformation(memberLogP),
      distance: distanceToNearest(view.rows, x),
    };
  };
  const along = (index) => {
    const others = Array.from(view.x);
    others[index] = "";
    const key = [view.version, index, ...others].join();
    if (view.curveOf !== key) {
      const [from, to] = reach(index);
      const x = Float64Array.from(view.x);
      const length = data.network.weights.length > LARGE_NETWORK ? POINTS_OF_LARGE_NETWORKS : POINTS;
      view.curveOf = key;
      view.points = Array.from({ length }, (_, step) => {
        x[index] = from + ((to - from) * step) / (length - 1);
        const { likeliest, confidence, disagreement, distance } = measure(x);
        return { at: x[index], likeliest, confidence, disagreement, distance };
      });
    }
    return view.points;
  };

  const focus = (index) => {
    view.focus = index;
    view.loop.schedule();
  };
  const set = (index, value) => {
    const at = (value - low[index]) / span[index];
    const [from, to] = reach(index);
    if (at < from - 1e-9 || at > to + 1e-9) return;
    view.x[index] = at;
    focus(index);
  };

  const feature = (index) => {
    const [from, to] = reach(index);
    const id = `feature-${index}`;
    const across = (at) => `calc(8px + (100% - 16px) * ${(at - from) / (to - from)})`;
    const range = element("input", {
      type: "range",
      id,
      min: inUnits(index, from),
      max: inUnits(index, to),
      step: span[index] / 100,
      "aria-label": names[index],
    });
    const typed = element("input", {
      type: "number",
      min: inUnits(index, from),
      max: inUnits(index, to),
      step: "any",
      "aria-label": `${names[index]} as a number`,
    });
    range.oninput = () => set(index, +range.value);
    typed.oninput = () => {
      if (typed.value !== "") set(index, +typed.value);
    };
    typed.onchange = () => {
      typed.blur();
      view.loop.schedule();
    };
    range.onfocus = typed.onfocus = () => focus(index);
    return element(
      "div",
      { class: "feature" },
      element("label", { for: id }, names[index]),
      element(
        "div",
        { class: "slider" },
        element("div", {
          class: "band",
          style: { left: across(0), width: `calc((100% - 16px) * ${end[index] / (to - from)})`, minWidth: "2px" },
        }),
        element("div", { class: "own", style: { left: across(data.row[index]) } }),
        range,
      ),
      typed,
      element("span", { class: "word" }),
    );
  };

  const build = [JSON.stringify([classes, truth, features, low, high, data.row]), colors.classes.join()].join("\u0001");
  if (view.build !== build) {
    view.build = build;
    $(".features").replaceChildren(...features.map((_, index) => feature(index)));
    $("#picked").replaceChildren(...names.map((name, index) => element("option", { value: index }, name)));
    $(".bars").replaceChildren(
      barMark("at-uniform", `uniform, 1/${classes.length}`),
      ...classes.map((name, k) =>
        probabilityBar(k === truth ? `${name} (true)` : name, {
          isTrue: k === truth,
          color: classColor(colors, k),
          classes: classes.length,
        }),
      ),
      barMark("at-own", `the ${row_name} as it is`),
    );
    $(".at-uniform").style.left = `${100 / classes.length}%`;
    $(".readout").replaceChildren(
      ...["Confidence", "Disagreement", `Distance to the nearest training ${row_name}`, "Features outside"].map(
        (name) => description(name),
      ),
    );
  }
  const plain = view.read(Float64Array.from(data.row)).logP;
  const bars = [...root.querySelectorAll(".bar")];
  bars.forEach((bar, k) => {
    bar.querySelector(".ghost").style.left = `${Math.exp(plain[k]) * 100}%`;
  });
  $(".at-own").style.left = `${Math.min(85, Math.max(15, Math.exp(plain.at(-1)) * 100))}%`;
  $(".back").textContent = `Back to the ${row_name}`;
  $(".inputs h2").textContent = `The features of this ${row_name}`;
  $(".sliders-caption").textContent =
    `Each slider reaches one training range beyond either end, where no training ${row_name} was. ` +
    "The network does not know that.";
  $(".measures").textContent =
    "Disagreement: mutual information of the members. " +
    `Distance: root mean square difference to the nearest training ${row_name}, in training ranges.`;

  const draw = () => {
    const { x } = view;
    const index = view.focus;
    const now = { at: x[index], ...measure(x) };
    const p = Array.from(now.logP, Math.exp);
    [...$(".features").children].forEach((row, other) => {
      const range = row.querySelector('[type="range"]');
      const typed = row.querySelector('[type="number"]');
      const away = isOutside(x[other], other);
      const value = inputValue(other, x[other]);
      row.setAttribute("aria-current", String(other === index));
      row.classList.toggle("outside", away);
      row.querySelector(".word").textContent = away ? "outside" : "";
      range.value = inUnits(other, x[other]);
      range.setAttribute("aria-valuetext", `${formatTick(value, 12)}${away ? ", outside the training range" : ""}`);
      if (root.activeElement !== typed) typed.value = value;
    });
    $("#picked").value = index;
    bars.forEach((bar, k) => {
      bar.querySelector(".fill").style.transform = `scaleX(${p[k]})`;
      bar.lastChild.textContent = formatProbability(p[k]);
    });
    $(".bars").setAttribute("aria-label", classes.map((name, k) => `${name} ${formatProbability(p[k])}`).join(", "));
    const outside = x.reduce((sum, at, other) => sum + isOutside(at, other), 0);
    [
      formatProbability(now.confidence),
      `${formatNumber(now.disagreement)} nats`,
      formatNumber(now.distance),
      `${outside} of ${count}`,
    ].forEach((value, row) => {
      $(".readout").children[row].lastChild.textContent = value;
    });
    $(".claim").replaceChildren(
      "Independent members, averaged, say ",
      element("strong", {}, classes[now.likeliest]),
      ` (${formatCertainty(now.confidence)}).`,
    );
    const [from, to] = reach(index);
    $(".curves-claim").textContent = `As ${names[index]} alone moves`;
    $(".curves").setAttribute(
      "aria-label",
      `Confidence, disagreement and distance along ${names[index]}, at ${formatTick(inputValue(index, x[index]), 12)}`,
    );
    drawCurves($(".curves"), colors, {
      points: along(index),
      now,
      from,
      to,
      range: [0, end[index]],
      own: data.row[index],
      tick: (at) => tick(index, at),
      name: names[index],
      row_name,
      classes,
      gap: view.gap,
    });
    const memberP = now.memberLogP.map((logP) => Array.from(logP, Math.exp));
    $(".members-claim").textContent = membersClaim(memberP, truth);
    $(".enlarge").setAttribute("aria-pressed", String(view.isLarge));
    drawMembers($(".members"), colors, { truth, members: memberP, classes, isLarge: view.isLarge });
    $(".members").setAttribute("aria-label", describeMembers(memberP, classes));
    Object.assign($(".root").dataset, {
      ready: "true",
      wine: data.wine,
      focus: features[index],
      values: x.join(" "),
      p: p.join(" "),
      confidence: now.confidence,
      disagreement: now.disagreement,
      distance: now.distance,
      outside,
    });
  };

  $(".back").onclick = () => {
    view.x = Float64Array.from(data.row);
    view.loop.schedule();
  };
  $(".enlarge").onclick = () => {
    view.isLarge = !view.isLarge;
    view.loop.schedule();
  };
  $("#picked").onchange = () => focus(+$("#picked").value);
  return drawOnDemand(root, view, draw);
}
