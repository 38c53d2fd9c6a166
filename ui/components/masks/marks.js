// The marks of both pictures: masks as dots, and what is made of them.

import { disc, line } from "../lib/canvas.js";

export const OFF = "dropout off";
export const LOG = "log pool";
export const LINEAR = "linear pool: MC dropout";

const outline = (context, points, fill, stroke) => {
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.closePath();
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = stroke;
  context.lineWidth = 1.5;
  context.stroke();
};

const square = ([x, y], reach) => [
  [x - reach, y - reach],
  [x + reach, y - reach],
  [x + reach, y + reach],
  [x - reach, y + reach],
];

const diamond = ([x, y], reach) => [
  [x, y - reach],
  [x + reach, y],
  [x, y + reach],
  [x - reach, y],
];

// Heavier masks are larger and darker; the heaviest of drawn ones are all.
export const drawMasks = (context, colors, places, weights) => {
  const most = Math.max(...weights);
  places.forEach((place, mask) => {
    const share = Math.sqrt(weights[mask] / most);
    context.globalAlpha = 0.25 + 0.35 * share;
    disc(context, place, 1.5 + 2 * share, colors.member);
  });
  context.globalAlpha = 1;
};

export const drawTrail = (context, colors, places, isLog) => {
  context.globalAlpha = 0.75;
  line(context, places, colors.pool, 1.25, isLog ? [3, 3] : []);
  context.globalAlpha = 1;
};

export const drawMark = (context, colors, name, place) => {
  if (name === OFF) {
    disc(context, place, 10, null, colors.background);
    disc(context, place, 8.5, null, colors.ensemble);
    disc(context, place, 7.5, null, colors.ensemble);
  } else if (name === LOG) outline(context, square(place, 4), colors.pool, colors.background);
  else outline(context, diamond(place, 6.5), colors.pool, colors.background);
};
