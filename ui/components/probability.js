// The same functions as ensemble/probability.py, for what follows the pointer; tests/e2e compares the two.

const logSoftmax = (z, temperature = 1) => {
  let highest = -Infinity;
  for (const score of z) if (score > highest) highest = score;
  const scaled = Float64Array.from(z, (score) => (score - highest) / temperature);
  let sum = 0;
  for (const score of scaled) sum += Math.exp(score);
  const logSum = Math.log(sum);
  return scaled.map((score) => score - logSum);
};

// ln Z(T) of the scores.
const logPartition = (z, temperature = 1) => {
  let highest = -Infinity;
  for (const score of z) if (score > highest) highest = score;
  let sum = 0;
  for (const score of z) sum += Math.exp((score - highest) / temperature);
  return highest / temperature + Math.log(sum);
};

const freeEnergy = (z, temperature = 1) => -temperature * logPartition(z, temperature);

const perplexity = (logP) => Math.exp(entropy(logP));

const entropy = (logP) => {
  let sum = 0;
  for (const value of logP) if (value > -Infinity) sum -= Math.exp(value) * value;
  return Math.max(0, sum) || 0;
};

const crossEntropy = (p, logQ) => {
  let sum = 0;
  for (let k = 0; k < p.length; k++) if (p[k] > 0) sum -= p[k] * logQ[k];
  return sum || 0;
};

const smoothed = (truth, classes, smoothing) => Float64Array.from({ length: classes }, (_, k) => (k === truth ? 1 - smoothing : 0) + smoothing / classes);

// Mean negative log-likelihood of rows of scores, one after the other in `z`, whose true classes are `y`.
const meanNegativeLogLikelihood = (z, y, classes, temperature) => {
  let sum = 0;
  for (let row = 0; row < y.length; row++) sum -= logSoftmax(z.subarray(row * classes, (row + 1) * classes), temperature)[y[row]];
  return sum / y.length;
};
