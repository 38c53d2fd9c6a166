import assert from "node:assert/strict";
import { test } from "node:test";
import { verdict } from "../../ui/components/training_view/verdict.js";

const said = (loss) =>
  verdict({ rows: 30, row_name: "flower", row_names: "flowers", accuracy: 13 / 30, loss, base: 1.0917, wrong: null });

test("a loss that is written like the base rate is not said to be worse than it", () => {
  assert.equal(said(1.0924), "13 of 30 test flowers right. Loss 1.09 nats, as much as the base rate.");
  assert.match(said(1.3), /Loss 1\.30? nats, worse than the base rate \(1\.09\)\./);
  assert.match(said(0.5), /Loss 0\.500? nats; the base rate costs 1\.09\./);
});
