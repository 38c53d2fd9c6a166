// Prices as they are moved: by a border between two actions, or along a slider.

import { dot } from "./costs.js";

export const MAX_PRICE = 1000;
const LEAST_DECADE = -2;
const DECADES = 5;
const LEAST = 0.1;

// Three digits, from 0 to the highest price.
export const tidyPrice = (price) => Number(Math.min(MAX_PRICE, Math.max(0, price)).toPrecision(3));

// A slider from 0 to 1: 0 at its left end, then from 0.01 to 1,000 in equal factors.
export const priceAt = (position) => (position <= 0 ? 0 : tidyPrice(10 ** (LEAST_DECADE + DECADES * position)));
export const positionOf = (price) =>
  price <= 0 ? 0 : Math.min(1, Math.max(0, (Math.log10(price) - LEAST_DECADE) / DECADES));

export const withError = (prices, a, k, price) => ({
  ...prices,
  errors: prices.errors.map((row, action) => row.map((was, truth) => (action === a && truth === k ? price : was))),
});

export const samePrices = (one, other) =>
  one.expert === other.expert && one.errors.flat().every((price, at) => price === other.errors.flat()[at]);

// The prices at which actions a and b cost the same under forecast q: for the expert its price; for two classes that of
// taking one for the other. The cheaper of the two errors keeps its price.
export const throughForecast = (prices, [a, b], q) => {
  const { errors } = prices;
  if (b === errors.length) return { ...prices, expert: tidyPrice(dot(errors[a], q)) };
  const base = Math.min(errors[a][b], errors[b][a]) || LEAST;
  const without = (action, truth) => dot(errors[action], q) - errors[action][truth] * q[truth];
  // base·q_b + rest = base·q_a where both errors have that price.
  const rest = without(a, b) - without(b, a);
  const raised = (base * q[a] - rest) / q[b];
  return raised >= base
    ? withError(withError(prices, b, a, base), a, b, tidyPrice(raised))
    : withError(withError(prices, a, b, base), b, a, tidyPrice((base * q[b] + rest) / q[a]));
};
