// Formulas with the current numbers, as MathML in KaTeX's fonts: Streamlit's page registers them, for shadow roots too.

const mathElement = (tag, ...children) => {
  const made = document.createElementNS("http://www.w3.org/1998/Math/MathML", tag);
  made.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(child))));
  return made;
};

const POWER_OF_TEN = /^(−?)(?:(1 − )?([\d.]+)·)?(1 − )?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/;
const lowered = (exponent) => [...exponent].map((sign) => "0123456789−"["⁰¹²³⁴⁵⁶⁷⁸⁹⁻".indexOf(sign)]).join("");

const operator = (sign) => {
  const made = mathElement("mo", sign);
  // Brackets and sums as tall as a digit, whatever stands beside them.
  made.setAttribute("stretchy", "false");
  made.setAttribute("largeop", "false");
  if ("()/⟨⟩".includes(sign)) for (const side of ["lspace", "rspace"]) made.setAttribute(side, "0");
  return made;
};

// The minus before a term, with nothing before it.
const negative = () => {
  const made = operator("−");
  made.setAttribute("form", "prefix");
  return made;
};

const named = (name) => {
  const made = mathElement("mi", name);
  if (name.length > 1) made.setAttribute("mathvariant", "normal");
  return made;
};

// Strings become operators, numbers or names by how they look.
const piece = (part) => {
  if (part instanceof Node) return part;
  if (/^[=≈+−·/()∑⟨⟩≥]$/.test(part)) return operator(part);
  const raised = POWER_OF_TEN.exec(part);
  if (raised) {
    const [, sign, less, factor, lessOne, exponent] = raised;
    const begin = less || lessOne ? ["1", "−"] : sign && !factor ? [negative()] : [];
    return group(...begin, ...(factor ? [`${sign}${factor}`, "·"] : []), power("10", lowered(exponent)));
  }
  return /^−?(\d|∞)|NaN/.test(part) ? mathElement("mn", part) : named(part);
};
const group = (...parts) => mathElement("mrow", ...parts.map(piece));
const fraction = (above, below) => mathElement("mfrac", piece(above), piece(below));
const power = (base, exponent) => mathElement("msup", piece(base), piece(exponent));
const index = (base, below) => mathElement("msub", piece(base), piece(below));
const space = () => {
  const made = mathElement("mspace");
  made.setAttribute("width", "0.2em");
  return made;
};
const ln = () => mathElement("mrow", named("ln"), space());
const words = (text) => mathElement("mrow", mathElement("mtext", text), space());
const formula = (...parts) => {
  const made = mathElement("math", group(...parts));
  made.setAttribute("display", "block");
  return made;
};

// A number as it stands in a formula, with a true minus.
const written = (value, digits = 2) => {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value), outOfReach = size !== 0 && (size >= 1e5 || size < 10 ** -digits / 2);
  const text = outOfReach ? asWritten(size.toExponential(1)) : size.toFixed(digits);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
};

// A number behind a sign: in brackets where it has a minus of its own, or is written as a difference.
const bracketed = (text) => (/^−|^1 − /.test(text) ? group("(", text, ")") : piece(text));

const between = (parts, sign) => parts.flatMap((part, place) => (place ? [sign, part] : [part]));
