// Round numbers for axes.

export const niceCeiling = (value) => {
  const power = 10 ** Math.floor(Math.log10(value));
  const digits = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
  return digits.find((digit) => digit * power >= value * 0.9999) * power;
};

// From 0 in round steps of 1, 2 or 5 times a power of ten, to at least the value: at most `most` steps.
export const niceTicks = (value, most = 5) => {
  const rough = value / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((digit) => digit * power >= rough * 0.9999) * power;
  const count = Math.ceil(value / step - 1e-4);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(3)));
};
