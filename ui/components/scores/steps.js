// The steps of the walk: what each adds to the controls, its formulas with the current numbers, and its picture.

import { formatFixed, formatProbability } from "../lib/format.js";
import {
  between,
  bracketed,
  formula,
  fraction,
  group,
  identifier,
  ln,
  negative,
  power,
  space,
  subscript,
  words,
} from "../lib/mathml.js";
import { expectedLoss, logSoftmax, naiveSoftmax } from "../lib/probability.js";
import { PICTURES } from "./pictures.js";

const over = (score, T) => (T === 1 ? formatFixed(score) : group(formatFixed(score), "/", formatFixed(T)));
// Numbers are rounded to be written, so what follows from them is "about"; infinity and NaN are exact.
const about = (value) => [Number.isFinite(value) ? "≈" : "=", formatFixed(value)];
const constant = (value) => (value < 0 ? ["−", formatFixed(-value)] : ["+", formatFixed(value)]);
const p_ = (k) => subscript("p", String(k + 1));

export const STEPS = {
  exponentiate: {
    caption: () => "Top: the exponentials in a row, Z long in all. Bottom: the same, divided by Z.",
    picture: PICTURES.exponentiate,
    formulas: ({ z, T, p, logZ }) => {
      const Z = Math.exp(logZ);
      return [
        formula(
          "Z",
          "=",
          ...between(
            z.map((score) => power("e", over(score, T))),
            "+",
          ),
          ...about(Z),
        ),
        ...z.map((score, k) =>
          formula(p_(k), "=", fraction(power("e", over(score, T)), "Z"), "≈", formatProbability(p[k])),
        ),
      ];
    },
  },
  link: {
    caption: ({ z }) =>
      "Up from the score: the inverse link. Across from the probability: the link." +
      (z.length > 2 ? " Other classes are left out." : ""),
    picture: PICTURES.link,
    formulas: ({ z, T }) => {
      const difference = (z[0] - z[1]) / T;
      const p = Math.exp(logSoftmax([difference, 0])[0]);
      const two = z.length === 2;
      const first = two ? p_(0) : fraction(p_(0), group(p_(0), "+", p_(1)));
      return [
        formula(
          first,
          "=",
          fraction("1", group("1", "+", power("e", formatFixed(-difference)))),
          "≈",
          formatProbability(p),
        ),
        formula(ln(), fraction(p_(0), two ? group("1", "−", p_(0)) : p_(1)), ...about(difference)),
      ];
    },
  },
  predictors: {
    caption: ({ T }) => `Dots: the scores${T === 1 ? "" : " / T"}. The nearer to ln Z, the likelier the class.`,
    picture: PICTURES.predictors,
    formulas: ({ z, T, logP, logZ }) =>
      z.map((score, k) =>
        formula(ln(), p_(k), "=", over(score, T), "−", bracketed(formatFixed(logZ)), ...about(logP[k])),
      ),
  },
  gibbs: {
    caption: () => "One level per class; the thick part is its probability. F is never above the lowest level.",
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
    formulas: ({ base, shift, T, p }) => {
      const shifted = (score) =>
        T === 1 ? group(score, ...constant(shift)) : group("(", score, ...constant(shift), ")", "/", formatFixed(T));
      const above = power("e", shifted(formatFixed(base[0])));
      const below = group("∑", power("e", shifted(subscript("z", "k"))));
      return [formula(p_(0), "=", fraction(above, below), "≈", formatProbability(p[0]))];
    },
  },
  decisive: {
    caption: ({ base }) =>
      "Expected loss: what these bars cost if those at factor 1 are true. Entropy: a large factor " +
      `takes it to 0 where one score leads (two that tie leave ln 2), a small one to ln ${base.length}.`,
    picture: PICTURES.decisive,
    control: { name: "factor", label: "Factor on every score", min: -1, max: 1, step: 0.01, neutral: 0, log: true },
    formulas: ({ base, z, T, p, h, factor }) => {
      const shares = [...p].map(formatProbability);
      const mean = z.reduce((sum, score, k) => sum + p[k] * score, 0);
      const terms = shares.map((share) => group(bracketed(share), space(), ln(), bracketed(share)));
      const p_k = subscript("p", "k");
      const q_k = subscript("q", "k");
      const z_k = subscript("z", "k");
      const loss = formatFixed(expectedLoss(base, T, factor), 3);
      return [
        formula("H", "=", negative(), ...between(terms, "−"), "≈", formatFixed(h, 3), space(), words("nats")),
        formula(words("perplexity"), power("e", "H"), "≈", power("e", formatFixed(h, 3)), ...about(Math.exp(h))),
        formula(words("expected loss"), negative(), "∑", p_k, space(), ln(), q_k, "≈", loss, space(), words("nats")),
        formula(words("average of the scores"), "∑", p_k.cloneNode(true), z_k, ...about(mean)),
      ];
    },
  },
  temperature: {
    caption: () => "The path of the probabilities as T runs from 0 (decided) to infinity (undecided).",
    picture: PICTURES.temperature,
    formulas: ({ z, T, p }) => {
      const powers = z.map((score) => power("e", group(formatFixed(score), "/", formatFixed(T))));
      const first = power("e", group(formatFixed(z[0]), "/", formatFixed(T)));
      return [formula(p_(0), "=", fraction(first, group(...between(powers, "+"))), "≈", formatProbability(p[0]))];
    },
  },
  overflow: {
    control: { name: "far", label: "Constant, added to every score", min: 0, max: 1000, step: 1, neutral: 0 },
    choices: true,
    formulas: ({ base, far, single, subtract }) => {
      const z = base.map((score) => score + far);
      const { powers, sum, p } = naiveSoftmax(z, subtract, single ? Math.fround : (x) => x);
      const less = subtract ? ["−", bracketed(formatFixed(Math.max(...z), 1))] : [];
      return [
        ...z.map((score, k) =>
          formula(identifier("exp"), "(", formatFixed(score, 1), ...less, ")", ...about(powers[k])),
        ),
        formula(words("sum"), ...about(sum)),
        ...p.map((value, k) =>
          formula(
            p_(k),
            "=",
            fraction(formatFixed(powers[k]), formatFixed(sum)),
            ...(Number.isFinite(value) ? ["≈", formatProbability(value)] : about(value)),
          ),
        ),
      ];
    },
  },
};
