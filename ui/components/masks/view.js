// Dropout masks of one row under a slider: dots, both of their pools, and both sides of the identity. Only the
// choice of another ensemble is sent.

import { drawOnDemand } from "../lib/animation.js";
import { decodeBase64 } from "../lib/base64.js";
import { element, theme } from "../lib/dom.js";
import { capitalized } from "../lib/row_columns.js";
import { bandsClaim, describeForecasts, differenceClaim, poolsClaim, sidesClaim } from "./claims.js";
import { LINEAR, LOG, OFF } from "./marks.js";
import { distance, divergences, lossesOfDropping, runningPools, runningSides, weightsOf } from "./pools.js";
import { axisOf, buildSides } from "./sides.js";
import { drawStrips } from "./strips.js";
import { drawTriangle } from "./triangle.js";

const FIRST_COUNT = 100;
const MASKS_A_SECOND = 60;

const numbers = (text) => Array.from(new Float64Array(decodeBase64(text)));

// What is drawn of one set of masks, for every number of them.
const read = (set, classes, truth, reach) => {
  const values = numbers(set.log_proba);
  const masks = Array.from({ length: values.length / classes }, (_, mask) =>
    values.slice(mask * classes, (mask + 1) * classes),
  );
  const logWeights = set.log_weights ? numbers(set.log_weights) : null;
  const options = { logWeights, reach: set.log_weights ? null : reach };
  const own = runningSides(lossesOfDropping(masks, set.off, truth), divergences(masks, set.off), options);
  const all = runningSides(numbers(set.losses), numbers(set.divergences), options);
  return {
    count: masks.length,
    bands: set.bands && Object.fromEntries(Object.entries(set.bands).map(([name, ends]) => [name, numbers(ends)])),
    proba: masks.map((logs) => logs.map(Math.exp)),
    weights: weightsOf(masks, logWeights),
    off: set.off.map(Math.exp),
    pools: runningPools(masks, logWeights),
    own: { sides: own, axis: axisOf(own, Boolean(set.log_weights)) },
    all: { sides: all, axis: axisOf(all, Boolean(set.log_weights)) },
  };
};

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { count: FIRST_COUNT, isEvery: false, playing: null });
  const { classes, truth } = data;
  if (view.of !== data.id) {
    const sets = [data.drawn, data.every].map((set) => set && read(set, classes.length, truth, data.reach));
    Object.assign(view, { of: data.id, drawn: sets[0], every: sets[1], playing: null });
    view.showOwn = buildSides($(".one"), `${capitalized(data.row_name)} ${data.row}`);
    view.showAll = buildSides($(".all"), `Mean of ${data.rows.toLocaleString("en-US")} test ${data.row_names}`);
  }
  view.colors = theme(root);
  const slider = $("#masks");
  const every = $(".every");
  if (view.ways !== data.ways.join()) {
    view.ways = data.ways.join();
    $(".ways").replaceChildren(...data.ways.map((way) => element("button", { type: "button" }, way)));
  }
  [...$(".ways").children].forEach((button, index) => {
    button.setAttribute("aria-pressed", String(data.ways[index] === data.way));
    button.onclick = () => setStateValue("way", data.ways[index]);
  });
  slider.max = view.drawn.count;
  view.count = Math.min(view.count, view.drawn.count);
  every.disabled = !view.every;
  if (!view.every) view.isEvery = false;
  $(".switch span").textContent = data.every_name;
  $(".why").textContent = data.why_not;
  $(".why").hidden = !data.why_not;

  const sentence = () => ($(".said").textContent = `${$(".claim").textContent}. ${$(".one .caption").textContent}`);

  const draw = (now) => {
    const { colors, isEvery } = view;
    if (view.playing && !isEvery) {
      view.playing.since ??= now ?? performance.now();
      const passed = ((now ?? performance.now()) - view.playing.since) / 1000;
      view.count = Math.max(1, Math.min(view.drawn.count, Math.round(passed * MASKS_A_SECOND)));
      if (view.count === view.drawn.count) {
        view.playing = null;
        sentence();
      } else view.loop.schedule();
    }
    const set = isEvery ? view.every : view.drawn;
    const count = isEvery ? set.count : view.count;
    const [linear, log] = [set.pools.linear[count - 1], set.pools.log[count - 1]];
    const isExact = isEvery || data.is_exact;
    const shown = count.toLocaleString("en-US");
    const away = { log: distance(log, set.off), linear: distance(linear, set.off) };
    $(".claim").textContent = poolsClaim({ masks: shown, isEvery, ...away });
    $(".equal").textContent = sidesClaim({ isEvery, isExact });
    for (const [show, { sides, axis }] of [
      [view.showOwn, set.own],
      [view.showAll, set.all],
    ]) {
      const at = sides[count - 1];
      show({ sides: at, axis, text: differenceClaim({ ...at, isEvery, isExact }) });
    }
    $(".hint").textContent = isEvery
      ? "Each mask counts with its probability. Larger dots: likelier masks."
      : isExact
        ? "Marks on a lower bar: the upper one ends between them in 19 of 20 draws of so many masks."
        : "";
    const top = set.off.indexOf(Math.max(...set.off));
    $(".bands").hidden = !set.bands || count === 1;
    if (set.bands) {
      const band = (name) => [`${name}_low`, `${name}_high`].map((end) => set.bands[end][count - 1]);
      $(".bands").textContent = bandsClaim({
        name: classes[top],
        off: set.off[top],
        log: [log[top], ...band("log")],
        linear: [linear[top], ...band("linear")],
      });
    }
    const forecasts = { [OFF]: set.off, [LOG]: log, [LINEAR]: linear };
    const picture = {
      classes,
      truth,
      masks: set.proba.slice(0, count),
      weights: set.weights.slice(0, count),
      trails: isEvery
        ? { linear: [], log: [] }
        : { linear: set.pools.linear.slice(0, count), log: set.pools.log.slice(0, count) },
      forecasts,
    };
    const canvas = $(".map");
    (classes.length === 3 ? drawTriangle : drawStrips)(canvas, colors, picture);
    canvas.setAttribute("aria-label", describeForecasts(classes, Object.entries(forecasts)));
    slider.value = view.count;
    slider.disabled = isEvery;
    slider.setAttribute("aria-valuetext", `${shown} masks`);
    $(".count").textContent = `${shown} of ${set.count.toLocaleString("en-US")}`;
    $(".play").disabled = isEvery;
    $(".play").textContent = view.playing ? "Stop" : "Draw them one by one";
    every.checked = isEvery;
    Object.assign($(".root").dataset, { ready: "true", count, linear: linear.join(" "), log: log.join(" ") });
  };

  const move = (change) => {
    Object.assign(view, change);
    view.loop.schedule();
  };
  slider.oninput = () => move({ count: +slider.value, playing: null });
  slider.onchange = sentence;
  every.onchange = () => {
    move({ isEvery: every.checked, playing: null });
    draw();
    sentence();
  };
  $(".play").onclick = () => move({ playing: view.playing ? null : { since: null } });
  return drawOnDemand(root, view, draw);
}
