// Formulas with the current numbers, in KaTeX's fonts, which Streamlit's page registers for shadow roots too.
// What is seen is HTML with TeX's lengths, the same in each browser; screen readers get the MathML beside it.

import { element } from "./dom.js";
import { exponentDigits } from "./format.js";

const POWER_OF_TEN = /^(−?)(?:(1 − )?([\d.]+)·)?(1 − )?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/;
const SPACED = {
  "=": "relation",
  "≈": "relation",
  "≥": "relation",
  "+": "binary",
  "−": "binary",
  "·": "binary",
  ",": "comma",
};

const operator = (text) => ({ kind: "operator", text, spaced: SPACED[text] ?? "tight" });

// The minus before a term, with nothing before it.
export const negative = () => ({ kind: "operator", text: "−", spaced: "tight", prefix: true });
export const identifier = (text) => ({ kind: "identifier", text });

// Strings become operators, numbers or names by how they look.
const toPart = (part) => {
  if (typeof part !== "string") return part;
  if (/^[=≈+−·/()∑⟨⟩≥,‖|]$/.test(part)) return operator(part);
  const raised = POWER_OF_TEN.exec(part);
  if (raised) {
    const [, sign, less, factor, lessOne, exponent] = raised;
    const begin = less || lessOne ? ["1", "−"] : sign && !factor ? [negative()] : [];
    return group(...begin, ...(factor ? [`${sign}${factor}`, "·"] : []), power("10", exponentDigits(exponent)));
  }
  return /^−?(\d|∞)|NaN/.test(part) ? { kind: "number", text: part } : identifier(part);
};

const compound =
  (kind) =>
  (...parts) => ({ kind, parts: parts.map(toPart) });
export const group = compound("group");
export const fraction = compound("fraction");
export const power = compound("power");
export const subscript = compound("subscript");
export const space = () => ({ kind: "space" });
export const ln = () => group(identifier("ln"), space());
export const words = (text) => group({ kind: "words", text }, space());

// In the colour of a class, mixed with the text's so that it can be read.
export const colored = (color, ...parts) => ({ ...group(...parts), color });

// A number with room for a sign and so many digits, so that what follows stays where it is while the number moves.
export const steady = (part, digits = 3) => ({ ...group(part), digits });

// A number behind a sign: in brackets where it has a minus of its own, or is written as a difference.
export const bracketed = (text) => (/^−|^1 − /.test(text) ? group("(", text, ")") : toPart(text));

export const between = (parts, sign) => parts.flatMap((part, index) => (index ? [sign, part] : [part]));

const TAGS = { operator: "mo", identifier: "mi", number: "mn", words: "mtext", space: "mspace" };
Object.assign(TAGS, { group: "mrow", fraction: "mfrac", power: "msup", subscript: "msub" });

const toMathML = (part) => {
  const made = document.createElementNS("http://www.w3.org/1998/Math/MathML", TAGS[part.kind]);
  if (part.prefix) made.setAttribute("form", "prefix");
  if (part.kind === "space") made.setAttribute("width", "0.17em");
  if (part.text) made.append(part.text);
  made.append(...(part.parts ?? []).map(toMathML));
  return made;
};

const toHTML = (part) => {
  const kind = part.kind === "identifier" && part.text.length > 1 ? "name" : part.spaced || part.kind;
  // KaTeX's fonts hold "parallel to" in place of the double bar.
  const text = part.text ? [part.text.replace("‖", "∥")] : [];
  const made = element("span", { class: kind }, ...text, ...(part.parts ?? []).map(toHTML));
  if (part.color) {
    made.classList.add("colored");
    made.style.setProperty("--color", part.color);
  }
  if (part.digits) {
    made.classList.add("steady");
    made.style.minWidth = `${0.78 + 0.28 + 0.5 * part.digits}em`;
  }
  return made;
};

export const formula = (...parts) => {
  const whole = group(...parts);
  const math = document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
  math.append(toMathML(whole));
  const seen = element("span", { class: "seen", "aria-hidden": "true" }, toHTML(whole));
  return element("div", { class: "formula" }, math, seen);
};
