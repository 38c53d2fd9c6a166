import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  formatFixed,
  formatNumber,
  formatPercent,
  formatPrecision,
  formatProbability,
  formatSigned,
  formatTick,
  powerOfTen,
} from "../../ui/components/lib/format.js";

const VECTORS = JSON.parse(readFileSync(new URL("number_vectors.json", import.meta.url), "utf-8"));
const FORMATTERS = {
  percent: formatPercent,
  probability: formatProbability,
  fixed: formatFixed,
  precision: formatPrecision,
  tick: formatTick,
  signed: formatSigned,
  power_of_ten: powerOfTen,
};
const parsed = (text) => Number(text.replace("inf", "Infinity"));

test("a number has three digits and keeps its zeros", () => {
  for (const [text, , live] of VECTORS.number) assert.equal(formatNumber(parsed(text)), live, text);
});

test("a number is Python's text, but for zeros at the end of what has not been rounded", () => {
  for (const [text, python] of VECTORS.number) {
    const live = formatNumber(parsed(text));
    const isPower = live.includes("10") && /[⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(live);
    const isRounded = isPower || !live.includes(".") || Number(live.replace("−", "-")) !== parsed(text);
    assert.equal(isRounded ? live : live.replace(/\.?0+$/, ""), python, text);
  }
});

for (const [name, format] of Object.entries(FORMATTERS))
  test(`${name} as in the vectors`, () => {
    for (const vector of VECTORS[name]) {
      const [text, ...digits] = vector.slice(0, -1);
      assert.equal(format(parsed(text), ...digits), vector.at(-1), text);
    }
  });

test("no formatter writes an e or an ASCII minus", () => {
  for (let exponent = -320; exponent <= 300; exponent++)
    for (const value of [10 ** exponent, -2.5 * 10 ** exponent])
      for (const format of [formatNumber, formatFixed, formatPrecision, formatTick])
        assert.doesNotMatch(format(value), /e|-/, String(value));
});
