// Probability vectors that are moved by hand or by gradient descent; tests/e2e checks them.

// Give entry k the value; the others that are not locked give way in proportion, so that the sum stays 1.
const withShare = (p, k, value, locked) => {
  const others = [...p.keys()].filter((j) => j !== k && !locked[j]);
  if (locked[k] || !others.length) return [...p];
  const fixed = p.reduce((sum, share, j) => sum + (j !== k && locked[j] ? share : 0), 0);
  const mine = Math.min(Math.max(0, value), Math.max(0, 1 - fixed)), rest = Math.max(0, 1 - fixed - mine);
  const before = others.reduce((sum, j) => sum + p[j], 0);
  return p.map((share, j) => (j === k ? mine : locked[j] ? share : before > 0 ? (share / before) * rest : rest / others.length));
};

// KL(p‖q), infinite where q rules out what p holds possible.
const divergence = (p, q) => {
  let sum = 0;
  for (let k = 0; k < p.length; k++) if (p[k] > 0) sum += q[k] > 0 ? p[k] * Math.log(p[k] / q[k]) - p[k] + q[k] : Infinity;
    else sum += q[k];
  return Math.max(0, sum);
};

const entropyOf = (p) => Math.max(0, p.reduce((sum, share) => sum - (share > 0 ? share * Math.log(share) : 0), 0));

// Gradient descent on the scores of q: the gradient of H(p, q) with respect to z is q - p. The first entry is the start.
const descend = (p, z, steps, rate) => {
  const path = [];
  let scores = [...z];
  for (let step = 0; step <= steps; step++) {
    const logQ = logSoftmax(scores), q = Array.from(logQ, Math.exp);
    path.push({ loss: crossEntropy(p, logQ), q });
    scores = scores.map((score, k) => score - rate * (q[k] - p[k]));
  }
  return path;
};
