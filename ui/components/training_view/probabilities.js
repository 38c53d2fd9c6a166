// The test rows' probabilities at one epoch.

import { prepareCanvas } from "../lib/canvas.js";
import { classColor } from "../lib/dom.js";

// One column per test row, ordered by true class: the probabilities of all classes, stacked from 0 to 1, the true class
// lowest. Returns whether every class's name has found room below its columns.
export const drawWall = (canvas, colors, frames, index, classes) => {
  const drawing = prepareCanvas(canvas, 166, colors.textScale);
  if (!drawing) return true;
  const { context, width } = drawing;
  const left = 46;
  const right = 8;
  const top = 20;
  const floor = 140;
  context.font = `12px ${colors.font}`;
  context.fillStyle = colors.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const u of [0, 0.5, 1]) context.fillText(u, left - 6, floor - u * (floor - top));
  context.textAlign = "center";
  const wines = frames.truth.length;
  const step = (width - left - right) / wines;
  const gap = step > 4 ? Math.min(3, step * 0.2) : 0;
  for (let wine = 0; wine < wines; wine++) {
    let y = floor;
    const truth = frames.truth[wine];
    const order = [truth, ...classes.keys()].filter((k, position) => position === 0 || k !== truth);
    const of = (k) => frames.proba[index * frames.size + wine * classes.length + k];
    for (const k of order) {
      const tall = (of(k) / 65535) * (floor - top);
      context.fillStyle = classColor(colors, k);
      context.fillRect(left + wine * step, y - tall, step - gap, tall);
      y -= tall;
    }
    if (order.some((k) => of(k) > of(truth))) {
      context.fillStyle = colors.text;
      if (step > 7) context.fillText("✗", left + (wine + 0.5) * step - gap / 2, top - 9);
      else context.fillRect(left + wine * step, top - 9, Math.max(1, step - gap), 6);
    }
  }
  context.textBaseline = "top";
  let all = true;
  for (let from = 0; from < wines;) {
    let to = from;
    while (to < wines && frames.truth[to] === frames.truth[from]) to++;
    const k = frames.truth[from];
    const x = left + from * step;
    const wide = (to - from) * step - gap;
    context.fillStyle = classColor(colors, k);
    context.fillRect(x, floor + 3, wide, 3);
    context.fillStyle = colors.text;
    if (context.measureText(classes[k]).width < wide) context.fillText(classes[k], x + wide / 2, floor + 10);
    else all = false;
    from = to;
  }
  context.strokeStyle = colors.text;
  context.globalAlpha = 0.6;
  context.setLineDash([4, 3]);
  const uniform = floor - (floor - top) / classes.length;
  context.beginPath();
  context.moveTo(left, uniform);
  context.lineTo(width - right, uniform);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
  return all && new Set(frames.truth).size === classes.length;
};
