// Losses of forecasts that are the same for every row, as labeled lines; labels that would touch become one.

import { segment, writeOver } from "./canvas.js";
import { formatNumber } from "./format.js";

const LINE_HEIGHT = 15;

export const drawConstants = ({ context, left, right, Y }, colors, constants, align = "right") => {
  const lines = constants.map(({ name, loss }) => ({ label: `${name} = ${formatNumber(loss)}`, y: Y(loss) }));
  lines.sort((a, b) => a.y - b.y);
  const labels = [];
  context.globalAlpha = 0.8;
  for (const line of lines) {
    segment(context, [left, line.y], [right, line.y], colors.quiet, 1, [6, 3]);
    const above = labels.at(-1);
    if (above && line.y - above.y < LINE_HEIGHT) above.label += `, ${line.label}`;
    else labels.push({ ...line });
  }
  context.globalAlpha = 1;
  context.textBaseline = "bottom";
  for (const { label, y } of labels)
    writeOver(context, label, align === "right" ? right : left + 2, y - 2, colors, align);
};
