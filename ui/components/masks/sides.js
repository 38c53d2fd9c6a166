// Both sides of the identity as bars from 0, and where one of them ends for 19 of 20 draws of masks.

import { element } from "../lib/dom.js";
import { formatNumber } from "../lib/format.js";
import { niceCeiling } from "../lib/ticks.js";

const SETTLED = 9;

// Ends of an axis that holds both sides from the tenth mask on, so that it stays where it is under the slider; of a
// list that is only shown as a whole those of its end.
export const axisOf = (sides, isWhole = false) => {
  const settled = isWhole ? sides.slice(-1) : sides.slice(Math.min(SETTLED, sides.length - 1));
  const all = settled.flatMap(({ loss, divergence }) => [loss, divergence]);
  const most = niceCeiling(Math.max(...all, 1e-12));
  const least = Math.min(...all, 0);
  return [least < 0 ? -niceCeiling(-least) : 0, most];
};

const bar = (name, role, ...more) =>
  element(
    "div",
    { class: `bar ${role}` },
    element("b", {}, name),
    element("span", { class: "number" }),
    element("div", { class: "track" }, element("div", { class: "zero" }), element("div", { class: "fill" }), ...more),
  );

// Two bars under the name of what they are of; returns how to show other numbers in them.
export const buildSides = (container, name) => {
  const loss = bar("mean loss of the masks − loss with dropout off", "loss");
  const band = element("div", { class: "band" });
  const divergence = bar("mean KL(dropout off‖mask)", "divergence", band);
  const verdict = element("p", { class: "caption" });
  container.replaceChildren(element("h3", {}, name), loss, divergence, verdict);
  return ({ sides, axis: [least, most], text }) => {
    const across = (value) => (100 * (Math.min(most, Math.max(least, value)) - least)) / (most - least);
    const place = (node, from, to) =>
      Object.assign(node.style, { left: `${across(from)}%`, width: `${Math.max(0, across(to) - across(from))}%` });
    for (const [node, value] of [
      [loss, sides.loss],
      [divergence, sides.divergence],
    ]) {
      place(node.querySelector(".zero"), 0, 0);
      place(node.querySelector(".fill"), Math.min(0, value), Math.max(0, value));
      node.querySelector(".number").textContent = `${formatNumber(value)} nats`;
    }
    // The band of the difference, laid around the divergence: if the identity holds, the other bar ends within it.
    const half = (sides.high - sides.low) / 2;
    band.hidden = Number.isNaN(half);
    if (!band.hidden) place(band, sides.divergence - half, sides.divergence + half);
    verdict.textContent = text;
  };
};
