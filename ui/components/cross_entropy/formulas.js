// H(p, q), H(p) and both divergences with the current numbers, the terms of each class in its colour.

import { classColor } from "../lib/dom.js";
import { formatFixed, formatNumber, formatProbability } from "../lib/format.js";
import {
  between,
  bracketed,
  colored,
  formula,
  group,
  identifier,
  ln,
  negative,
  space,
  subscript,
  words,
} from "../lib/mathml.js";
import { divergence, entropyOf, naiveTerms } from "../lib/probability.js";
import { termsOf } from "./strips.js";

const ENTROPY = group("H", "(", "p", ")");
const CROSS_ENTROPY = group("H", "(", "p", ",", "q", ")");
const kl = (first, second) => group(identifier("KL"), "(", first, "‖", second, ")");

// Terms with their signs between them: a term below 0 is subtracted.
const summed = (values, write) =>
  values.flatMap((value, k) => [
    ...(k ? [value < 0 ? "−" : "+"] : value < 0 ? [negative()] : []),
    write(formatFixed(Math.abs(value), 3), k),
  ]);

// The lines; `long` ones have room for the products, too.
export const currentFormulas = ({ p, q, unit, colors, long }) => {
  const scale = unit === "bits" ? Math.LN2 : 1;
  const terms = termsOf(p, q);
  const log = unit === "bits" ? group(subscript(identifier("log"), "2"), space()) : ln();
  const ofClass = (part, k) => colored(classColor(colors, k), part);
  const [ps, qs] = [p, q].map((vector) => vector.map(formatProbability));
  const product = (k, other) => ofClass(p[k] ? group(bracketed(ps[k]), space(), log, other) : "0", k);
  const surprises = (others) => [
    negative(),
    ...between(
      others.map((other, k) => product(k, bracketed(other))),
      "−",
    ),
  ];
  const ratios = ps.map((share, k) => product(k, group("(", bracketed(share), "/", bracketed(qs[k]), ")")));
  const total = (value) =>
    Number.isFinite(value) ? ["≈", formatNumber(value / scale), space(), words(unit)] : ["=", "∞"];
  const line = (first, products, name, value) => {
    const values = terms.map((term) => term[name] / scale);
    return formula(first, ...(long ? ["=", ...products] : []), "≈", ...summed(values, ofClass), ...total(value));
  };
  const [h, excess] = [entropyOf(p), divergence(p, q)];
  return [
    line(CROSS_ENTROPY, surprises(qs), "whole", h + excess),
    line(ENTROPY, surprises(ps), "own", h),
    line(kl("p", "q"), between(ratios, "+"), "excess", excess),
    formula(words("The other way round"), kl("q", "p"), ...total(divergence(q, p))),
  ];
};

// The same sums as floats have them, without the limit 0 ln 0 = 0, and why; nothing where they are a number.
export const naiveFormulas = ({ p, q, colors }) => {
  const lines = [
    [CROSS_ENTROPY, q],
    [ENTROPY, p],
  ].flatMap(([name, other]) => {
    const values = naiveTerms(p, other);
    if (!values.some(Number.isNaN)) return [];
    const written = values.map((value, k) =>
      colored(classColor(colors, k), bracketed(formatFixed(value === 0 ? 0 : value, 3))),
    );
    return [formula(words("In code"), name, "=", ...between(written, "+"), "=", "NaN")];
  });
  const because = formula(words("because"), "0", "·", "(", "−∞", ")", "=", "NaN");
  return lines.length ? [...lines, because] : [];
};
