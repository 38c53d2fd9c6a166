// Rows above a threshold raise an alarm: shares of them, and how scores are spread. Known rows come as quantiles.

import { formatPercent } from "../lib/format.js";

const SPREAD = 20;
const FLOOR = 1e-9;

export const shareAbove = (values, threshold) => values.filter((value) => value > threshold).length / values.length;

// The threshold that so many of the known rows exceed, 0 to 1: one of their quantiles, which are in order.
export const thresholdFor = (known, falseAlarms) => {
  if (falseAlarms >= 1) return -Infinity;
  const last = known.length - 1;
  return known[Math.min(last, Math.max(0, Math.round((1 - falseAlarms) * last)))];
};

// What is not doubted, with as many nines as there are.
export const formatSureness = (doubt) => {
  if (doubt < 1e-6) return "over 99.9999 %";
  return formatPercent(1 - doubt, Math.max(0, Math.ceil(-Math.log10(doubt)) - 2));
};

// Scores that are never negative and reach over decades have a logarithmic axis.
export const axisOf = (known, novel) => {
  const all = [...known, ...novel].sort((a, b) => a - b);
  const low = all[0];
  const high = all.at(-1);
  const median = all[all.length >> 1];
  if (!(low >= 0 && high > SPREAD * median)) return { isLog: false, low, high: high > low ? high : low + 1 };
  const start = Math.max(FLOOR, all[Math.floor(all.length / 50)]);
  return start < high ? { isLog: true, low: start, high } : { isLog: false, low, high: high + 1 };
};

// Where a score is on the axis, 0 to 1; what is beyond its ends is at them.
export const positionOf = ({ isLog, low, high }, value) => {
  const scale = isLog ? (number) => Math.log(Math.max(number, low)) : (number) => number;
  return Math.min(1, Math.max(0, (scale(value) - scale(low)) / (scale(high) - scale(low))));
};

export const valueAt = ({ isLog, low, high }, position) =>
  isLog ? low * (high / low) ** position : low + (high - low) * position;

// The share of scores in each of so many equal parts of the axis.
export const sharesOf = (axis, values, bins) => {
  const shares = new Array(bins).fill(0);
  for (const value of values) shares[Math.min(bins - 1, Math.floor(positionOf(axis, value) * bins))] += 1;
  return shares.map((count) => count / values.length);
};

// Numbers for the axis: powers of ten, or about five round steps.
export const ticksOf = ({ isLog, low, high }) => {
  if (isLog) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const decades = Math.floor(Math.log10(high) + 1e-9) - first;
    const every = Math.max(1, Math.ceil(decades / 6));
    return Array.from({ length: Math.floor(decades / every) + 1 }, (_, index) => 10 ** (first + index * every));
  }
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((times) => times * power >= rough) * power;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, index) => (first + index) * step);
};
