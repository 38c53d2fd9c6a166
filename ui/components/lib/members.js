// Each member's probabilities as small bars.

import { prepareCanvas } from "./canvas.js";
import { classColor } from "./dom.js";

export const drawMembers = (canvas, colors, truth, members) => {
  const scale = colors.textScale;
  const cell = Math.max(46, Math.min(84, 14 * members[0].length));
  const tall = 76;
  const across = Math.max(1, Math.floor(canvas.clientWidth / scale / cell));
  const drawing = prepareCanvas(canvas, Math.ceil(members.length / across) * tall, scale);
  if (!drawing) return;
  const { context } = drawing;
  context.font = `12px ${colors.font}`;
  context.textAlign = "center";
  members.forEach((member, number) => {
    const left = (number % across) * cell;
    const floor = Math.floor(number / across) * tall + 54;
    const bar = (cell - 14) / member.length;
    const top = floor - 48;
    context.strokeStyle = colors.grid;
    context.lineWidth = 1;
    context.strokeRect(left + 4.5, top, cell - 13, floor - top);
    member.forEach((p, k) => {
      context.fillStyle = classColor(colors, k);
      context.fillRect(left + 5 + k * bar, floor - p * (floor - top), Math.max(1, bar - 1), p * (floor - top));
      if (k === truth) {
        context.fillStyle = colors.text;
        context.fillRect(left + 5 + k * bar, floor + 2, Math.max(1, bar - 1), 2);
      }
    });
    context.strokeStyle = colors.text;
    context.globalAlpha = 0.6;
    context.setLineDash([3, 2]);
    const uniform = floor - (floor - top) / member.length;
    context.beginPath();
    context.moveTo(left + 4.5, uniform);
    context.lineTo(left + cell - 8.5, uniform);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.fillStyle = colors.text;
    context.fillText(number + 1, left + cell / 2 - 2, floor + 16);
  });
};
