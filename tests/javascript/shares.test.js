import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as weighted from "../../ui/components/shares/weighted.js";

const VECTORS = JSON.parse(readFileSync(new URL("share_vectors.json", import.meta.url), "utf-8"));
const close = (found, expected, what = "", tolerance = 1e-9) =>
  assert.ok(Math.abs(found - expected) <= tolerance * (1 + Math.abs(expected)), `${what} ${found} is not ${expected}`);

test("other shares, weights, losses, bills and calibration are those of Python", () => {
  for (const { z, y, prior, shares, ...expected } of VECTORS) {
    const logs = z.map(weighted.normalized);
    const after = logs.map((row) => weighted.corrected(row, prior, shares));
    after.forEach((row, index) =>
      row.forEach((value, k) => close(value === -Infinity ? -999 : value, expected.corrected[index][k], "corrected")),
    );
    const counts = weighted.countsOf(y, prior.length);
    const weights = weighted.classWeights(counts, shares);
    const q = after.map((row) => row.map(Math.exp));
    const costs = prior.map((_, a) => prior.map((__, k) => (a === k ? 0 : a === 1 && k === 0 ? 20 : 1)));
    close(weighted.effectiveRows(counts, shares), expected.effective, "effective rows");
    close(weighted.weightedLoss(after, y, weights), expected.loss, "loss");
    close(weighted.weightedBill(q, y, weights, costs).paid, expected.paid, "paid");
    close(weighted.weightedCalibrationError(q, y, weights), expected.error, "calibration error");
    close(weighted.bestTemperature(logs, y, weights), expected.temperature, "temperature", 1e-6);
    const bins = weighted.weightedReliability(q, y, weights, 0, 5);
    assert.equal(bins.length, expected.reliability.length);
    bins.forEach((bin, index) =>
      Object.entries(expected.reliability[index]).forEach(([name, value]) => close(bin[name], value, name)),
    );
  }
});

test("the shares of training change nothing", () => {
  const [{ z, prior }] = VECTORS;
  const logs = weighted.normalized(z[0]);
  weighted.corrected(logs, prior, prior).forEach((value, k) => close(value, logs[k]));
});

test("a forecast that allows no class with a share cannot be corrected", () => {
  assert.equal(weighted.corrected([0, -Infinity], [0.5, 0.5], [0, 1]), null);
});

test("bins are closed on the right, as Python's", () => {
  const rows = [0, 0.2, 0.2000000001, 0.6000000000000001, 1].map((p) => [p, 1 - p]);
  const found = weighted.weightedReliability(rows, [0, 0, 0, 1, 1], [1, 1], 0, 5).map(({ bin, count }) => [bin, count]);
  assert.deepEqual(found, [
    [0, 2],
    [1, 1],
    [2, 1],
    [4, 1],
  ]);
});
