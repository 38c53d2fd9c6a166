// The clock of a lecture: what is left, and how far it is off its plan.

import assert from "node:assert/strict";
import { test } from "node:test";

import { asClock, behind, later, left, pace } from "../../ui/components/clock/times.js";

test("seconds are read as a clock shows them", () => {
  assert.deepEqual([0, 9.9, 60, 125, 4500, -61].map(asClock), ["0:00", "0:09", "1:00", "2:05", "75:00", "1:01"]);
});

test("what is left of a step ends, and then it is over", () => {
  assert.equal(left(180, 0), "3:00 left");
  assert.equal(left(180, 179.6), "0:00 left");
  assert.equal(left(180, 220), "0:40 over");
});

test("a lecture is behind by what earlier steps took too long, and by what this one does", () => {
  const step = (elapsed) => ({ planned: 180, elapsed });
  const lecture = (elapsed) => ({ planned: 2700, before: 600, elapsed });
  assert.equal(behind(step(0), lecture(600)), 0);
  assert.equal(behind(step(100), lecture(700)), 0, "within its time a step is on time");
  assert.equal(behind(step(0), lecture(690)), 90);
  assert.equal(behind(step(240), lecture(840)), 60, "a step that takes longer than planned");
  assert.equal(behind(step(0), lecture(500)), -100);
  assert.deepEqual([0, 29, 90, -100].map(pace), ["on time", "on time", "1:30 behind", "1:40 ahead"]);
});

test("both clocks run on without the server", () => {
  const told = { step: { planned: 60, elapsed: 5 }, lecture: { planned: 600, before: 0, elapsed: 50 } };
  const now = later(told, 7);
  assert.deepEqual([now.step.elapsed, now.lecture.elapsed, told.step.elapsed], [12, 57, 5]);
});
