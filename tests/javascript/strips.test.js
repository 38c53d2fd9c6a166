import assert from "node:assert/strict";
import { test } from "node:test";
import { axisOf, endToEnd, termsOf } from "../../ui/components/cross_entropy/strips.js";
import { divergence, entropyOf } from "../../ui/components/lib/probability.js";

const close = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);
const sum = (values) => values.reduce((a, b) => a + b, 0);
const P = [0.6, 0.3, 0.1];
const Q = [0.2, 0.3, 0.5];

test("the terms of the classes add up to entropy, divergence and cross-entropy", () => {
  const terms = termsOf(P, Q);
  close(sum(terms.map(({ own }) => own)), entropyOf(P));
  close(sum(terms.map(({ excess }) => excess)), divergence(P, Q));
  close(sum(terms.map(({ whole }) => whole)), entropyOf(P) + divergence(P, Q));
  assert.ok(terms[2].excess < 0);
});

test("a class without probability has no terms, and one that is ruled out has infinite ones", () => {
  assert.deepEqual(termsOf([0, 1], [0, 1])[0], { own: 0, excess: 0, whole: 0 });
  assert.deepEqual(termsOf([1, 0], [1, 0]), [
    { own: 0, excess: 0, whole: 0 },
    { own: 0, excess: 0, whole: 0 },
  ]);
  assert.equal(termsOf([0.5, 0.5], [1, 0])[1].excess, Infinity);
});

test("pieces lie end to end, and one below 0 goes back", () => {
  assert.deepEqual(endToEnd([1, 0.5, -0.25], 2), [
    [2, 3],
    [3, 3.5],
    [3.5, 3.25],
  ]);
});

test("the axis holds the piece that reaches furthest, and leaves room for one without end", () => {
  assert.equal(axisOf([[0, 1.4]]).at(-1), 1.4);
  assert.deepEqual(axisOf([[0, 0]]), [0, 0.02, 0.04, 0.06, 0.08, 0.1]);
  const ticks = axisOf([
    [0, 1.1],
    [1.1, Infinity],
  ]);
  assert.ok(Number.isFinite(ticks.at(-1)) && ticks.at(-1) > 1.1);
});
