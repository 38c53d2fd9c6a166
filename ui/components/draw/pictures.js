// The drawing, and small pictures of 8 x 8 pixels.

import { disc, line, prepareCanvas, useFont, write } from "../lib/canvas.js";
import { FULL, PEN } from "./reduction.js";

// Of the width of the paper: the pen is as wide as the reduction takes it in a drawing of usual size.
const USUAL_SIZE = 0.7;
const STROKE = 2 * PEN * USUAL_SIZE;
const GREY = 0.18;

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
  const wide = STROKE * width;
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

// "#31333F" as [49, 51, 63]; the canvas knows how to read any other way to write a colour.
const channels = (context, color) => {
  context.fillStyle = color;
  return [1, 3, 5].map((at) => parseInt(context.fillStyle.slice(at, at + 2), 16));
};

// A pixel for each number, in one of the colours and as opaque as `shadeOf` says: [colour, 0 to 1].
const paint = (canvas, colors, values, shadeOf) => {
  const side = Math.sqrt(values.length);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  const rgb = colors.map((color) => channels(context, color));
  values.forEach((value, index) => {
    const [color, alpha] = shadeOf(value, index);
    image.data.set([...rgb[color], Math.round(255 * Math.min(1, alpha))], 4 * index);
  });
  context.putImageData(image, 0, 0);
};

// Numbers from 0 to 16 as shades of the text's colour.
export const drawPixels = (canvas, colors, pixels) =>
  paint(canvas, [colors.text], pixels, (value) => [0, value / FULL]);

// Numbers in one colour below 0 and in another above, both full at `large`; grey where they are no weights of training.
export const drawSigned = (canvas, colors, values, large, isGrey = []) =>
  paint(canvas, [colors.pool, colors.raises, colors.text], values, (value, index) =>
    isGrey[index] ? [2, GREY] : [value < 0 ? 0 : 1, Math.abs(value) / large || 0],
  );
