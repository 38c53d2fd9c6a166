// One wine with its features under the pointer, far outside the training range too. Python hears nothing of it.

const POINTS = 121, FEWER = 61, LARGE = 400_000, PANEL = 140, PANEL_STEP = 106, NEIGHBOURS = 200;

// How far training rows usually lie from each other: the median distance of a row, of at most 200 of them, to its nearest other.
const usualGap = (rows, features) => {
  const count = rows.length / features, some = Math.min(count, NEIGHBOURS);
  const gaps = Array.from({ length: some }, (_, place) => {
    const row = Math.floor((place * count) / some);
    return distanceToNearest(rows, rows.subarray(row * features, (row + 1) * features), row);
  });
  return count > 1 ? gaps.sort((a, b) => a - b)[some >> 1] : 0;
};

// Confidence, disagreement and distance along one feature, in three panels over one axis.
const drawCurves = (canvas, colours, { points, now, from, to, range, own, tick, name, classes, gap }) => {
  const drawing = frame(canvas, colours, 2 * PANEL_STEP + PANEL);
  if (!drawing) return;
  const { context, width } = drawing, most = Math.log(classes.length), far = niceCeiling(Math.max(0.2, ...points.map(({ distance }) => distance)));
  const panels = [
    ["confidence", `Confidence ${formatProbability(now.confidence)}`, 1, [[0, "0"], [0.5, "0.5"], [1, "1"]]],
    ["disagreement", `Disagreement ${formatLoss(now.disagreement)} nats`, most, [[0, "0"], [most, `ln ${classes.length}`]]],
    ["distance", `Distance ${formatLoss(now.distance)}`, far, [[0, "0"], [far / 2, String(Number((far / 2).toPrecision(2)))], [far, String(Number(far.toPrecision(2)))]]],
  ];
  // The present value is one of the points, so that the dot lies on the curve.
  const path = [...points, now].sort((a, b) => a.at - b.at);
  panels.forEach(([measure, yName, end, yTicks], place) => {
    const last = place === panels.length - 1;
    context.save();
    context.translate(0, place * PANEL_STEP);
    const { X, Y } = plot({ context, width, height: PANEL }, colours, {
      x: [from, to], y: [0, end], yTicks, yName, xName: last ? name : "", xTicks: last ? [...new Set([from, ...range, to])].map((at) => [at, tick(at)]) : [],
    });
    context.globalAlpha = 0.2;
    context.fillStyle = colours.primary;
    context.fillRect(X(range[0]), Y(end), Math.max(2, X(range[1]) - X(range[0])), Y(0) - Y(end));
    context.globalAlpha = 1;
    if (place === 0) write(context, "training range", (X(range[0]) + X(range[1])) / 2, 8, colours.text);
    line(context, [[X(own), Y(end)], [X(own), Y(0)]], colours.text, 1, [2, 3]);
    line(context, [[X(now.at), Y(end)], [X(now.at), Y(0)]], colours.primary, 1.5);
    if (measure === "distance" && gap > 0) line(context, [[X(from), Y(gap)], [X(to), Y(gap)]], colours.text, 1, [6, 3]);
    if (measure === "confidence") drawByClass(context, colours, path, classes, [X(now.at), X(own)], X, Y);
    else line(context, path.map((point) => [X(point.at), Y(point[measure])]), colours.text);
    dot(context, X(now.at), Y(now[measure]), colours, 6);
    context.restore();
  });
};

// The confidence, each piece in the colour and with the name of the class that is the likeliest there.
const drawByClass = (context, colours, path, classes, crossing, X, Y) => {
  for (let start = 0, next; start < path.length; start = next) {
    const { likeliest } = path[start];
    next = start + 1;
    while (next < path.length && path[next].likeliest === likeliest) next++;
    const colour = colours.classes[likeliest % colours.classes.length], piece = path.slice(start, next + 1).map((point) => [X(point.at), Y(point.confidence)]);
    line(context, piece, colour, 3);
    const [left, right] = [piece[0][0], piece.at(-1)[0]], text = classes[likeliest], wide = context.measureText(text).width + 10;
    if (wide > right - left) continue;
    // In the middle, or where no line crosses it.
    const places = [0.5, 0.25, 0.75].map((part) => Math.min(Math.max(left + part * (right - left), left + wide / 2), right - wide / 2));
    write(context, text, places.find((place) => crossing.every((x) => Math.abs(x - place) > wide / 2)) ?? places[0], Y(0.15), colours.text);
  }
};

export default function ({ data, parentElement: root }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { focus: 0 });
  const { classes, features, low, high, noun, truth } = data, count = features.length;
  const span = high.map((top, place) => (top > low[place] ? top - low[place] : 1)), end = high.map((top, place) => (top - low[place]) / span[place]);
  const names = features.map((name) => name.replaceAll("_", " "));
  const inUnits = (place, at) => low[place] + at * span[place];
  const written = (place, at) => Number(inUnits(place, at).toFixed(Math.min(20, Math.max(0, 3 - Math.floor(Math.log10(span[place]))))));
  const tick = (place, at) => String(Number(inUnits(place, at).toPrecision(3))).replace("-", "−");
  const reach = (place) => [Math.min(-1, data.row[place]), Math.max(end[place] + 1, data.row[place])];
  const isOutside = (at, place) => at < -1e-6 || at > end[place] + 1e-6;

  if (view.version !== data.version) {
    const rows = Float64Array.from(new Float32Array(bytes(data.train)));
    Object.assign(view, { version: data.version, read: network(data.network), rows, gap: usualGap(rows, count), curveOf: "" });
  }
  if (view.of !== `${data.id} ${data.wine}`) Object.assign(view, { of: `${data.id} ${data.wine}`, x: Float64Array.from(data.row) });
  if (view.focus >= count) view.focus = 0;
  view.colours = theme(root);
  const colours = view.colours;

  const measure = (x) => {
    const { logP, memberLogP } = view.read(x), likeliest = logP.indexOf(Math.max(...logP));
    return { logP, memberLogP, likeliest, confidence: Math.exp(logP[likeliest]), disagreement: mutualInformation(memberLogP), distance: distanceToNearest(view.rows, x) };
  };
  const along = (place) => {
    const others = Array.from(view.x);
    others[place] = "";
    const key = [view.version, place, ...others].join();
    if (view.curveOf !== key) {
      const [from, to] = reach(place), x = Float64Array.from(view.x), length = data.network.weights.length > LARGE ? FEWER : POINTS;
      view.curveOf = key;
      view.points = Array.from({ length }, (_, step) => {
        x[place] = from + ((to - from) * step) / (length - 1);
        const { likeliest, confidence, disagreement, distance } = measure(x);
        return { at: x[place], likeliest, confidence, disagreement, distance };
      });
    }
    return view.points;
  };

  const focus = (place) => { view.focus = place; view.loop.schedule(); };
  const set = (place, value) => {
    const at = (value - low[place]) / span[place], [from, to] = reach(place);
    if (at < from - 1e-9 || at > to + 1e-9) return;
    view.x[place] = at;
    focus(place);
  };

  const feature = (place) => {
    const [from, to] = reach(place), id = `feature-${place}`, across = (at) => `calc(8px + (100% - 16px) * ${(at - from) / (to - from)})`;
    const range = element("input", { type: "range", id, min: inUnits(place, from), max: inUnits(place, to), step: span[place] / 100, "aria-label": names[place] });
    const typed = element("input", { type: "number", min: inUnits(place, from), max: inUnits(place, to), step: "any", "aria-label": `${names[place]} as a number` });
    range.oninput = () => set(place, +range.value);
    typed.oninput = () => { if (typed.value !== "") set(place, +typed.value); };
    typed.onchange = () => { typed.blur(); view.loop.schedule(); };
    range.onfocus = typed.onfocus = () => focus(place);
    return element("div", { class: "feature" }, element("label", { for: id }, names[place]),
      element("div", { class: "slider" },
        element("div", { class: "band", style: { left: across(0), width: `calc((100% - 16px) * ${end[place] / (to - from)})`, minWidth: "2px" } }),
        element("div", { class: "own", style: { left: across(data.row[place]) } }), range),
      typed, element("span", { class: "word" }));
  };

  const build = [JSON.stringify([classes, truth, features, low, high, data.row]), colours.classes.join()].join("\u0001");
  if (view.build !== build) {
    view.build = build;
    $(".features").replaceChildren(...features.map((_, place) => feature(place)));
    $("#picked").replaceChildren(...names.map((name, place) => element("option", { value: place }, name)));
    $(".bars").replaceChildren(...classes.map((name, k) => element("div", { class: k === truth ? "bar true" : "bar" },
      element("b", {}, (k === truth ? "✓ " : "") + name),
      element("div", { class: "track" },
        element("div", { class: "fill", style: { background: colours.classes[k % colours.classes.length] } }),
        element("div", { class: "uniform", style: { left: `${100 / classes.length}%` } }),
        element("div", { class: "ghost" })),
      element("span", { class: "number" }))));
    $(".readout").replaceChildren(...["Confidence", "Disagreement", `Distance to the nearest training ${noun}`, "Features outside"].map((name) => element("div", {}, element("dt", {}, name), element("dd", {}))));
  }
  const plain = view.read(Float64Array.from(data.row)).logP;
  [...$(".bars").children].forEach((bar, k) => { bar.querySelector(".ghost").style.left = `${Math.exp(plain[k]) * 100}%`; });
  $(".back").textContent = `Back to the ${noun}`;
  $(".inputs h2").textContent = `The features of this ${noun}`;
  $(".sliders-caption").textContent = `Shaded: where the training ${noun}s lie. Sliders go as far again beyond either end, to ${noun}s that cannot exist: the network does not know. Mark: the ${noun} as it is.`;
  $(".bars-caption").textContent = `Mark: the ${noun} as it is. Dashed: uniform, 1/${classes.length}. ✓ its true class.`;
  $(".measures").textContent = `Disagreement: mutual information of the members, each read on its own; 0 if all say the same, at most ln ${classes.length}. Distance: root mean square difference over all features, in training ranges. Dashed: how far training ${noun}s usually lie from each other, ${formatLoss(view.gap)}. Dotted: the ${noun} as it is.`;
  const { members } = data.network;
  $(".members-caption").textContent = `The ${members === 1 ? "only member" : `${members} members`}, each read on its own; underlined: the ${noun}'s true class`;

  const draw = () => {
    const { x } = view, place = view.focus, now = { at: x[place], ...measure(x) }, p = Array.from(now.logP, Math.exp);
    [...$(".features").children].forEach((row, other) => {
      const range = row.querySelector('[type="range"]'), typed = row.querySelector('[type="number"]'), away = isOutside(x[other], other), value = written(other, x[other]);
      row.setAttribute("aria-current", String(other === place));
      row.classList.toggle("outside", away);
      row.querySelector(".word").textContent = away ? "outside" : "";
      range.value = inUnits(other, x[other]);
      range.setAttribute("aria-valuetext", `${value}${away ? ", outside the training range" : ""}`);
      if (root.activeElement !== typed) typed.value = value;
    });
    $("#picked").value = place;
    [...$(".bars").children].forEach((bar, k) => {
      bar.querySelector(".fill").style.transform = `scaleX(${p[k]})`;
      bar.lastChild.textContent = formatProbability(p[k]);
    });
    $(".bars").setAttribute("aria-label", classes.map((name, k) => `${name} ${formatProbability(p[k])}`).join(", "));
    const outside = x.reduce((sum, at, other) => sum + isOutside(at, other), 0);
    [formatProbability(now.confidence), `${formatLoss(now.disagreement)} nats`, formatLoss(now.distance), `${outside} of ${count}`]
      .forEach((value, row) => { $(".readout").children[row].lastChild.textContent = value; });
    const [from, to] = reach(place);
    $(".curves-caption").textContent = `As ${names[place]} alone moves: colour and name show the likeliest class`;
    $(".curves").setAttribute("aria-label", `Confidence, disagreement and distance along ${names[place]}, at ${written(place, x[place])}`);
    drawCurves($(".curves"), colours, {
      points: along(place), now, from, to, range: [0, end[place]], own: data.row[place], tick: (at) => tick(place, at), name: names[place], classes, gap: view.gap,
    });
    const memberP = now.memberLogP.map((logP) => Array.from(logP, Math.exp));
    drawMembers($(".members"), colours, truth, memberP);
    $(".members").setAttribute("aria-label", memberP.map((q, member) => `member ${member + 1}: ${q.map(formatProbability).join(", ")}`).join("; "));
    Object.assign($(".root").dataset, {
      ready: "true", wine: data.wine, focus: features[place], values: x.join(" "), p: p.join(" "),
      confidence: now.confidence, disagreement: now.disagreement, distance: now.distance, outside,
    });
  };

  $(".back").onclick = () => { view.x = Float64Array.from(data.row); view.loop.schedule(); };
  $("#picked").onchange = () => focus(+$("#picked").value);
  return drawOnDemand(root, view, draw);
}
