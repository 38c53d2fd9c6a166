// The functions of ensemble.dropout.pools that follow the slider; mask_vectors.json holds the two to each other.

// Masks as rows of log-probabilities with weights that sum to 1: all alike where there are none.
export const weightsOf = (masks, logWeights) =>
  logWeights ? logWeights.map(Math.exp) : Array.from({ length: masks.length }, () => 1 / masks.length);

const normalised = (logs) => {
  const highest = Math.max(...logs);
  const sum = logs.reduce((total, value) => total + Math.exp(value - highest), 0);
  return logs.map((value) => Math.exp(value - highest) / sum);
};

// Both pools of the first 1, 2, ... masks as probabilities, each mask counted with its weight: { linear, log }.
export const runningPools = (masks, logWeights) => {
  const weights = weightsOf(masks, logWeights);
  const sums = masks[0].map(() => 0);
  const logSums = masks[0].map(() => 0);
  let total = 0;
  const pools = { linear: [], log: [] };
  masks.forEach((logs, mask) => {
    total += weights[mask];
    logs.forEach((value, k) => {
      sums[k] += weights[mask] * Math.exp(value);
      logSums[k] += weights[mask] * value;
    });
    pools.linear.push(sums.map((sum) => sum / total));
    pools.log.push(normalised(logSums.map((sum) => sum / total)));
  });
  return pools;
};

// What each mask costs: its loss less that with dropout off.
export const lossesOfDropping = (masks, off, truth) => masks.map((logs) => off[truth] - logs[truth]);

// KL(off‖mask) of each mask, as a sum of terms that are never negative.
export const divergences = (masks, off) =>
  masks.map((logs) =>
    logs.reduce((sum, value, k) => sum + Math.exp(off[k]) * (off[k] - value) - Math.exp(off[k]) + Math.exp(value), 0),
  );

// Of the first 1, 2, ... masks: { loss, divergence, low, high }, the means of both and the ends of the band of their
// difference, which over all masks is 0 where the logits are linear in the mask. `reach` has how many standard
// deviations a band reaches; without it there is none.
export const runningSides = (losses, all, { logWeights, reach }) => {
  const weights = weightsOf(losses, logWeights);
  let [total, loss, divergence, mean, squares] = [0, 0, 0, 0, 0];
  return losses.map((value, mask) => {
    total += weights[mask];
    loss += weights[mask] * value;
    divergence += weights[mask] * all[mask];
    const difference = value - all[mask];
    const before = mean;
    mean += (difference - mean) / (mask + 1);
    squares += (difference - before) * (difference - mean);
    const half = reach && mask ? reach[mask] * Math.sqrt(squares / mask) : NaN;
    const sides = { loss: loss / total, divergence: divergence / total };
    return { ...sides, low: mean - half, high: mean + half };
  });
};

// The largest difference of two probability vectors in any class.
export const distance = (p, q) => Math.max(...p.map((share, k) => Math.abs(share - q[k])));
