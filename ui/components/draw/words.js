// What is said of a drawing, from the numbers that are shown.

import { formatNumber, formatPrecision, formatProbability } from "../lib/format.js";

const NO_DIGIT = { letter: "A letter is no digit.", scribble: "A scribble is no digit." };

// Below the claim: what to do first, or what blank paper, a letter or a drawing far from all training digits shows.
export const remarkOf = ({ drawing, isBlank, isFar, nearest, classes }) => {
  const mustChoose = `The softmax has to choose: its ${classes} probabilities sum to 1.`;
  if (isBlank) return `Nothing is drawn. ${mustChoose}`;
  if (drawing in NO_DIGIT) return `${NO_DIGIT[drawing]} ${mustChoose}`;
  if (isFar) return `No training digit is near. ${mustChoose}`;
  if (drawing === "digit") return "Draw your own over it. All numbers follow the pen.";
  if (drawing === "test") return "Move the slider from one test digit to the other.";
  return `The nearest training digit is a ${nearest}.`;
};

// The title of the nearest training digits.
export const nearClaim = (count, isFar) => {
  const all = `${count.toLocaleString("en-US")} training digits`;
  return isFar ? `It is farther from the nearest of ${all} than 99 % of them are from theirs` : `The nearest of ${all}`;
};

// What the numbers below the nearest training digits are, and what is usual.
export const distancesInWords = ({ usual, far }) =>
  "The number is the distance: the root mean square difference of the pixels. " +
  `Half of the training digits have one nearer than ${formatPrecision(usual, 2)}, ` +
  `99 % one nearer than ${formatPrecision(far, 2)}.`;

// How many members say what, as the picture's title.
export const membersClaim = (said, classes) => {
  if (said.length === 1) return `The only member says ${classes[said[0]]}`;
  const counts = classes.map((_, k) => said.filter((one) => one === k).length);
  const order = [...counts.keys()].filter((k) => counts[k]).sort((a, b) => counts[b] - counts[a]);
  if (order.length === 1) return `All ${said.length} members say ${classes[order[0]]}`;
  const parts = order.map((k) => `${counts[k]} ${counts[k] === 1 ? "says" : "say"} ${classes[k]}`);
  return `Of the ${said.length} members ${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
};

export const listOfProbabilities = (p, classes) =>
  p.map((value, k) => `${classes[k]} ${formatProbability(value)}`).join(", ");

// What the members' pool is unsure of, and how much of it is that they contradict each other.
export const disagreementInWords = ({ disagreement, ofMembers }) =>
  `${formatNumber(disagreement)} of their pool's ${formatNumber(ofMembers)} nats`;
