// One example: what each action is expected to cost, as bars, as sums and in words.

import { classColor, element } from "../lib/dom.js";
import { formatNumber, formatProbability, formatTick } from "../lib/format.js";
import { colored, formula, words } from "../lib/mathml.js";
import { niceCeiling } from "../lib/ticks.js";

const MAX_SUMS = 4;
const MAX_TERMS = 6;

export const actionColor = (colors, action, classes) => (action < classes ? classColor(colors, action) : colors.quiet);

export const buildBars = (container, { actionNames, classes, colors }) => {
  container.replaceChildren(
    ...actionNames.map((name, action) =>
      element(
        "div",
        { class: "bar" },
        element("b", {}, name, element("i", { class: "mark" })),
        element(
          "div",
          { class: "track" },
          element("div", { class: "fill", style: { background: actionColor(colors, action, classes.length) } }),
        ),
        element("span", { class: "number" }),
      ),
    ),
    element(
      "div",
      { class: "marks" },
      element("b", {}, "expected cost"),
      element("div", { class: "ends" }, element("i", {}, "0"), element("i", { class: "end" })),
      element("i"),
    ),
  );
};

export const showBars = (container, { actionNames, risks, action, top }) => {
  const end = niceCeiling(Math.max(...risks, 1e-6));
  const said = [];
  [...container.children].slice(0, -1).forEach((bar, at) => {
    const mark = at === action ? (at === top ? "cheapest, likeliest" : "cheapest") : at === top ? "likeliest" : "";
    bar.classList.toggle("true", at === action);
    bar.querySelector(".mark").textContent = mark;
    bar.querySelector(".fill").style.transform = `scaleX(${risks[at] / end})`;
    bar.lastChild.textContent = formatNumber(risks[at]);
    said.push(`${actionNames[at]} ${formatNumber(risks[at])}${mark ? ` (${mark})` : ""}`);
  });
  container.querySelector(".end").textContent = formatTick(end);
  container.setAttribute("aria-label", `Expected costs: ${said.join(", ")}`);
};

// R(a|q) = C[a, 1]·q_1 + ...: of many classes the largest terms alone; a `long` line has room for the products.
const sumOf = (name, row, q, risk, colors, long) => {
  const order = [...q.keys()].sort((a, b) => row[b] * q[b] - row[a] * q[a]);
  const shown = q.length > MAX_TERMS ? order.slice(0, MAX_TERMS).sort((a, b) => a - b) : [...q.keys()];
  const terms = shown.flatMap((k, at) => [
    ...(at ? ["+"] : []),
    colored(
      classColor(colors, k),
      ...(long ? [formatTick(row[k]), "·", formatProbability(q[k])] : [formatNumber(row[k] * q[k])]),
    ),
  ]);
  const rest = shown.length < q.length ? ["+", "…"] : [];
  return formula("R", "(", words(name), "|", "q", ")", "=", ...terms, ...rest, "=", formatNumber(risk));
};

// The sum of each action; of many actions those of the cheapest and of the likeliest class.
export const sumsOf = ({ actionNames, costs, q, risks, action, top, colors, long }) => {
  const all = actionNames.length <= MAX_SUMS ? [...actionNames.keys()] : [...new Set([action, top])];
  return all.map((at) => sumOf(actionNames[at], costs[at], q, risks[at], colors, long));
};

// The decision: [text, strong text, text ...] at even and odd places.
export const verdictOf = ({ name, classes, risks, action, top }) =>
  action === top
    ? [`${name}: `, `decide ${classes[top]}`, ". The likeliest class is also the cheapest action."]
    : [
        `${name}: `,
        action < classes.length ? `decide ${classes[action]}` : "ask an expert",
        `, expected cost ${formatNumber(risks[action])}. The likeliest class, `,
        classes[top],
        `: ${formatNumber(risks[top])}.`,
      ];

// What the decision turns out to cost.
export const billOf = ({ classes, costs, action, top, truth }) => {
  const paid = formatTick(costs[action][truth]);
  const bill = `It is ${classes[truth]}: this decision costs ${paid}`;
  return action === top ? `${bill}.` : `${bill}, deciding ${classes[top]} costs ${formatTick(costs[top][truth])}.`;
};
