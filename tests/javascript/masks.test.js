import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bandsClaim, differenceClaim, poolsClaim, sidesClaim } from "../../ui/components/masks/claims.js";
import * as pools from "../../ui/components/masks/pools.js";
import { axisOf } from "../../ui/components/masks/sides.js";
import { shownClasses } from "../../ui/components/masks/strips.js";
import { namesBeside } from "../../ui/components/masks/triangle.js";

const VECTORS = JSON.parse(readFileSync(new URL("mask_vectors.json", import.meta.url), "utf-8"));

const close = (found, expected) =>
  [found].flat().forEach((value, at) => assert.ok(Math.abs(value - [expected].flat()[at]) < 1e-10, `${value}`));

test("pools of all masks are those of Python, and of one mask that mask", () => {
  for (const { masks, log_weights, linear, log } of VECTORS) {
    const running = pools.runningPools(masks, log_weights);
    close(running.linear.at(-1), linear);
    close(running.log.at(-1), log);
    close(running.linear[0], masks[0].map(Math.exp));
    close(running.log[0], masks[0].map(Math.exp));
  }
});

test("both sides, and the band of what is left between them, are those of Python", () => {
  for (const vector of VECTORS) {
    const losses = pools.lossesOfDropping(vector.masks, vector.off, vector.truth);
    const divergences = pools.divergences(vector.masks, vector.off);
    close(losses, vector.losses);
    close(divergences, vector.divergences);
    const reach = vector.masks.map(() => vector.reach);
    const options = { logWeights: vector.log_weights, reach: vector.log_weights ? null : reach };
    const last = pools.runningSides(losses, divergences, options).at(-1);
    close([last.loss, last.divergence], [vector.loss, vector.divergence]);
    if (vector.log_weights) {
      close(last.loss, last.divergence);
      assert.ok(Number.isNaN(last.low));
    } else close([last.low, last.high], vector.band.slice(1));
  }
});

test("over all masks the log pool is dropout off, and the linear pool is not", () => {
  for (const { masks, log_weights, off } of VECTORS.filter((vector) => vector.log_weights)) {
    const { linear, log } = pools.runningPools(masks, log_weights);
    const proba = off.map(Math.exp);
    assert.ok(pools.distance(log.at(-1), proba) < 1e-12);
    assert.ok(pools.distance(linear.at(-1), proba) > 0.001);
  }
});

test("a part of the masks is pooled with weights that sum to 1", () => {
  const [{ masks, log_weights }] = VECTORS.filter((vector) => vector.log_weights);
  for (const p of Object.values(pools.runningPools(masks, log_weights)).flat())
    close(
      p.reduce((sum, share) => sum + share, 0),
      1,
    );
});

test("the pools of masks whose probabilities underflow stay numbers", () => {
  const masks = [
    [0, -2000, -3000],
    [-1e-9, -2100, -2000],
  ];
  const { log } = pools.runningPools(masks, null);
  assert.deepEqual(log.at(-1), [1, 0, 0]);
  assert.deepEqual(pools.divergences(masks, masks[0])[0], 0);
});

test("titles say the numbers that are shown", () => {
  const away = { log: 0.008, linear: 0.0312 };
  assert.equal(
    poolsClaim({ masks: "500", isEvery: false, ...away }),
    "500 masks: their log pool is 0.800 percentage points from dropout off, their linear pool 3.12 percentage points",
  );
  assert.match(
    poolsClaim({ masks: "1,024", isEvery: true, log: 1e-15, linear: 0.05 }),
    /is dropout off; .* 5.00 percentage points/,
  );
  assert.match(
    poolsClaim({ masks: "1", isEvery: false, log: 0.2, linear: 0.2 }),
    /both pools are that mask, 20.0 percentage points/,
  );
});

test("one class in both pools is said with its bands", () => {
  assert.equal(
    bandsClaim({ name: "b", off: 0.44, log: [0.43, 0.36, 0.51], linear: [0.39, 0.33, 0.45] }),
    "b, the likeliest with dropout off: 0.440. Log pool 0.430 (0.360 to 0.510), linear pool 0.390 (0.330 to 0.450). " +
      "In brackets: 95 % bands for the pools of all masks.",
  );
});

test("only where the identity holds a difference is called luck", () => {
  const sides = { loss: 0.5, divergence: 0.4, low: -0.1, high: 0.3 };
  assert.match(
    differenceClaim({ ...sides, isEvery: false, isExact: true }),
    /0.100 nats. .*−0.100 to 0.300, with 0 inside/,
  );
  const clear = { ...sides, low: 0.05, high: 0.15 };
  assert.match(differenceClaim({ ...clear, isEvery: false, isExact: true }), /without 0, as in 1 draw of 20/);
  assert.match(differenceClaim({ ...clear, isEvery: false, isExact: false }), /0.150, without 0\.$/);
  assert.match(differenceClaim({ ...sides, low: NaN, isEvery: false, isExact: true }), /no band/);
  assert.match(differenceClaim({ loss: 0.1, divergence: 0.1, low: NaN, isEvery: true }), /0 nats, which is rounding/);
  assert.notEqual(sidesClaim({ isExact: true }), sidesClaim({ isExact: false }));
});

test("the axis of the bars holds both sides from the tenth mask on, and 0", () => {
  const sides = Array.from({ length: 30 }, (_, mask) => ({ loss: mask ? -0.12 : -9, divergence: mask ? 0.31 : 9 }));
  const [least, most] = axisOf(sides);
  close([least, most], [-0.15, 0.4]);
  assert.deepEqual(axisOf([{ loss: 0.2, divergence: 0.1 }]), [0, 0.2]);
});

test("of many classes the likeliest are drawn, and of two the second", () => {
  assert.deepEqual(shownClasses([0.4, 0.6]), [1]);
  const off = Array.from({ length: 12 }, (_, k) => (k === 3 || k === 7 ? 0 : 0.1));
  assert.deepEqual(shownClasses(off), [0, 1, 2, 4, 5, 6, 8, 9, 10, 11]);
});

test("names of marks that lie on each other stand apart, on the side with more room", () => {
  const places = [
    [50, 100],
    [51, 100],
    [52, 101],
  ];
  const { x, align, at } = namesBeside(places, 500, 400);
  assert.ok(x > 52 && align === "left");
  const sorted = [...at].sort((a, b) => a - b);
  assert.ok(sorted[1] - sorted[0] >= 18 && sorted[2] - sorted[1] >= 18);
  assert.equal(namesBeside([[480, 10]], 500, 400).align, "right");
});
