// Probability vectors of three classes as points of a triangle whose corners are the classes.

import { disc, prepareCanvas, useFont, write, writeOver } from "../lib/canvas.js";
import { cornersAbove, drawQuarters, inTriangle } from "../lib/simplex.js";

const MAX_TALL = 236;
const NEAR = 12;

const layout = (canvas, scale) => {
  const width = canvas.clientWidth / scale;
  // In the presenter's view it is as tall as the bars beside it, whose gaps do not grow with the text.
  const tall = Math.min(0.866 * (width - 90), scale > 1 ? MAX_TALL / 1.25 : MAX_TALL);
  const height = tall + 52;
  return { width, height, corners: cornersAbove([width / 2, height - 24], tall) };
};

const distance = ([x, y], [a, b]) => Math.hypot(x - a, y - b);

// Which member's dot lies under that point of the canvas; -1 if none does.
export const dotAt = (canvas, colors, members, { x, y }) => {
  const { corners } = layout(canvas, colors.textScale);
  const at = [x / colors.textScale, y / colors.textScale];
  const away = members.map((p) => distance(inTriangle(p, corners), at));
  const nearest = away.indexOf(Math.min(...away));
  return away[nearest] <= NEAR ? nearest : -1;
};

export const drawTriangle = (canvas, colors, { classes, truth, members, ensemble, pointed }) => {
  const { width, height, corners } = layout(canvas, colors.textScale);
  const drawing = prepareCanvas(canvas, height, colors.textScale);
  if (!drawing) return;
  const { context } = drawing;
  const at = (p) => inTriangle(p, corners);
  drawQuarters(context, corners, colors.grid);
  useFont(context, colors);
  context.textBaseline = "middle";
  corners.forEach((corner, k) => {
    disc(context, corner, 5, colors.classes[k], colors.background);
    if (k === truth) disc(context, corner, 9, null, colors.text);
    const name = k === truth ? `${classes[k]} (true)` : classes[k];
    const half = context.measureText(name).width / 2;
    const x = Math.min(Math.max(corner[0], half), width - half);
    write(context, name, x, corner[1] + (k < 2 ? 18 : -17), colors.text);
  });
  for (const member of members) disc(context, at(member), 4, colors.member, colors.background);
  const place = at(ensemble);
  disc(context, place, 7.5, colors.ensemble, colors.background);
  const label = (text, [x, y], up) => {
    const onTheRight = x < width / 2;
    writeOver(context, text, x + (onTheRight ? 12 : -12), y + up, colors, onTheRight ? "left" : "right");
  };
  label("ensemble", place, -10);
  const named = pointed >= 0 ? pointed : farthest(members.map(at), place);
  if (named < 0) return;
  const dot = at(members[named]);
  if (pointed >= 0) disc(context, dot, 6, colors.member, colors.text);
  label(`member ${named + 1}`, dot, beside(dot, corners) ?? (distance(dot, place) < 30 ? 12 : 0));
};

// How far below a dot near a corner its name stands: names of the lower corners are below them, of the upper one above.
export const beside = (dot, corners) => {
  const near = corners.findIndex((corner) => distance(dot, corner) < NEAR * 2);
  return [-14, -14, 14][near];
};

// The member to name where none is pointed at: the one farthest from the ensemble, if it lies apart from it.
const farthest = (dots, place) => {
  const away = dots.map((dot) => distance(dot, place));
  const most = Math.max(...away);
  return most > 30 ? away.indexOf(most) : -1;
};
