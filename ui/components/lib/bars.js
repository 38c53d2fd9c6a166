// Rows of probability bars, one for each class.

import { element } from "./dom.js";

// A name, then a track with the bar, the mark of 1 / classes and a mark of comparison (`ghost`), then a number.
export const probabilityBar = (label, { isTrue, color, classes }) =>
  element(
    "div",
    { class: isTrue ? "bar true" : "bar" },
    element("b", {}, label),
    element(
      "div",
      { class: "track" },
      element("div", { class: "fill", style: { background: color } }),
      element("div", { class: "uniform", style: { left: `${100 / classes}%` } }),
      element("div", { class: "ghost" }),
    ),
    element("span", { class: "number" }),
  );
