// The steps of the walk: what each adds to the controls, its formulas with the numbers of the moment, and its picture.

// exp(x) as float32 or float64 arithmetic has it, step by step.
const naiveSoftmax = (z, subtract, round) => {
  const largest = Math.max(...z), powers = z.map((score) => round(Math.exp(round(subtract ? score - largest : score))));
  const sum = powers.reduce((a, b) => round(a + b), 0);
  return { powers, sum, p: powers.map((value) => round(value / sum)) };
};

const over = (score, T) => (T === 1 ? written(score) : group(written(score), "÷", written(T)));

const STEPS = {
  exponentiate: {
    caption: "Above: the exponentials, one behind the other. Below: the same, divided by their sum.",
    picture: PICTURES.exponentiate,
    formulas: ({ z, T, p, logZ }) => [
      formula("Z", "=", ...between(z.map((score) => power("e", over(score, T))), "+"), "=", written(Math.exp(logZ))),
      ...z.map((score, k) => formula(index("p", String(k + 1)), "=", fraction(power("e", over(score, T)), written(Math.exp(logZ))), "=", formatProbability(p[k]))),
    ],
  },
  link: {
    caption: "Up: the inverse link, from score to probability. Across: the link, from probability to score. The other classes are set aside.",
    picture: PICTURES.link,
    formulas: ({ z, T }) => {
      const difference = (z[0] - z[1]) / T, p = Math.exp(logSoftmax([difference, 0])[0]);
      const first = () => (z.length === 2 ? index("p", "1") : fraction(index("p", "1"), group(index("p", "1"), "+", index("p", "2"))));
      return [
        formula(first(), "=", fraction("1", group("1", "+", power("e", written(-difference)))), "=", formatProbability(p)),
        formula(ln(), fraction(index("p", "1"), z.length === 2 ? group("1", "−", index("p", "1")) : index("p", "2")), "=", written(difference)),
      ];
    },
  },
  predictors: {
    caption: "Each class lies − ln p to the left of the shared constant ln Z: the nearer, the likelier.",
    picture: PICTURES.predictors,
    formulas: ({ z, T, logP, logZ }) => z.map((score, k) => formula(ln(), index("p", String(k + 1)), "=", over(score, T), "−", written(logZ), "=", written(logP[k]))),
  },
  gibbs: {
    caption: "Energy levels, the likeliest lowest; the thick part of each is its probability. Dashed: the free energy, never above the lowest level.",
    picture: PICTURES.gibbs,
    formulas: ({ T, logZ, free, meanEnergy, h }) => [
      formula("F", "=", "−", "T", ln(), "Z", "=", "−", written(T), "·", written(logZ), "=", written(free)),
      formula("F", "=", mathElement("mi", "⟨E⟩"), "−", "T", "H", "=", written(meanEnergy), "−", written(T), "·", written(h), "=", written(meanEnergy - T * h)),
    ],
  },
  shift: {
    caption: "Faint: without the constant. Full: with it. Nothing moves.",
    picture: PICTURES.shift,
    control: { name: "shift", label: "Constant c, added to every score", min: -10, max: 10, step: 0.1, neutral: 0 },
    formulas: ({ base, shift, T, p }) => [
      formula(index("p", "1"), "=", fraction(power("e", group("(", written(base[0]), shift < 0 ? "−" : "+", written(Math.abs(shift)), ")", ...(T === 1 ? [] : ["÷", written(T)]))), group("∑", power("e", group("(", index("z", "k"), shift < 0 ? "−" : "+", written(Math.abs(shift)), ")", ...(T === 1 ? [] : ["÷", written(T)]))))), "=", formatProbability(p[0])),
    ],
  },
  decisive: {
    caption: "Far apart: one class takes all, the entropy goes to 0. Alike: the entropy goes to ln K.",
    picture: PICTURES.decisive,
    control: { name: "factor", label: "Factor on every score", min: -1, max: 1, step: 0.01, neutral: 0, log: true },
    formulas: ({ p, h }) => [
      formula("H", "=", "−", ...between([...p].map((value) => group(formatProbability(value), space(), ln(), formatProbability(value))), "−"), "=", written(h, 3), space(), words("nats")),
      formula(words("perplexity"), power("e", "H"), "=", power("e", written(h, 3)), "=", written(Math.exp(h))),
    ],
  },
  temperature: {
    caption: "The path that the probabilities take as T runs from 0 (decided) to infinity (undecided).",
    picture: PICTURES.temperature,
    formulas: ({ z, T, p }) => [
      formula(index("p", "1"), "=", fraction(power("e", group(written(z[0]), "÷", written(T))), group(...between(z.map((score) => power("e", group(written(score), "÷", written(T)))), "+"))), "=", formatProbability(p[0])),
    ],
  },
  overflow: {
    caption: "",
    control: { name: "far", label: "Constant, added to every score", min: 0, max: 1000, step: 1, neutral: 0 },
    choices: true,
    formulas: ({ base, far, single, subtract }) => {
      const z = base.map((score) => score + far), { powers, sum, p } = naiveSoftmax(z, subtract, single ? Math.fround : (x) => x);
      return [
        ...z.map((score, k) => formula("exp", "(", written(score, 1), ...(subtract ? ["−", written(Math.max(...z), 1)] : []), ")", "=", written(powers[k]))),
        formula(words("sum"), "=", written(sum)),
        ...p.map((value, k) => formula(index("p", String(k + 1)), "=", fraction(written(powers[k]), written(sum)), "=", Number.isFinite(value) ? formatProbability(value) : written(value))),
      ];
    },
  },
};
