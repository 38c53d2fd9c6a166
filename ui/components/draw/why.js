// Why a score is what it is: pixels, times the weights of a digit, summed.

import { element } from "../lib/dom.js";
import { formatFixed } from "../lib/format.js";
import { drawPixels, drawSigned } from "./pictures.js";
import { sumOf, weightsOf, whyNoWeights } from "./weights.js";

// Colours are full at this quantile: a few weights of pixels that hardly any digit has are far larger than the rest.
const FULL_COLOR = 0.97;

const largeOf = (values) =>
  [...values].map(Math.abs).sort((a, b) => a - b)[Math.floor(FULL_COLOR * (values.length - 1))];

// What the section needs of a net: the classes' weights, or why it has none. `scores` is a function of pixels;
// `constant` says which pixels are the same in all training digits.
export const explanationOf = (network, scores, constant) => {
  const reason = whyNoWeights(network);
  const classes = reason ? [] : weightsOf(scores, constant.length);
  const learned = classes.flatMap(({ weights }) => [...weights].filter((_, pixel) => !constant[pixel]));
  return { reason, classes, constant, large: reason ? 0 : largeOf(learned) };
};

// A button for each digit, with its weights as a picture.
export const buildWeights = (box, colors, { classes, constant, large }, names, pointAt) =>
  box.replaceChildren(
    ...classes.map(({ weights }, k) => {
      const canvas = element("canvas", { "aria-hidden": "true" });
      drawSigned(canvas, colors, weights, large, constant);
      const button = element("button", { type: "button" }, canvas, names[k]);
      pointAt(button, k);
      return button;
    }),
  );

// The sum for a drawing; gives the score.
export const showSum = ($, colors, { classes }, k, pixels) => {
  const one = classes[k];
  const { products, score } = sumOf(one, pixels);
  const total = score - one.constant;
  drawPixels($(".pixels"), colors, pixels);
  drawSigned($(".products"), colors, products, largeOf(products));
  $(".total").replaceChildren(
    `Their sum: ${formatFixed(total)}`,
    element("br"),
    `and the bias: ${formatFixed(one.constant)}`,
    element("br"),
    element("strong", {}, `score ${formatFixed(score)}`),
  );
  return score;
};

// What of the section changes with the class alone.
export const showClass = ($, colors, { classes, constant, large }, k, name) => {
  $(".why-claim").textContent = `The score of ${name} is a sum over 64 pixels`;
  drawSigned($(".weights"), colors, classes[k].weights, large, constant);
  $(".weights").setAttribute("aria-label", `The 64 weights of ${name}`);
  $(".products").setAttribute("aria-label", `What each pixel adds to the score of ${name}`);
  $(".of-weights").textContent = `the weights of ${name}`;
  [...$(".classes").children].forEach((button, index) => button.setAttribute("aria-pressed", String(index === k)));
};
