import assert from "node:assert/strict";
import { test } from "node:test";
import { grownEpochs } from "../../ui/components/lib/animation.js";
import { spread, within, write } from "../../ui/components/lib/canvas.js";
import { decodePictures } from "../../ui/components/lib/digit.js";
import { membersClaim } from "../../ui/components/lib/members.js";
import {
  columnAt,
  describeRow,
  formatCertainty,
  listenToColumns,
  verdictOf,
} from "../../ui/components/lib/row_columns.js";
import { cornersAbove } from "../../ui/components/lib/simplex.js";
import { clearPlace } from "../../ui/components/shell/help_texts.js";
import { beside } from "../../ui/components/reading/triangle.js";
import { stackShares } from "../../ui/components/reading/sums.js";
import { accuracyScale, lossScale, smoothCurve } from "../../ui/components/training_view/curves.js";
import { verdict } from "../../ui/components/training_view/verdict.js";

const near = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-9, `${found} is not ${expected}`);

test("a curve grows from nothing to its last epoch", () => {
  assert.equal(grownEpochs(-20, 1, 200), 0);
  assert.equal(grownEpochs(500, 1, 200), 100);
  assert.equal(grownEpochs(5000, 1, 200), 200);
});

test("labels are moved apart, in their order, and stay within the picture", () => {
  assert.deepEqual(spread([50, 52, 10], 15, 0, 100), [50, 65, 10]);
  assert.deepEqual(spread([98, 99, 97], 15, 0, 100), [85, 100, 70]);
  assert.deepEqual(spread([-5, -4], 15, 0, 100), [0, 15]);
});

test("an exponent is written as raised digits of at least 12 px, beside what it belongs to", () => {
  const drawn = [];
  const context = {
    font: "bold 13px Sans",
    measureText: (text) => ({ width: 6 * text.length }),
    fillText: (...text) => drawn.push([...text, context.font]),
  };
  write(context, "5·10⁻⁴ nats", 100, 50, "black", "right");
  assert.deepEqual(
    drawn.map(([text, x]) => [text, x]),
    [
      ["5·10", 34],
      ["−4", 58],
      [" nats", 70],
    ],
  );
  assert.deepEqual(
    drawn.map(([, , , font]) => font),
    ["bold 13px Sans", "bold 12px Sans", "bold 13px Sans"],
  );
  assert.ok(drawn[1][2] < 50 && drawn[0][2] === 50 && drawn[2][2] === 50);
  assert.equal(context.font, "bold 13px Sans");
});

test("a help text stands on the first side of what it explains where it covers no control", () => {
  const room = { width: 1000, height: 800 };
  const at = (left, top, width, height) => ({ left, top, width, height, right: left + width, bottom: top + height });
  const anchor = at(200, 100, 20, 20);
  const box = at(150, 52, 120, 40);
  const above = at(100, 60, 200, 20);
  const right = at(230, 90, 100, 30);
  assert.deepEqual(clearPlace(box, anchor, [], room), [150, 52]);
  assert.deepEqual(clearPlace(box, anchor, [above], room), [228, 90]);
  assert.deepEqual(clearPlace(box, anchor, [above, right], room), [72, 90]);
  assert.deepEqual(clearPlace(box, anchor, [above, right, at(0, 80, 195, 60)], room), [150, 16]);
  assert.deepEqual(clearPlace(box, anchor, [above], { width: 300, height: 800 }), [72, 90]);
  // A row of buttons on both sides, a little higher and lower than the anchor.
  const row = [at(0, 88, 195, 44), at(225, 88, 400, 44)];
  assert.deepEqual(clearPlace(box, anchor, row, room), [150, 44]);
});

test("a smooth curve keeps its ends, a constant, and a straight line", () => {
  const values = [1, 5, 2, 8, 3, 9, 4];
  const smooth = smoothCurve(values);
  assert.equal(smooth[0], 1);
  assert.equal(smooth.at(-1), 4);
  assert.equal(smooth[3], (5 + 2 + 8 + 3 + 9) / 5);
  assert.deepEqual(smoothCurve([2, 2, 2, 2]), [2, 2, 2, 2]);
  smoothCurve([1, 2, 3, 4, 5, 6]).forEach((value, at) => near(value, at + 1));
  assert.deepEqual(smoothCurve([]), []);
});

test("the axis of losses holds all curves, and constant losses with room for their labels", () => {
  const { ticks, toUnit } = lossScale([[0.5, 0.002], [], [0.9]], [Math.log(3)]);
  for (const loss of [0.5, 0.002, 0.9, Math.log(3)]) assert.ok(toUnit(loss) >= 0 && toUnit(loss) < 0.93, String(loss));
  assert.deepEqual(
    ticks.map(([, label]) => label),
    ["10⁻³", "10⁻²", "10⁻¹", "1"],
  );
  for (const curves of [[[]], [[0, 0]]]) assert.ok(lossScale(curves).ticks.length > 1);
});

test("the axis of accuracies begins at a round number below what comes after the first tenth of a run", () => {
  const late = Array.from({ length: 20 }, (_, epoch) => (epoch < 2 ? 0.1 : 0.93));
  assert.equal(accuracyScale({ train_accuracy: late, test_accuracy: late }, 20).from, 90);
  assert.equal(accuracyScale({ train_accuracy: [0.1], test_accuracy: [0.1] }, 1).from, 0);
});

test("the verdict names the wrong rows and compares the loss with the base rate's", () => {
  const run = { rows: 36, row_name: "wine", row_names: "wines", accuracy: 34 / 36, loss: 0.136, base: 1.02 };
  assert.equal(
    verdict({ ...run, wrong: [7, 30] }),
    "34 of 36 test wines right. Wrong: wines 7, 30. Loss 0.136 nats; the base rate costs 1.02.",
  );
  assert.match(verdict({ ...run, accuracy: 35 / 36, wrong: [7] }), /Wrong: wine 7\./);
  assert.match(
    verdict({ ...run, loss: 2, wrong: null }),
    /right\. Loss 2\.00 nats, worse than the base rate \(1\.02\)\./,
  );
  assert.doesNotMatch(verdict({ ...run, accuracy: 1, wrong: [] }), /Wrong/);
  // The rows are of another epoch.
  assert.doesNotMatch(verdict({ ...run, wrong: [7] }), /Wrong/);
  assert.match(verdict({ ...run, accuracy: 28 / 36, wrong: [1, 2, 3, 4, 5, 6, 7, 8] }), /5, 6 and 2 more\./);
  assert.doesNotMatch(verdict({ ...run, wrong: null }), /trained loss/);
  assert.match(
    verdict({ ...run, wrong: null, trained: 0.56, bound: Math.E / (Math.E + 2) }),
    /The trained loss is 0\.560: it sees no probability above 0\.576, so it cannot fall below 0\.551\.$/,
  );
});

test("a row is right if its true class is the likeliest, the first of equals", () => {
  assert.deepEqual(verdictOf([0.2, 0.5, 0.3], 1), { right: true, likeliest: 1, certainty: 0.5 });
  assert.equal(verdictOf([0.5, 0.5], 1).right, false);
  assert.equal(describeRow("wine 7", [0.4, 0.6], 0, ["A", "B"]), "Wine 7: B (60 %), wrong. It is A.");
  assert.equal(describeRow("wine 7", [0.4, 0.6], 1, ["A", "B"]), "Wine 7: B (60 %), right.");
});

test("only what is certain is called 100 %", () => {
  assert.equal(formatCertainty(1), "100 %");
  assert.equal(formatCertainty(0.999999), "over 99 %");
  assert.equal(formatCertainty(0.994), "99 %");
});

test("a point belongs to the column under it, and to none beside them", () => {
  const columns = Array.from({ length: 400 }, (_, x) => columnAt(x, 400, 36));
  assert.equal(columns[0], -1);
  assert.equal(columns[399], -1);
  const hit = columns.filter((column) => column >= 0);
  assert.deepEqual([...new Set(hit)], [...Array(36).keys()]);
});

test("arrow keys move along the columns, Enter opens one, and other keys are left alone", () => {
  const canvas = {};
  const log = [];
  let at = 0;
  listenToColumns(canvas, {
    count: 3,
    scale: 1,
    current: () => at,
    move: (column) => (at = column),
    open: (column) => log.push(column),
  });
  const pressed = (key) => {
    let prevented = false;
    canvas.onkeydown({ key, preventDefault: () => (prevented = true) });
    return prevented;
  };
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "Enter", "Home", "ArrowLeft", " "])
    assert.ok(pressed(key));
  assert.deepEqual(log, [2, 0]);
  assert.equal(pressed("Tab"), false);
});

test("the title of the members counts those that are right", () => {
  const right = [0.2, 0.8];
  const wrong = [0.8, 0.2];
  assert.equal(membersClaim([right, wrong, right], 1), "2 of 3 members are right on their own");
  assert.equal(membersClaim([right, wrong], 1), "1 of 2 members is right on its own");
  assert.equal(membersClaim([wrong, wrong], 1), "None of 2 members are right on their own");
  assert.equal(membersClaim([right, right], 1), "All 2 members are right on their own");
  assert.equal(membersClaim([wrong], 1), "The only member is wrong");
});

test("shares are laid end to end, the largest next to 0, and add up to the sum", () => {
  const pieces = stackShares([1, -2, 0.5], -0.25);
  assert.deepEqual(
    pieces.map(({ name }) => name),
    ["2", "1", "3", "bias"],
  );
  assert.deepEqual(pieces[0], { name: "2", from: 0, to: -2 });
  assert.deepEqual(pieces[2], { name: "3", from: 1, to: 1.5 });
  near(
    pieces.reduce((sum, { from, to }) => sum + to - from, 0),
    -0.75,
  );
});

test("pictures are cut out of one string of bytes", () => {
  const pixels = btoa(String.fromCharCode(0, 1, 2, 255, 9, 9, 9, 9));
  assert.deepEqual(
    decodePictures({ side: 2, pixels }).map((one) => [...one]),
    [
      [0, 1, 2, 255],
      [9, 9, 9, 9],
    ],
  );
  assert.deepEqual(decodePictures(null), []);
});

test("the name of a dot in a corner of the triangle stands on the other side of it than the corner's", () => {
  const corners = cornersAbove([200, 220], 200);
  const [left, right, top] = corners;
  assert.ok(beside([left[0] + 5, left[1]], corners) < 0 && beside(right, corners) < 0);
  assert.ok(beside([top[0], top[1] + 3], corners) > 0);
  assert.equal(beside([200, 150], corners), undefined);
});

test("a name that is wider than its room keeps its beginning and its end", () => {
  const context = { measureText: (text) => ({ width: 6 * text.length }) };
  assert.equal(within(context, "Cultivar 0", 60), "Cultivar 0");
  const [one, two] = ["1", "2"].map((number) => within(context, `a diagnosis of a long name ${number}`, 60));
  assert.ok(one !== two && one.startsWith("a diag") && one.endsWith("1") && one.length <= 10, one);
  assert.equal(within(context, "ab", 1), "ab");
});
