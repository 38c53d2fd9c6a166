// Next tokens of a language model under the pointer: temperature, top-k, top-p, and draws of what is left.
// What is chosen is sent to Python when the pointer lets go; draws stay in the browser.

import { drawOnDemand } from "../lib/animation.js";
import { element, focusableIfScrolling, theme } from "../lib/dom.js";
import { formatFixed, formatPrecision, formatProbability } from "../lib/format.js";
import { formula, fraction, group, ln, negative, space, words } from "../lib/mathml.js";
import { logSoftmax } from "../lib/probability.js";
import { countBand, draw as drawOne, truncatedLogSoftmax, uniformsFrom } from "../lib/truncation.js";
import { drawTokens } from "./picture.js";

const MAX_DRAWS = 10_000;
const ALMOST_ONE = 0.9995;

const countsOf = (drawn, tokens) => {
  const counts = Array(tokens).fill(0);
  for (const index of drawn) counts[index] += 1;
  return counts;
};

const formulasOf = ({ tokens, p, q, held }) => {
  const first = q.indexOf(Math.max(...q));
  const cut = p.reduce((best, share, k) => (q[k] === 0 && (best < 0 || share > p[best]) ? k : best), -1);
  const of = (name, k) => group(name, "(", words(tokens[k]), ")");
  const sum = group("∑", words("kept"), "p");
  const lines = [
    formula(
      of("q", first),
      "=",
      fraction(of("p", first), sum),
      "≈",
      fraction(formatProbability(p[first]), formatProbability(held)),
      "≈",
      formatProbability(q[first]),
    ),
  ];
  if (cut >= 0) {
    const loss = (name, value) => [negative(), ln(), of(name, cut), ...value];
    const before = loss("p", ["≈", formatFixed(-Math.log(p[cut])), space(), words("nats")]);
    lines.push(formula(...before), formula(...loss("q", ["=", "∞"])));
  }
  return lines;
};

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { drawn: [], seed: 1, next: uniformsFrom(1) });
  if (view.version !== data.version)
    Object.assign(view, { version: data.version, ...data.chosen, drawn: [], next: uniformsFrom(view.seed) });
  view.colors = theme(root);

  const forget = () => Object.assign(view, { drawn: [], next: uniformsFrom(view.seed) });
  const move = (change) => {
    Object.assign(view, change);
    // Draws of another distribution say nothing of this one.
    forget();
    view.loop.schedule();
  };
  const sendState = () =>
    setStateValue("chosen", { prompt: view.prompt, temperature: view.temperature, k: view.k, p: view.p });

  const buttons = data.prompts.map(({ prompt }, index) => {
    const button = element("button", { type: "button" }, `${prompt} …`);
    button.onclick = () => {
      move({ prompt: index });
      sendState();
    };
    return button;
  });
  $(".prompts").replaceChildren(...buttons);

  const listen = (selector, read) => {
    $(selector).oninput = () => move(read(+$(selector).value));
    $(selector).onchange = sendState;
  };
  listen("#lm-temperature", (value) => ({ temperature: 10 ** value }));
  listen("#lm-k", (k) => ({ k }));
  listen("#lm-p", (p) => ({ p }));

  const current = () => {
    const { tokens, logits } = data.prompts[view.prompt];
    const p = Array.from(logSoftmax(logits, view.temperature), Math.exp);
    const logQ = truncatedLogSoftmax(logits, view.temperature, view.k, view.p);
    const q = logQ.map(Math.exp);
    const held = p.reduce((sum, share, k) => sum + (q[k] > 0 ? share : 0), 0);
    return { tokens, p, logQ, q, held, kept: q.filter((share) => share > 0).length };
  };
  const drawTimes = (times) => {
    const { logQ } = current();
    for (let count = 0; count < times && view.drawn.length < MAX_DRAWS; count++)
      view.drawn.push(drawOne(logQ, view.next()));
    view.loop.schedule();
  };
  $(".one").onclick = () => drawTimes(1);
  $(".hundred").onclick = () => drawTimes(100);
  $(".again").onclick = () => {
    view.seed += 1;
    forget();
    view.loop.schedule();
  };

  const claim = ({ kept, held, tokens }) => {
    if (kept === tokens.length) return `All ${kept} tokens are kept: nothing is cut.`;
    const before = held > ALMOST_ONE ? "nearly all" : formatProbability(held);
    return `${kept} of ${tokens.length} tokens are kept. They had ${before} of the probability and now have all of it.`;
  };

  const draw = () => {
    const state = current();
    const { tokens, p, q } = state;
    const times = view.drawn.length;
    const counts = countsOf(view.drawn, tokens.length);
    const bands = q.map((share) => (times ? countBand(times, share) : null));
    const marked = tokens.map((token, k) => ({
      token,
      p: p[k],
      q: q[k],
      share: times ? counts[k] / times : null,
      band: bands[k]?.map((end) => end / times),
    }));
    drawTokens($(".tokens"), view.colors, marked);
    const caption = claim(state);
    $("figcaption").textContent = caption;
    const likeliest = marked.slice(0, 5).map(({ token, q: share }) => `${token} ${formatProbability(share)}`);
    $(".tokens").setAttribute("aria-label", `${caption} The first five: ${likeliest.join(", ")}`);

    const { prompt } = data.prompts[view.prompt];
    const last = times ? element("b", {}, tokens[view.drawn[times - 1]]) : element("span", { class: "blank" });
    $(".text").replaceChildren(`${prompt} `, last);
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === view.prompt)));
    $("#lm-temperature").value = Math.log10(view.temperature);
    $("#lm-temperature").setAttribute("aria-valuetext", `T = ${formatPrecision(view.temperature)}`);
    $("#lm-k").value = view.k;
    $("#lm-p").value = view.p;
    $("output.temperature").textContent = formatPrecision(view.temperature);
    $("output.k").textContent = view.k >= tokens.length ? "all tokens" : `the ${view.k} likeliest`;
    $("output.p").textContent = view.p >= 1 ? "1: nothing is cut" : `at least ${formatFixed(view.p)}`;

    const kept = [...counts.keys()].filter((k) => q[k] > 0);
    const inside = kept.filter((k) => times && bands[k][0] <= counts[k] && counts[k] <= bands[k][1]);
    const agree = `${inside.length} of ${kept.length} counts in their 95 % bands`;
    const source = `seed ${view.seed}`;
    $(".drawn").textContent = times ? `${times.toLocaleString("en-US")} drawn, ${source}: ${agree}` : source;
    $(".one").disabled = $(".hundred").disabled = times >= MAX_DRAWS;
    $(".formulas").replaceChildren(...formulasOf(state));
    focusableIfScrolling($(".formulas"));
    Object.assign($(".root").dataset, {
      ready: "true",
      prompt: view.prompt,
      q: q.join(" "),
      counts: counts.join(" "),
      temperature: view.temperature,
    });
  };
  return drawOnDemand(root, view, draw);
}
