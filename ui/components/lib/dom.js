// Elements of the page, and the theme that Streamlit gives them.

const ROLES = ["train", "test", "ensemble", "pool", "member", "entropy", "excess", "disagreement"];

const cssValue = (root, name, fallback) =>
  (getComputedStyle(root.host ?? root).getPropertyValue(name) || fallback).trim();

// A colour that a style sheet has for both schemes, in the scheme that the page is shown in.
export const roleColor = (root, property) => {
  const style = getComputedStyle(root.host ?? root);
  const isDark = style.colorScheme.startsWith("dark");
  return style.getPropertyValue(property).match(/#\w{6}/g)?.[isDark ? 1 : 0] ?? "#808080";
};

// The table of ui/palette.py, by role.
const roles = (root) => ({
  ...Object.fromEntries(ROLES.map((role) => [role, roleColor(root, `--role-${role}`)])),
  quiet: roleColor(root, "--quiet"),
});

export const theme = (root) => ({
  ...roles(root),
  classes: cssValue(root, "--st-chart-categorical-colors", "#0072B2,#D55E00,#70158A")
    .split(",")
    .map((color) => color.trim()),
  text: cssValue(root, "--st-text-color", "#31333F"),
  grid: cssValue(root, "--st-border-color", "#D5D6D9"),
  background: cssValue(root, "--st-background-color", "#FFFFFF"),
  primary: cssValue(root, "--st-primary-color", "#0E7C86"),
  font: cssValue(root, "--st-font", "sans-serif"),
  textScale: Number(cssValue(root, "--text-scale", "1")) || 1,
});

export const classColor = (colors, k) => colors.classes[k % colors.classes.length];

// Text reaches the page as text nodes only: names of classes may be anything.
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name === "style") Object.assign(made.style, value);
    else made.setAttribute(name, value);
  }
  made.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(child))));
  return made;
};

// Content that scrolls has to be reachable with the keyboard; content that fits is no stop for Tab.
export const focusableIfScrolling = (box) => {
  if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
  else box.removeAttribute("tabindex");
};

// A row of a description list.
export const description = (name, value = "") => element("div", {}, element("dt", {}, name), element("dd", {}, value));

export const tableRow = (cells, tag = "td") => element("tr", {}, ...cells.map((cell) => element(tag, {}, cell)));
