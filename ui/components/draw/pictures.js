// The drawing, and small pictures of 8 x 8 pixels.

import { disc, line, prepareCanvas, useFont, write } from "../lib/canvas.js";
import { FULL, PEN } from "./reduction.js";

const PAPER_PEN = 2 * PEN;

const prepare = (canvas, side) => {
  canvas.width = canvas.height = side;
  return canvas.getContext("2d");
};

// The paper: strokes as wide as the pen, or the pixels of a picture; `pen` is drawn where keys move it.
export const drawBoard = (canvas, colors, { strokes, pixels, pen, hint }) => {
  const drawing = prepareCanvas(canvas, canvas.clientWidth);
  if (!drawing) return;
  const { context, width } = drawing;
  if (pixels) {
    const side = Math.sqrt(pixels.length);
    context.fillStyle = colors.text;
    pixels.forEach((value, index) => {
      context.globalAlpha = value / FULL;
      const edge = (at) => Math.round((at * width) / side);
      const [column, row] = [index % side, Math.floor(index / side)];
      context.fillRect(edge(column), edge(row), edge(column + 1) - edge(column), edge(row + 1) - edge(row));
    });
    context.globalAlpha = 1;
  }
  context.lineCap = context.lineJoin = "round";
  const wide = 0.7 * PAPER_PEN * width;
  for (const stroke of strokes) {
    const points = stroke.map((point) => point.map((value) => value * width));
    if (points.length === 1) disc(context, points[0], wide / 2, colors.text);
    else line(context, points, colors.text, wide);
  }
  if (hint) {
    useFont(context, colors);
    context.textBaseline = "middle";
    write(context, hint, width / 2, width / 2, colors.quiet);
  }
  if (pen) {
    const at = pen.at.map((value) => value * width);
    disc(context, at, wide / 2 + 4, pen.isDown ? colors.primary : "", colors.primary);
  }
};

// Numbers from 0 to 16 as shades of the text's colour.
export const drawPixels = (canvas, colors, pixels) => {
  const side = Math.sqrt(pixels.length);
  const context = prepare(canvas, side);
  context.fillStyle = colors.text;
  pixels.forEach((value, index) => {
    context.globalAlpha = Math.min(1, value / FULL);
    context.fillRect(index % side, Math.floor(index / side), 1, 1);
  });
};

// Numbers in one colour below 0 and in another above, both full at `large`; grey where they are no weights of training.
export const drawSigned = (canvas, colors, values, large, isGrey = []) => {
  const side = Math.sqrt(values.length);
  const context = prepare(canvas, side);
  values.forEach((value, index) => {
    context.globalAlpha = isGrey[index] ? 0.18 : Math.min(1, Math.abs(value) / large || 0);
    context.fillStyle = isGrey[index] ? colors.text : value < 0 ? colors.pool : colors.raises;
    context.fillRect(index % side, Math.floor(index / side), 1, 1);
  });
};
