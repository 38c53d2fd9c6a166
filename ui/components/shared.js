// Small helpers that every component uses. The loader puts this text in front of a component's own.

const cssValue = (root, name, fallback) => (getComputedStyle(root.host ?? root).getPropertyValue(name) || fallback).trim();

const theme = (root) => ({
  classes: cssValue(root, "--st-chart-categorical-colors", "#0072B2,#D55E00,#591A0D").split(",").map((color) => color.trim()),
  text: cssValue(root, "--st-text-color", "#31333F"),
  grid: cssValue(root, "--st-border-color", "#D5D6D9"),
  paper: cssValue(root, "--st-background-color", "#FFFFFF"),
  primary: cssValue(root, "--st-primary-color", "#0E7C86"),
  font: cssValue(root, "--st-font", "sans-serif"),
  textScale: Number(cssValue(root, "--text-scale", "1")) || 1,
});

// Text reaches the page through textContent only: names of classes may be anything.
const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name === "style") Object.assign(made.style, value);
    else made.setAttribute(name, value);
  }
  made.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(child))));
  return made;
};

// A drawing context in CSS pixels, sharp on every screen; null while the canvas has no size. All that is drawn is `scale` times
// as large: in the presenter's view that makes a canvas as legible as the text beside it.
const pen = (canvas, height, scale = 1) => {
  const ratio = (devicePixelRatio || 1) * scale, width = canvas.clientWidth / scale;
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

const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;

// JavaScript's -6.2e-5 as people write it: −6.2·10⁻⁵.
const raised = (exponent) => [...String(Number(exponent))].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] ?? "⁻").join("");
const asWritten = (text) => text.replace(/e([+-]\d+)$/, (_, exponent) => `·10${raised(exponent)}`).replace(/^(-?)1\.0·/, "$1").replace("-", "−");

const formatProbability = (p) => (p > 0 && p < 0.0005 ? asWritten(p.toExponential(1)) : p > 0.9995 && p < 1 ? `1 − ${asWritten((1 - p).toExponential(1))}` : p.toFixed(3));

const formatLoss = (value) => (value === 0 ? "0" : asWritten(Math.abs(value) < 0.001 || Math.abs(value) >= 1e5 ? value.toExponential(1) : value.toPrecision(3)));

// Draws at most once a frame: now, on `view.loop.schedule()`, and when the size changes. Returns what Streamlit calls in the end;
// it calls it for a superseded message too, so only a component that has left the page is taken down.
const drawOnDemand = (root, view, draw) => {
  const present = () => root.host?.isConnected ?? true;
  view.draw = draw;
  view.loop ??= {
    request: 0,
    schedule() { this.request ||= requestAnimationFrame((now) => { this.request = 0; if (present()) view.draw(now); }); },
    stop() { cancelAnimationFrame(this.request); this.request = 0; },
  };
  view.observer ??= new ResizeObserver(() => view.loop.schedule());
  view.observer.observe(root.querySelector(".root"));
  view.loop.schedule();
  return () => { if (!present()) { view.loop.stop(); view.observer?.disconnect(); view.observer = null; } };
};
