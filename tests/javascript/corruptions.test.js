import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleOf, severityAt } from "../../ui/components/corruptions/curves.js";
import { describe, inkOn, partsOf } from "../../ui/components/corruptions/examples.js";

test("a press on a picture chooses the nearest severity, from end to end", () => {
  const width = 400;
  assert.deepEqual(
    [-50, 0, 44, 70, 71, 95, 170, 296, 399].map((x) => severityAt(x, width, 5)),
    [0, 0, 0, 1, 1, 1, 3, 5, 5],
  );
});

test("the axis of the loss holds the bands and the loss of equal probabilities", () => {
  const scores = { mean: [[0.1, 0.4]], low: [[0, 0.3]], high: [[0.2, 0.5]] };
  const { ticks, reference } = scaleOf("nll", scores, Math.log(10), 10);
  assert.ok(ticks.at(-1)[0] >= Math.log(10));
  assert.deepEqual(reference, [Math.log(10), "ln 10"]);
  const high = scaleOf("nll", { ...scores, high: [[0.2, 17]] }, Math.log(10), 10);
  assert.ok(high.ticks.at(-1)[0] >= 17);
});

test("accuracy and calibration error have axes from 0 to 100 %", () => {
  for (const measure of ["accuracy", "ece"]) {
    const { ticks, reference } = scaleOf(measure, {}, 1, 3);
    assert.deepEqual(
      [ticks[0], ticks.at(-1)],
      [
        [0, "0 %"],
        [1, "100 %"],
      ],
    );
    assert.equal(reference, undefined);
  }
});

test("the true class comes first in a bar, then the others, and what cannot be seen is left out", () => {
  const parts = partsOf([0.002, 0.3, 0.1, 0.598], 2);
  assert.deepEqual(
    parts.map(({ k }) => k),
    [2, 3, 1],
  );
  assert.deepEqual(partsOf([1, 0], 1), [{ k: 0, share: 1 }]);
});

test("a label on a color is black or white, whichever has the larger contrast", () => {
  assert.deepEqual(["#FFFFFF", "#000000", "#0072B2", "#F9D630"].map(inkOn), [
    "#000000",
    "#FFFFFF",
    "#FFFFFF",
    "#000000",
  ]);
});

test("a row is described with the answer of each method and the probability of the true class", () => {
  const row = { name: "Test digit 4", truth: 1 };
  const text = describe(
    row,
    ["zero", "one"],
    ["single network", "ensemble"],
    [
      [0.9, 0.1],
      [0.2, 0.8],
    ],
  );
  assert.equal(
    text,
    "Test digit 4, true class one. single network: zero, true class 10 %. ensemble: one, true class 80 %",
  );
});
