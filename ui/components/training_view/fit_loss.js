// The loss that Keras' `fit` prints, and why it is not the training loss that is measured after the epoch.

import { element } from "../lib/dom.js";
import { formatNumber } from "../lib/format.js";

const ROUNDING = 1e-5;

// The losses of an epoch, and the parts of what lies between what is printed and what is measured; null where not kept.
// `rest` has a share only where the trained loss is not the one that is measured.
export const gapAt = (curves, epoch) => {
  if (!epoch || !curves.fit_loss) return null;
  const at = (name) => curves[name][epoch - 1];
  const [printed, end, off, measured] = ["fit_loss", "fit_loss_end_weights", "fit_loss_dropout_off", "train_loss"].map(
    at,
  );
  return { printed, end, off, measured, moving: printed - end, dropout: end - off, rest: off - measured };
};

// Why the trained loss is another one in this epoch: the first entry of [last epoch, reasons] that reaches it.
export const otherLossAt = (otherLosses, epoch) => otherLosses.find(([last]) => epoch <= last)?.[1] ?? "";

const signed = (value) => `${value < 0 ? "−" : "+"}${formatNumber(Math.abs(value))}`;

// Name, value and the two ends of each part, from what is measured up to what is printed.
export const partsOf = (gap, otherLoss) => {
  const parts = [
    { name: "weights still moving", value: gap.moving, from: gap.end, to: gap.printed, role: "train" },
    { name: "dropout on", value: gap.dropout, from: gap.off, to: gap.end, role: "disagreement" },
    { name: otherLoss, value: gap.rest, from: gap.measured, to: gap.off, role: "pool" },
  ];
  return parts.filter(({ name, value }, index) => name && (index === 0 || Math.abs(value) > ROUNDING * gap.measured));
};

// What is printed beside the test loss, and what is left of the difference where both are measured alike.
export const whyAbove = (gap, epoch, test, otherUnits) => {
  const [printed, measured, tested] = [gap.printed, gap.measured, test].map(formatNumber);
  if (otherUnits) return `Keras’ fit prints ${printed} for epoch ${epoch}: a ${otherUnits}, no loss in nats.`;
  const isAbove = gap.printed > test;
  const side = isAbove ? "above" : "below";
  const first = `Keras’ fit prints ${printed} nats for epoch ${epoch}, ${side} the test loss of ${tested}.`;
  const then = `Measured like the test loss, the training loss is ${measured}`;
  if (!isAbove) return `${first} ${then}.`;
  return gap.measured <= test
    ? `${first} ${then}, below it. Only the way of measuring puts it above.`
    : `${first} ${then}, above it too.`;
};

const JUST_TRAINED = " Dropout is below 0 here: the weights have just been trained on these very masks.";

// A row of the picture: name, value, and a bar on the axis that all rows share.
const row = ({ name, value, from, to, color }, toUnit) => {
  const [low, high] = [from, to].map(toUnit).sort((a, b) => a - b);
  const style = { left: `${100 * low}%`, width: `${100 * (high - low)}%`, background: color };
  return [
    element("span", {}, name),
    element("b", {}, signed(value)),
    element("span", { class: "bar", "aria-hidden": "true" }, element("i", { style })),
  ];
};

// The gap and its parts as bars, and the sentences.
export const describeGap = (box, colors, gap, { epoch, test, otherLoss, otherUnits, kept }) => {
  const why = box.querySelector(".why");
  const bars = box.querySelector(".parts");
  if (!gap) {
    bars.replaceChildren();
    why.textContent = kept ? "" : "This run is from a file that has no such loss. Train again to see it.";
    return;
  }
  const parts = partsOf(gap, otherUnits ? "" : otherLoss).map((part) => ({ ...part, color: colors[part.role] }));
  const difference = {
    name: "fit − train, nats",
    value: gap.printed - gap.measured,
    from: gap.measured,
    to: gap.printed,
  };
  const rows = otherUnits ? parts : [...parts, { ...difference, color: colors.text }];
  const ends = rows.flatMap(({ from, to }) => [from, to]);
  const low = Math.min(...ends);
  const range = Math.max(...ends) - low || 1;
  bars.replaceChildren(...rows.flatMap((one) => row(one, (loss) => (loss - low) / range)));
  why.textContent =
    whyAbove(gap, epoch, test, otherUnits) + (gap.dropout < -ROUNDING * gap.measured ? JUST_TRAINED : "");
};
