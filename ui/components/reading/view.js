// One test row at the temperature under the pointer: bars, triangle, members, loss over T, cross-entropy, arithmetic.
// Temperature, label smoothing and unit are sent to Python when the pointer lets go, and a row when it is clicked.

import { drawOnDemand } from "../lib/animation.js";
import { barMark, probabilityBar } from "../lib/bars.js";
import { decodeBase64 } from "../lib/base64.js";
import { decodePictures, drawDigit } from "../lib/digit.js";
import { classColor, description, element, theme } from "../lib/dom.js";
import { formatFixed, formatNumber, formatPrecision, formatProbability } from "../lib/format.js";
import { describeMembers, drawMembers, memberAt, membersClaim } from "../lib/members.js";
import { crossEntropy, entropy, logSoftmax, meanNegativeLogLikelihood, smoothed } from "../lib/probability.js";
import { capitalized, describeRow, drawColumns, formatCertainty, listenToColumns } from "../lib/row_columns.js";
import { TEMPERATURES, claimLowest, describeLowest, drawNll, lowest } from "./loss_over_temperature.js";
import { softmaxSteps } from "./steps.js";
import { drawSums } from "./sums.js";
import { drawTargets } from "./targets.js";
import { dotAt, drawTriangle } from "./triangle.js";

const MAX_COLUMNS = 120;
const COLUMNS_HEIGHT = 44;

// Test rows by true class; none if they are too many to point at.
const orderOfColumns = (y) => (y.length > MAX_COLUMNS ? [] : [...y.keys()].sort((a, b) => y[a] - y[b] || a - b));

export default function ({ data, parentElement: root, setStateValue, setTriggerValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { pointedColumn: -1, pointedMember: -1, isLarge: false });
  const { classes, truth, z, members } = data;
  const count = classes.length;
  if (view.dataOf !== data.id) {
    view.dataOf = data.id;
    view.test = { z: new Float32Array(decodeBase64(data.test.z)), y: data.test.y };
    const nllAt = (t) => meanNegativeLogLikelihood(view.test.z, view.test.y, count, t);
    view.curve = TEMPERATURES.map(nllAt);
    view.best = lowest(nllAt, view.curve);
    view.order = orderOfColumns(view.test.y);
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
    $(".bars").replaceChildren(
      barMark("at-uniform", `uniform, 1/${count}`),
      ...classes.map((name, k) =>
        probabilityBar(k === truth ? `${name} (true)` : name, {
          isTrue: k === truth,
          color: classColor(colors, k),
          classes: count,
        }),
      ),
      barMark("at-ghost", "previous run"),
      barMark("at-one", "at T = 1"),
    );
    for (const track of root.querySelectorAll(".bar .track")) track.append(element("div", { class: "outline" }));
    $(".at-uniform").style.left = `${100 / count}%`;
  }
  const plain = logSoftmax(z);
  const bars = [...root.querySelectorAll(".bar")];
  bars.forEach((bar, k) => {
    bar.querySelector(".ghost").style.left = `${Math.exp(plain[k]) * 100}%`;
  });
  $(".at-one").style.left = `${Math.min(92, Math.max(8, Math.exp(plain[count - 1]) * 100))}%`;
  const rowNames = `${view.test.y.length} test ${data.row_names}`;
  $(".best-claim").textContent = claimLowest(view.best, rowNames);
  $(".go-best").hidden = !view.best.within;
  $(".go-best").textContent = `T = ${formatPrecision(view.best.t)}`;
  $(".best").textContent = describeLowest(view.best, rowNames);
  $(".loss-of").textContent = `The loss of this ${data.row_name} is entropy plus divergence`;
  $(".rows").hidden = !view.order.length;
  $(".simplex").hidden = count !== 3;
  $(".shares").hidden = !data.shares;
  $(".independent").hidden = Boolean(data.shares);
  drawDigit($(".digit"), colors, decodePictures(data.picture)[0]);

  const rowAt = (row, t) => {
    const scores = view.test.z.subarray(row * count, (row + 1) * count);
    return { p: Array.from(logSoftmax(Array.from(scores), t), Math.exp), truth: view.test.y[row] };
  };
  const rowName = (row) => `${data.row_name} ${row + 1}`;

  const drawRows = (t) => {
    const { order, pointedColumn } = view;
    if (!order.length) return;
    const rows = order.map((row) => rowAt(row, t));
    const current = order.indexOf(data.wine);
    const marks = { current, pointed: pointedColumn };
    drawColumns($(".columns"), colors, { rows, classes, ...marks, tall: COLUMNS_HEIGHT });
    const column = pointedColumn < 0 ? current : pointedColumn;
    const text = describeRow(rowName(order[column]), rows[column].p, rows[column].truth, classes);
    $(".columns").setAttribute("aria-label", `Test ${data.row_names}, Enter opens one`);
    $(".columns").setAttribute("aria-valuemax", order.length);
    $(".columns").setAttribute("aria-valuenow", column + 1);
    $(".columns").setAttribute("aria-valuetext", text);
    $(".rows .pointed").textContent =
      pointedColumn < 0 ? `All ${rowNames} at this T. A cross marks an error. Click one to read it.` : text;
  };

  const drawVerdict = (q, t) => {
    const likeliest = q.indexOf(Math.max(...q));
    const isRight = likeliest === truth;
    const at = t === 1 ? "" : `, at T = ${formatPrecision(t)}`;
    const says = [
      `${capitalized(rowName(data.wine))}${at}: the net says `,
      element("strong", {}, classes[likeliest]),
      ` (${formatCertainty(q[likeliest])}). `,
    ];
    const key = `${says[0]}${likeliest} ${says[2]} ${isRight}`;
    if (view.verdict === key) return;
    view.verdict = key;
    $(".verdict").dataset.right = isRight;
    $(".verdict").replaceChildren(
      ...says,
      ...(isRight
        ? ["That is ", element("strong", {}, "right"), "."]
        : ["It is ", element("strong", {}, classes[truth]), "."]),
    );
  };

  const drawBars = (q, logQ, t) => {
    bars.forEach((bar, k) => {
      bar.querySelector(".fill").style.transform = `scaleX(${q[k]})`;
      bar.querySelector(".ghost").hidden = t === 1;
      bar.lastChild.textContent = formatProbability(q[k]);
    });
    const ghost = data.ghost && Array.from(logSoftmax(data.ghost, t), Math.exp);
    $(".at-ghost").closest(".marks").hidden = !ghost;
    bars.forEach((bar, k) => {
      const outline = bar.querySelector(".outline");
      outline.hidden = !ghost;
      if (ghost) outline.style.width = `${100 * ghost[k]}%`;
    });
    if (ghost) $(".at-ghost").style.left = `${Math.min(88, Math.max(12, 100 * ghost[count - 1]))}%`;
    $(".at-one").style.visibility = t === 1 ? "hidden" : "visible";
    const loss = -logQ[truth] || 0;
    $(".one-line").textContent =
      `−ln ${formatProbability(q[truth])} = ${formatNumber(loss)} nats: the loss of this ${data.row_name}`;
    $(".bars").setAttribute("aria-label", classes.map((name, k) => `${name} ${formatProbability(q[k])}`).join(", "));
    list($(".readout"), [
      ["Confidence", formatProbability(Math.max(...q))],
      ["Entropy H(q)", `${formatNumber(entropy(logQ))} nats`],
      ["Mean test loss", `${formatNumber(view.nll)} nats`],
    ]);
  };

  const drawMemberPictures = (memberQ, ensemble) => {
    const pointed = view.pointedMember;
    const canvas = $(".members");
    $(".members-claim").textContent = membersClaim(memberQ, truth);
    $(".enlarge").setAttribute("aria-pressed", String(view.isLarge));
    drawMembers(canvas, colors, { truth, members: memberQ, classes, isLarge: view.isLarge, pointed });
    canvas.setAttribute("aria-label", describeMembers(memberQ, classes));
    if (count !== 3) return;
    drawTriangle($(".triangle"), colors, { classes, truth, members: memberQ, ensemble, pointed });
    const corner = (p) => p.map(formatProbability).join(", ");
    $(".triangle").setAttribute(
      "aria-label",
      `Triangle of ${classes.join(", ")}: the ensemble at ${corner(ensemble)}, and ${memberQ.length} members`,
    );
  };

  const drawLossOverTemperature = (t) => {
    const { curve, best, nll } = view;
    drawNll($(".nll"), colors, { curve, best, temperature: t, nll, constants: data.constants });
    $(".nll").setAttribute("aria-label", `Mean test loss ${formatNumber(nll)} nats at T = ${formatPrecision(t)}`);
  };

  const drawCrossEntropy = (logQ) => {
    const { unit, smoothing } = view;
    const scale = unit === "bits" ? Math.LN2 : 1;
    const part = (name, amount) => {
      const p = smoothed(truth, count, amount);
      const h = entropy(p.map(Math.log)) / scale;
      const total = crossEntropy(p, logQ) / scale;
      return { name, h, kl: Math.max(0, total - h), total };
    };
    const target = part(`smoothed ${formatFixed(smoothing)}`, smoothing);
    const targets = [part("hard label", 0), target];
    drawTargets($(".targets"), colors, targets, unit);
    $(".targets").setAttribute(
      "aria-label",
      targets.map(({ name, h, kl }) => `${name}: H(p) ${formatNumber(h)}, KL ${formatNumber(kl)} ${unit}`).join("; "),
    );
    list($(".split"), [
      ["H(p)", `${formatNumber(target.h)} ${unit}`],
      ["KL(p‖q)", `${formatNumber(target.kl)} ${unit}`],
      ["H(p, q) = H(p) + KL(p‖q)", `${formatNumber(target.total)} ${unit}`],
    ]);
    $("#smoothing-help").textContent =
      smoothing === 0
        ? "Without smoothing p is one-hot and H(p) is 0. The divergence is the whole loss."
        : "Smoothing gives p an entropy H(p) that no training can lower. Training lowers KL(p‖q) only.";
    $("output.smoothing").textContent = formatFixed(smoothing);
    for (const button of root.querySelectorAll(".unit"))
      button.setAttribute("aria-pressed", String(button.dataset.unit === unit));
  };

  const draw = () => {
    const t = view.temperature;
    const logQ = logSoftmax(z, t);
    const q = Array.from(logQ, Math.exp);
    view.nll = meanNegativeLogLikelihood(view.test.z, view.test.y, count, t);
    view.memberQ = members.map((scores) => Array.from(logSoftmax(scores, t), Math.exp));
    drawVerdict(q, t);
    drawRows(t);
    drawBars(q, logQ, t);
    drawMemberPictures(view.memberQ, q);
    drawLossOverTemperature(t);
    drawCrossEntropy(logQ);
    if (data.shares) {
      drawSums($(".sums"), colors, { classes, shares: data.shares, bias: data.bias, symbol: data.sum_symbol });
      $(".sums").setAttribute("aria-label", classes.map((name, k) => `${name}: z = ${formatFixed(z[k])}`).join(", "));
    }
    if ($("details").open) softmaxSteps($(".steps"), classes, z, t, q);
    if (root.activeElement !== typed) typed.value = Number(t.toPrecision(3));
    range.value = Math.log10(t);
    const likeliest = q.indexOf(Math.max(...q));
    const answer = `${classes[likeliest]} ${formatCertainty(q[likeliest])}`;
    range.setAttribute("aria-valuetext", `T = ${formatPrecision(t)}: ${answer}`);
    smoothing.value = view.smoothing;
    Object.assign($(".root").dataset, { temperature: t, wine: data.wine, ready: "true" });
  };

  const list = (container, rows) => {
    if (container.children.length !== rows.length)
      container.replaceChildren(...rows.map(([name]) => description(name)));
    rows.forEach(([, value], k) => {
      container.children[k].lastChild.textContent = value;
    });
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
  const goTo = (temperature) => {
    move({ temperature });
    sendState("temperature");
  };
  $(".one").onclick = () => goTo(1);
  $(".go-best").onclick = () => goTo(Number(view.best.t.toPrecision(3)));
  $(".enlarge").onclick = () => move({ isLarge: !view.isLarge });
  const pointAt = (find) => (event) => {
    const pointedMember = find({ x: event.offsetX, y: event.offsetY });
    if (pointedMember !== view.pointedMember) move({ pointedMember });
  };
  $(".members").onpointermove = pointAt((point) => memberAt($(".members"), colors, view.memberQ, view.isLarge, point));
  $(".triangle").onpointermove = pointAt((point) => dotAt($(".triangle"), colors, view.memberQ, point));
  $(".members").onpointerleave = $(".triangle").onpointerleave = () => move({ pointedMember: -1 });
  listenToColumns($(".columns"), {
    count: view.order.length,
    scale: colors.textScale,
    current: () => (view.pointedColumn < 0 ? view.order.indexOf(data.wine) : view.pointedColumn),
    move: (pointedColumn) => move({ pointedColumn }),
    open: (column) => setTriggerValue("row", view.order[column]),
  });
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
