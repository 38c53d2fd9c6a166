// Cross-entropy as strips on one axis: entropy and divergence, then the terms of each class, of the same sum.

import { classColor, element } from "../lib/dom.js";
import { formatFixed, formatNumber, formatTick } from "../lib/format.js";
import { niceTicks } from "../lib/ticks.js";

// In pixels of a screen of ordinary text: a letter's width, that of the names, and where they have a line of their own.
const LETTER = 7.5;
const NAME = 136;
const NARROW = 560;

// -p ln q of one class; 0 where p is 0.
const surprise = (share, other) => (share === 0 ? 0 : -share * Math.log(other) || 0);

// The terms of each class in nats: -p ln p, p ln(p / q) and their sum -p ln q.
export const termsOf = (p, q) =>
  p.map((share, k) => {
    const [own, whole] = [surprise(share, share), surprise(share, q[k])];
    return { own, excess: whole - own, whole };
  });

// Pieces laid end to end from `start`, as pairs of from and to; a piece below 0 goes back.
export const endToEnd = (lengths, start = 0) => {
  let at = start;
  return lengths.map((length) => [at, (at += length)]);
};

// The round ticks of an axis that holds all pieces; an infinite one fills it.
export const axisOf = (pieces, most = 8) => {
  const ends = pieces.flat();
  const finite = Math.max(...ends.filter(Number.isFinite), 0);
  return niceTicks(Math.max(ends.includes(Infinity) ? 1.5 * finite : finite, 0.1), most);
};

export const drawStrips = (box, colors, p, q, scale, unit) => {
  const terms = termsOf(p, q).map(({ own, excess, whole }) => ({
    own: own / scale,
    excess: excess / scale,
    whole: whole / scale,
  }));
  const of = (name) => terms.map((term) => term[name]);
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const h = sum(of("own"));
  const kl = Math.max(0, sum(of("excess")));
  const [own, excess, whole] = [endToEnd(of("own")), endToEnd(of("excess"), h), endToEnd(of("whole"))];
  const room = box.clientWidth / colors.textScale;
  const isNarrow = room < NARROW;
  const wide = Math.max(1, isNarrow ? room : room - NAME);
  const ticks = axisOf([...own, ...excess, ...whole], isNarrow ? 4 : 8);
  const end = ticks.at(-1);
  const log = unit === "bits" ? "log₂" : "ln";
  const percent = (value) => `${(100 * Math.min(value, end)) / end}%`;

  const piece = ([from, to], value, { labels = [], color, lane, lanes = 1, kind = "" }) => {
    const [left, right] = [Math.min(from, to), Math.max(from, to)].map((at) => Math.min(at, end));
    const label = labels.find((text) => LETTER * (text.length + 1) <= ((right - left) / end) * wide) ?? "";
    const made = element("span", { class: `piece ${kind}`, "data-value": value }, label);
    Object.assign(made.style, { left: percent(left), width: percent(right - left) });
    if (color) made.style.setProperty("--color", color);
    if (lane !== undefined) Object.assign(made.style, { top: `${(100 * lane) / lanes}%`, height: `${100 / lanes}%` });
    return made;
  };
  const written = (value) => (Number.isFinite(value) ? formatNumber(value) : "∞");
  const perClass = (pieces, values, options = () => ({})) =>
    pieces.map((ends, k) =>
      piece(ends, values[k], { labels: [formatFixed(values[k])], color: classColor(colors, k), ...options(k) }),
    );
  const strip = (name, kind, pieces) =>
    element("div", { class: `strip ${kind}` }, element("span", { class: "name" }, name), element("div", {}, ...pieces));
  const asLanes = (k) => ({ labels: [], lane: k, lanes: p.length, kind: terms[k].excess < 0 ? "lane back" : "lane" });
  const blocks = [
    piece([0, h], h, { labels: [`H(p) = ${written(h)}`, "H(p)", "H"], kind: "entropy" }),
    piece([h, h + kl], kl, { labels: [`KL(p‖q) = ${written(kl)}`, "KL(p‖q)", "KL"], kind: "excess" }),
  ];
  const axis = ticks.map((tick, index) => {
    const isLast = index === ticks.length - 1;
    const text = isLast && !Number.isFinite(kl) ? "∞" : formatTick(tick);
    const made = element("span", {}, isLast ? `${text} ${unit}` : text);
    made.style.left = percent(tick);
    return made;
  });
  box.replaceChildren(
    strip(`Sum: ${written(h + kl)} ${unit}`, "whole", blocks),
    strip(`−p ${log} p + p ${log}(p/q)`, "parts", [
      ...perClass(own, of("own")),
      ...perClass(excess, of("excess"), asLanes),
    ]),
    strip(`= −p ${log} q`, "sums", perClass(whole, of("whole"))),
    element("div", { class: "strip axis" }, element("span"), element("div", {}, ...axis)),
  );
  const values = terms.map((term, k) => `Class ${k + 1} ${written(term.whole)}`).join(", ");
  const state = `Entropy ${written(h)} ${unit}, divergence ${written(kl)} ${unit}.`;
  box.setAttribute("aria-label", `${state} Cross-entropy by class: ${values}`);
  box.dataset.ticks = ticks.join(" ");
};
