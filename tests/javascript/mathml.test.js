import assert from "node:assert/strict";
import { test } from "node:test";
import { between, bracketed, colored, fraction, group, negative, steady } from "../../ui/components/lib/mathml.js";

// The text of a formula, and the kinds of its leaves.
const leaves = (part) => (part.parts ? part.parts.flatMap(leaves) : [part]);
const text = (part) =>
  leaves(part)
    .map((leaf) => leaf.text ?? "")
    .join("");
const kinds = (part) => leaves(part).map(({ kind }) => kind);

test("strings become operators, numbers and names by how they look", () => {
  assert.deepEqual(kinds(group("p", "=", "0.705", "−1.00", "∞", "NaN", "‖", "KL")), [
    "identifier",
    "operator",
    "number",
    "number",
    "number",
    "number",
    "operator",
    "identifier",
  ]);
});

test("a power of ten is set as a power, with its factor, its sign and what it is subtracted from", () => {
  const power = ({ parts }) => parts.at(-1);
  for (const [written, read] of [
    ["6.2·10⁻⁵", "6.2·10−5"],
    ["−10⁻⁷", "−10−7"],
    ["1 − 10⁻⁴", "1−10−4"],
    ["1 − 6.2·10⁻⁵", "1−6.2·10−5"],
  ]) {
    const [part] = group(written).parts;
    assert.equal(text(part), read);
    assert.equal(power(part).kind, "power");
    assert.equal(text(power(part).parts[1]), read.split("10").at(-1));
  }
});

test("a number that is negative or a difference has brackets behind a sign", () => {
  assert.equal(text(bracketed("−1.00")), "(−1.00)");
  assert.equal(text(bracketed("1 − 10⁻⁴")), "(1−10−4)");
  assert.equal(text(bracketed("1.00")), "1.00");
});

test("signs of a term have room to both sides, the minus before it has none", () => {
  assert.equal(group("−").parts[0].spaced, "binary");
  assert.equal(negative().spaced, "tight");
  assert.equal(group("≈").parts[0].spaced, "relation");
});

test("colours and room belong to a part, which keeps its text", () => {
  const part = colored("#D55E00", steady(fraction("1", "Z"), 3));
  assert.equal(part.color, "#D55E00");
  assert.equal(part.parts[0].digits, 3);
  assert.equal(text(part), "1Z");
  assert.deepEqual(between(["a", "b", "c"], "+"), ["a", "+", "b", "+", "c"]);
});
