// Test rows as columns, grouped by true class: the probabilities of all classes, stacked from 0 to 1, the true one at
// the bottom.

import { prepareCanvas, segment, useFont, write, writeMark } from "./canvas.js";
import { classColor } from "./dom.js";
import { formatPercent } from "./format.js";

const LEFT = 34;
const RIGHT = 30;
const ABOVE = 20;
const BELOW = 28;
const LEAST_MOVE = 1.5;

// 100 % is for those that are certain.
export const formatCertainty = (p) => (p < 1 && p >= 0.995 ? "over 99 %" : formatPercent(p));

// What is said of one row: { right, likeliest, certainty }; of equal probabilities the first, as in Python.
export const verdictOf = (p, truth) => {
  const likeliest = p.indexOf(Math.max(...p));
  return { right: likeliest === truth, likeliest, certainty: p[likeliest] };
};

export const capitalized = (text) => text[0].toUpperCase() + text.slice(1);

export const describeRow = (name, p, truth, classes) => {
  const { right, likeliest, certainty } = verdictOf(p, truth);
  const answer = `${capitalized(name)}: ${classes[likeliest]} (${formatCertainty(certainty)})`;
  return right ? `${answer}, right.` : `${answer}, wrong. It is ${classes[truth]}.`;
};

// Which of `count` columns lies at x in a canvas of that width; -1 beside them.
export const columnAt = (x, width, count) => {
  const column = Math.floor(((x - LEFT) / (width - LEFT - RIGHT)) * count);
  return column >= 0 && column < count ? column : -1;
};

// rows: [{ p, truth }]; ghost: what another run gave the true class of each row, a faint line where it differs. Returns
// whether each class's name has found room below its columns.
export const drawColumns = (canvas, colors, { rows, classes, ghost, current = -1, pointed = -1, tall }) => {
  const drawing = prepareCanvas(canvas, tall + ABOVE + BELOW, colors.textScale);
  if (!drawing) return true;
  const { context, width } = drawing;
  const floor = ABOVE + tall;
  const step = (width - LEFT - RIGHT) / rows.length;
  const gap = step > 4 ? Math.min(3, step * 0.2) : 0;
  const X = (column) => LEFT + column * step;
  useFont(context, colors);
  context.textBaseline = "middle";
  for (const u of tall < 90 ? [0, 1] : [0, 0.5, 1])
    write(context, u, LEFT - 6, floor - u * tall, colors.quiet, "right");
  rows.forEach(({ p, truth }, column) => {
    let y = floor;
    for (const k of [truth, ...classes.keys()].filter((k, position) => position === 0 || k !== truth)) {
      context.fillStyle = classColor(colors, k);
      context.fillRect(X(column), y - p[k] * tall, step - gap, p[k] * tall);
      y -= p[k] * tall;
    }
    const moved = ghost ? Math.abs(ghost[column] - p[truth]) * tall : 0;
    if (moved > LEAST_MOVE) drawGhost(context, colors, X(column), step - gap, floor - ghost[column] * tall);
    if (!verdictOf(p, truth).right) drawCross(context, colors, X(column) + (step - gap) / 2, step);
    if (column === current || column === pointed) {
      context.strokeStyle = column === current ? colors.text : colors.quiet;
      context.lineWidth = column === current ? 3 : 2;
      context.strokeRect(X(column) - 1.5, ABOVE - 2, step - gap + 3, tall + 4);
    }
  });
  const uniform = floor - tall / classes.length;
  context.globalAlpha = 0.7;
  segment(context, [LEFT, uniform], [width - RIGHT, uniform], colors.text, 1, [4, 3]);
  context.globalAlpha = 1;
  write(context, `1/${classes.length}`, width - RIGHT + 4, uniform, colors.quiet, "left");
  return nameClasses(context, colors, rows, classes, X, gap, floor, width);
};

const drawGhost = (context, colors, x, width, y) => {
  for (const [color, thick, alpha] of [
    [colors.background, 4, 0.6],
    [colors.text, 2, 0.75],
  ]) {
    context.globalAlpha = alpha;
    segment(context, [x - 1, y], [x + width + 1, y], color, thick);
  }
  context.globalAlpha = 1;
};

const drawCross = (context, colors, x, step) => {
  if (step > 5) writeMark(context, colors, false, x, ABOVE - 10);
  else segment(context, [x, ABOVE - 14], [x, ABOVE - 6], colors.text, Math.max(1, step - 1));
};

// Names stand below their columns, each moved inwards from the edges; where two would touch, none is written.
const nameClasses = (context, colors, rows, classes, X, gap, floor, width) => {
  const labels = [];
  for (let from = 0, to; from < rows.length; from = to) {
    const k = rows[from].truth;
    to = from + 1;
    while (to < rows.length && rows[to].truth === k) to++;
    const [left, right] = [X(from), X(to) - gap];
    context.fillStyle = classColor(colors, k);
    context.fillRect(left, floor + 4, right - left, 3);
    const half = context.measureText(classes[k]).width / 2;
    labels.push({ k, half, x: Math.min(Math.max((left + right) / 2, half), width - half) });
  }
  const fit = labels.every(({ x, half }, at) => at === 0 || labels[at - 1].x + labels[at - 1].half + 8 < x - half);
  context.textBaseline = "top";
  if (fit) for (const { k, x } of labels) write(context, classes[k], x, floor + 11, colors.text);
  return fit && new Set(labels.map(({ k }) => k)).size === classes.length;
};

// A canvas of columns to point at: the pointer or the arrow keys move to a column, a click or Enter opens it.
export const listenToColumns = (canvas, { count, scale, current, move, open }) => {
  const pointed = (event) => columnAt(event.offsetX / scale, canvas.clientWidth / scale, count);
  canvas.onpointermove = (event) => move(pointed(event));
  canvas.onpointerleave = () => move(-1);
  canvas.onblur = () => move(-1);
  canvas.onclick = (event) => {
    const column = pointed(event);
    if (column >= 0) open(column);
  };
  canvas.onkeydown = (event) => {
    const at = current();
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: count - 1 }[event.key];
    if (next !== undefined) move(Math.min(count - 1, Math.max(0, next)));
    else if (["Enter", " "].includes(event.key) && at >= 0) open(at);
    else return;
    event.preventDefault();
  };
};
