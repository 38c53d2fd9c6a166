// Rows that get worse under a slider: pictures, forecasts, and the mark on the curves. Only the severity is sent to
// Python, when the pointer lets go.

import { drawOnDemand } from "../lib/animation.js";
import { decodePictures } from "../lib/digit.js";
import { element, theme } from "../lib/dom.js";
import { drawScores, severityAt } from "./curves.js";
import { card } from "./examples.js";

const MEASURES = ["accuracy", "nll", "ece"];
const THOUSAND = 1000;
const NAMES = { accuracy: "Accuracy", nll: "Loss in nats", ece: "Calibration error" };

const describeScores = (measure, { mean }, methods, severity) => {
  const each = methods.map((name, index) => `${name} ${mean[index][severity].toFixed(3)}`);
  return `${NAMES[measure]} at severity ${severity}: ${each.join(", ")}`;
};

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= {});
  const { classes, methods, scores, levels, claims } = data;
  const last = levels.length - 1;
  // The browser is ahead of Python: what comes back is of use only to a component that is new on the page.
  view.severity ??= data.severity;
  view.colors = theme(root);
  const { colors } = view;
  const pictures = decodePictures(data.pictures);
  const slider = $("#severity");

  const move = (severity) => {
    if (severity === view.severity) return;
    view.severity = severity;
    view.loop.schedule();
  };
  const send = () => setStateValue("severity", view.severity);
  $(".kinds").replaceChildren(
    ...data.kinds.map(([name, title]) => {
      const button = element("button", { type: "button", "aria-pressed": String(name === data.kind) }, title);
      button.onclick = () => setStateValue("corruption", name);
      return button;
    }),
  );
  slider.oninput = () => move(Number(slider.value));
  slider.onchange = send;
  for (const measure of MEASURES) {
    const canvas = $(`.${measure}`);
    const follow = (event) =>
      move(severityAt(event.offsetX / colors.textScale, canvas.clientWidth / colors.textScale, last));
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      follow(event);
    };
    canvas.onpointermove = (event) => {
      if (event.buttons) follow(event);
    };
    canvas.onpointerup = send;
  }

  const forecastsOf = (row, severity) =>
    data.proba?.map((bySeverity) =>
      bySeverity[severity].slice(row * classes.length, (row + 1) * classes.length).map((share) => share / THOUSAND),
    );
  const featuresOf = (row, severity) =>
    data.features && [data.features.names, data.features.values[0][row], data.features.values[severity][row]];

  const draw = () => {
    const { severity } = view;
    const [title, ...sentences] = claims[severity];
    slider.value = severity;
    slider.setAttribute("aria-valuetext", `${severity}: ${levels[severity]}`);
    $(".severity output").textContent = `${severity}: ${levels[severity]}`;
    $(".claim").textContent = title;
    $(".says").replaceChildren(...sentences.map((sentence) => element("p", {}, sentence)));
    $(".charts").hidden = !scores;
    if (scores)
      for (const measure of MEASURES) {
        const canvas = $(`.${measure}`);
        drawScores(canvas, colors, { ...data, measure, scores: scores[measure], classes: classes.length, severity });
        canvas.setAttribute("aria-label", describeScores(measure, scores[measure], methods, severity));
      }
    $(".rows").replaceChildren(
      ...data.rows.map((row, index) =>
        card(colors, {
          row,
          classes,
          methods,
          forecasts: forecastsOf(index, severity),
          pixels: pictures[severity * data.rows.length + index],
          features: featuresOf(index, severity),
        }),
      ),
    );
    $(".root").dataset.ready = "true";
  };

  return drawOnDemand(root, view, draw);
}
