import assert from "node:assert/strict";
import { test } from "node:test";
import { replayedEpoch } from "../../ui/components/lib/animation.js";

test("a replay begins with the first epoch, also in a frame that began before the press", () => {
  assert.equal(replayedEpoch(-300, 4, 200), 1);
  assert.equal(replayedEpoch(0, 4, 200), 1);
});

test("a replay ends with the last epoch", () => {
  assert.equal(replayedEpoch(2000, 4, 200), 101);
  assert.equal(replayedEpoch(4000, 4, 200), 200);
  assert.equal(replayedEpoch(1e9, 4, 200), 200);
});
