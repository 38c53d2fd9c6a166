// The learning curves, the scrubber, and the test rows' probabilities at the epoch under the scrubber.
// Python sends the whole history every time, so that a reload or a change of page loses nothing. Between two messages
// the curves move on steadily.

import { drawOnDemand, replayedEpoch } from "../lib/animation.js";
import { decodeBase64 } from "../lib/base64.js";
import { classColor, description, element, theme } from "../lib/dom.js";
import { formatNumber, formatPercent } from "../lib/format.js";
import { accuracyScale, axes, drawCurves, lossScale } from "./curves.js";
import { drawWall } from "./probabilities.js";

const REPLAY_SECONDS = 6;

const decodeFrames = (data) => ({
  epochs: data.frames.epochs,
  proba: new Uint16Array(decodeBase64(data.frames.proba)),
  truth: data.frames.truth,
  size: data.frames.truth.length * data.classes.length,
});

export default function ({ data, parentElement: root }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { run: null, shown: 0, chosen: null, replayFrom: 0 });
  const range = $("#epoch");
  const live = ["starting", "queued", "compiling", "training"].includes(data.state);
  if (view.run !== data.run) {
    Object.assign(view, {
      run: data.run,
      shown: live ? 0 : data.curves.train_loss.length,
      speed: 0,
      chosen: null,
      replayFrom: 0,
      last: 0,
    });
    // On a phone the settings stand above the picture: bring it into view when a run begins.
    if (live && innerWidth < 640) $(".root").scrollIntoView({ behavior: "smooth", block: "start" });
  }
  if (view.frameData !== data.frames?.proba) {
    view.frames = data.frames ? decodeFrames(data) : null;
    view.frameData = data.frames?.proba;
  }
  view.data = data;
  $(".row-names").textContent = data.row_names;
  view.colors = theme(root);

  const frameAt = (epoch) => {
    const epochs = view.frames.epochs;
    let index = 0;
    while (index + 1 < epochs.length && epochs[index + 1] <= epoch) index++;
    return index;
  };

  const draw = (now) => {
    const { data, colors } = view;
    const { curves, total, classes } = data;
    const count = curves.train_loss.length;
    const elapsed = Math.min(100, now - (view.last || now));
    view.last = now;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) view.shown = count;
    else if (view.shown < count) {
      // Glide so that what has arrived is on screen when the next message is due.
      view.speed = Math.max((count - view.shown) / (data.every * 1000), (view.speed || 0) * 0.97);
      view.shown = Math.min(count, Math.max(view.shown, 1) + view.speed * elapsed);
    }
    if (view.replayFrom) {
      view.chosen = replayedEpoch(now - view.replayFrom, REPLAY_SECONDS, count);
      if (view.chosen >= count) {
        view.replayFrom = 0;
        view.chosen = null;
      }
    }
    const epoch = Math.min(view.chosen ?? Math.floor(view.shown), count);
    const cursor = view.chosen && count ? epoch : 0;
    const accuracy = accuracyScale(curves, total);
    $(".range").textContent = accuracy.from ? `, ${accuracy.from} to 100 %` : "";
    for (const [canvas, scale, train, test] of [
      [$(".loss"), lossScale(curves), "train_loss", "test_loss"],
      [$(".accuracy"), accuracy, "train_accuracy", "test_accuracy"],
    ]) {
      const frame = axes(canvas, colors, total, scale);
      const series = [
        { name: "train", values: curves[train], color: colors.text, thick: 2 },
        { name: "test", values: curves[test], color: colors.primary, thick: 1.25 },
      ];
      if (frame) drawCurves(frame, colors, series, scale.toUnit, view.shown, cursor);
      canvas.dataset.epochs = count;
      canvas.dataset.shown = view.shown.toFixed(2);
      const last = (name) => `${name.replace("_", " ")} ${formatNumber(curves[name][count - 1])}`;
      const label = count ? `${last(train)}, ${last(test)} after ${count} epochs` : "No epochs yet";
      canvas.setAttribute("aria-label", label);
    }
    $(".scrubber").style.visibility = count ? "visible" : "hidden";
    range.max = Math.max(1, count);
    range.value = Math.max(1, epoch);
    range.setAttribute("aria-valuetext", `epoch ${epoch} of ${count}`);
    $("output.epoch").textContent = count ? `${epoch} of ${total}` : "";
    $(".latest").disabled = view.chosen === null;
    const readings = !epoch
      ? []
      : [
          ["Training loss", `${formatNumber(curves.train_loss[epoch - 1])} nats`],
          ["Test loss", `${formatNumber(curves.test_loss[epoch - 1])} nats`],
          ["Training accuracy", formatPercent(curves.train_accuracy[epoch - 1], 1)],
          ["Test accuracy", formatPercent(curves.test_accuracy[epoch - 1], 1)],
        ];
    $(".readout").replaceChildren(...readings.map(([name, value]) => description(name, value)));
    $(".wall").hidden = !view.frames || !epoch;
    if (view.frames && epoch) {
      const index = frameAt(epoch);
      const named = drawWall($(".bars"), colors, view.frames, index, classes);
      $(".bars").dataset.epoch = view.frames.epochs[index];
      $(".bars").setAttribute(
        "aria-label",
        `Probabilities of ${view.frames.truth.length} test ${data.row_names} after epoch ${view.frames.epochs[index]}`,
      );
      $(".wall figcaption").textContent = data.wall_caption;
      const legend = [named, ...classes, ...colors.classes].join();
      if (view.legendOf !== legend) {
        view.legendOf = legend;
        const key = (swatch, name) => element("span", {}, swatch, name);
        const names = classes.map((name, k) =>
          key(element("i", { style: { background: classColor(colors, k) } }), name),
        );
        $(".legend").replaceChildren(...(named ? [] : names), key("- - ", ` uniform, 1/${classes.length}`));
      }
    }
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
  range.oninput = () => choose(+range.value);
  $(".latest").onclick = () => choose(null);
  $(".replay").onclick = () => {
    view.replayFrom = performance.now();
    view.loop.schedule();
  };
  return drawOnDemand(root, view, draw);
}
