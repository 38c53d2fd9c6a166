import assert from "node:assert/strict";
import { test } from "node:test";
import * as probability from "../../ui/components/lib/probability.js";

const { crossEntropy, divergence, entropy, entropyOf, logPartition, logSoftmax, naiveSoftmax, smoothed } = probability;
const close = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);
const p = [0.5, 0.25, 0.25];

test("softmax returns the probabilities whose logarithms are the scores", () => {
  logSoftmax(p.map(Math.log)).forEach((logP, k) => close(Math.exp(logP), p[k]));
});

test("softmax does not overflow, and takes the temperature", () => {
  assert.deepEqual([...logSoftmax([1e308, -1e308])], [0, -Infinity]);
  close(logSoftmax([2, 0], 0.5)[1], -4 - Math.log1p(Math.exp(-4)));
});

test("the partition function is the sum of the exponentials", () => {
  close(logPartition([0, 0, 0]), Math.log(3));
  close(probability.freeEnergy([1, 1], 2), -1 - 2 * Math.log(2));
});

test("entropy is in nats, from logarithms as from probabilities", () => {
  close(entropy(p.map(Math.log)), 1.5 * Math.LN2);
  close(entropyOf(p), 1.5 * Math.LN2);
  close(probability.perplexity([Math.log(0.5), Math.log(0.5), -Infinity]), 2);
  assert.equal(entropyOf([1, 0]), 0);
});

test("cross-entropy is entropy plus divergence", () => {
  const q = [0.2, 0.3, 0.5];
  close(crossEntropy(p, q.map(Math.log)), entropyOf(p) + divergence(p, q));
  assert.equal(divergence(p, p), 0);
  assert.equal(divergence(p, [0.5, 0.5, 0]), Infinity);
});

test("smoothing gives each class its part and keeps the sum", () => {
  const target = smoothed(1, 4, 0.2);
  close(target[0], 0.05);
  close(target[1], 0.85);
  close(
    target.reduce((sum, value) => sum + value),
    1,
  );
});

test("the mean negative log-likelihood is of the true classes", () => {
  close(probability.meanNegativeLogLikelihood(Float64Array.of(0, 0, 7, 7), [0, 1], 2, 3), Math.LN2);
});

test("the expected loss is least at factor 1, where it is the entropy", () => {
  const scores = [2, 0, -1];
  const loss = (factor) => probability.expectedLoss(scores, 1, factor);
  close(loss(1), entropy(logSoftmax(scores)));
  assert.ok(loss(0.5) > loss(1) && loss(2) > loss(1));
});

test("float32 overflows without the largest score subtracted", () => {
  assert.ok(naiveSoftmax([100, 99], false, Math.fround).p.every(Number.isNaN));
  close(naiveSoftmax([100, 99], true, (x) => x).p[0], 1 / (1 + Math.exp(-1)));
});

test("division by the sum leaves 0 to 1, has no value at sum 0, and moves with a constant", () => {
  const { dividedBySum } = probability;
  assert.deepEqual(dividedBySum([2, 1, -1]), [1, 0.5, -0.5]);
  assert.ok(dividedBySum([0.1, 0.2, -0.3]).every(Number.isNaN));
  assert.ok(dividedBySum([0, 0]).every(Number.isNaN));
  assert.deepEqual(dividedBySum([3, 1]), [0.75, 0.25]);
  close(dividedBySum([3, 1].map((score) => score + 2))[0], 0.625);
});

test("without the limit 0 ln 0 is no number, and the logarithm of 0 is infinite", () => {
  const { naiveTerms } = probability;
  const sum = (p, q) => naiveTerms(p, q).reduce((a, b) => a + b, 0);
  assert.ok(Number.isNaN(sum([1, 0], [1, 0])));
  assert.equal(crossEntropy([1, 0], [0, -Infinity]), 0);
  assert.equal(sum([0.5, 0.5], [1, 0]), Infinity);
  close(sum(p, [0.2, 0.3, 0.5]), crossEntropy(p, [0.2, 0.3, 0.5].map(Math.log)));
});
