// Formulas with the numbers of the moment, as MathML, which browsers draw themselves.

const mathElement = (tag, ...children) => {
  const made = document.createElementNS("http://www.w3.org/1998/Math/MathML", tag);
  made.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(child))));
  return made;
};

// Strings become operators, numbers or names by how they look.
const kind = (text) => (/^[=+−·÷()∑]$/.test(text) ? "mo" : /^−?(\d|∞)|NaN/.test(text) ? "mn" : "mi");
const piece = (part) => (part instanceof Node ? part : mathElement(kind(part), part));
const group = (...parts) => mathElement("mrow", ...parts.map(piece));
const fraction = (above, below) => mathElement("mfrac", piece(above), piece(below));
const power = (base, exponent) => mathElement("msup", piece(base), piece(exponent));
const index = (base, below) => mathElement("msub", piece(base), piece(below));
const space = () => { const made = mathElement("mspace"); made.setAttribute("width", "0.2em"); return made; };
const ln = () => mathElement("mrow", mathElement("mi", "ln"), space());
const words = (text) => mathElement("mrow", mathElement("mtext", text), space());
const formula = (...parts) => { const made = mathElement("math", group(...parts)); made.setAttribute("display", "block"); return made; };

// A number as it stands in a formula, with a true minus.
const written = (value, digits = 2) => {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value), text = size !== 0 && (size >= 1e5 || size < 10 ** -digits / 2) ? asWritten(size.toExponential(1)) : size.toFixed(digits);
  return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
};

const between = (parts, sign) => parts.flatMap((part, place) => (place ? [sign, part] : [part]));
