import assert from "node:assert/strict";
import { test } from "node:test";
import {
  axisOf,
  formatSureness,
  positionOf,
  shareAbove,
  sharesOf,
  thresholdFor,
  ticksOf,
  valueAt,
} from "../../ui/components/novelty/threshold.js";

const EVENLY = Array.from({ length: 101 }, (_, index) => index / 100);
const DECADES = Array.from({ length: 101 }, (_, index) => 10 ** (-6 + index / 20));

test("a threshold lets as many false alarms through as were asked for", () => {
  for (const wanted of [0, 0.01, 0.05, 0.5, 0.99])
    assert.ok(Math.abs(shareAbove(EVENLY, thresholdFor(EVENLY, wanted)) - wanted) < 0.0101);
  assert.equal(shareAbove(EVENLY, thresholdFor(EVENLY, 0)), 0);
  assert.equal(shareAbove(EVENLY, thresholdFor(EVENLY, 1)), 1);
  assert.equal(thresholdFor([3], 0.5), 3);
});

test("tied scores are above a threshold together or not at all", () => {
  assert.equal(shareAbove([1, 1, 1, 2], 1), 0.25);
  assert.equal(shareAbove([1, 1, 1, 2], 0.9), 1);
});

test("scores over decades have a logarithmic axis, others and negative ones a linear one", () => {
  assert.ok(axisOf(DECADES, DECADES).isLog);
  assert.ok(!axisOf(EVENLY, EVENLY).isLog);
  assert.ok(!axisOf([-1e6, -1, 0], [5]).isLog);
  assert.ok(!axisOf([0, 0, 0], [0]).isLog);
});

test("a position on the axis and its value are each other's reverse, and the ends hold what is beyond", () => {
  for (const axis of [axisOf(DECADES, DECADES), axisOf(EVENLY, [2])]) {
    for (const position of [0, 0.25, 0.5, 1])
      assert.ok(Math.abs(positionOf(axis, valueAt(axis, position)) - position) < 1e-9);
    assert.equal(positionOf(axis, axis.low - 1), 0);
    assert.equal(positionOf(axis, -Infinity), 0);
    assert.equal(positionOf(axis, axis.high + 1), 1);
  }
});

test("every score is in one part of the axis, also where all are the same", () => {
  for (const values of [EVENLY, DECADES, [0, 0], [7]]) {
    const shares = sharesOf(axisOf(values, values), values, 10);
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
  }
});

test("ticks are round numbers within the axis", () => {
  const decades = ticksOf({ isLog: true, low: 2e-9, high: 0.8 });
  assert.ok(decades.length >= 3 && decades.length <= 8);
  for (const tick of decades) {
    assert.ok(tick >= 2e-9 && tick <= 0.8);
    assert.ok(Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9);
  }
  assert.deepEqual(ticksOf({ isLog: false, low: -12, high: 8 }), [-10, -5, 0, 5]);
});

test("sureness is never rounded to certainty", () => {
  assert.equal(formatSureness(0.4), "60 %");
  assert.equal(formatSureness(0.002), "99.8 %");
  assert.equal(formatSureness(0.00001), "99.999 %");
  assert.equal(formatSureness(0), "over 99.9999 %");
  for (let doubt = 1; doubt > 1e-12; doubt *= 0.9) assert.ok(!/^100/.test(formatSureness(doubt)));
});
