import assert from "node:assert/strict";
import { test } from "node:test";
import { distanceToNearest, mutualInformation, network } from "../../ui/components/lib/network.js";

const base64 = (...values) => Buffer.from(Float32Array.from(values).buffer).toString("base64");
const close = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-6, `${found} is not ${expected}`);
const SMALL = { outputs: "softmax", activation: "relu", layers: 1, units: 2, members: 2, features: 1, classes: 2 };
// For each of two members: kernel and bias of the hidden layer, then kernel of the output layer.
const HIDDEN = [1, -1, 2, 0, 0, 0, 1, 1];
const OUTPUT = [1, 0, 0, 1, 1, 2, 3, 4];

test("members trained jointly add up, and the bias is theirs together", () => {
  const weights = base64(...HIDDEN, ...OUTPUT, 0.5, -0.5);
  const { memberLogits, memberScores, logits } = network({ ...SMALL, training: "joint", weights })([3]);
  // Hidden: (3, 0) of the first member, (7, 1) of the second.
  assert.deepEqual(
    memberLogits.map((z) => [...z]),
    [
      [3, 0],
      [10, 18],
    ],
  );
  assert.deepEqual([...logits], [13.5, 17.5]);
  assert.deepEqual([...memberScores[0]], [6.5, -0.5]);
});

test("independent members are averaged as probabilities", () => {
  const weights = base64(...HIDDEN, ...OUTPUT, 0, 0, 0, 0);
  const { memberLogP, logP } = network({ ...SMALL, training: "independent", weights })([-1]);
  const mean = (Math.exp(memberLogP[0][0]) + Math.exp(memberLogP[1][0])) / 2;
  close(Math.exp(logP[0]), mean);
});

test("bootstrapped members go through the combining layer", () => {
  const combiner = [1, 0, 0, 1, 0, 1, 1, 0];
  const weights = base64(...HIDDEN, ...OUTPUT, 0, 0, 0, 0, ...combiner, 1, 2);
  const { logits } = network({ ...SMALL, training: "bootstrap", weights })([3]);
  assert.deepEqual([...logits], [3 + 18 + 1, 0 + 10 + 2]);
});

test("sigmoid and linear outputs are read as logits of their own kind", () => {
  const weights = base64(...HIDDEN, ...OUTPUT, 0, 0);
  const first = (outputs) => network({ ...SMALL, outputs, training: "joint", weights })([0]).logits[1];
  close(first("sigmoid"), -Math.log1p(Math.exp(-6)));
  close(first("linear"), Math.log(6));
});

test("members that agree have no mutual information, and members that are sure of different classes all of it", () => {
  const sure = [0, -Infinity];
  assert.equal(mutualInformation([sure, sure]), 0);
  close(mutualInformation([sure, [...sure].reverse()]), Math.LN2);
});

test("the nearest row may be left out", () => {
  const rows = Float64Array.of(0, 0, 3, 4);
  close(distanceToNearest(rows, [0, 0]), 0);
  close(distanceToNearest(rows, [0, 0], 0), 5 / Math.SQRT2);
});
