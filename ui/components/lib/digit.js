// A test row that is a picture: its pixels as shades of the text's color.

import { decodeBase64 } from "./base64.js";

// One array of brightness, 0 to 255, for each picture of side x side pixels; none if rows are no pictures.
export const decodePictures = (pictures) => {
  if (!pictures) return [];
  const bytes = new Uint8Array(decodeBase64(pictures.pixels));
  const size = pictures.side ** 2;
  return Array.from({ length: bytes.length / size }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
};

export const drawDigit = (canvas, colors, pixels) => {
  canvas.hidden = !pixels;
  if (!pixels) return;
  const side = Math.sqrt(pixels.length);
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  context.fillStyle = colors.text;
  pixels.forEach((brightness, index) => {
    context.globalAlpha = brightness / 255;
    context.fillRect(index % side, Math.floor(index / side), 1, 1);
  });
};
