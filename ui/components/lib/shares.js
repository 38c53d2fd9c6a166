// Probability vectors that are moved by hand or by gradient descent.

import { crossEntropy, logSoftmax } from "./probability.js";

// Give entry k the value; the others that are not locked give way in proportion, so that the sum stays 1.
export const withShare = (p, k, value, locked) => {
  const others = [...p.keys()].filter((j) => j !== k && !locked[j]);
  if (locked[k] || !others.length) return [...p];
  const fixed = p.reduce((sum, share, j) => sum + (j !== k && locked[j] ? share : 0), 0);
  const mine = Math.min(Math.max(0, value), Math.max(0, 1 - fixed));
  const rest = Math.max(0, 1 - fixed - mine);
  const before = others.reduce((sum, j) => sum + p[j], 0);
  return p.map((share, j) =>
    j === k ? mine : locked[j] ? share : before > 0 ? (share / before) * rest : rest / others.length,
  );
};

// Gradient descent on the logits z of q: the gradient of H(p, q) by z is q - p. The first entry is the start.
export const descend = (p, z, steps, rate) => {
  const path = [];
  let scores = [...z];
  for (let step = 0; step <= steps; step++) {
    const logQ = logSoftmax(scores);
    const q = Array.from(logQ, Math.exp);
    path.push({ loss: crossEntropy(p, logQ), q });
    scores = scores.map((score, k) => score - rate * (q[k] - p[k]));
  }
  return path;
};
