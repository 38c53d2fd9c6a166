// Single rows at a severity: what they look like, and the probabilities that each method gives their classes.

import { classColor, element } from "../lib/dom.js";
import { drawDigit } from "../lib/digit.js";

const MIN_LABELLED = 0.1;
const MIN_SHOWN = 0.005;
const REACH = [-0.5, 1.5];
const CHANGED = 1e-3;

// Probabilities of one row as parts of a bar from the left: the true class first, then the others, the largest first.
export const partsOf = (proba, truth) => {
  const others = [...proba.keys()].filter((k) => k !== truth).sort((a, b) => proba[b] - proba[a]);
  return [truth, ...others].map((k) => ({ k, share: proba[k] })).filter(({ share }) => share >= MIN_SHOWN);
};

// Black or white, whichever is read more easily on a color #RRGGBB.
export const inkOn = (color) => {
  const [red, green, blue] = [1, 3, 5].map((at) => (parseInt(color.slice(at, at + 2), 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000000" : "#FFFFFF";
};

export const likeliest = (proba) => proba.indexOf(Math.max(...proba));

export const percent = (share) => `${Math.round(100 * share)} %`;

const forecastBar = (colors, proba, truth, classes) =>
  element(
    "div",
    { class: "whole" },
    ...partsOf(proba, truth).map(({ k, share }) => {
      const color = classColor(colors, k);
      const label = share >= MIN_LABELLED ? classes[k] : "";
      return element(
        "span",
        {
          class: "part",
          style: {
            width: `${100 * share}%`,
            background: k === truth ? color : `color-mix(in srgb, ${color} 45%, ${colors.background})`,
            color: k === truth ? inkOn(color) : colors.text,
          },
        },
        label,
      );
    }),
  );

const across = (value) => {
  const [low, high] = REACH;
  return `${(100 * (Math.min(high, Math.max(low, value)) - low)) / (high - low)}%`;
};

const featureLines = (names, before, now) =>
  element(
    "div",
    { class: "features" },
    ...names.flatMap((name, index) => [
      element("b", { class: Math.abs(now[index] - before[index]) > CHANGED ? "changed" : "", title: name }, name),
      element(
        "div",
        { class: "scale" },
        element("i", { class: "range", style: { left: across(0), right: `calc(100% - ${across(1)})` } }),
        element("i", { class: "was", style: { left: across(before[index]) } }),
        element("i", { class: "is", style: { left: across(now[index]) } }),
      ),
    ]),
  );

// One row as a card; `pixels` or `features` show what it looks like, `forecasts` are by method.
export const card = (colors, { row, classes, methods, forecasts, pixels, features }) => {
  const said = forecasts && likeliest(forecasts.at(-2));
  const verdict = forecasts
    ? [`The ensemble says ${classes[said]} `, element("span", { class: "mark" }, said === row.truth ? "✓" : "✗")]
    : [];
  const canvas = element("canvas", { class: "digit", role: "img", "aria-label": `${row.name} at this severity` });
  drawDigit(canvas, colors, pixels);
  const lines = forecasts?.flatMap((proba, index) => [
    element("span", {}, methods[index]),
    forecastBar(colors, proba, row.truth, classes),
    element("span", { class: "share" }, percent(proba[row.truth])),
  ]);
  return element(
    "section",
    { class: "example" },
    element(
      "div",
      { class: "head" },
      canvas,
      element("div", {}, element("b", {}, `It is ${classes[row.truth]}`), element("span", {}, ...verdict)),
    ),
    ...(features ? [featureLines(...features)] : []),
    ...(lines
      ? [
          element(
            "div",
            { class: "forecasts", role: "img", "aria-label": describe(row, classes, methods, forecasts) },
            element("span", { class: "head-of-shares" }, `p(${classes[row.truth]})`),
            ...lines,
          ),
        ]
      : []),
  );
};

export const describe = (row, classes, methods, forecasts) =>
  `${row.name}, true class ${classes[row.truth]}. ${methods
    .map(
      (name, index) =>
        `${name}: ${classes[likeliest(forecasts[index])]}, true class ${percent(forecasts[index][row.truth])}`,
    )
    .join(". ")}`;
