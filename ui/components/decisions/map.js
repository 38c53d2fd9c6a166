// Forecasts as dots over the regions of the actions: drawn the same way for two classes and for three.

import { disc, prepareCanvas, segment, useFont, writeOver } from "../lib/canvas.js";
import { classColor } from "../lib/dom.js";
import { lineMap } from "./line_map.js";
import { triangleMap } from "./triangle_map.js";

const MAPS = { 2: lineMap, 3: triangleMap };
const TINT = 0.2;
const NEAR_DOT = 11;
const NEAR_BORDER = 9;
const HANDLE = 6;
const MANY_DOTS = 500;
const STAMP = 10;

export const hasMap = (classes) => classes in MAPS;

export const mapOf = (canvas, colors, classes) =>
  MAPS[classes](canvas.clientWidth / colors.textScale, colors.textScale);

export const pointOf = (event, colors) => [event.offsetX / colors.textScale, event.offsetY / colors.textScale];

const distance = ([x, y], [a, b]) => Math.hypot(x - a, y - b);

const middleOf = ([[x0, y0], [x1, y1]]) => [(x0 + x1) / 2, (y0 + y1) / 2];

const distanceToSegment = ([x, y], [[x0, y0], [x1, y1]]) => {
  const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
  const along = length ? Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length)) : 0;
  return distance([x, y], [x0 + along * (x1 - x0), y0 + along * (y1 - y0)]);
};

const nearest = (distances, reach) => {
  const least = Math.min(...distances);
  return least <= reach ? distances.indexOf(least) : -1;
};

export const dotAt = (places, point) => {
  let [found, least] = [-1, NEAR_DOT];
  places.forEach((place, row) => {
    const away = distance(place, point);
    if (away < least) [found, least] = [row, away];
  });
  return found;
};

// The border at that point, null if there is none; `reach` is how far it may lie away.
export const borderAt = (borders, point, reach = NEAR_BORDER) => {
  const ends = borders.map((border) => border.ends);
  return (
    borders[
      nearest(
        ends.map((side) => distanceToSegment(point, side)),
        reach,
      )
    ] ?? null
  );
};

// The widest part of a convex outline at that height.
const chordAt = (outline, y) => {
  const crossings = outline.flatMap(([x0, y0], at) => {
    const [x1, y1] = outline[(at + 1) % outline.length];
    return y0 <= y !== y1 <= y ? [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)] : [];
  });
  return crossings.length < 2 ? [0, 0] : [Math.min(...crossings), Math.max(...crossings)];
};

const centroid = (outline) => [0, 1].map((axis) => outline.reduce((sum, p) => sum + p[axis], 0) / outline.length);

const fillOutline = (context, outline, color) => {
  context.beginPath();
  outline.forEach(([x, y]) => context.lineTo(x, y));
  context.closePath();
  context.globalAlpha = TINT;
  context.fillStyle = color;
  context.fill();
  context.globalAlpha = 1;
};

const drawCross = (context, colors, [x, y], reach, color) => {
  for (const [stroke, width] of [
    [colors.background, 5],
    [color, 2.5],
  ]) {
    segment(context, [x - reach, y - reach], [x + reach, y + reach], stroke, width);
    segment(context, [x - reach, y + reach], [x + reach, y - reach], stroke, width);
  }
};

// One mark, drawn once and then copied: thousands of discs take longer than a frame.
const stamp = (context, draw) => {
  const { a: ratio } = context.getTransform();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(2 * STAMP * ratio);
  const own = canvas.getContext("2d");
  own.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(own, [STAMP, STAMP]);
  return ([x, y]) => context.drawImage(canvas, x - STAMP, y - STAMP, canvas.width / ratio, canvas.height / ratio);
};

// A disc is a row in the colour of its class, a cross one where another class than its own is acted on.
const drawDots = (context, colors, { places, y, actions, classes, row, pointed }) => {
  const radius = places.length > MANY_DOTS ? 3 : 4;
  const stamps = classes.map((_, k) => {
    const color = classColor(colors, k);
    return {
      disc: stamp(context, (own, at) => disc(own, at, radius, color, colors.background)),
      cross: stamp(context, (own, at) => drawCross(own, colors, at, radius + 0.5, color)),
    };
  });
  const isWrong = (at) => actions[at] < classes.length && actions[at] !== y[at];
  const wrong = [];
  places.forEach((place, at) => {
    if (isWrong(at)) wrong.push(at);
    else stamps[y[at]].disc(place);
  });
  for (const at of wrong) stamps[y[at]].cross(places[at]);
  for (const at of [pointed, row]) if (at >= 0) disc(context, places[at], radius + 5, null, colors.text);
};

// Where the rows lie, for as long as neither they nor the width of the picture change.
const kept = new WeakMap();
const placesIn = (map, width, rows, y) => {
  if (kept.get(rows)?.width !== width)
    kept.set(rows, { width, places: rows.map((q, row) => map.place(q, row, y[row])) });
  return kept.get(rows).places;
};

// What is drawn, so that the pointer finds it: { map, borders, places }.
export const drawMap = (canvas, colors, { classes, actionNames, rows, y, costs, ...state }) => {
  const map = mapOf(canvas, colors, classes.length);
  const drawing = prepareCanvas(canvas, map.height, colors.textScale);
  if (!drawing) return null;
  const { context, width } = drawing;
  useFont(context, colors);
  context.textBaseline = "middle";
  const { outlines, borders } = map.cut(costs);
  const places = placesIn(map, width, rows, y);
  outlines.forEach((outline, action) => {
    if (outline.length)
      fillOutline(context, outline, action < classes.length ? classColor(colors, action) : colors.quiet);
  });
  map.drawFrame(context, colors, classes, places);
  const isHeld = ({ pair }) => state.held?.join() === pair.join();
  for (const border of borders) segment(context, ...border.ends, colors.text, isHeld(border) ? 3 : 1.5);
  drawDots(context, colors, { places, y, classes, ...state });
  for (const border of borders) {
    const at = middleOf(border.ends);
    disc(context, at, HANDLE + (isHeld(border) ? 2 : 0), colors.primary, colors.background);
  }
  outlines.forEach((outline, action) => {
    if (!outline.length) return;
    const [x, height] = centroid(outline);
    const [from, to] = chordAt(outline, height);
    const text = actionNames[action];
    if (context.measureText(text).width + 10 < to - from) writeOver(context, text, x, height, colors);
  });
  const handles = borders.map(({ pair, ends }) => ({ pair, at: middleOf(ends).map((x) => x * colors.textScale) }));
  canvas.dataset.handles = JSON.stringify(handles);
  const named = state.pointed >= 0 ? state.pointed : state.row;
  if (named >= 0) nameDot(context, colors, places[named], state.nameOf(named), width);
  return { map, borders, places };
};

const nameDot = (context, colors, [x, y], text, width) => {
  const onTheRight = x < width / 2;
  writeOver(context, text, x + (onTheRight ? 14 : -14), y - 12, colors, onTheRight ? "left" : "right");
};
