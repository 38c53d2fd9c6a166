// A threshold under the pointer: how many known rows raise a false alarm, and which rows of the new class are caught.

import { drawOnDemand } from "../lib/animation.js";
import { classColor, element, theme } from "../lib/dom.js";
import { decodePictures, drawDigit } from "../lib/digit.js";
import { formatPercent } from "../lib/format.js";
import { drawHistogram, scoreAt } from "./histogram.js";
import { axisOf, formatSureness, shareAbove, thresholdFor } from "./threshold.js";

const USUAL = 0.05;
const MOST = 15;

export default function ({ data, parentElement: root }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= {});
  const { known_scores: known, novel_scores: novel, called, doubt, names, left_out, row_name } = data;
  view.colors = theme(root);
  const colors = view.colors;
  const canvas = $(".histogram");
  const alarms = $("#alarms");

  const id = data.id.join();
  if (view.of !== id) {
    view.of = id;
    view.threshold = thresholdFor(known, view.alarms ?? USUAL);
    view.axis = axisOf(known, novel);
    const order = [...novel.keys()].sort((a, b) => doubt[a] - doubt[b] || novel[a] - novel[b]);
    view.surest = order.slice(0, MOST);
  }
  const pictures = decodePictures(data.pictures);
  const tiles = view.surest.map((row) => {
    const digit = element("canvas", { class: "digit", role: "img", "aria-label": `${row_name} ${data.rows[row]}` });
    drawDigit(digit, colors, pictures[row]);
    return element(
      "li",
      {},
      pictures.length ? digit : element("span", {}, `${row_name} ${data.rows[row]}`),
      element("b", { style: { borderColor: classColor(colors, called[row]) } }, names[called[row]]),
      element("small", {}, formatSureness(doubt[row])),
      element("small", { class: "verdict" }),
    );
  });
  $(".rows").replaceChildren(...tiles);
  $(".surest").textContent = data.surest;
  $(".note").textContent = data.note;

  const draw = () => {
    const falseAlarms = shareAbove(known, view.threshold);
    const caught = novel.filter((score) => score > view.threshold).length;
    const text = `${formatPercent(falseAlarms)} false alarms, ${caught} of ${novel.length} caught`;
    $(".claim").replaceChildren(
      `First run, ${formatPercent(falseAlarms)} false alarms: `,
      element("strong", {}, `${caught} of ${novel.length}`),
      ` rows of “${names[left_out]}” caught`,
    );
    alarms.value = Math.round(100 * falseAlarms);
    alarms.setAttribute("aria-valuetext", text);
    $(".share").textContent = formatPercent(falseAlarms);
    canvas.setAttribute("aria-label", `Scores of known rows and of “${names[left_out]}”; ${text}`);
    drawHistogram(canvas, colors, {
      axis: view.axis,
      known,
      novel,
      threshold: view.threshold,
      names: [data.known, data.novel],
      hue: classColor(colors, left_out),
      unit: data.unit,
    });
    tiles.forEach((tile, index) => {
      const isCaught = novel[view.surest[index]] > view.threshold;
      tile.classList.toggle("caught", isCaught);
      tile.querySelector(".verdict").textContent = isCaught ? "caught" : "missed";
    });
    Object.assign($(".root").dataset, { ready: "true", caught, alarms: falseAlarms });
  };

  const move = (threshold) => {
    view.threshold = threshold;
    view.alarms = shareAbove(known, threshold);
    view.loop.schedule();
  };
  alarms.oninput = () => move(thresholdFor(known, alarms.value / 100));
  const point = (event) => move(scoreAt(canvas, colors, view.axis, event.offsetX));
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    point(event);
  };
  canvas.onpointermove = (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) point(event);
  };
  return drawOnDemand(root, view, draw);
}
