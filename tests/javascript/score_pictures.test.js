import assert from "node:assert/strict";
import { test } from "node:test";
import { freeEnergy, logPartition, logSoftmax } from "../../ui/components/lib/probability.js";
import { PICTURES } from "../../ui/components/scores/pictures.js";

globalThis.devicePixelRatio = 1;
const colors = { text: "black", grid: "grey", background: "white", primary: "teal", font: "Sans", textScale: 1 };

// The words that a picture writes for three scores.
const wordsOf = (picture, z, T = 1) => {
  const written = [];
  const context = new Proxy(
    { font: "13px Sans", measureText: (text) => ({ width: 6 * text.length }), fillText: (text) => written.push(text) },
    { get: (target, name) => target[name] ?? (() => {}), set: (target, name, value) => ((target[name] = value), true) },
  );
  const canvas = { clientWidth: 640, style: {}, getContext: () => context };
  const logP = logSoftmax(z, T);
  const state = { z, T, logP, p: logP.map(Math.exp), logZ: logPartition(z, T), free: freeEnergy(z, T) };
  const classes = ["Class 1", "Class 2", "Class 3"];
  PICTURES[picture](
    canvas,
    { ...colors, classes: ["blue", "red", "violet"] },
    { ...state, base: z, factor: 1, classes },
  );
  return written;
};

test("every picture of the steps writes numbers", () => {
  for (const picture of Object.keys(PICTURES))
    for (const z of [
      [2, 1, -1],
      [1000, 1, 0],
    ]) {
      const words = wordsOf(picture, z);
      assert.ok(words.length > 0, picture);
      assert.doesNotMatch(words.join(" "), /NaN|undefined/, picture);
    }
});

test("on the log scale each class has its log-probability", () => {
  const words = wordsOf("predictors", [2, 1, -1]);
  assert.deepEqual(
    words.filter((text) => text.startsWith("ln p")),
    ["ln p = −0.35", "ln p = −1.35", "ln p = −3.35"],
  );
});
