// Any number of classes: a line from 0 to 1 for each, with the masks' probabilities as dots and their pools over them.
// Two classes need one line: the probability of the second.

import { prepareCanvas, segment, useFont, write, writeWithin } from "../lib/canvas.js";
import { classColor } from "../lib/dom.js";
import { LINEAR, LOG, OFF, drawMark, drawMasks } from "./marks.js";

const MAX_CLASSES = 10;
const RIGHT = 14;
const ABOVE = 34;
const BELOW = 40;
const GOLDEN = 0.618034;

// The classes that are drawn, in their order: of more than ten those that are likeliest with dropout off.
export const shownClasses = (off) => {
  if (off.length === 2) return [1];
  const order = [...off.keys()].sort((a, b) => off[b] - off[a]);
  return order.slice(0, MAX_CLASSES).sort((a, b) => a - b);
};

const drawLegend = (context, colors, left) => {
  let x = left + 10;
  for (const name of [OFF, LOG, LINEAR]) {
    drawMark(context, colors, name, [x, 14]);
    write(context, name, x + 15, 14, colors.text, "left");
    x += 38 + context.measureText(name).width;
  }
};

export const drawStrips = (canvas, colors, { classes, truth, masks, weights, forecasts }) => {
  const shown = shownClasses(forecasts[OFF]);
  const tall = shown.length === 1 ? 150 : shown.length < 5 ? 60 : 34;
  const drawing = prepareCanvas(canvas, ABOVE + tall * shown.length + BELOW, colors.textScale);
  if (!drawing) return;
  const { context, width } = drawing;
  useFont(context, colors);
  context.textBaseline = "middle";
  const left = Math.min(120, width * 0.25);
  const X = (p) => left + p * (width - left - RIGHT);
  const floor = ABOVE + tall * shown.length;
  for (const p of [0, 0.25, 0.5, 0.75, 1]) {
    segment(context, [X(p), ABOVE], [X(p), floor], colors.grid, 1);
    write(context, p, X(p), floor + 14, colors.text);
  }
  write(context, "probability", X(0.5), floor + 31, colors.quiet);
  drawLegend(context, colors, width < 480 ? 0 : left);
  shown.forEach((k, strip) => {
    const top = ABOVE + strip * tall;
    const middle = top + tall / 2;
    const name = k === truth ? `${classes[k]} (true)` : classes[k];
    context.fillStyle = classColor(colors, k);
    context.fillRect(left - 8, top + 4, 4, tall - 8);
    writeWithin(context, name, left - 14, middle, left - 18, colors.text, "right");
    const jitter = (mask) => top + 6 + ((mask * GOLDEN) % 1) * (tall - 12);
    drawMasks(
      context,
      colors,
      masks.map((p, mask) => [X(p[k]), jitter(mask)]),
      weights,
    );
    for (const one of [LINEAR, OFF, LOG]) drawMark(context, colors, one, [X(forecasts[one][k]), middle]);
  });
};
