// Other shares of the classes under the pointer: forecasts before and after the correction, and what they are worth.
// The shares are sent to Python when the pointer lets go, which then sends the bands.

import { drawOnDemand } from "../lib/animation.js";
import { barMark, probabilityBar } from "../lib/bars.js";
import { decodeBase64 } from "../lib/base64.js";
import { classColor, element, theme } from "../lib/dom.js";
import { formatNumber, formatPercent, formatPrecision, formatProbability } from "../lib/format.js";
import { logSoftmax } from "../lib/probability.js";
import { capitalized } from "../lib/row_columns.js";
import { withShare } from "../lib/shares.js";
import { costsOf, likeliest } from "../decisions/costs.js";
import { drawReliability, drawScores } from "./pictures.js";
import { bestTemperature, classWeights, corrected, countsOf, effectiveRows, normalized } from "./weighted.js";
import { weightedBill, weightedLoss, weightedReliability } from "./weighted.js";

const FEW_ROWS = 10;
const NEAR = 1e-4;
const KEYS = ["before", "temperature", "after"];

const scoresOf = (base64, count) => {
  const numbers = new Float32Array(decodeBase64(base64));
  const rows = Array.from({ length: numbers.length / count }, (_, row) =>
    Array.from(numbers.subarray(row * count, (row + 1) * count)),
  );
  return rows.map((scores) => normalized(scores));
};
const alike = (some, others) => some.every((value, k) => Math.abs(value - others[k]) < NEAR);

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= {});
  const { classes, y, seen } = data;
  const count = classes.length;
  const counts = countsOf(y, count);
  // A class that training or the test rows do not have cannot be given a share.
  const locked = seen.map((share, k) => share === 0 || counts[k] === 0);
  const costs = costsOf(data.prices);
  // The browser is ahead of Python: shares that come back are of use only to a component with other rows.
  if (view.id !== data.id) {
    const before = scoresOf(data.z, count);
    const truth = data.truth ? scoresOf(data.truth, count) : null;
    Object.assign(view, { id: data.id, before, truth, shares: data.shares, row: -1, of: "" });
    view.focus = data.shares.reduce(
      (most, share, k) => (Math.abs(share - seen[k]) > Math.abs(data.shares[most] - seen[most]) ? k : most),
      0,
    );
  }
  Object.assign(view, { colors: theme(root), bands: data.bands, costs });
  const { colors } = view;
  const nameOf = (row) => capitalized(`${data.row_name} ${data.rows[row] + 1}`);

  const move = (change) => {
    Object.assign(view, change);
    view.loop.schedule();
  };
  const send = () => {
    setStateValue("shares", view.shares);
    view.draw();
    $(".said").textContent = `${$(".claim").textContent}. ${$(".effective").textContent}`;
  };
  const set = (k, share) => move({ shares: withShare(view.shares, k, share, locked), focus: k });

  const falling = (ratio) => {
    const raw = classes.map((_, k) => (locked[k] ? 0 : ratio ** (k / Math.max(1, count - 1))));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((share) => share / sum);
  };
  const presets = [
    ["As in training", falling(1).map((_, k) => (locked[k] ? 0 : seen[k]))],
    ["Equal", falling(1)],
    [`${classes[count - 1]} rare`, falling(0.1)],
    [`${classes[0]} rare`, falling(10)],
  ].map(([name, shares]) => {
    const button = element("button", { type: "button" }, name);
    button.onclick = () => {
      move({ shares });
      send();
    };
    return [button, shares];
  });
  $(".presets").replaceChildren(...presets.map(([button]) => button));

  const slider = (name, k) => {
    const id = `share-${k}`;
    const range = element("input", { type: "range", id, min: 0, max: 1, step: 0.001 });
    range.disabled = locked[k];
    range.oninput = () => view.onShare(k, +range.value);
    range.onchange = () => view.onDone();
    range.onfocus = () => view.onFocus(k);
    return element(
      "div",
      { class: "share" },
      element("label", { for: id, title: name }, name),
      element(
        "div",
        { class: "slider" },
        range,
        element("div", { class: "own", style: { left: `calc(8px + (100% - 16px) * ${seen[k]})` } }),
      ),
      element("output", { for: id }),
    );
  };
  const build = [classes.join("\u0000"), colors.classes.join(), seen.join(), locked.join()].join("\u0001");
  if (view.build !== build) {
    view.build = build;
    $(".sliders").replaceChildren(...classes.map(slider));
    [...$(".sliders").children].forEach((row, k) => row.style.setProperty("--color", classColor(colors, k)));
    $(".bars").replaceChildren(
      ...classes.map((name, k) =>
        probabilityBar(name, { isTrue: false, color: classColor(colors, k), classes: count }),
      ),
      barMark("at-before", "as it was"),
    );
  }
  // The sliders outlive the closures of one message.
  Object.assign(view, { onShare: set, onDone: send, onFocus: (focus) => move({ focus }) });

  const measure = () => {
    const { shares } = view;
    const weights = classWeights(counts, shares);
    const after = view.before.map((logs) => corrected(logs, seen, shares) ?? logs);
    const temperature = bestTemperature(view.before, y, weights);
    const ways = {
      before: view.before,
      temperature: view.before.map((logs) => [...logSoftmax(logs, temperature)]),
      after,
    };
    if (view.truth) {
      const equal = shares.map(() => 1 / count);
      ways.truth = view.truth.map((logs) => corrected(logs, equal, shares));
    }
    const found = Object.entries(ways).map(([name, logs]) => {
      const q = logs.map((row) => row.map(Math.exp));
      const { paid } = weightedBill(q, y, weights, view.costs);
      return [name, { q, loss: weightedLoss(logs, y, weights), paid }];
    });
    return { ...Object.fromEntries(found), weights, T: temperature };
  };

  const drawSliders = () => {
    const { shares, focus } = view;
    [...$(".sliders").children].forEach((row, k) => {
      row.setAttribute("aria-current", String(k === focus));
      const range = row.querySelector("input");
      range.value = shares[k];
      range.setAttribute("aria-valuetext", formatPercent(shares[k], 1));
      row.querySelector("output").textContent = formatPercent(shares[k], 1);
    });
    for (const [button, preset] of presets) button.setAttribute("aria-pressed", String(alike(preset, shares)));
    const effective = effectiveRows(counts, shares);
    const all = `${y.length.toLocaleString("en-US")} test ${data.row_names}`;
    const few = effective < FEW_ROWS;
    const gone = classes.filter((_, k) => locked[k]);
    const missing = gone.length ? ` Without rows of ${gone.join(", ")}: no share can be tried.` : "";
    $(".effective").classList.toggle("few", few);
    $(".effective").textContent =
      `At these shares the ${all} count as ${formatNumber(effective)}${few ? ": too few to say much" : ""}.${missing}`;
    $(".root").dataset.effective = effective;
  };

  const claim = (made, bands) => {
    if (alike(view.shares, seen)) return "These are the shares of training: there is nothing to correct";
    const [before, after] = [formatNumber(made.before.loss), formatNumber(made.after.loss)];
    if (!bands?.change) return `At these shares the loss is ${before} nats as they are, ${after} corrected`;
    const [low, high] = bands.change;
    if (low <= 0 && high >= 0)
      return `At these shares the correction changes nothing beyond luck: ${before} nats before, ${after} after`;
    return `At these shares the correction ${high < 0 ? "lowers" : "raises"} the loss from ${before} to ${after} nats`;
  };

  const drawPicture = (made) => {
    const bands = view.bands && alike(view.bands.shares, view.shares) ? view.bands : null;
    const name = classes[view.focus];
    const color = classColor(colors, view.focus);
    $(".claim").textContent = claim(made, bands);
    for (const [way, words] of [
      ["before", "As they are"],
      ["after", "Corrected"],
    ]) {
      const bins = weightedReliability(made[way].q, y, made.weights, view.focus);
      const weight = bins.reduce((sum, { total }) => sum + total, 0);
      drawReliability($(`canvas.${way}`), colors, { bins, color, name, weight, isCorrected: way === "after" });
      const mean = bins.reduce((sum, { total, forecast }) => sum + total * forecast, 0) / weight;
      const share = formatPercent(view.shares[view.focus], 1);
      $(`.${way}-claim`).textContent = `${words}: ${name} gets ${formatPercent(mean, 1)}, its share is ${share}`;
      const dots = bins.map((bin) => `${formatPercent(bin.forecast)}: ${formatPercent(bin.frequency)}`).join(", ");
      $(`canvas.${way}`).setAttribute(
        "aria-label",
        `${words}. Forecast for ${name}, and how often it came true. ${dots}`,
      );
    }
    const lineOf = (score) => (key) => {
      const [low, high] = bands?.[score]?.[key] ?? [];
      return { value: made[key][score], low, high, isCorrected: key === "after" };
    };
    const panelOf = (score, title) => ({
      title,
      reference: made.truth ? made.truth[score] : null,
      lines: KEYS.map(lineOf(score)),
    });
    drawScores($(".scores"), colors, {
      names: ["as they are", `at the best T = ${formatPrecision(made.T)}`, "corrected"],
      panels: [panelOf("loss", "loss (nats)"), panelOf("paid", `bill per ${data.row_name}, your prices`)],
    });
    const summary = KEYS.map(
      (key) => `${key}: loss ${formatNumber(made[key].loss)}, bill ${formatNumber(made[key].paid)}`,
    );
    $(".scores").setAttribute("aria-label", summary.join("; "));
    $(".hint").textContent =
      `A larger dot stands for more ${data.row_names} at these shares. ` +
      `Bars: 95 % intervals over the test ${data.row_names}. ` +
      `The best temperature was chosen on these very ${data.row_names}: no other from 0.01 to 100 is better here.`;
  };

  const drawExample = ({ before, after }) => {
    const changes = () => before.q.map((q, row) => q.reduce((sum, p, k) => sum + Math.abs(p - after.q[row][k]), 0));
    if (view.row < 0) {
      const all = changes();
      view.row = all.indexOf(Math.max(...all));
    }
    const [old, now] = [before.q[view.row], after.q[view.row]];
    const [was, is] = [likeliest(old), likeliest(now)];
    const said = (q, k) => `${classes[k]} (${formatProbability(q[k])})`;
    const changed = before.q.reduce((sum, q, row) => sum + (likeliest(q) !== likeliest(after.q[row])), 0);
    const next = was === is ? `corrected ${formatProbability(now[is])}` : `corrected ${said(now, is)}`;
    $(".verdict").textContent = `${nameOf(view.row)}: ${said(old, was)}, ${next}. It is ${classes[y[view.row]]}.`;
    [...root.querySelectorAll(".bar")].forEach((bar, k) => {
      bar.querySelector(".fill").style.transform = `scaleX(${now[k]})`;
      bar.querySelector(".ghost").style.left = `${old[k] * 100}%`;
      bar.lastChild.textContent = formatProbability(now[k]);
      bar.classList.toggle("true", k === y[view.row]);
    });
    $(".at-before").style.left = `${Math.min(85, Math.max(15, old.at(-1) * 100))}%`;
    $(".bars").setAttribute("aria-label", classes.map((name, k) => `${name} ${formatProbability(now[k])}`).join(", "));
    const all = y.length.toLocaleString("en-US");
    $(".changed").textContent =
      `The likeliest class changes for ${changed.toLocaleString("en-US")} of ${all} ${data.row_names}.`;
    $(".most").onclick = () => {
      const by = changes();
      move({ row: by.indexOf(Math.max(...by)) });
    };
    $(".root").dataset.changed = changed;
  };

  const draw = () => {
    const made = measure();
    drawSliders();
    drawPicture(made);
    drawExample(made);
    Object.assign($(".root").dataset, {
      ready: "true",
      shares: view.shares.join(" "),
      before: made.before.loss,
      after: made.after.loss,
      temperatureLoss: made.temperature.loss,
      temperature: made.T,
      banded: String(Boolean(view.bands && alike(view.bands.shares, view.shares))),
    });
  };

  const step = (by) => move({ row: (view.row + by + y.length) % y.length });
  $(".previous").onclick = () => step(-1);
  $(".next").onclick = () => step(1);
  return drawOnDemand(root, view, draw);
}
