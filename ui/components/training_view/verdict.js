// A run in two or three sentences.

import { formatNumber } from "../lib/format.js";

const MAX_NAMED = 6;

// `wrong` holds the numbers of the wrong rows, rising; null if not all rows are known.
export const verdict = ({ rows, row_name, row_names, accuracy, loss, base, wrong, trained, bound }) => {
  const right = Math.round(accuracy * rows);
  const hits = `${right.toLocaleString("en-US")} of ${rows.toLocaleString("en-US")} test ${row_names} right.`;
  const [own, baseRate] = [loss, base].map(formatNumber);
  const beside = loss < base ? `; the base rate costs ${baseRate}` : `, worse than the base rate (${baseRate})`;
  const compared = `Loss ${own} nats${own === baseRate ? ", as much as the base rate" : beside}.`;
  const named = nameWrong(wrong, rows - right, row_name, row_names);
  return [hits, named, compared, trained && nameFloor(trained, bound)].filter(Boolean).join(" ");
};

// Softmax twice: the loss sees the softmax of the forecasts, whose probabilities have a bound.
const nameFloor = (trained, bound) =>
  `The trained loss is ${formatNumber(trained)}: it sees no probability above ${formatNumber(bound)}, ` +
  `so it cannot fall below ${formatNumber(-Math.log(bound))}.`;

// The rows are of the nearest kept epoch: they are named only if they are as many as there are errors.
const nameWrong = (wrong, errors, row_name, row_names) => {
  if (!wrong?.length || wrong.length !== errors) return "";
  if (errors === 1) return `Wrong: ${row_name} ${wrong[0]}.`;
  const more = errors - MAX_NAMED;
  return `Wrong: ${row_names} ${wrong.slice(0, MAX_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
};
