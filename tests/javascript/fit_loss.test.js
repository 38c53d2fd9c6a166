import assert from "node:assert/strict";
import { test } from "node:test";
import { gapAt, otherLossAt, partsOf, whyAbove } from "../../ui/components/training_view/fit_loss.js";
import { verdict } from "../../ui/components/training_view/verdict.js";

const close = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);
const CURVES = {
  train_loss: [0.8, 0.2],
  fit_loss: [1.2, 0.21],
  fit_loss_end_weights: [0.9, 0.23],
  fit_loss_dropout_off: [0.8, 0.2],
};

test("the parts of the gap add up to it, one may be below 0, and each begins where the one below ends", () => {
  const gap = gapAt(CURVES, 2);
  close(gap.moving, -0.02);
  close(gap.dropout, 0.03);
  close(gap.moving + gap.dropout + gap.rest, gap.printed - gap.measured);
  const parts = partsOf(gap, "");
  assert.deepEqual(
    parts.map(({ name, from, to }) => [name, from, to]),
    [
      ["weights still moving", 0.23, 0.21],
      ["dropout on", 0.2, 0.23],
    ],
  );
});

test("a third part is named where the trained loss is another one", () => {
  const gap = gapAt({ ...CURVES, fit_loss_dropout_off: [0.85, 0.22] }, 2);
  const { name, value } = partsOf(gap, "mean of members").at(-1);
  assert.equal(name, "mean of members");
  close(value, 0.02);
  assert.equal(otherLossAt([[3, "own samples"], [6, "out of bag"]], 4), "out of bag"); // prettier-ignore
  assert.equal(otherLossAt([], 1), "");
});

test("runs from old files have no gap, and no epoch has none", () => {
  assert.equal(gapAt({ train_loss: [1], test_loss: [1] }, 1), null);
  assert.equal(gapAt(CURVES, 0), null);
});

test("the sentence says whether only the way of measuring puts the printed loss above the test loss", () => {
  const gap = gapAt(CURVES, 1);
  assert.match(
    whyAbove(gap, 1, 1, ""),
    /^Keras’ fit prints 1\.20 nats for epoch 1, above the test loss of 1\.00\..*0\.800, below it\. Only/,
  );
  assert.match(whyAbove(gap, 1, 0.7, ""), /above the test loss of 0\.700\..*0\.800, above it too\.$/);
  assert.match(whyAbove(gap, 1, 1.3, ""), /below the test loss of 1\.30\..*0\.800\.$/);
  assert.match(whyAbove(gap, 1, 1, "squared error"), /a squared error, no loss in nats\.$/);
});

const said = (loss) =>
  verdict({ rows: 30, row_name: "flower", row_names: "flowers", accuracy: 13 / 30, loss, base: 1.0917, wrong: null });

test("a loss that is written like the base rate is not said to be worse than it", () => {
  assert.equal(said(1.0924), "13 of 30 test flowers right. Loss 1.09 nats, as much as the base rate.");
  assert.match(said(1.3), /Loss 1\.30? nats, worse than the base rate \(1\.09\)\./);
  assert.match(said(0.5), /Loss 0\.500? nats; the base rate costs 1\.09\./);
});
