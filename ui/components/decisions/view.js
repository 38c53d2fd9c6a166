// Prices, temperature and examples under the pointer: which action is the cheapest, where, and what one example costs.
// Prices, temperature and the chosen example are sent to Python when the pointer lets go.

import { drawOnDemand } from "../lib/animation.js";
import { decodeBase64 } from "../lib/base64.js";
import { description, element, focusableIfScrolling, theme } from "../lib/dom.js";
import { formatNumber, formatPrecision, formatProbability, formatTick } from "../lib/format.js";
import { logSoftmax } from "../lib/probability.js";
import { capitalized } from "../lib/row_columns.js";
import { costsOf, decide, expectedCosts, likeliest, tellingRow } from "./costs.js";
import { billOf, buildBars, showBars, sumsOf, verdictOf } from "./example.js";
import { borderAt, dotAt, drawMap, hasMap, pointOf } from "./map.js";
import { buildPriceTable, nameOfPrice, showPrices } from "./price_table.js";
import { positionOf, priceAt, samePrices, throughForecast, withError } from "./prices.js";
import { MAX_ROWS, buildRowTable, orderOfRows, showRows } from "./row_table.js";

const USUAL_EXPERT = 0.1;
const CLICK = 3;
const MAX_OPEN_CLASSES = 4;
const LONG = 420;

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { pointed: -1, held: null });
  const { classes, y } = data;
  const count = classes.length;
  // The browser is ahead of Python: what comes back is of use only to a component that is new on the page, or that
  // is given other classes or rows.
  const classesKey = classes.join("\u0000");
  if (view.classesKey !== classesKey)
    Object.assign(view, {
      classesKey,
      prices: data.prices,
      chosen: data.prices.expert === null ? { a: 1, k: 0 } : null,
    });
  if (view.temperature === undefined) view.temperature = data.temperature;
  if (view.dataOf !== data.id) {
    const z = new Float32Array(decodeBase64(data.z));
    view.scores = y.map((_, row) => Array.from(z.subarray(row * count, (row + 1) * count)));
    Object.assign(view, { dataOf: data.id, forecastsAt: null, pointed: -1, row: data.row });
  }
  view.colors = theme(root);
  const colors = view.colors;
  const canvas = $(".map");
  const table = $(".examples");
  const nameOf = (row) => capitalized(`${data.row_name} ${data.rows[row] + 1}`);
  const actionNames = () => (view.prices.expert === null ? classes : [...classes, data.ask]);

  const move = (change) => {
    Object.assign(view, change);
    view.loop.schedule();
  };
  const say = () => {
    $(".said").textContent = `${$(".claim").textContent}. ${$(".verdict").textContent}`;
  };
  const send = (name) => {
    setStateValue(name, view[name]);
    view.draw();
    say();
  };
  const choose = (row) => {
    move({ row });
    send("row");
  };
  const setPrice = (price, value) =>
    move({ prices: price ? withError(view.prices, price.a, price.k, value) : { ...view.prices, expert: value } });
  const setPrices = (prices) => {
    move({ prices, chosen: prices.expert === null ? (view.chosen ?? { a: 1, k: 0 }) : null });
    send("prices");
  };

  const presets = data.presets.map(({ name, ...prices }) => {
    const button = element("button", { type: "button" }, name);
    button.onclick = () => setPrices(prices);
    return [button, prices];
  });
  $(".presets").replaceChildren(...presets.map(([button]) => button));

  const build = [classesKey, colors.classes.join(), y.length].join("\u0001");
  if (view.build !== build) {
    Object.assign(view, { build, barsOf: "" });
    buildPriceTable($(".matrix"), {
      classes,
      colors,
      choose: (chosen) => move({ chosen }),
      change: (...price) => view.onPrice(...price),
      done: () => view.onDone(),
      toggle: (asks) => view.onToggle(asks),
    });
    $("details").open = count <= MAX_OPEN_CLASSES;
    $("summary").hidden = count <= MAX_OPEN_CLASSES;
    $("summary").textContent = `All ${count * (count - 1)} prices of errors, and the expert's`;
    if (!hasMap(count)) buildRowTable(table, Math.min(MAX_ROWS, y.length), (row) => view.onRow(row));
  }
  // The table outlives the closures of one message.
  Object.assign(view, {
    onPrice: setPrice,
    onDone: () => send("prices"),
    onToggle: (asks) => setPrices({ ...view.prices, expert: asks ? (view.lastExpert ?? USUAL_EXPERT) : null }),
    onRow: choose,
  });
  canvas.hidden = !hasMap(count);
  $(".rows").hidden = hasMap(count);

  const forecasts = () => {
    if (view.forecastsAt !== view.temperature) {
      view.forecastsAt = view.temperature;
      view.forecasts = view.scores.map((z) => Array.from(logSoftmax(z, view.temperature), Math.exp));
    }
    return view.forecasts;
  };

  const drawPrices = () => {
    const { prices, chosen } = view;
    view.lastExpert = prices.expert ?? view.lastExpert;
    showPrices($(".matrix"), root, prices, chosen);
    const price = chosen ? prices.errors[chosen.a][chosen.k] : prices.expert;
    const slider = $("#price");
    $(".slide").hidden = price === null;
    $(".slide label").textContent = nameOfPrice(chosen, classes);
    slider.value = positionOf(price ?? 0);
    slider.setAttribute("aria-valuetext", formatTick(price ?? 0));
    $("output.price").textContent = formatTick(price ?? 0);
    for (const [button, list] of presets) button.setAttribute("aria-pressed", String(samePrices(list, prices)));
  };

  const drawExample = (costs, actions) => {
    const names = actionNames();
    const q = forecasts()[view.row];
    const risks = expectedCosts(q, costs);
    const top = likeliest(q);
    const state = { name: nameOf(view.row), actionNames: names, classes, costs, q, risks, colors };
    Object.assign(state, { action: actions[view.row], top, truth: y[view.row] });
    const bars = $(".example .bars");
    if (view.barsOf !== names.join("\u0000")) buildBars(bars, state);
    view.barsOf = names.join("\u0000");
    showBars(bars, state);
    const parts = verdictOf(state).map((text, at) => (at % 2 ? element("strong", {}, text) : text));
    $(".verdict").replaceChildren(...parts);
    const sums = $(".formulas");
    sums.replaceChildren(...sumsOf({ ...state, long: sums.clientWidth >= LONG * colors.textScale }));
    focusableIfScrolling(sums);
    $(".bill").textContent = billOf(state);
    Object.assign($(".root").dataset, { action: names[state.action], risks: risks.join(" ") });
  };

  const drawTally = ({ counts, wrong, promised, paid }) => {
    const rows = actionNames().map((name, action) => [
      action < count ? `Decide ${name}` : name,
      `${counts[action]}${action < count ? `, ${wrong[action]} wrong` : ""}`,
    ]);
    rows.push([`Promised per ${data.row_name}`, formatNumber(promised)]);
    rows.push([`Paid per ${data.row_name}`, formatNumber(paid)]);
    $(".tally").replaceChildren(...rows.map((row) => description(...row)));
  };

  const describe = (row, action) => {
    const q = forecasts()[row];
    const forecast = classes.map((name, k) => `${name} ${formatProbability(q[k])}`).join(", ");
    return `${nameOf(row)}: ${forecast}. Cheapest: ${actionNames()[action]}. It is ${classes[y[row]]}.`;
  };

  const drawPicture = (costs, { actions, changed }) => {
    const rows = forecasts();
    const all = `${y.length.toLocaleString("en-US")} ${data.row_names}`;
    $(".claim").textContent = changed
      ? `At these prices ${changed} of ${all} ${changed === 1 ? "gets" : "get"} another answer than the likeliest class`
      : `At these prices the cheapest action is the likeliest class for all ${all}`;
    const state = { classes, actionNames: actionNames(), rows, y, costs, actions, row: view.row, nameOf };
    if (hasMap(count)) {
      view.drawn = drawMap(canvas, colors, { ...state, pointed: view.pointed, held: view.held?.pair ?? view.hovered });
      canvas.setAttribute("aria-label", `${capitalized(data.row_names)}, arrow keys choose one`);
      canvas.setAttribute("aria-valuemax", y.length);
      canvas.setAttribute("aria-valuenow", view.row + 1);
      canvas.setAttribute("aria-valuetext", describe(view.row, actions[view.row]));
      $(".hint").textContent =
        view.pointed < 0
          ? "Drag a border to change a price. Click a dot to choose it. A cross is a wrong decision."
          : describe(view.pointed, actions[view.pointed]);
      return;
    }
    const order = orderOfRows(rows, actions);
    showRows(table, { ...state, order });
    $(".hint").textContent =
      order.length < y.length
        ? `${order.length} of ${all}, first those with another answer. A cross is a wrong decision.`
        : "";
  };

  const draw = () => {
    const { prices, temperature } = view;
    const costs = costsOf(prices);
    if (view.row === null) view.row = tellingRow(forecasts(), costs);
    const decisions = decide(forecasts(), y, costs);
    drawPicture(costs, decisions);
    drawPrices();
    drawTally(decisions);
    drawExample(costs, decisions.actions);
    const range = $("#temperature");
    range.value = Math.log10(temperature);
    range.setAttribute("aria-valuetext", `T = ${formatPrecision(temperature)}`);
    if (root.activeElement !== $(".typed")) $(".typed").value = Number(temperature.toPrecision(3));
    const shown = { ready: "true", prices: JSON.stringify(prices), temperature, row: data.rows[view.row] };
    Object.assign($(".root").dataset, { ...shown, changed: decisions.changed });
  };

  canvas.onpointermove = (event) => {
    const point = pointOf(event, colors);
    if (view.held) {
      const { pair, from } = view.held;
      view.held.moved ||= Math.hypot(point[0] - from[0], point[1] - from[1]) > CLICK;
      if (!view.held.moved) return;
      const prices = throughForecast(view.held.prices, pair, view.drawn.map.probabilitiesAt(point));
      move({ prices, chosen: pair[1] === count ? null : dearer(prices, pair) });
      return;
    }
    const pointed = view.drawn ? dotAt(view.drawn.places, point) : -1;
    const border = view.drawn ? borderAt(view.drawn.borders, point) : null;
    canvas.classList.toggle("on-border", Boolean(border));
    const hovered = border?.pair ?? null;
    if (pointed !== view.pointed || hovered?.join() !== view.hovered?.join()) move({ pointed, hovered });
  };
  const dearer = ({ errors }, [a, b]) => (errors[a][b] >= errors[b][a] ? { a, k: b } : { a: b, k: a });
  canvas.onpointerdown = (event) => {
    const point = pointOf(event, colors);
    const border = view.drawn && borderAt(view.drawn.borders, point, event.pointerType === "mouse" ? undefined : 16);
    if (!border || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add("dragging");
    move({ held: { pair: border.pair, from: point, prices: view.prices, moved: false }, pointed: -1 });
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    const { held } = view;
    canvas.classList.remove("dragging");
    move({ held: null });
    if (held?.moved) {
      send("prices");
      return;
    }
    const row = view.drawn && event.type === "pointerup" ? dotAt(view.drawn.places, pointOf(event, colors)) : -1;
    if (row >= 0) choose(row);
  };
  canvas.onpointerleave = () => move({ pointed: -1, hovered: null });
  // A finger on a border drags it; elsewhere it scrolls the page.
  view.ontouch ??= (event) => {
    const box = canvas.getBoundingClientRect();
    const { clientX, clientY } = event.touches[0];
    const point = pointOf({ offsetX: clientX - box.left, offsetY: clientY - box.top }, view.colors);
    if (view.drawn && borderAt(view.drawn.borders, point, 16)) event.preventDefault();
  };
  canvas.addEventListener("touchstart", view.ontouch, { passive: false });
  canvas.onkeydown = (event) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    const next = { Home: 0, End: y.length - 1 }[event.key] ?? (by === undefined ? undefined : view.row + by);
    if (next === undefined) return;
    event.preventDefault();
    move({ row: Math.min(y.length - 1, Math.max(0, next)) });
  };
  canvas.onkeyup = ({ key }) => {
    if (/^(Arrow|Page|Home$|End$)/.test(key)) send("row");
  };

  $("#price").oninput = () => setPrice(view.chosen, priceAt(+$("#price").value));
  $("#price").onchange = () => send("prices");
  const range = $("#temperature");
  const typed = $(".typed");
  range.oninput = () => move({ temperature: 10 ** +range.value });
  range.onchange = () => send("temperature");
  typed.oninput = () => {
    if (+typed.value >= 0.01 && +typed.value <= 100) move({ temperature: +typed.value });
  };
  typed.onchange = () => {
    typed.blur();
    send("temperature");
  };
  $(".one").onclick = () => {
    move({ temperature: 1 });
    send("temperature");
  };
  return drawOnDemand(root, view, draw);
}
