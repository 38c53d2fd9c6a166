// More than three classes: examples as a table, first those whose cheapest action is not their likeliest class.

import { element } from "../lib/dom.js";
import { formatNumber, formatProbability } from "../lib/format.js";
import { expectedCosts, likeliest } from "./costs.js";

export const MAX_ROWS = 60;
const HEADS = ["example", "it is", "likeliest class", "cheapest action", "expected cost"];

export const orderOfRows = (rows, actions) => {
  const changed = rows.map((q, row) => actions[row] !== likeliest(q));
  const those = (wanted) => [...rows.keys()].filter((row) => changed[row] === wanted);
  return [...those(true), ...those(false)].slice(0, MAX_ROWS);
};

// `choose(row)` is called with the row that is clicked, or reached with the arrow keys.
export const buildRowTable = (table, count, choose) => {
  const pick = (position) => {
    const line = table.tBodies[0].children[Math.min(count - 1, Math.max(0, position))];
    choose(+line.dataset.row);
    line.querySelector("button").focus();
  };
  table.tHead.replaceChildren(element("tr", {}, ...HEADS.map((name) => element("th", { scope: "col" }, name))));
  table.tBodies[0].replaceChildren(
    ...Array.from({ length: count }, (_, position) => {
      const button = element("button", { type: "button" });
      const line = element("tr", {}, element("td", {}, button), ...HEADS.slice(1).map(() => element("td")));
      line.onclick = () => choose(+line.dataset.row);
      button.onkeydown = ({ key }) => {
        const next = { ArrowUp: position - 1, ArrowDown: position + 1, Home: 0, End: count - 1 }[key];
        if (next !== undefined) pick(next);
        return next === undefined;
      };
      return line;
    }),
  );
};

export const showRows = (table, { order, rows, y, actions, costs, classes, actionNames, row, nameOf }) => {
  order.forEach((at, position) => {
    const line = table.tBodies[0].children[position];
    const top = likeliest(rows[at]);
    const action = actions[at];
    line.dataset.row = at;
    line.classList.toggle("changed", action !== top);
    line.setAttribute("aria-current", String(at === row));
    const [button, ...cells] = [line.querySelector("button"), ...[...line.cells].slice(1)];
    button.textContent = nameOf(at);
    button.tabIndex = at === row || (position === 0 && !order.includes(row)) ? 0 : -1;
    const [truth, likeliestClass, cheapestAction, cost] = cells;
    truth.textContent = classes[y[at]];
    likeliestClass.textContent = `${classes[top]} (${formatProbability(rows[at][top])})`;
    cheapestAction.textContent = actionNames[action];
    cheapestAction.classList.toggle("wrong", action < classes.length && action !== y[at]);
    cost.textContent = formatNumber(expectedCosts(rows[at], costs)[action]);
  });
};
