// Each member's probabilities: as small columns, or as cards with bars, numbers and what the member says.

import { prepareCanvas, segment, useFont, write, writeMark, writeWithin } from "./canvas.js";
import { classColor } from "./dom.js";
import { formatProbability } from "./format.js";

const SMALL = { tall: 78, bars: 48 };
const CARD = { width: 236, head: 26, row: 21, gap: 14 };

const likeliest = (p) => p.indexOf(Math.max(...p));

// How many members are right, as the picture's title.
export const membersClaim = (members, truth) => {
  const right = members.filter((p) => likeliest(p) === truth).length;
  if (members.length === 1) return `The only member is ${right ? "right" : "wrong"}`;
  if (right === members.length) return `All ${right} members are right on their own`;
  const [verb, whose] = right === 1 ? ["is", "its"] : ["are", "their"];
  return `${right || "None"} of ${members.length} members ${verb} right on ${whose} own`;
};

export const describeMembers = (members, classes) =>
  members
    .map((p, number) => `member ${number + 1} says ${classes[likeliest(p)]}: ${p.map(formatProbability).join(", ")}`)
    .join("; ");

const layout = (canvas, scale, members, isLarge) => {
  const count = members[0].length;
  const room = canvas.clientWidth / scale;
  if (!isLarge) {
    const wide = Math.max(50, Math.min(84, 14 * count), Math.min(112, room / members.length));
    return { across: Math.max(1, Math.floor(room / wide)), wide, tall: SMALL.tall };
  }
  const across = Math.max(1, Math.floor(room / CARD.width));
  return { across, wide: room / across, tall: CARD.head + count * CARD.row + CARD.gap };
};

// Which member is drawn at that point of the canvas; -1 beside them.
export const memberAt = (canvas, colors, members, isLarge, { x, y }) => {
  const { across, wide, tall } = layout(canvas, colors.textScale, members, isLarge);
  const column = Math.floor(x / colors.textScale / wide);
  const member = Math.floor(y / colors.textScale / tall) * across + column;
  return column >= 0 && column < across && member >= 0 && member < members.length ? member : -1;
};

// Without a true class each member is shown with what it says.
export const drawMembers = (canvas, colors, { truth, members, classes, isLarge = false, pointed = -1 }) => {
  const { across, wide, tall } = layout(canvas, colors.textScale, members, isLarge);
  const drawing = prepareCanvas(canvas, Math.ceil(members.length / across) * tall, colors.textScale);
  if (!drawing) return;
  const { context } = drawing;
  useFont(context, colors);
  members.forEach((p, number) => {
    const box = { left: (number % across) * wide, top: Math.floor(number / across) * tall, wide };
    const member = { p, number, isRight: likeliest(p) === truth, isPointed: number === pointed };
    (isLarge ? drawCard : drawSmall)(context, colors, box, member, truth, classes);
  });
};

const drawSmall = (context, colors, { left, top, wide }, { p, number, isRight, isPointed }, truth, classes) => {
  const floor = top + 4 + SMALL.bars;
  const bar = (wide - 14) / p.length;
  context.strokeStyle = isPointed ? colors.text : colors.grid;
  context.lineWidth = isPointed ? 2 : 1;
  context.strokeRect(left + 0.5, floor - SMALL.bars, wide - 13, SMALL.bars);
  p.forEach((share, k) => {
    context.fillStyle = classColor(colors, k);
    context.fillRect(left + 1 + k * bar, floor - share * SMALL.bars, Math.max(1, bar - 1), share * SMALL.bars);
  });
  const uniform = floor - SMALL.bars / p.length;
  context.globalAlpha = 0.6;
  segment(context, [left, uniform], [left + wide - 13, uniform], colors.text, 1, [3, 2]);
  context.globalAlpha = 1;
  context.textBaseline = "top";
  const middle = left + (wide - 13) / 2;
  if (truth === undefined) {
    write(context, `${number + 1}: ${classes[likeliest(p)]}`, middle, floor + 6, colors.text);
    return;
  }
  write(context, number + 1, middle - 8, floor + 6, colors.text);
  writeMark(context, colors, isRight, middle + 8, floor + 6);
};

const drawCard = (context, colors, { left, top, wide }, { p, number, isRight, isPointed }, truth, classes) => {
  const right = left + wide - 24;
  context.textBaseline = "middle";
  useFont(context, colors, isPointed ? "bold" : "600");
  const verdict = `${number + 1}: ${classes[likeliest(p)]}`;
  writeWithin(context, verdict, left, top + CARD.head / 2, right - left - 20, colors.text, "left");
  writeMark(context, colors, isRight, right, top + CARD.head / 2, "right");
  const from = left + 78;
  const room = right - 58 - from;
  p.forEach((share, k) => {
    const y = top + CARD.head + (k + 0.5) * CARD.row;
    useFont(context, colors, k === truth ? "bold" : "normal");
    writeWithin(context, classes[k], left, y, 72, colors.text, "left");
    context.globalAlpha = 0.12;
    context.fillStyle = colors.text;
    context.fillRect(from, y - 7, room, 14);
    context.globalAlpha = 1;
    context.fillStyle = classColor(colors, k);
    context.fillRect(from, y - 7, share * room, 14);
    useFont(context, colors);
    write(context, formatProbability(share), right, y, colors.text, "right");
  });
};
