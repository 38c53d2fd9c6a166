import assert from "node:assert/strict";
import { test } from "node:test";
import { network } from "../../ui/components/lib/network.js";
import { forget, keep, recall } from "../../ui/components/draw/memory.js";
import { nearestRows } from "../../ui/components/draw/nearest.js";
import { MAX_POINTS, countPoints, movedBy, withPoint } from "../../ui/components/draw/pen.js";
import { PRESETS } from "../../ui/components/draw/presets.js";
import { morphed, reduced } from "../../ui/components/draw/reduction.js";
import { sumOf, weightsOf, whyNoWeights } from "../../ui/components/draw/weights.js";
import { disagreementInWords, membersClaim, nearClaim, remarkOf } from "../../ui/components/draw/words.js";

const close = (found, expected, within = 1e-9) =>
  assert.ok(Math.abs(found - expected) <= within, `${found} is not ${expected}`);
const rows = (counts) => Array.from({ length: 8 }, (_, row) => [...counts.slice(8 * row, 8 * row + 8)]);
const placed = (strokes, size, left, top) =>
  strokes.map((stroke) => stroke.map(([x, y]) => [left + size * x, top + size * y]));

test("blank paper is 64 zeros, and each count is a whole number up to 16", () => {
  assert.deepEqual([...reduced([])], Array(64).fill(0));
  for (const strokes of Object.values(PRESETS))
    for (const count of reduced(strokes)) assert.ok(Number.isInteger(count) && count >= 0 && count <= 16);
});

test("a drawing gives the same numbers at any size and place", () => {
  for (const strokes of [PRESETS.digit, PRESETS.letter, PRESETS.scribble])
    for (const [size, left, top] of [
      [0.25, 0.5, 0.125],
      [0.5, 0, 0.5],
      [32, -8, 64],
    ])
      assert.deepEqual(reduced(placed(strokes, size, left, top)), reduced(strokes));
});

test("ink fills 20 columns and 32 rows: an upright line becomes a block, thinned by two pixels all around", () => {
  const line = [
    [
      [0.5, 0.2],
      [0.5, 0.8],
    ],
  ];
  const block = rows(reduced(line));
  const full = [0, 0, 16, 16, 16, 16, 0, 0];
  const half = [0, 0, 8, 8, 8, 8, 0, 0];
  assert.deepEqual(block, [half, full, full, full, full, full, full, half]);
});

test("a slant is taken out: the leftmost ink near the top stands above that near the bottom", () => {
  const letter = (slant) => [
    [
      [0.4, 0.2],
      [0.4 - slant, 0.8],
      [0.7 - slant, 0.8],
    ],
  ];
  const left = (row) => row.findIndex((count) => count > 0);
  for (const slant of [-0.2, 0, 0.2]) {
    const found = rows(reduced(letter(slant)));
    assert.equal(left(found[1]), left(found[6]), `slant ${slant}`);
  }
});

test("thin strokes get thicker: with few pixels on, the ink grows towards what the digits of the data set have", () => {
  const sum = (counts) => counts.reduce((total, count) => total + count, 0);
  assert.ok(sum(reduced([[[0.2, 0.2], [0.8, 0.2], [0.2, 0.8]]])) > 200); // prettier-ignore
  for (const name of ["digit", "letter", "scribble"]) {
    const ink = sum(reduced(PRESETS[name]));
    assert.ok(ink > 230 && ink < 400, `${name}: ${ink}`);
  }
});

test("a morph begins with one picture, ends with the other and mixes them on the way", () => {
  const [one, other] = [
    [0, 16, 4],
    [16, 0, 8],
  ];
  assert.deepEqual([...morphed(one, other, 0)], one);
  assert.deepEqual([...morphed(one, other, 1)], other);
  assert.deepEqual([...morphed(one, other, 0.25)], [4, 12, 5]);
});

const base64 = (values) => Buffer.from(Float32Array.from(values).buffer).toString("base64");
// Any numbers, the same each time.
const wild = (count, scale = 1) => Array.from({ length: count }, (_, index) => scale * Math.sin(12.9898 * (index + 1)));
const LINEAR = { outputs: "softmax", activation: "linear", layers: 2, units: 3, members: 2, features: 64, classes: 10 };

for (const [training, weights] of [
  ["joint", 2 * (64 * 3 + 3 + 9 + 3 + 30) + 10],
  ["bootstrap", 2 * (64 * 3 + 3 + 9 + 3 + 30 + 10 + 100) + 10],
])
  test(`a score of linear ${training} members is the sum of pixels times weights, less the mean score`, () => {
    const net = network({ ...LINEAR, training, weights: base64(wild(weights)) });
    const scores = (pixels) =>
      net(Array.from(pixels, (value, pixel) => (value - (pixel % 3)) / (1 + (pixel % 16)))).logits;
    const classes = weightsOf(scores, 64);
    const pixels = wild(64, 16).map(Math.abs);
    const z = scores(pixels);
    const mean = z.reduce((sum, score) => sum + score, 0) / 10;
    classes.forEach((one, k) => {
      const { products, score } = sumOf(one, pixels);
      close(score, z[k] - mean);
      close(
        products.reduce((sum, product) => sum + product, one.constant),
        score,
      );
    });
  });

test("nets without such a sum say why", () => {
  assert.equal(whyNoWeights({ ...LINEAR, training: "joint" }), "");
  assert.match(whyNoWeights({ ...LINEAR, training: "joint", activation: "relu" }), /relu/);
  assert.match(whyNoWeights({ ...LINEAR, training: "independent" }), /averaged/);
  assert.match(whyNoWeights({ ...LINEAR, training: "joint", outputs: "sigmoid" }), /sigmoid/);
});

test("the nearest rows come in their order, with root mean square distances", () => {
  const pictures = Uint8Array.from([0, 0, 16, 16, 3, 4, 0, 1]);
  assert.deepEqual(
    nearestRows(pictures, [0, 0], 3).map(({ row }) => row),
    [0, 3, 2],
  );
  close(nearestRows(pictures, [0, 0], 3)[2].distance, Math.sqrt(12.5));
});

test("a point is added to the last stroke, unless it is too close or there are too many", () => {
  const strokes = [[[0, 0]], [[0.5, 0.5]]];
  assert.deepEqual(withPoint(strokes, [0.6, 0.5]), [[[0, 0]], [[0.5, 0.5], [0.6, 0.5]]]); // prettier-ignore
  assert.equal(withPoint(strokes, [0.5001, 0.5]), strokes);
  const full = [Array.from({ length: MAX_POINTS }, () => [0, 0])];
  assert.equal(withPoint(full, [1, 1]), full);
  assert.equal(countPoints(strokes), 2);
});

test("an arrow moves the pen, and the paper's edge holds it", () => {
  const [x, y] = movedBy([0.5, 0.5], [1, 0]);
  assert.ok(x > 0.5 && y === 0.5);
  assert.deepEqual(movedBy([1, 0], [1, -1]), [1, 0]);
});

const storage = (kept = null) => ({
  getItem: () => kept,
  setItem: (_, text) => {
    kept = text;
  },
  removeItem: () => {
    kept = null;
  },
});

test("a drawing is there after a reload, and not after a link to another one", () => {
  const held = storage();
  keep([[[0.123456, 1]]], "letter", held);
  assert.deepEqual(recall("letter", held), [[[0.1235, 1]]]);
  assert.equal(recall("blank", held), null);
  forget(held);
  assert.equal(recall("letter", held), null);
});

test("what is no drawing is not taken for one, and a browser may refuse to keep any", () => {
  for (const text of [
    "",
    "7",
    "{",
    '{"over":"digit"}',
    '{"over":"digit","strokes":[[[0,2]]]}',
    '{"over":"digit","strokes":[7]}',
  ])
    assert.equal(recall("digit", storage(text)), null);
  const refusing = {
    setItem: () => {
      throw new Error("denied");
    },
  };
  keep([], "digit", refusing);
  forget(refusing);
  assert.equal(recall("digit", refusing), null);
});

test("what is no digit, blank or far away is said, with why there is an answer all the same", () => {
  const seen = { drawing: "", isBlank: false, isFar: false, nearest: "3", classes: 10 };
  assert.match(remarkOf({ ...seen, isBlank: true }), /Nothing is drawn.*sum to 1/);
  assert.match(remarkOf({ ...seen, drawing: "letter" }), /letter is no digit.*sum to 1/);
  assert.match(remarkOf({ ...seen, isFar: true }), /No training digit is near.*sum to 1/);
  assert.equal(nearClaim(1437, false), "The nearest of 1,437 training digits");
  // 99 % of the training digits have another one so near: they are farther from most of the others.
  assert.match(nearClaim(1437, true), /^It is farther from the nearest of 1,437 training digits than 99 % of them are/);
  assert.equal(remarkOf(seen), "The nearest training digit is a 3.");
});

test("the members' title counts what they say", () => {
  const classes = ["0", "1", "2"];
  assert.equal(membersClaim([1, 1], classes), "All 2 members say 1");
  assert.equal(membersClaim([2, 1, 1], classes), "Of the 3 members 2 say 1 and 1 says 2");
  assert.equal(membersClaim([2], classes), "The only member says 2");
});

test("what members disagree about is part of what their pool is unsure of", () => {
  assert.equal(disagreementInWords({ disagreement: 1.26, ofMembers: 1.36 }), "1.26 of their pool's 1.36 nats");
});
