// Drawing on a canvas: lines, marks, words and axes.

import { exponentDigits } from "./format.js";

// A drawing context in CSS pixels, sharp on every screen; null while the canvas has no size. All is drawn `scale` times
// as large: in the presenter's view a canvas is then as legible as the text beside it.
export const prepareCanvas = (canvas, height, scale = 1) => {
  const ratio = (devicePixelRatio || 1) * scale;
  const width = canvas.clientWidth / scale;
  if (!width) return null;
  canvas.style.height = `${height * scale}px`;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
};

// 13 px: with the presenter's scale at least 22 px.
export const FONT_SIZE = 13;

export const useFont = (context, colors, weight = "normal") => {
  context.font = `${weight} ${FONT_SIZE}px ${colors.font}`;
};

export const prepareFigure = (canvas, colors, height) => {
  const drawing = prepareCanvas(canvas, height, colors.textScale);
  if (!drawing) return null;
  const { context } = drawing;
  useFont(context, colors);
  context.textBaseline = "middle";
  context.lineWidth = 1;
  return drawing;
};

export const line = (context, points, color, width = 2, dash = []) => {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.stroke();
  context.setLineDash([]);
};

export const segment = (context, from, to, ...style) => line(context, [from, to], ...style);

export const disc = (context, [x, y], radius, fill, outline) => {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  if (outline) {
    context.strokeStyle = outline;
    context.lineWidth = 1.5;
    context.stroke();
  }
};

export const dot = (context, x, y, colors, radius = 7) =>
  disc(context, [x, y], radius, colors.primary, colors.background);

const EXPONENT = /([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)/;
const EXPONENT_SIZE = 12;

// Draw a text in parts. A font's superscripts have half of its size: exponents are raised digits of 12 px instead.
const placeParts = (context, text, x, y, align, draw) => {
  const parts = String(text).split(EXPONENT);
  context.textAlign = align;
  if (parts.length === 1) {
    draw(text, x, y);
    return;
  }
  const usual = context.font;
  const small = usual.replace(/[\d.]+px/, `${EXPONENT_SIZE}px`);
  const set = parts.map((part, index) => {
    const raised = index % 2 === 1;
    context.font = raised ? small : usual;
    const shown = raised ? exponentDigits(part) : part;
    return { shown, raised, width: context.measureText(shown).width };
  });
  const width = set.reduce((sum, part) => sum + part.width, 0);
  let from = x - { left: 0, center: width / 2, right: width }[align];
  context.textAlign = "left";
  for (const part of set) {
    context.font = part.raised ? small : usual;
    if (part.shown) draw(part.shown, from, part.raised ? y - 0.4 * FONT_SIZE : y);
    from += part.width;
  }
  context.font = usual;
};

export const write = (context, text, x, y, color, align = "center") => {
  context.fillStyle = color;
  placeParts(context, text, x, y, align, (...part) => context.fillText(...part));
};

// A name of which the beginning and the end are left where it is wider than its room: many begin alike.
export const within = (context, text, room) => {
  let shown = text;
  for (let left = text.length - 1; left > 1 && context.measureText(shown).width > room; left--) {
    const end = Math.floor(left / 3);
    shown = `${text.slice(0, left - end).trimEnd()}…${text.slice(text.length - end).trimStart()}`;
  }
  return shown;
};

export const writeWithin = (context, text, x, y, room, color, align) =>
  write(context, within(context, text, room), x, y, color, align);

// Text that stays legible over lines: the background shines through around it.
export const writeOver = (context, text, x, y, colors, align = "center") => {
  context.strokeStyle = colors.background;
  context.lineWidth = 4;
  context.lineJoin = "round";
  placeParts(context, text, x, y, align, (...part) => context.strokeText(...part));
  write(context, text, x, y, colors.text, align);
};

// Right or wrong. The fonts of most pages have a cross that is taken for an X.
const MARK_FONTS = '"DejaVu Sans", "Segoe UI Symbol", "Apple Symbols", sans-serif';

export const writeMark = (context, colors, isRight, x, y, align = "center") => {
  const before = context.font;
  context.font = `bold ${FONT_SIZE + 2}px ${MARK_FONTS}`;
  write(context, isRight ? "✓" : "✗", x, y, colors.text, align);
  context.font = before;
};

// Positions moved apart, in their order, so that they are at least `gap` apart and between the ends, if there is room.
export const spread = (positions, gap, low, high) => {
  const order = [...positions.keys()].sort((a, b) => positions[a] - positions[b]);
  const placed = [...positions];
  let next = low;
  for (const index of order) {
    placed[index] = Math.max(placed[index], next);
    next = placed[index] + gap;
  }
  next = high;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index], next);
    next = placed[index] - gap;
  }
  return placed;
};

// A curve over a box with two axes; returns the box's scales.
export const plot = (drawing, colors, { x: [x0, x1], y: [y0, y1], xTicks, yTicks, xName, yName, right = 14 }) => {
  const { context, width, height } = drawing;
  const left = 52;
  const top = 24;
  const bottom = 42;
  const X = (x) => left + ((x - x0) / (x1 - x0)) * (width - left - right);
  const Y = (y) => height - bottom - ((y - y0) / (y1 - y0)) * (height - top - bottom);
  for (const [y, label] of yTicks) {
    segment(context, [left, Y(y)], [width - right, Y(y)], colors.grid, 1);
    write(context, label, left - 8, Y(y), colors.text, "right");
  }
  for (const [x, label] of xTicks) write(context, label, X(x), height - bottom + 14, colors.text);
  writeWithin(context, xName, (left + width - right) / 2, height - 8, width - left + right, colors.text);
  write(context, yName, 4, 8, colors.text, "left");
  return { context, X, Y, width };
};
