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
export const negative = () => {
  const made = operator("−");
  made.setAttribute("form", "prefix");
  return made;
};

export const identifier = (name) => {
  const made = mathElement("mi", name);
  if (name.length > 1) made.setAttribute("mathvariant", "normal");
  return made;
};

// Strings become operators, numbers or names by how they look.
const toNode = (part) => {
  if (part instanceof Node) return part;
  if (/^[=≈+−·/()∑⟨⟩≥]$/.test(part)) return operator(part);
  const raised = POWER_OF_TEN.exec(part);
  if (raised) {
    const [, sign, less, factor, lessOne, exponent] = raised;
    const begin = less || lessOne ? ["1", "−"] : sign && !factor ? [negative()] : [];
    return group(...begin, ...(factor ? [`${sign}${factor}`, "·"] : []), power("10", lowered(exponent)));
  }
  return /^−?(\d|∞)|NaN/.test(part) ? mathElement("mn", part) : identifier(part);
};
export const group = (...parts) => mathElement("mrow", ...parts.map(toNode));
export const fraction = (above, below) => mathElement("mfrac", toNode(above), toNode(below));
export const power = (base, exponent) => mathElement("msup", toNode(base), toNode(exponent));
export const subscript = (base, below) => mathElement("msub", toNode(base), toNode(below));
export const space = () => {
  const made = mathElement("mspace");
  made.setAttribute("width", "0.2em");
  return made;
};
export const ln = () => mathElement("mrow", identifier("ln"), space());
export const words = (text) => mathElement("mrow", mathElement("mtext", text), space());
export const formula = (...parts) => {
  const made = mathElement("math", group(...parts));
  made.setAttribute("display", "block");
  return made;
};

// A number behind a sign: in brackets where it has a minus of its own, or is written as a difference.
export const bracketed = (text) => (/^−|^1 − /.test(text) ? group("(", text, ")") : toNode(text));

export const between = (parts, sign) => parts.flatMap((part, index) => (index ? [sign, part] : [part]));
