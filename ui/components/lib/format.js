// The one way to write a number. tests/javascript/number_vectors.json says what comes out, here and in Python.

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// 10⁻⁵ for -5.
export const powerOfTen = (exponent) => `10${[...String(exponent)].map((sign) => SUPERSCRIPTS[sign]).join("")}`;

// The digits of an exponent that is written in superscripts: "−5" for "⁻⁵".
export const exponentDigits = (superscripts) =>
  [...superscripts].map((sign) => "0123456789−"["⁰¹²³⁴⁵⁶⁷⁸⁹⁻".indexOf(sign)]).join("");

// JavaScript's "-6.2e-5" as −6.2·10⁻⁵, and "1.0e-5" as 10⁻⁵.
const typeset = (text) =>
  text
    .replace(/e([+-]\d+)$/, (_, exponent) => `·${powerOfTen(Number(exponent))}`)
    .replace(/^(-?)1(\.0+)?·/, "$1")
    .replace("-", "−");

// `value[method](digits)` with ties to even, as Python rounds; JavaScript rounds them up.
const rounded = (value, method, digits) => {
  const text = value[method](digits);
  const isTie = /50{19}(e|$)/.test(value[method](digits + 20));
  const isOdd = "13579".includes(text.split("e")[0].at(-1));
  return isTie && isOdd ? (value * (1 - 2 ** -50))[method](digits) : text;
};

// Numbers of other sizes are written as a power of ten, 0 apart.
const isWrittenOut = (size) => size === 0 || (size > 0.001 && size < 999_999.5);

// Three digits, as ui.text.format.number writes them, but with zeros at the end: live numbers then keep their width.
export const formatNumber = (value) => {
  const size = Math.abs(value);
  if (Number.isNaN(value)) return "–";
  if (size === 0) return "0";
  if (size === Infinity) return value < 0 ? "−∞" : "∞";
  if (!isWrittenOut(size)) return typeset(rounded(value, "toExponential", 1));
  if (size >= 999.5) return typeset(Number(rounded(value, "toFixed", 0)).toLocaleString("en-US"));
  return typeset(rounded(value, "toPrecision", 3));
};

// Three decimals, and what is close to 0 or 1 as the power of ten that it is off.
export const formatProbability = (p) => {
  if (p > 0 && p < 0.0005) return typeset(rounded(p, "toExponential", 1));
  if (p > 0.9995 && p < 1) return `1 − ${typeset(rounded(1 - p, "toExponential", 1))}`;
  return rounded(p, "toFixed", 3);
};

// A fixed number of decimals, as in a formula; a power of ten where they would be all zeros or too many.
export const formatFixed = (value, decimals = 2) => {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const outOfReach = size !== 0 && (size >= 1e5 || size < 10 ** -decimals / 2);
  const text = outOfReach ? typeset(rounded(size, "toExponential", 1)) : rounded(size, "toFixed", decimals);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
};

// A fixed number of digits, with zeros at the end.
export const formatPrecision = (value, digits = 3) => typeset(rounded(value, "toPrecision", digits));

// At most that many digits, without zeros at the end and without commas, as on an axis.
export const formatTick = (value, digits = 3) => {
  const short = Number(rounded(value, "toPrecision", digits));
  return typeset(isWrittenOut(Math.abs(short)) ? String(short) : short.toExponential());
};

// A difference, with its sign.
export const formatSigned = (value, decimals) =>
  `${value > 0 ? "+" : value < 0 ? "−" : ""}${rounded(Math.abs(value), "toFixed", decimals)}`;

export const formatPercent = (fraction, decimals = 0) => `${rounded(100 * fraction, "toFixed", decimals)} %`;
