// Cross-entropy as a stacked bar: entropy, then divergence, on an axis that ends at a round number.

const niceCeiling = (value) => {
  const power = 10 ** Math.floor(Math.log10(value)), digits = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
  return digits.find((digit) => digit * power >= value * 0.9999) * power;
};

// From 0 in round steps of 1, 2 or 5 times a power of ten, to at least the value: at most `most` steps.
const niceTicks = (value, most = 5) => {
  const rough = value / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((digit) => digit * power >= rough * 0.9999) * power;
  const count = Math.ceil(value / step - 1e-4);
  return Array.from({ length: count + 1 }, (_, place) => Number((place * step).toPrecision(3)));
};

const drawStack = (canvas, colours, h, divergence, unit) => {
  const drawing = pen(canvas, 74, colours.textScale);
  if (!drawing) return;
  // An infinite divergence is not a large number: it fills the axis, and the axis has no end.
  const infinite = !Number.isFinite(divergence);
  const ticks = niceTicks(infinite ? Math.max(3 * h, 1) : Math.max(h + divergence, 0.1)), end = ticks.at(-1);
  const { context, width } = drawing, left = 4, right = 14, top = 8, tall = 30;
  const kl = infinite ? end - h : divergence, X = (value) => left + (value / end) * (width - left - right);
  context.globalAlpha = 0.35;
  context.fillStyle = colours.text;
  context.fillRect(X(0), top, X(h) - X(0), tall);
  context.globalAlpha = 1;
  context.fillStyle = colours.primary;
  context.fillRect(X(h), top, X(h + kl) - X(h), tall);
  context.font = `13px ${colours.font}`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const label = (text, from, to, colour) => {
    if (context.measureText(text).width + 8 >= X(to) - X(from)) return;
    context.fillStyle = colour;
    context.fillText(text, (X(from) + X(to)) / 2, top + tall / 2);
  };
  label("H(p)", 0, h, colours.text);
  label(infinite ? "KL(p‖q) is infinite →" : "KL(p‖q)", h, h + kl, colours.paper);
  context.fillStyle = colours.text;
  context.strokeStyle = colours.text;
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
  ticks.forEach((tick, place) => {
    const last = place === ticks.length - 1, text = infinite && last ? "∞" : String(tick);
    context.textAlign = place === 0 ? "left" : last ? "right" : "center";
    context.fillText(last ? `${text} ${unit}` : text, X(tick) + (last ? 12 : 0), top + tall + 11);
  });
  canvas.dataset.ticks = ticks.join(" ");
};
