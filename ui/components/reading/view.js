// One test row at the temperature under the pointer: bars, triangle, members, loss over T, cross-entropy, arithmetic.
// Temperature, label smoothing and unit are sent to Python when the pointer lets go.

import { drawOnDemand } from "../lib/animation.js";
import { probabilityBar } from "../lib/bars.js";
import { decodeBase64 } from "../lib/base64.js";
import { classColor, description, element, tableRow, theme } from "../lib/dom.js";
import { formatFixed, formatNumber, formatPercent, formatPrecision, formatProbability } from "../lib/format.js";
import { drawMembers } from "../lib/members.js";
import { crossEntropy, entropy, logSoftmax, meanNegativeLogLikelihood, smoothed } from "../lib/probability.js";
import { drawStack } from "../lib/stack.js";
import { TEMPERATURES, describeLowest, drawNll, drawSums, drawTriangle, lowest } from "./pictures.js";

const certainty = (p) => (p < 1 && p >= 0.995 ? "over 99 %" : formatPercent(p));

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= {});
  const { classes, truth, z, members } = data;
  const count = classes.length;
  if (view.dataOf !== data.id) {
    view.dataOf = data.id;
    view.test = { z: new Float32Array(decodeBase64(data.test.z)), y: data.test.y };
    const nllAt = (t) => meanNegativeLogLikelihood(view.test.z, view.test.y, count, t);
    view.curve = TEMPERATURES.map(nllAt);
    view.best = lowest(nllAt, view.curve);
  }
  // The browser is ahead of Python: values that come back are of use only to a component that is new on the page.
  if (view.temperature === undefined)
    Object.assign(view, { temperature: data.temperature, smoothing: data.smoothing, unit: data.unit });
  view.colors = theme(root);
  const colors = view.colors;
  const range = $("#temperature");
  const typed = $(".typed");
  const smoothing = $("#smoothing");

  const build = [classes.join("\u0000"), truth, colors.classes.join()].join("\u0001");
  if (view.build !== build) {
    view.build = build;
    const marks = (name, text) =>
      element(
        "div",
        { class: "marks" },
        element("b"),
        element("div", {}, element("span", { class: name }, text)),
        element("i"),
      );
    $(".bars").replaceChildren(
      marks("at-uniform", `uniform, 1/${count}`),
      ...classes.map((name, k) =>
        probabilityBar(k === truth ? `${name} (true)` : name, {
          isTrue: k === truth,
          color: classColor(colors, k),
          classes: count,
        }),
      ),
      marks("at-one", "at T = 1"),
    );
    $(".at-uniform").style.left = `${100 / count}%`;
  }
  const plain = logSoftmax(z);
  const bars = [...root.querySelectorAll(".bar")];
  bars.forEach((bar, k) => {
    bar.querySelector(".ghost").style.left = `${Math.exp(plain[k]) * 100}%`;
  });
  $(".at-one").style.left = `${Math.min(92, Math.max(8, Math.exp(plain[count - 1]) * 100))}%`;
  const wines = `${view.test.y.length} test ${data.row_names}`;
  $(".wines").textContent = wines;
  $(".best").textContent = describeLowest(view.best, wines);
  $(".loss-of").textContent = `The loss of this ${data.row_name}, taken apart`;
  $(".simplex").hidden = count !== 3;
  $(".shares").hidden = !data.shares;
  $(".independent").hidden = Boolean(data.shares);
  $(".members-caption").textContent =
    `The ${members.length === 1 ? "only member" : `${members.length} members, each by itself`}, at the same T. ` +
    "Underlined: the true class.";

  const draw = () => {
    const { temperature: t, unit } = view;
    const logQ = logSoftmax(z, t);
    const q = logQ.map(Math.exp);
    bars.forEach((bar, k) => {
      bar.querySelector(".fill").style.transform = `scaleX(${q[k]})`;
      bar.lastChild.textContent = formatProbability(q[k]);
    });
    const likeliest = q.indexOf(Math.max(...q));
    const at = t === 1 ? "" : `, at T = ${formatPrecision(t)}`;
    $(".verdict").replaceChildren(
      `${data.row_name[0].toUpperCase()}${data.row_name.slice(1)} ${data.wine + 1}${at}: the net says `,
      element("strong", {}, classes[likeliest]),
      ` (${certainty(q[likeliest])}). `,
      ...(likeliest === truth ? ["That is right."] : ["It is ", element("strong", {}, classes[truth]), "."]),
    );
    $(".at-one").hidden = t === 1;
    $(".one-line").textContent =
      `−ln ${formatProbability(q[truth])} = ${formatNumber(-logQ[truth] || 0)} nats: ` +
      "the negative log-likelihood of the true class.";
    $(".bars").setAttribute("aria-label", classes.map((name, k) => `${name} ${formatProbability(q[k])}`).join(", "));
    const memberQ = members.map((scores) => Array.from(logSoftmax(scores, t), Math.exp));
    const nll = meanNegativeLogLikelihood(view.test.z, view.test.y, count, t);
    list($(".readout"), [
      ["Confidence", formatProbability(Math.max(...q))],
      ["Entropy H(q)", `${formatNumber(entropy(logQ))} nats`],
      [`NLL of this ${data.row_name}`, `${formatNumber(-logQ[truth] || 0)} nats`],
      ["Mean test NLL", `${formatNumber(nll)} nats`],
    ]);
    if (count === 3) drawTriangle($(".triangle"), colors, classes, truth, memberQ, Array.from(q));
    $(".triangle").setAttribute("aria-label", `Probability triangle with ${members.length} members and the ensemble`);
    drawMembers($(".members"), colors, truth, memberQ);
    $(".members").setAttribute(
      "aria-label",
      memberQ.map((p, m) => `member ${m + 1}: ${p.map(formatProbability).join(", ")}`).join("; "),
    );
    drawNll($(".nll"), colors, view.curve, view.best, t, nll);
    $(".nll").setAttribute(
      "aria-label",
      `Mean test negative log-likelihood ${formatNumber(nll)} nats at T = ${formatPrecision(t)}`,
    );

    const p = smoothed(truth, count, view.smoothing);
    const scale = unit === "bits" ? Math.LN2 : 1;
    const h = entropy(p.map(Math.log)) / scale;
    const total = crossEntropy(p, logQ) / scale;
    const kl = Math.max(0, total - h);
    drawStack($(".stack"), colors, h, kl, unit);
    $(".stack").setAttribute("aria-label", `Entropy ${formatNumber(h)} and divergence ${formatNumber(kl)} ${unit}`);
    list($(".split"), [
      ["H(p)", `${formatNumber(h)} ${unit}`],
      ["KL(p‖q)", `${formatNumber(kl)} ${unit}`],
      ["H(p, q) = H(p) + KL(p‖q)", `${formatNumber(total)} ${unit}`],
    ]);
    $("#smoothing-help").textContent =
      view.smoothing === 0
        ? "This target p is one-hot, so its entropy is 0. " +
          "Cross-entropy and divergence are both the negative log-likelihood."
        : "This target p is smoothed, so its entropy is above 0, and no training can lower it. " +
          "Training moves q only, and lowers KL(p‖q).";
    $("output.smoothing").textContent = formatFixed(view.smoothing);
    root
      .querySelectorAll(".unit")
      .forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.unit === unit)));

    if (data.shares) {
      drawSums($(".sums"), colors, classes, data.shares, data.bias, z);
      $(".sums").setAttribute("aria-label", classes.map((name, k) => `${name}: z = ${formatFixed(z[k])}`).join(", "));
    }
    if ($("details").open) writeSteps(t, q);

    if (root.activeElement !== typed) typed.value = Number(t.toPrecision(3));
    range.value = Math.log10(t);
    range.setAttribute("aria-valuetext", `T = ${formatPrecision(t)}`);
    smoothing.value = view.smoothing;
    $(".root").dataset.temperature = t;
    $(".root").dataset.wine = data.wine;
    $(".root").dataset.ready = "true";
  };

  const list = (container, rows) => {
    if (container.children.length !== rows.length)
      container.replaceChildren(...rows.map(([name]) => description(name)));
    rows.forEach(([, value], k) => {
      container.children[k].lastChild.textContent = value;
    });
  };

  const writeSteps = (t, q) => {
    const scaled = z.map((score) => score / t);
    const highest = Math.max(...scaled);
    const powers = scaled.map((score) => Math.exp(score - highest));
    $(".steps thead").replaceChildren(
      tableRow(["class", "score z", "z / T", "minus the largest", "exp", "÷ sum = q"], "th"),
    );
    const total = powers.reduce((sum, power) => sum + power, 0);
    const last = tableRow(["sum", "", "", "", formatPrecision(total, 5), "1"]);
    last.className = "sum";
    $(".steps tbody").replaceChildren(
      ...classes.map((name, k) =>
        tableRow([
          name,
          ...[z[k], scaled[k], scaled[k] - highest, powers[k]].map((value) => formatPrecision(value, 5)),
          formatProbability(q[k]),
        ]),
      ),
      last,
    );
  };

  const move = (change) => {
    Object.assign(view, change);
    view.loop.schedule();
  };
  const sendState = (name) => setStateValue(name, view[name]);
  range.oninput = () => move({ temperature: 10 ** +range.value });
  range.onchange = () => sendState("temperature");
  typed.oninput = () => {
    const t = +typed.value;
    if (t >= 0.01 && t <= 100) move({ temperature: t });
  };
  typed.onchange = () => {
    typed.blur();
    sendState("temperature");
    view.loop.schedule();
  };
  $(".one").onclick = () => {
    move({ temperature: 1 });
    sendState("temperature");
  };
  smoothing.oninput = () => move({ smoothing: +smoothing.value });
  smoothing.onchange = () => sendState("smoothing");
  root.querySelectorAll(".unit").forEach((button) => {
    button.onclick = () => {
      move({ unit: button.dataset.unit });
      sendState("unit");
    };
  });
  $("details").ontoggle = () => view.loop.schedule();
  return drawOnDemand(root, view, draw);
}
