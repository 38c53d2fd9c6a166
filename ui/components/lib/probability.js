// The functions of ensemble.probability that follow the pointer (tests/browser/components/test_arithmetic.py compares).

// Lists, not typed arrays: these would turn the text that a caller maps their numbers to back into numbers.
export const logSoftmax = (z, temperature = 1) => {
  let highest = -Infinity;
  for (const score of z) if (score > highest) highest = score;
  const scaled = Array.from(z, (score) => (score - highest) / temperature);
  let sum = 0;
  for (const score of scaled) sum += Math.exp(score);
  const logSum = Math.log(sum);
  return scaled.map((score) => score - logSum);
};

// ln Z(T) of the scores.
export const logPartition = (z, temperature = 1) => {
  let highest = -Infinity;
  for (const score of z) if (score > highest) highest = score;
  let sum = 0;
  for (const score of z) sum += Math.exp((score - highest) / temperature);
  return highest / temperature + Math.log(sum);
};

export const freeEnergy = (z, temperature = 1) => -temperature * logPartition(z, temperature);

export const perplexity = (logP) => Math.exp(entropy(logP));

export const entropy = (logP) => {
  let sum = 0;
  for (const value of logP) if (value > -Infinity) sum -= Math.exp(value) * value;
  return Math.max(0, sum) || 0;
};

export const crossEntropy = (p, logQ) => {
  let sum = 0;
  for (let k = 0; k < p.length; k++) if (p[k] > 0) sum -= p[k] * logQ[k];
  return sum || 0;
};

export const smoothed = (truth, classes, smoothing) =>
  Array.from({ length: classes }, (_, k) => (k === truth ? 1 - smoothing : 0) + smoothing / classes);

// Mean negative log-likelihood of rows of scores, one after the other in `z`, whose true classes are `y`.
export const meanNegativeLogLikelihood = (z, y, classes, temperature) => {
  let sum = 0;
  for (let row = 0; row < y.length; row++)
    sum -= logSoftmax(z.subarray(row * classes, (row + 1) * classes), temperature)[y[row]];
  return sum / y.length;
};

// KL(p‖q), infinite where q rules out what p holds possible.
export const divergence = (p, q) => {
  let sum = 0;
  for (let k = 0; k < p.length; k++)
    if (p[k] > 0) sum += q[k] > 0 ? p[k] * Math.log(p[k] / q[k]) - p[k] + q[k] : Infinity;
    else sum += q[k];
  return Math.max(0, sum);
};

// From probabilities, where `entropy` takes their logarithms.
export const entropyOf = (p) =>
  Math.max(
    0,
    p.reduce((sum, share) => sum - (share > 0 ? share * Math.log(share) : 0), 0),
  );

// exp(x) as float32 or float64 arithmetic has it, step by step.
export const naiveSoftmax = (z, subtract, round) => {
  const largest = Math.max(...z);
  const powers = z.map((score) => round(Math.exp(round(subtract ? score - largest : score))));
  const sum = powers.reduce((a, b) => round(a + b), 0);
  return { powers, sum, p: powers.map((value) => round(value / sum)) };
};

// -p ln q of each class as floats have it, without the limit 0 ln 0 = 0: NaN there.
export const naiveTerms = (p, q) => p.map((share, k) => -share * Math.log(q[k]));

// Scores divided by their sum, which are probabilities only by chance; NaN where the sum is 0, to rounding.
export const dividedBySum = (z) => {
  const sum = z.reduce((a, b) => a + b, 0);
  const size = z.reduce((a, b) => a + Math.abs(b), 0);
  return z.map((score) => (Math.abs(sum) <= 1e-12 * size ? NaN : score / sum));
};

// What a forecast q costs on average where p is true, in nats; q is p with all its scores times the factor.
export const expectedLoss = (scores, T, factor) => {
  const p = logSoftmax(scores, T).map(Math.exp);
  return crossEntropy(
    p,
    logSoftmax(
      scores.map((score) => score * factor),
      T,
    ),
  );
};
