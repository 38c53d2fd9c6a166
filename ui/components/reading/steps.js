// Softmax as a table, column by column.

import { tableRow } from "../lib/dom.js";
import { formatPrecision, formatProbability } from "../lib/format.js";

export const softmaxSteps = (table, classes, z, t, q) => {
  const scaled = z.map((score) => score / t);
  const highest = Math.max(...scaled);
  const powers = scaled.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const last = tableRow(["sum", "", "", "", formatPrecision(total, 5), "1"]);
  last.className = "sum";
  table.tHead.replaceChildren(tableRow(["class", "score z", "z / T", "minus the largest", "exp", "÷ sum = q"], "th"));
  table.tBodies[0].replaceChildren(
    ...classes.map((name, k) =>
      tableRow([
        name,
        ...[z[k], scaled[k], scaled[k] - highest, powers[k]].map((value) => formatPrecision(value, 5)),
        formatProbability(q[k]),
      ]),
    ),
    last,
  );
};
