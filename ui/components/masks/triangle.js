// Three classes: masks and their pools in the triangle of the probabilities, with their names beside them.

import { disc, prepareCanvas, segment, spread, useFont, write, writeOver } from "../lib/canvas.js";
import { cornersAbove, drawQuarters, inTriangle } from "../lib/simplex.js";
import { LINEAR, LOG, OFF, drawMark, drawMasks, drawTrail } from "./marks.js";

const MAX_TALL = 380;
const ABOVE = 30;
const BELOW = 32;
const NAME = 176;
const LINE = 19;

// Where names stand: { x, align, at }, a height for each place, on the side of the marks that has more room.
export const namesBeside = (places, width, height) => {
  const [left, right] = [Math.min(...places.map(([x]) => x)), Math.max(...places.map(([x]) => x))];
  const isRight = width - right >= Math.min(NAME, left);
  const heights = spread(
    places.map(([, y]) => y),
    LINE,
    LINE,
    height - LINE,
  );
  return { x: isRight ? right + 24 : left - 24, align: isRight ? "left" : "right", at: heights };
};

export const drawTriangle = (canvas, colors, { classes, truth, masks, weights, trails, forecasts }) => {
  const wide = canvas.clientWidth / colors.textScale;
  const tall = Math.min(0.866 * (wide - 24), colors.textScale > 1 ? MAX_TALL / 1.4 : MAX_TALL);
  const corners = cornersAbove([wide / 2, ABOVE + tall], tall);
  const drawing = prepareCanvas(canvas, ABOVE + tall + BELOW, colors.textScale);
  if (!drawing) return;
  const { context, width, height } = drawing;
  useFont(context, colors);
  context.textBaseline = "middle";
  const at = (p) => inTriangle(p, corners);
  drawQuarters(context, corners, colors.grid);
  corners.forEach((corner, k) => {
    disc(context, corner, 5, colors.classes[k], colors.background);
    const name = k === truth ? `${classes[k]} (true)` : classes[k];
    const half = context.measureText(name).width / 2;
    const x = Math.min(Math.max(corner[0], half), width - half);
    write(context, name, x, corner[1] + (k < 2 ? 19 : -17), colors.text);
  });
  drawMasks(context, colors, masks.map(at), weights);
  drawTrail(context, colors, trails.linear.map(at), false);
  drawTrail(context, colors, trails.log.map(at), true);
  const names = [LINEAR, OFF, LOG];
  const places = names.map((name) => at(forecasts[name]));
  names.forEach((name, index) => drawMark(context, colors, name, places[index]));
  const beside = namesBeside(places, width, height);
  names.forEach((name, index) => {
    const y = beside.at[index];
    const step = beside.align === "left" ? -4 : 4;
    context.globalAlpha = 0.6;
    segment(context, places[index], [beside.x + step, y], colors.text, 1);
    context.globalAlpha = 1;
    writeOver(context, name, beside.x, y, colors, beside.align);
  });
  names.forEach((name, index) => drawMark(context, colors, name, places[index]));
};
