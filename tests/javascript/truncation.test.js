import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as truncation from "../../ui/components/lib/truncation.js";

const { countBand, draw, orderOf, renormalised, topKMask, topPMask, truncatedLogSoftmax, uniformsFrom } = truncation;
const vectors = JSON.parse(readFileSync(new URL("./truncation_vectors.json", import.meta.url)));
const close = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);
const logs = (p) => p.map(Math.log);

test("what is kept and what it is drawn from are those of Python", () => {
  for (const { z, temperature, k, p, proba } of vectors.truncated) {
    truncatedLogSoftmax(z, temperature, k, p).forEach((logQ, index) => close(Math.exp(logQ), proba[index]));
  }
});

test("draws are those of Python", () => {
  for (const { proba, uniforms, drawn } of vectors.draws)
    assert.deepEqual(
      uniforms.map((uniform) => draw(logs(proba), uniform)),
      drawn,
    );
});

test("bands of counts are those of Python", () => {
  for (const { n, p, low, high } of vectors.bands)
    assert.deepEqual(countBand(n, p), [low, high], `${n} draws, p = ${p}`);
});

test("of equals the first ones are kept", () => {
  assert.deepEqual(orderOf([0.1, 0.3, 0.3]), [1, 2, 0]);
  assert.deepEqual(topKMask(logs([0.25, 0.25, 0.25, 0.25]), 2), [true, true, false, false]);
  assert.deepEqual(topPMask(logs([0.25, 0.25, 0.25, 0.25]), 0.5), [true, true, false, false]);
});

test("the likeliest class is always kept, and 1 keeps all", () => {
  assert.deepEqual(topPMask(logs([0.2, 0.8]), 1e-9), [false, true]);
  assert.deepEqual(topPMask([0, -Infinity], 1), [true, true]);
});

test("what is left is a distribution, in the same proportions", () => {
  const q = renormalised(logs([0.5, 0.3, 0.2]), [true, true, false]).map(Math.exp);
  close(q[0] + q[1] + q[2], 1);
  close(q[0] / q[1], 5 / 3);
  assert.equal(q[2], 0);
});

test("a seed gives the same uniform numbers again, and they are uniform", () => {
  const [first, again, other] = [7, 7, 8].map((seed) => {
    const next = uniformsFrom(seed);
    return Array.from({ length: 20000 }, next);
  });
  assert.deepEqual(first, again);
  assert.notDeepEqual(first.slice(0, 5), other.slice(0, 5));
  assert.ok(first.every((u) => u > 0 && u < 1));
  for (let part = 0; part < 10; part++) {
    const inside = first.filter((u) => Math.floor(10 * u) === part).length;
    assert.ok(Math.abs(inside - 2000) < 200, `${inside} of 20,000 in tenth ${part}`);
  }
});

// 300 sets of 200 draws, 50 classes: a count lies in its band in at least 95 of 100 sets, whatever its probability.
test("counts of draws lie in their bands as often as is said", () => {
  const z = Array.from({ length: 50 }, (_, k) => -0.15 * k);
  const logQ = truncatedLogSoftmax(z, 1, 40, 0.95);
  const bands = logQ.map((value) => countBand(200, Math.exp(value)));
  const next = uniformsFrom(1);
  const inside = Array(50).fill(0);
  for (let set = 0; set < 300; set++) {
    const counts = Array(50).fill(0);
    for (let step = 0; step < 200; step++) counts[draw(logQ, next())] += 1;
    counts.forEach((count, k) => (inside[k] += bands[k][0] <= count && count <= bands[k][1] ? 1 : 0));
  }
  // 4 standard deviations of a share of 0.95 in 300 sets.
  inside.forEach((sets, k) =>
    assert.ok(sets / 300 >= 0.95 - 4 * Math.sqrt((0.05 * 0.95) / 300), `class ${k}: ${sets}`),
  );
  const all = inside.reduce((sum, sets) => sum + sets) / (50 * 300);
  assert.ok(all >= 0.95, `${all} of all`);
});
