// The functions of ensemble.probability.truncation that follow the pointer; tests/javascript/truncation_vectors.json
// holds both to the same numbers.

import { logSoftmax } from "./probability.js";

// Positions, the largest value first; of equals the first one first.
export const orderOf = (values) => [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);

export const topKMask = (logP, k) => {
  const kept = new Set(orderOf(logP).slice(0, k));
  return Array.from(logP, (_, index) => kept.has(index));
};

// A sum of probabilities that is short of another number by no more than this is equal to it.
const ROUNDING = 1e-12;

// The nucleus: the fewest of the likeliest whose probabilities add up to `p` or more.
export const topPMask = (logP, p) => {
  const mask = Array.from(logP, () => p >= 1);
  let before = 0;
  for (const [rank, index] of orderOf(logP).entries()) {
    if (rank > 0 && before >= p - ROUNDING) break;
    mask[index] = true;
    before += Math.exp(logP[index]);
  }
  return mask;
};

export const renormalised = (logP, mask) => {
  const highest = Math.max(...logP.filter((_, k) => mask[k]));
  let sum = 0;
  logP.forEach((value, k) => {
    if (mask[k]) sum += Math.exp(value - highest);
  });
  const logSum = highest + Math.log(sum);
  return Array.from(logP, (value, k) => (mask[k] ? Math.min(value - logSum, 0) : -Infinity));
};

// The temperature first, then top-k, then top-p of what is left.
export const truncatedLogSoftmax = (z, temperature, k, p) => {
  const all = Array.from(logSoftmax(z, temperature));
  const likeliest = renormalised(all, topKMask(all, k));
  return renormalised(likeliest, topPMask(likeliest, p));
};

// Uniform numbers above 0 and below 1 from a seed: the minimal standard generator (Park and Miller 1988).
const MODULUS = 2 ** 31 - 1;
const WARM_UP = 10;
export const uniformsFrom = (seed) => {
  let state = (Math.abs(seed) % (MODULUS - 1)) + 1;
  const next = () => {
    state = (48271 * state) % MODULUS;
    return state / MODULUS;
  };
  // Small seeds begin with small numbers.
  for (let step = 0; step < WARM_UP; step++) next();
  return next;
};

// The first class whose cumulated probability is above the number; none of probability 0.
export const draw = (logP, uniform) => {
  let sum = 0;
  let last = 0;
  for (let k = 0; k < logP.length; k++) {
    const share = Math.exp(logP[k]);
    if (share > 0) last = k;
    sum += share;
    if (sum > uniform && share > 0) return k;
  }
  return last;
};

// The lowest and the highest count of a class of this probability in at least 95 of 100 sets of `n` draws.
export const countBand = (n, p, level = 0.95) => {
  if (p <= 0 || p >= 1) return p <= 0 ? [0, 0] : [n, n];
  const tail = (1 - level) / 2;
  let logMass = n * Math.log1p(-p);
  let below = Math.exp(logMass);
  let count = 0;
  let low = -1;
  for (;;) {
    if (low < 0 && below >= tail) low = count;
    if (below >= 1 - tail || count === n) return [low < 0 ? count : low, count];
    logMass += Math.log((n - count) / (count + 1)) + Math.log(p) - Math.log1p(-p);
    below += Math.exp(logMass);
    count += 1;
  }
};
