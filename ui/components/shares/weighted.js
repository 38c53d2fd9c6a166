// The functions of ensemble.shift that follow the pointer; share_vectors.json holds the two to each other.

import { cheapest, comparable, dot, likeliest } from "../decisions/costs.js";

// 95 %.
const QUANTILE = 1.959963984540054;
const COLDEST = 0.01;
const HOTTEST = 100;

export const normalized = (logs) => {
  const highest = Math.max(...logs);
  const logSum = highest + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - highest), 0));
  return logs.map((value) => value - logSum);
};

// Log-probabilities at other shares of the classes: ln π′ − ln π is added to each score. null where no class that has a
// share is possible.
export const corrected = (logs, prior, shares) => {
  const scores = logs.map((value, k) => (shares[k] > 0 ? value + Math.log(shares[k] / prior[k]) : -Infinity));
  return scores.some((score) => score > -Infinity) ? normalized(scores) : null;
};

export const countsOf = (y, classes) => {
  const counts = new Array(classes).fill(0);
  for (const k of y) counts[k] += 1;
  return counts;
};

// The weight of a row of each class; the weights' mean over rows is 1 if every class that has a share has rows.
export const classWeights = (counts, shares) => {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return shares.map((share, k) => (counts[k] ? (share * rows) / counts[k] : 0));
};

export const effectiveRows = (counts, shares) => {
  const sum = shares.reduce((total, share, k) => total + (counts[k] ? share : 0), 0);
  return sum ** 2 / shares.reduce((total, share, k) => total + (counts[k] ? share ** 2 / counts[k] : 0), 0);
};

// Mean loss in nats of rows of log-probabilities.
export const weightedLoss = (rows, y, weights) => {
  let sum = 0;
  for (let row = 0; row < y.length; row++) if (weights[y[row]] > 0) sum -= weights[y[row]] * rows[row][y[row]];
  return sum / y.length || 0;
};

// What the cheapest actions promise and what is paid for them.
export const weightedBill = (rows, y, weights, costs) => {
  const compared = comparable(costs);
  let [promised, paid] = [0, 0];
  for (let row = 0; row < y.length; row++) {
    const action = costs[cheapest(rows[row], compared)];
    promised += weights[y[row]] * dot(action, rows[row]);
    paid += weights[y[row]] * action[y[row]];
  }
  return { promised: promised / y.length, paid: paid / y.length };
};

// Forecasts fall into equal bins from 0 to 1, closed on the right. One that agrees with an edge to 12 digits is on it.
const ROUNDING = 5e-13;
const binOf = (forecast, bins) => {
  let bin = Math.min(bins - 1, Math.max(0, Math.ceil(forecast * bins) - 1));
  if (bin > 0 && forecast <= bin / bins + ROUNDING) bin -= 1;
  if (bin < bins - 1 && forecast > (bin + 1) / bins + ROUNDING) bin += 1;
  return bin;
};

export const weightedCalibrationError = (rows, y, weights, bins = 10) => {
  const gaps = new Array(bins).fill(0);
  rows.forEach((q, row) => {
    const top = likeliest(q);
    gaps[binOf(q[top], bins)] += weights[y[row]] * (Number(top === y[row]) - q[top]);
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / y.length;
};

const wilson = (hits, count) => {
  const middle = (hits + QUANTILE ** 2 / 2) / (count + QUANTILE ** 2);
  const spread = Math.sqrt((hits * (count - hits)) / count + QUANTILE ** 2 / 4);
  const half = (QUANTILE / (count + QUANTILE ** 2)) * spread;
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
};

// How often class k comes true, by the probability forecast for it: a row for each bin that holds weight.
export const weightedReliability = (rows, y, weights, k, bins = 10) => {
  const empty = () => ({ total: 0, forecast: 0, hits: 0, count: 0, others: 0, expected: 0, rest: 0 });
  const made = Array.from({ length: bins }, empty);
  rows.forEach((q, row) => {
    const bin = made[binOf(q[k], bins)];
    const weight = weights[y[row]];
    bin.total += weight;
    bin.forecast += weight * q[k];
    bin.count += 1;
    if (y[row] === k) bin.hits += 1;
    else bin.others += weight;
    for (let j = 0; j < q.length; j++)
      if (j !== k) {
        bin.rest += q[j];
        bin.expected += q[j] * weights[j];
      }
  });
  return made.flatMap(({ total, forecast, hits, count, others, expected, rest }, bin) => {
    if (!(total > 0)) return [];
    // Where no other class was seen, its rows would have had the weight that the forecasts give them.
    const other = count > hits ? others / (count - hits) : rest > 0 ? expected / rest : 1;
    const carriedOver = (frequency) => {
      const up = frequency * weights[k];
      const down = (1 - frequency) * other;
      return up + down > 0 ? up / (up + down) : frequency;
    };
    const [low, high] = wilson(hits, count).map(carriedOver);
    return [{ bin, forecast: forecast / total, frequency: carriedOver(hits / count), low, high, hits, count, total }];
  });
};

// The temperature with the smallest weighted loss: the loss is convex in 1/T. Scores are finite.
export const bestTemperature = (rows, y, weights) => {
  const slope = (logT) => {
    let sum = 0;
    const temperature = Math.exp(logT);
    for (let row = 0; row < y.length; row++) {
      const weight = weights[y[row]];
      if (!weight) continue;
      const scores = rows[row];
      const highest = Math.max(...scores);
      let [total, mean] = [0, 0];
      for (let k = 0; k < scores.length; k++) {
        const power = Math.exp((scores[k] - highest) / temperature);
        total += power;
        mean += power * (scores[k] - highest);
      }
      sum += weight * (mean / total - (scores[y[row]] - highest));
    }
    return sum;
  };
  let [low, high] = [Math.log(COLDEST), Math.log(HOTTEST)];
  if (slope(low) <= 0) return COLDEST;
  if (slope(high) >= 0) return HOTTEST;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
};
