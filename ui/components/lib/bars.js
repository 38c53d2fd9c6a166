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

// A line above or below the bars, for a word at one of their marks.
export const barMark = (name, text) =>
  element(
    "div",
    { class: "marks" },
    element("b"),
    element("div", {}, element("span", { class: name }, text)),
    element("i"),
  );
