// The steps of the walk: what each adds to the controls, its formulas with the current numbers, and its picture.

import { classColor } from "../lib/dom.js";
import { formatFixed, formatProbability } from "../lib/format.js";
import {
  between,
  bracketed,
  colored,
  formula,
  fraction,
  group,
  identifier,
  ln,
  negative,
  power,
  space,
  steady,
  subscript,
  words,
} from "../lib/mathml.js";
import { dividedBySum, expectedLoss, logSoftmax, naiveSoftmax } from "../lib/probability.js";
import { PICTURES } from "./pictures.js";

const signed = (score) => steady(formatFixed(score));
const over = (score, T) => (T === 1 ? signed(score) : group(signed(score), "/", formatFixed(T)));
// Numbers are rounded to be written, so what follows from them is "about"; infinity and NaN are exact.
const about = (value) => [Number.isFinite(value) ? "≈" : "=", formatFixed(value)];
const constant = (value) => (value < 0 ? ["−", formatFixed(-value)] : ["+", formatFixed(value)]);
const p_ = (k) => subscript("p", String(k + 1));
const ofClass = (colors, k, part) => colored(classColor(colors, k), part);
// e^(z / T) of each class, in its colour.
const exponentials = ({ z, T, colors }) => z.map((score, k) => ofClass(colors, k, power("e", over(score, T))));

export const STEPS = {
  exponentiate: {
    caption: () => "Division by the sum changes the scale, not the shares.",
    picture: PICTURES.exponentiate,
    formulas: (state) => {
      const terms = exponentials(state);
      return [
        formula("Z", "=", ...between(terms, "+"), ...about(Math.exp(state.logZ))),
        ...terms.map((term, k) => {
          const [first, result] = [p_(k), formatProbability(state.p[k])].map((part) => ofClass(state.colors, k, part));
          return formula(first, "=", fraction(term, "Z"), "≈", result);
        }),
      ];
    },
  },
  divide: {
    caption: ({ base, z, shift, classes }) => {
      const shares = dividedBySum(z);
      const outside = shares.findIndex((share) => share < 0 || share > 1);
      const before = dividedBySum(base);
      const moved = shares.findIndex((share, k) => Math.abs(share - before[k]) > 5e-3);
      if (shares.some(Number.isNaN)) return "The scores add up to 0, and nothing can be divided by 0.";
      if (outside >= 0)
        return `Divided by the sum, ${classes[outside]} gets ${formatFixed(shares[outside])}: no probability.`;
      if (shift && moved >= 0) {
        const [from, to] = [before, shares].map((values) => formatFixed(values[moved]));
        return `The constant takes ${classes[moved]} from ${from} to ${to}. The softmax stays.`;
      }
      return "Here both are probability vectors. Add a constant, or make a score negative.";
    },
    picture: PICTURES.divide,
    control: { name: "shift", label: "Constant c, added to every score", min: -10, max: 10, step: 0.1, neutral: 0 },
    formulas: ({ z, p, colors }) => {
      const sum = z.reduce((a, b) => a + b, 0);
      return dividedBySum(z).map((share, k) => {
        const quotient = fraction(ofClass(colors, k, formatFixed(z[k])), formatFixed(sum));
        const softmax = [words("softmax"), space(), ofClass(colors, k, formatProbability(p[k]))];
        return formula(
          fraction(subscript("z", String(k + 1)), group("∑", "z")),
          "=",
          quotient,
          ...about(share),
          ",",
          ...softmax,
        );
      });
    },
  },
  link: {
    caption: ({ z }) =>
      `The logistic curve is the softmax of two classes${z.length > 2 ? ": here of the first pair" : ""}.`,
    picture: PICTURES.link,
    formulas: ({ z, T, colors }) => {
      const difference = (z[0] - z[1]) / T;
      const [p1, p2] = [0, 1].map((k) => ofClass(colors, k, p_(k)));
      const p = Math.exp(logSoftmax([difference, 0])[0]);
      const two = z.length === 2;
      const first = two ? p1 : fraction(p1, group(p1, "+", p2));
      return [
        formula(first, "=", fraction("1", group("1", "+", power("e", signed(-difference)))), "≈", formatProbability(p)),
        formula(ln(), fraction(p1, two ? group("1", "−", p1) : p2), ...about(difference)),
      ];
    },
  },
  predictors: {
    caption: () => "The nearer a score lies to ln Z, the likelier its class.",
    picture: PICTURES.predictors,
    formulas: ({ z, T, logP, logZ, colors }) =>
      z.map((score, k) => {
        const [predictor, sum] = [ofClass(colors, k, over(score, T)), bracketed(formatFixed(logZ))];
        return formula(ln(), ofClass(colors, k, p_(k)), "=", predictor, "−", sum, ...about(logP[k]));
      }),
  },
  gibbs: {
    caption: () => "The lowest energy is the likeliest. F never lies above it.",
    picture: PICTURES.gibbs,
    formulas: ({ T, logZ, free, meanEnergy, h }) => [
      formula(
        "F",
        "=",
        negative(),
        "T",
        space(),
        ln(),
        "Z",
        "=",
        negative(),
        formatFixed(T),
        "·",
        bracketed(formatFixed(logZ)),
        ...about(free),
      ),
      formula(
        "F",
        "=",
        group("⟨", "E", "⟩"),
        "−",
        "T",
        "H",
        "=",
        formatFixed(meanEnergy),
        "−",
        formatFixed(T),
        "·",
        formatFixed(h),
        ...about(meanEnergy - T * h),
      ),
    ],
  },
  shift: {
    caption: () => "Nothing moves.",
    picture: PICTURES.shift,
    control: { name: "shift", label: "Constant c, added to every score", min: -10, max: 10, step: 0.1, neutral: 0 },
    formulas: ({ base, shift, T, p, colors }) => {
      const shifted = (score) =>
        T === 1 ? group(score, ...constant(shift)) : group("(", score, ...constant(shift), ")", "/", formatFixed(T));
      const above = power("e", shifted(formatFixed(base[0])));
      const below = group("∑", power("e", shifted(subscript("z", "k"))));
      const [first, result] = [p_(0), formatProbability(p[0])].map((part) => ofClass(colors, 0, part));
      return [formula(first, "=", fraction(ofClass(colors, 0, above), below), "≈", result)];
    },
  },
  decisive: {
    caption: () =>
      "Factor 1, the truth, costs least. A large factor takes H to 0 if one score leads (two that tie leave ln 2).",
    picture: PICTURES.decisive,
    control: { name: "factor", label: "Factor on every score", min: -1, max: 1, step: 0.01, neutral: 0, log: true },
    formulas: ({ base, z, T, p, h, factor, colors }) => {
      const shares = [...p].map(formatProbability);
      const mean = z.reduce((sum, score, k) => sum + p[k] * score, 0);
      const terms = shares.map((share, k) =>
        ofClass(colors, k, group(bracketed(share), space(), ln(), bracketed(share))),
      );
      const p_k = subscript("p", "k");
      const q_k = subscript("q", "k");
      const z_k = subscript("z", "k");
      const loss = formatFixed(expectedLoss(base, T, factor), 3);
      return [
        formula("H", "=", negative(), ...between(terms, "−"), "≈", formatFixed(h, 3), space(), words("nats")),
        formula(words("perplexity"), power("e", "H"), "≈", power("e", formatFixed(h, 3)), ...about(Math.exp(h))),
        formula(words("expected loss"), negative(), "∑", p_k, space(), ln(), q_k, "≈", loss, space(), words("nats")),
        formula(words("average of the scores"), "∑", p_k, z_k, ...about(mean)),
      ];
    },
  },
  temperature: {
    caption: () => "From one class at T near 0 to all classes alike at large T.",
    picture: PICTURES.temperature,
    formulas: ({ z, T, p, colors }) => {
      const all = z.map((score, k) => ofClass(colors, k, power("e", group(signed(score), "/", formatFixed(T)))));
      const [first, result] = [p_(0), formatProbability(p[0])].map((part) => ofClass(colors, 0, part));
      return [formula(first, "=", fraction(all[0], group(...between(all, "+"))), "≈", result)];
    },
  },
  overflow: {
    control: { name: "far", label: "Constant, added to every score", min: 0, max: 1000, step: 1, neutral: 0 },
    choices: true,
    formulas: ({ base, far, single, subtract, colors }) => {
      const z = base.map((score) => score + far);
      const { powers, sum, p } = naiveSoftmax(z, subtract, single ? Math.fround : (x) => x);
      const less = subtract ? ["−", bracketed(formatFixed(Math.max(...z), 1))] : [];
      return [
        ...z.map((score, k) => {
          const exponential = [identifier("exp"), "(", formatFixed(score, 1), ...less, ")"];
          return formula(ofClass(colors, k, group(...exponential)), ...about(powers[k]));
        }),
        formula(words("sum"), ...about(sum)),
        ...p.map((value, k) => {
          const quotient = fraction(ofClass(colors, k, formatFixed(powers[k])), formatFixed(sum));
          const result = Number.isFinite(value) ? ["≈", formatProbability(value)] : about(value);
          return formula(ofClass(colors, k, p_(k)), "=", quotient, ...result);
        }),
      ];
    },
  },
};
