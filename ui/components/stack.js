// Cross-entropy as a stacked bar: entropy, then divergence, on an axis that ends at a round number.

const niceCeiling = (value) => {
  const power = 10 ** Math.floor(Math.log10(value)), step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((digit) => digit * power >= value * 0.9999);
  return step * power;
};

const drawStack = (canvas, colours, h, divergence, unit) => {
  const drawing = pen(canvas, 74, colours.textScale);
  if (!drawing) return;
  // An infinite divergence is not a large number: it fills the axis, and the axis has no end.
  const infinite = !Number.isFinite(divergence), end = infinite ? niceCeiling(Math.max(3 * h, 1)) : niceCeiling(Math.max(h + divergence, 0.1));
  const { context, width } = drawing, left = 4, right = 14, top = 8, tall = 30, kl = infinite ? end - h : divergence;
  const X = (value) => left + (value / end) * (width - left - right);
  context.globalAlpha = 0.35;
  context.fillStyle = colours.text;
  context.fillRect(X(0), top, X(h) - X(0), tall);
  context.globalAlpha = 1;
  context.fillStyle = colours.primary;
  context.fillRect(X(h), top, X(h + kl) - X(h), tall);
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const label = (text, from, to, colour) => {
    if (context.measureText(text).width + 8 < X(to) - X(from)) { context.fillStyle = colour; context.fillText(text, (X(from) + X(to)) / 2, top + tall / 2); }
  };
  label("H(p)", 0, h, colours.text);
  label(infinite ? "KL(p‖q) is infinite →" : "KL(p‖q)", h, h + kl, colours.paper);
  context.fillStyle = colours.text;
  context.strokeStyle = colours.text;
  context.lineWidth = 1;
  context.globalAlpha = 0.7;
  context.beginPath(); context.moveTo(X(0), top + tall + 4); context.lineTo(X(end), top + tall + 4); context.stroke();
  context.globalAlpha = 1;
  context.textBaseline = "top";
  [0, 0.25, 0.5, 0.75, 1].forEach((part, place) => {
    context.textAlign = place === 0 ? "left" : place === 4 ? "right" : "center";
    const text = infinite && place === 4 ? "∞" : Number((part * end).toPrecision(3)).toString();
    context.fillText(place === 4 ? `${text} ${unit}` : text, X(part * end) + (place === 4 ? 12 : 0), top + tall + 10);
  });
};
