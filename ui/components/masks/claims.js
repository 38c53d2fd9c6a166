// The sentences over the pictures: each is made of the numbers that are shown.

import { formatNumber, formatProbability } from "../lib/format.js";

const ROUNDING = 1e-9;

const points = (share) => `${share < ROUNDING ? "0" : formatNumber(100 * share)} percentage points`;

// How far both pools are from dropout off, as the title of the picture.
export const poolsClaim = ({ masks, isEvery, log, linear }) => {
  if (isEvery && log < ROUNDING)
    return `The log pool of all ${masks} masks is dropout off; their linear pool is ${points(linear)} away`;
  const what = masks === "1" ? "One mask" : `${masks} masks`;
  if (masks === "1") return `${what}: both pools are that mask, ${points(log)} from dropout off`;
  return `${what}: their log pool is ${points(log)} from dropout off, their linear pool ${points(linear)}`;
};

// What the identity says of both sides, as the title of the bars.
export const sidesClaim = ({ isEvery, isExact }) => {
  if (isEvery) return "Both bars are equal, to rounding";
  return isExact ? "Both bars are equal, up to the luck of the draw" : "Both bars need not be equal here";
};

// What is left between both sides of one row, or of all: a sentence under the bars.
export const differenceClaim = ({ loss, divergence, low, high, isEvery, isExact }) => {
  const difference = loss - divergence;
  if (isEvery) return `Difference: ${formatNumber(Math.abs(difference))} nats, which is rounding.`;
  if (Number.isNaN(low)) return `Difference: ${formatNumber(difference)} nats. One mask has no band.`;
  const band = `Difference: ${formatNumber(difference)} nats. 95 % band ${formatNumber(low)} to ${formatNumber(high)},`;
  if (low <= 0 && high >= 0) return `${band} with 0 inside.`;
  return isExact ? `${band} without 0, as in 1 draw of 20.` : `${band} without 0.`;
};

// One class in both pools of masks that were drawn, under the picture.
export const bandsClaim = ({ name, off, linear, log }) => {
  const withBand = (values) => {
    const [p, low, high] = values.map(formatProbability);
    return `${p} (${low} to ${high})`;
  };
  return (
    `${name}, the likeliest with dropout off: ${formatProbability(off)}. Log pool ${withBand(log)}, ` +
    `linear pool ${withBand(linear)}. In brackets: 95 % bands for the pools of all masks.`
  );
};

export const describeForecasts = (classes, forecasts) =>
  forecasts
    .map(([name, p]) => `${name}: ${classes.map((one, k) => `${one} ${formatProbability(p[k])}`).join(", ")}`)
    .join(". ");
