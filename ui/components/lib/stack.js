// Cross-entropy as a stacked bar: entropy, then divergence, on an axis that ends at a round number.

import { prepareCanvas } from "./canvas.js";
import { formatTick } from "./format.js";
import { niceTicks } from "./ticks.js";

export const drawStack = (canvas, colors, h, divergence, unit) => {
  const drawing = prepareCanvas(canvas, 74, colors.textScale);
  if (!drawing) return;
  // An infinite divergence is not a large number: it fills the axis, and the axis has no end.
  const infinite = !Number.isFinite(divergence);
  const ticks = niceTicks(infinite ? Math.max(3 * h, 1) : Math.max(h + divergence, 0.1));
  const end = ticks.at(-1);
  const { context, width } = drawing;
  const left = 4;
  const right = 14;
  const top = 8;
  const tall = 30;
  const kl = infinite ? end - h : divergence;
  const X = (value) => left + (value / end) * (width - left - right);
  context.globalAlpha = 0.45;
  context.fillStyle = colors.entropy;
  context.fillRect(X(0), top, X(h) - X(0), tall);
  context.globalAlpha = 1;
  context.fillStyle = colors.excess;
  context.fillRect(X(h), top, X(h + kl) - X(h), tall);
  context.font = `13px ${colors.font}`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const label = (text, from, to, color) => {
    if (context.measureText(text).width + 8 >= X(to) - X(from)) return;
    context.fillStyle = color;
    context.fillText(text, (X(from) + X(to)) / 2, top + tall / 2);
  };
  label("H(p)", 0, h, colors.text);
  label(infinite ? "KL(p‖q) is infinite →" : "KL(p‖q)", h, h + kl, colors.background);
  context.fillStyle = colors.text;
  context.strokeStyle = colors.text;
  context.lineWidth = 1;
  context.globalAlpha = 0.7;
  context.beginPath();
  context.moveTo(X(0), top + tall + 4);
  context.lineTo(X(end), top + tall + 4);
  for (const tick of ticks) {
    context.moveTo(X(tick), top + tall + 4);
    context.lineTo(X(tick), top + tall + 8);
  }
  context.stroke();
  context.globalAlpha = 1;
  context.textBaseline = "top";
  ticks.forEach((tick, index) => {
    const last = index === ticks.length - 1;
    const text = infinite && last ? "∞" : formatTick(tick);
    context.textAlign = index === 0 ? "left" : last ? "right" : "center";
    context.fillText(last ? `${text} ${unit}` : text, X(tick) + (last ? 12 : 0), top + tall + 11);
  });
  canvas.dataset.ticks = ticks.join(" ");
};
