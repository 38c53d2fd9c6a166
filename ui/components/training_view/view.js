// The learning curves, the scrubber, and the test rows' probabilities at the epoch under the scrubber.
// Python sends the whole history every time, so that a reload or a change of page loses nothing. Between two messages
// the curves move on steadily.

import { drawOnDemand, grownEpochs, replayedEpoch } from "../lib/animation.js";
import { decodeBase64 } from "../lib/base64.js";
import { drawConstants } from "../lib/constant_losses.js";
import { decodePictures, drawDigit } from "../lib/digit.js";
import { classColor, element, theme } from "../lib/dom.js";
import { formatNumber, formatPercent } from "../lib/format.js";
import { describeRow, drawColumns, listenToColumns, verdictOf } from "../lib/row_columns.js";
import { accuracyScale, axes, drawCurves, drawParts, lossScale, smoothCurve } from "./curves.js";
import { describeGap, gapAt, otherLossAt, partsOf } from "./fit_loss.js";
import { verdict } from "./verdict.js";

const REPLAY_SECONDS = 6;
const GROWTH_SECONDS = 1;
const CHARTS_HEIGHT = 200;
const COLUMNS_HEIGHT = 92;

const decodeFrames = (frames, classes) => ({
  epochs: frames.epochs,
  truth: frames.truth,
  rows: frames.rows,
  proba: new Uint16Array(decodeBase64(frames.proba)),
  pictures: decodePictures(frames.pictures),
  classes,
});

// The test rows at one of the epochs.
const rowsAt = ({ truth, proba, classes }, index) =>
  truth.map((k, row) => {
    const from = (index * truth.length + row) * classes;
    return { truth: k, p: Array.from(proba.subarray(from, from + classes), (value) => value / 65535) };
  });

export default function ({ data, parentElement: root, setTriggerValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { run: null, shown: 0, chosen: null, replayFrom: 0, pointed: -1 });
  const range = $("#epoch");
  const live = ["starting", "queued", "compiling", "training"].includes(data.state);
  if (view.run !== data.run) {
    const grows = data.grows && !live;
    Object.assign(view, {
      run: data.run,
      shown: live || grows ? 0 : data.curves.train_loss.length,
      growFrom: grows ? performance.now() : 0,
      speed: 0,
      chosen: null,
      replayFrom: 0,
      last: 0,
    });
    // On a phone the settings stand above the picture: bring it into view when a run begins.
    if (live && innerWidth < 640) $(".root").scrollIntoView({ behavior: "smooth", block: "start" });
  }
  if (view.frameData !== data.frames?.proba) {
    view.frames = data.frames ? decodeFrames(data.frames, data.classes.length) : null;
    view.frameData = data.frames?.proba;
    view.pointed = -1;
  }
  view.data = data;
  view.smooth = Object.fromEntries(Object.entries(data.curves).map(([name, values]) => [name, smoothCurve(values)]));
  view.ghost = data.ghost && smoothCurve(data.ghost);
  view.colors = theme(root);

  const frameAt = (epoch) => {
    const epochs = view.frames.epochs;
    let index = 0;
    while (index + 1 < epochs.length && epochs[index + 1] <= epoch) index++;
    return index;
  };

  const moveOn = (now, count) => {
    const elapsed = Math.min(100, now - (view.last || now));
    view.last = now;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) view.shown = count;
    else if (view.growFrom) view.shown = grownEpochs(now - view.growFrom, GROWTH_SECONDS, count);
    else if (view.shown < count) {
      // Glide so that what has arrived is on screen when the next message is due.
      view.speed = Math.max((count - view.shown) / (view.data.every * 1000), (view.speed || 0) * 0.97);
      view.shown = Math.min(count, Math.max(view.shown, 1) + view.speed * elapsed);
    }
    if (view.shown >= count) view.growFrom = 0;
    if (!view.replayFrom) return;
    view.chosen = replayedEpoch(now - view.replayFrom, REPLAY_SECONDS, count);
    if (view.chosen >= count) {
      view.replayFrom = 0;
      view.chosen = null;
    }
  };

  const drawCharts = (epoch, cursor, gap) => {
    const { data, colors, smooth } = view;
    const { curves, total } = data;
    const count = curves.train_loss.length;
    const accuracy = accuracyScale(curves, total);
    const loss = lossScale(
      [
        curves.train_loss,
        curves.test_loss,
        curves.train_loss_as_trained ?? [],
        data.ghost ?? [],
        view.asFit ? (curves.fit_loss ?? []) : [],
      ],
      data.constants.map(({ loss }) => loss),
    );
    $(".from").textContent = accuracy.from ? `share right, axis from ${accuracy.from} %` : "share right";
    for (const [kind, scale, format] of [
      ["loss", loss, formatNumber],
      ["accuracy", accuracy, (value) => formatPercent(value, 1)],
    ]) {
      const canvas = $(`.${kind}`);
      const frame = axes(canvas, colors, { total, height: CHARTS_HEIGHT, scale });
      const line = (name) => ({ name, values: smooth[`${name}_${kind}`], color: colors[name], thick: 2 });
      const series = [line("train"), { ...line("test"), raw: curves[`test_${kind}`] }];
      if (kind === "loss" && smooth.train_loss_as_trained)
        series.push({ name: "trained", values: smooth.train_loss_as_trained, color: colors.text, thick: 2 });
      if (kind === "loss" && view.asFit && smooth.fit_loss)
        series.push({ name: "fit", values: smooth.fit_loss, color: colors.train, thick: 2, dash: [5, 4] });
      if (kind === "loss" && view.ghost)
        series.unshift({
          name: "previous",
          values: view.ghost,
          color: colors.quiet,
          thick: 2,
          alpha: 0.45,
          fixed: true,
        });
      if (frame && kind === "loss") {
        const { context, left, width, right, Y } = frame;
        const box = { context, left, right: width - right, Y: (value) => Y(scale.toUnit(value)) };
        drawConstants(box, colors, data.constants);
      }
      if (frame) drawCurves(frame, colors, series, scale.toUnit, view.shown, cursor);
      if (frame && kind === "loss" && gap) {
        const parts = data.fit_other_units ? [] : partsOf(gap, otherLossAt(data.fit_other_losses, epoch));
        const colored = parts.map(({ role, ...part }) => ({ ...part, color: colors[role] }));
        drawParts(frame, colored, scale.toUnit, epoch);
      }
      const at = (set, epoch) => format(curves[`${set}_${kind}`][epoch - 1]);
      const unit = kind === "loss" ? " nats" : "";
      $(`.${kind}-values`).textContent = epoch ? `test ${at("test", epoch)}, train ${at("train", epoch)}${unit}` : "";
      canvas.dataset.epochs = count;
      canvas.dataset.shown = view.shown.toFixed(2);
      canvas.setAttribute(
        "aria-label",
        count
          ? `Test ${kind} ${at("test", count)}${unit}, train ${at("train", count)}${unit}, after ${count} epochs`
          : "No epochs yet",
      );
    }
  };

  const drawWall = (epoch) => {
    const { data, colors, frames } = view;
    const { classes } = data;
    const index = frameAt(epoch);
    const canvas = $(".bars");
    view.rows = rowsAt(frames, index);
    const named = drawColumns(canvas, colors, {
      rows: view.rows,
      classes,
      ghost: data.ghost_of_rows,
      pointed: view.pointed,
      tall: COLUMNS_HEIGHT,
    });
    canvas.dataset.epoch = frames.epochs[index];
    const name = (column) => `${data.row_name} ${frames.rows[column] + 1}`;
    const describe = (column) => describeRow(name(column), view.rows[column].p, view.rows[column].truth, classes);
    const column = Math.max(0, view.pointed);
    canvas.setAttribute("aria-label", `Test ${data.row_names}, Enter opens one`);
    canvas.setAttribute("aria-valuemax", view.rows.length);
    canvas.setAttribute("aria-valuenow", column + 1);
    canvas.setAttribute("aria-valuetext", describe(column));
    $(".pointed span").textContent =
      view.pointed < 0 ? `Click a column to read that ${data.row_name}.` : describe(view.pointed);
    drawDigit($(".digit"), colors, frames.pictures[view.pointed]);
    const ghost = Boolean(data.ghost_of_rows);
    const legend = [named, ghost, ...classes, ...colors.classes].join();
    if (view.legendOf !== legend) {
      view.legendOf = legend;
      const key = (k) =>
        element("span", {}, element("i", { style: { background: classColor(colors, k) } }), classes[k]);
      const keys = named ? [] : [...classes.keys()].map(key);
      if (ghost) keys.push(element("span", {}, element("i", { class: "line" }), "previous run"));
      $(".legend").replaceChildren(...keys);
    }
    const wrong = view.rows.flatMap(({ p, truth }, row) => (verdictOf(p, truth).right ? [] : [frames.rows[row] + 1]));
    wrong.sort((a, b) => a - b);
    return frames.rows.length === data.test_rows ? wrong : null;
  };

  const draw = (now) => {
    const { data } = view;
    const { curves, total } = data;
    const count = curves.train_loss.length;
    moveOn(now, count);
    const epoch = Math.min(view.chosen ?? Math.floor(view.shown), count);
    const gap = view.asFit ? gapAt(curves, epoch) : null;
    drawCharts(epoch, view.chosen && count ? epoch : 0, gap);
    $(".gap").hidden = !view.asFit;
    if (view.asFit)
      describeGap($(".gap"), view.colors, gap, {
        epoch,
        test: curves.test_loss[epoch - 1],
        otherLoss: otherLossAt(data.fit_other_losses, epoch),
        otherUnits: data.fit_other_units,
        kept: !count || Boolean(curves.fit_loss),
      });
    $(".scrubber").style.visibility = count ? "visible" : "hidden";
    range.max = Math.max(1, count);
    range.value = Math.max(1, epoch);
    range.setAttribute("aria-valuetext", `epoch ${epoch} of ${count}`);
    $("output.epoch").textContent = count ? `${epoch} of ${total}` : "";
    $(".latest").disabled = view.chosen === null;
    $(".wall").hidden = !view.frames || !epoch;
    $(".wall figcaption").textContent = data.wall_caption;
    const wrong = view.frames && epoch ? drawWall(epoch) : null;
    $(".verdict").textContent = epoch
      ? verdict({
          rows: data.test_rows,
          row_name: data.row_name,
          row_names: data.row_names,
          accuracy: curves.test_accuracy[epoch - 1],
          loss: curves.test_loss[epoch - 1],
          base: data.base_rate,
          wrong,
          trained: curves.train_loss_as_trained?.[epoch - 1],
          bound: data.bound,
        })
      : "";
    const progress = $(".progress");
    const waiting = ["starting", "queued", "compiling"].includes(data.state);
    progress.classList.toggle("waiting", waiting);
    progress.firstElementChild.style.transform = waiting ? "" : `scaleX(${Math.min(1, view.shown / total)})`;
    progress.setAttribute("aria-valuenow", Math.round((100 * view.shown) / total));
    $(".root").dataset.ready = "true";
    $(".root").dataset.run = data.run;
    if (view.shown < count || view.replayFrom) view.loop.schedule();
    else view.last = 0;
  };

  const choose = (epoch) => {
    view.replayFrom = 0;
    view.chosen = epoch;
    view.loop.schedule();
  };
  const asFit = $("#as-fit");
  asFit.checked = Boolean(view.asFit);
  asFit.onchange = () => {
    view.asFit = asFit.checked;
    view.loop.schedule();
  };
  range.oninput = () => choose(+range.value);
  $(".latest").onclick = () => choose(null);
  $(".replay").onclick = () => {
    view.replayFrom = performance.now();
    view.loop.schedule();
  };
  listenToColumns($(".bars"), {
    count: view.frames?.rows.length ?? 0,
    scale: view.colors.textScale,
    current: () => view.pointed,
    move: (column) => {
      view.pointed = column;
      view.loop.schedule();
    },
    open: (column) => setTriggerValue("row", view.frames.rows[column]),
  });
  return drawOnDemand(root, view, draw);
}
