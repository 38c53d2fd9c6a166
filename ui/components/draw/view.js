// A digit drawn on the page, and what an ensemble says of it while the pen moves. Python is told which drawing to begin
// with was chosen, and nothing of the pen.

import { drawOnDemand } from "../lib/animation.js";
import { barMark, probabilityBar } from "../lib/bars.js";
import { decodeBase64 } from "../lib/base64.js";
import { classColor, element, roleColor, theme } from "../lib/dom.js";
import { formatNumber, formatPrecision, formatProbability } from "../lib/format.js";
import { describeMembers, drawMembers } from "../lib/members.js";
import { mutualInformation, network } from "../lib/network.js";
import { entropy, entropyOf } from "../lib/probability.js";
import { formatCertainty } from "../lib/row_columns.js";
import { forget, keep, recall } from "./memory.js";
import { nearestRows } from "./nearest.js";
import { listenToPen, withPoint } from "./pen.js";
import { drawBoard, drawPixels } from "./pictures.js";
import { PRESETS } from "./presets.js";
import { BLOCKS, morphed, reduced } from "./reduction.js";
import { buildWeights, explanationOf, showClass, showSum } from "./why.js";
import {
  disagreementInWords,
  distancesInWords,
  listOfProbabilities,
  membersClaim,
  nearClaim,
  remarkOf,
} from "./words.js";

const NAMES = { digit: "A digit", letter: "A letter", scribble: "A scribble", blank: "Blank", test: "Test digits" };
const NEIGHBOURS = 5;
const PIXELS = BLOCKS ** 2;
const MAX_HISTORY = 100;
const MORPH = { from: 3, to: 8, share: 0 };

const likeliest = (p) => p.indexOf(Math.max(...p));

// The linear pool of the members: of its entropy their disagreement is a part, whatever the net itself says.
const meanOf = (memberLogP) =>
  Array.from(memberLogP[0], (_, k) => memberLogP.reduce((sum, one) => sum + Math.exp(one[k]), 0) / memberLogP.length);

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const { classes } = data;
  const view = (root.__view ??= { history: [], pen: { at: [0.5, 0.5], isDown: false }, changes: 0 });
  // The browser is ahead of Python: the drawing that comes back is of use only to a component that is new on the page.
  if (view.preset === undefined) {
    const own = recall(data.drawing);
    Object.assign(view, { over: data.drawing, preset: data.drawing, morph: { ...MORPH } });
    Object.assign(view, { isOwn: own !== null, strokes: own ?? PRESETS[data.drawing] ?? [] });
  }
  if (view.version !== data.version) {
    const read = network(data.network);
    const span = data.high.map((top, pixel) => top - data.low[pixel] || 1);
    const scaled = (pixels) => Float64Array.from(pixels, (value, pixel) => (value - data.low[pixel]) / span[pixel]);
    const bytes = (text) => new Uint8Array(decodeBase64(text));
    Object.assign(view, {
      version: data.version,
      read: (pixels) => read(scaled(pixels)),
      train: bytes(data.train),
      labels: bytes(data.labels),
      examples: classes.map((_, k) => bytes(data.examples).subarray(k * PIXELS, (k + 1) * PIXELS)),
      build: "",
    });
    view.explanation = explanationOf(data.network, (pixels) => view.read(pixels).logits, data.constant);
    view.changes++;
  }
  view.colors = { ...theme(root), raises: roleColor(root, "--role-raises") };
  const colors = view.colors;
  const isTest = () => view.preset === "test" && !view.isOwn;

  const say = (text) => {
    $(".said").textContent = text;
  };
  const sayAnswer = () => {
    view.draw();
    say(`${$(".claim").textContent} ${$(".remark").textContent}`);
  };
  const change = (made) => {
    Object.assign(view, made);
    view.changes++;
    view.loop.schedule();
  };
  const note = () => {
    const { preset, isOwn, strokes } = view;
    view.history = [...view.history.slice(1 - MAX_HISTORY), { preset, isOwn, strokes }];
  };
  const remember = () => {
    if (view.isOwn) keep(view.strokes, view.over);
    else forget();
  };

  const choose = (preset) => {
    note();
    change({ preset, isOwn: false, strokes: PRESETS[preset] ?? [], over: preset });
    remember();
    setStateValue("drawing", preset);
    sayAnswer();
  };
  const undo = () => {
    const before = view.history.pop();
    if (!before) return;
    change(before);
    if (!before.isOwn && before.preset !== view.over) {
      view.over = before.preset;
      setStateValue("drawing", before.preset);
    }
    remember();
    sayAnswer();
  };
  const clear = () => {
    note();
    change({ isOwn: true, strokes: [] });
    remember();
    sayAnswer();
  };

  listenToPen($(".board"), view.pen, {
    // The first stroke over a drawing to begin with starts a new one.
    begin: (point) => {
      note();
      change({ isOwn: true, strokes: [...(view.isOwn ? view.strokes : []), [point]] });
    },
    move: (point) => change({ strokes: withPoint(view.strokes, point) }),
    end: () => {
      remember();
      sayAnswer();
    },
    undo,
    say,
    show: () => view.loop.schedule(),
  });

  // The sum of a class is shown while the pointer or the focus is on it, and after a click until the next one.
  const pointAt = (box, k) => {
    box.onpointerenter = box.onfocus = () => view.onPoint(k);
    box.onpointerleave = box.onblur = () => view.onPoint(null);
    box.onclick = () => view.onPin(k);
  };
  const build = [classes.join("\u0000"), colors.classes.join(), colors.raises].join("\u0001");
  if (view.build !== build) {
    Object.assign(view, { build, shownRows: [], explained: -1 });
    $(".presets").replaceChildren(
      ...Object.entries(NAMES).map(([preset, name]) => {
        const button = element("button", { type: "button", "data-preset": preset }, name);
        button.onclick = () => view.onPreset(preset);
        return button;
      }),
    );
    $(".bars").replaceChildren(
      barMark("at-uniform", `uniform, 1/${classes.length}`),
      ...classes.map((name, k) => {
        const bar = probabilityBar(name, { color: classColor(colors, k), classes: classes.length });
        pointAt(bar, k);
        return bar;
      }),
    );
    $(".at-uniform").style.left = `${100 / classes.length}%`;
    $(".joint").hidden = data.network.training !== "joint";
    $(".neighbours").replaceChildren(
      ...Array.from({ length: NEIGHBOURS }, () =>
        element("div", {}, element("canvas", { class: "digit", role: "img" }), element("b"), element("span")),
      ),
    );
    for (const [list, k] of [
      [$(".from"), view.morph.from],
      [$(".to"), view.morph.to],
    ]) {
      list.replaceChildren(...classes.map((name, index) => element("option", { value: index }, name)));
      list.value = k;
    }
    buildWeights($(".classes"), colors, view.explanation, classes, pointAt);
    const { reason } = view.explanation;
    $(".no-weights").textContent = reason;
    $(".no-weights").hidden = !reason;
    for (const part of [".sum", ".classes", ".about-weights"]) $(part).hidden = Boolean(reason);
    if (reason) $(".why-claim").textContent = "No picture of weights for this net";
  }
  // What was built outlives the closures of one message.
  Object.assign(view, {
    onPreset: choose,
    onPoint: (k) => {
      view.pointed = k;
      view.loop.schedule();
    },
    onPin: (k) => {
      view.pinned = view.pinned === k ? null : k;
      view.loop.schedule();
    },
  });
  $(".undo").onclick = undo;
  $(".clear").onclick = clear;
  for (const [name, selector] of Object.entries({ from: ".from", to: ".to", share: ".share" }))
    $(selector).oninput = () => change({ morph: { ...view.morph, [name]: Number($(selector).value) } });

  const look = () => {
    if (view.seenAt === view.changes) return view.seen;
    const { from, to, share } = view.morph;
    const pixels = isTest() ? morphed(view.examples[from], view.examples[to], share) : reduced(view.strokes);
    const { logP, memberLogP, logits } = view.read(pixels);
    view.seenAt = view.changes;
    view.seen = {
      pixels,
      logits,
      p: Array.from(logP, Math.exp),
      memberP: memberLogP.map((one) => Array.from(one, Math.exp)),
      entropy: entropy(logP),
      disagreement: mutualInformation(memberLogP),
      ofMembers: entropyOf(meanOf(memberLogP)),
      nearest: nearestRows(view.train, pixels, NEIGHBOURS),
    };
    return view.seen;
  };

  const draw = () => {
    const seen = look();
    const { p, pixels, nearest } = seen;
    const answer = likeliest(p);
    const isFar = nearest[0].distance > data.far;
    const isBlank = !pixels.some((value) => value > 0);
    const shown = view.isOwn ? "" : view.preset;
    for (const button of $(".presets").children)
      button.setAttribute("aria-pressed", String(button.dataset.preset === shown));
    $(".undo").disabled = !view.history.length;
    drawBoard($(".board"), colors, {
      strokes: isTest() ? [] : view.strokes,
      pixels: isTest() ? pixels : null,
      pen: view.pen.isShown && root.activeElement === $(".board") ? view.pen : null,
      hint: isBlank && !view.pen.isDown ? "Draw a digit here" : "",
    });
    $(".morph").hidden = !isTest();
    $(".share").value = view.morph.share;
    drawPixels($(".seen"), colors, pixels);
    $(".seen").setAttribute("aria-label", `What the net sees: ${pixels.map(Math.round).join(" ")}`);
    $(".sees").textContent = "What the net sees: 8 × 8 pixels, 0 to 16";

    $(".claim").replaceChildren(
      "The net says ",
      element("strong", {}, classes[answer]),
      ` (${formatCertainty(p[answer])}).`,
    );
    $(".remark").textContent = remarkOf({
      drawing: shown,
      isBlank,
      isFar,
      nearest: classes[view.labels[nearest[0].row]],
      classes: classes.length,
    });
    const chosen = view.pointed ?? view.pinned ?? answer;
    [...root.querySelectorAll(".bar")].forEach((bar, k) => {
      bar.querySelector(".fill").style.transform = `scaleX(${p[k]})`;
      bar.lastChild.textContent = formatProbability(p[k]);
      bar.setAttribute("aria-current", String(k === chosen));
    });
    $(".bars").setAttribute("aria-label", listOfProbabilities(p, classes));
    const most = formatPrecision(Math.log(classes.length));
    $(".entropy").textContent = `${formatNumber(seen.entropy)} of ${most} nats`;
    $(".disagreement").textContent = disagreementInWords(seen);
    $(".near-claim").textContent = nearClaim(view.labels.length, isFar);
    $(".distances").textContent = distancesInWords(data);
    nearest.forEach(({ row, distance }, index) => {
      const [canvas, label, away] = $(".neighbours").children[index].children;
      away.textContent = formatPrecision(distance, 2);
      if (view.shownRows[index] === row) return;
      view.shownRows[index] = row;
      drawPixels(canvas, colors, view.train.subarray(row * PIXELS, (row + 1) * PIXELS));
      canvas.setAttribute("aria-label", `A training digit ${classes[view.labels[row]]}`);
      label.textContent = classes[view.labels[row]];
    });
    $(".members-claim").textContent = membersClaim(seen.memberP.map(likeliest), classes);
    drawMembers($(".members"), colors, { members: seen.memberP, classes });
    $(".members").setAttribute("aria-label", describeMembers(seen.memberP, classes));
    const hasWeights = !view.explanation.reason;
    if (hasWeights && view.explained !== chosen) showClass($, colors, view.explanation, chosen, classes[chosen]);
    view.explained = chosen;
    const score = hasWeights ? showSum($, colors, view.explanation, chosen, pixels) : "";
    Object.assign($(".root").dataset, {
      ready: "true",
      drawing: view.isOwn ? "own" : view.preset,
      answer,
      p: p.join(" "),
      pixels: pixels.join(" "),
      strokes: view.strokes.length,
      chosen,
      score,
    });
  };
  return drawOnDemand(root, view, draw);
}
