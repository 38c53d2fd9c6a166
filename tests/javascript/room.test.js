// A page's connection to a room: who a browser is, and when a page is out of date.

import assert from "node:assert/strict";
import { test } from "node:test";

import { lecturerSecret, participant, randomSecret, storageOf } from "../../ui/components/room/identity.js";
import { addressOf, isBehind, isNews, pauseAfter, spaced, whenIdle } from "../../ui/components/room/news.js";

const storage = () => {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), kept };
};

const closed = {
  getItem: () => {
    throw new Error("storage is switched off");
  },
};

test("a browser is the same participant after a reload, and two browsers are two", () => {
  const mine = storage();
  const me = participant(mine, crypto);
  assert.match(me, /^[0-9a-f]{32}$/);
  assert.equal(participant(mine, crypto), me);
  assert.notEqual(participant(storage(), crypto), me);
  assert.notEqual(randomSecret(), randomSecret());
});

test("a browser that keeps nothing is still somebody, and the same one until it reloads", () => {
  const forbids = {
    get localStorage() {
      throw new Error("storage is forbidden in this frame");
    },
  };
  for (const nothing of [closed, storageOf(forbids)]) {
    const me = participant(nothing, crypto);
    assert.match(me, /^[0-9a-f]{32}$/);
    assert.equal(participant(nothing, crypto, me), me);
  }
  assert.equal(lecturerSecret(closed, "ABCDE", "secret"), "secret");
});

test("a lecturer's secret is remembered for its room alone", () => {
  const mine = storage();
  assert.equal(lecturerSecret(mine, "ABCDE", ""), "");
  assert.equal(lecturerSecret(mine, "ABCDE", "secret"), "secret");
  assert.equal(lecturerSecret(mine, "ABCDE", ""), "secret");
  assert.equal(lecturerSecret(mine, "FGHJK", ""), "");
  assert.equal(lecturerSecret(mine, "", "secret"), "");
});

test("news are found below the path that the app is served at", () => {
  assert.equal(addressOf("ABCDE", "/train", false), "/room/ABCDE/news");
  assert.equal(addressOf("ABCDE", "/train", true), "/room/ABCDE/news?of=everything");
  assert.equal(addressOf("ABCDE", "/course/lab/train"), "/course/lab/room/ABCDE/news");
});

test("a phone hears of what the lecturer does, the lecturer of each vote", () => {
  const seen = { state: "a", version: 1 };
  assert.equal(isNews({ state: "a", version: 2 }, seen, false), false);
  assert.equal(isNews({ state: "a", version: 2 }, seen, true), true);
  assert.equal(isNews({ state: "b", version: 2 }, seen, false), true);
  assert.equal(isNews({ ...seen }, seen, true), false);
});

test("a page that is newer than the message is not out of date, unless the message tells of trouble", () => {
  const shown = { state: "b", version: 5 };
  assert.equal(isNews({ state: "a", version: 4 }, shown, true), false);
  assert.equal(isNews({ state: "trouble", version: 0 }, shown, false), true);
  assert.equal(isNews({ state: "b", version: 6 }, { state: "trouble", version: 0 }, false), true);
});

test("a page is asked for once it is idle, or after some looks", () => {
  let runs = 3;
  let count = 0;
  const now = (act) => act();
  whenIdle(
    () => (count += 1),
    () => (runs -= 1) > 0,
    now,
  );
  assert.deepEqual([count, runs], [1, 0]);
  whenIdle(
    () => (count += 1),
    () => true,
    now,
  );
  assert.equal(count, 2);
});

test("a stream that is refused is asked for again, ever less often", () => {
  assert.deepEqual([1, 2, 3, 9, 2000].map(pauseAfter), [1000, 2000, 4000, 30_000, 30_000]);
});

test("of many votes at once the first and the last are heard", () => {
  let clock = 0;
  const later = [];
  let count = 0;
  const tell = spaced(
    () => (count += 1),
    () => clock,
    (act, pause) => later.push([clock + pause, act]),
  );
  for (clock = 0; clock <= 300; clock += 10) tell();
  assert.equal(count, 1);
  assert.deepEqual(
    later.map(([at]) => at),
    [400],
  );
  clock = 400;
  later.pop()[1]();
  assert.equal(count, 2);
  clock = 900;
  tell();
  assert.equal(count, 3);
});

test("a page that has missed news asks again, and no other page does", () => {
  const seen = { state: "a", version: 3 };
  assert.ok(isBehind({ state: "trouble", version: 0 }, seen));
  assert.ok(!isBehind({ state: "trouble", version: 0 }, null));
  assert.ok(!isBehind({ state: "trouble", version: 0 }, { state: "trouble", version: 0 }));
  assert.ok(!isBehind({ state: "a", version: 0 }, seen));
  assert.ok(isBehind({ state: "b", version: 2 }, seen));
  assert.ok(!isBehind({ state: "b", version: 3 }, seen));
  assert.ok(!isBehind({ state: "a", version: 2 }, seen, false));
  assert.ok(isBehind({ state: "a", version: 2 }, seen, true));
  assert.ok(!isBehind({ state: "a", version: 2 }, { state: "trouble", version: 0 }));
});
