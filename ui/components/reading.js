// One test wine: bars, triangle, members, NLL(T), cross-entropy and softmax arithmetic, all at the temperature under the pointer.
// Python hears of temperature, label smoothing and unit when the pointer lets go.

export default function ({ data, parentElement: root, setStateValue }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= {});
  const { classes, truth, z, members } = data, count = classes.length;
  if (view.dataOf !== data.id) {
    view.dataOf = data.id;
    view.test = { z: new Float32Array(bytes(data.test.z)), y: data.test.y };
    const nllAt = (t) => meanNegativeLogLikelihood(view.test.z, view.test.y, count, t);
    view.curve = TEMPERATURES.map(nllAt);
    view.best = lowest(nllAt, view.curve);
  }
  // The browser is ahead of Python: what comes back is an echo, wanted only by a component that has just been put on the page.
  if (view.temperature === undefined) Object.assign(view, { temperature: data.temperature, smoothing: data.smoothing, unit: data.unit });
  view.colours = theme(root);
  const colours = view.colours, range = $("#temperature"), typed = $(".typed"), smoothing = $("#smoothing");

  const build = [classes.join("\u0000"), truth, colours.classes.join()].join("\u0001");
  if (view.build !== build) {
    view.build = build;
    const marks = (name, text) => element("div", { class: "marks" }, element("b"), element("div", {}, element("span", { class: name }, text)), element("i"));
    $(".bars").replaceChildren(marks("at-uniform", `uniform, 1/${count}`), ...classes.map((name, k) => element("div", { class: k === truth ? "bar true" : "bar" },
      element("b", {}, k === truth ? `${name} (true)` : name),
      element("div", { class: "track" },
        element("div", { class: "fill", style: { background: colours.classes[k % colours.classes.length] } }),
        element("div", { class: "uniform", style: { left: `${100 / count}%` } }),
        element("div", { class: "ghost" })),
      element("span", { class: "number" }))), marks("at-one", "at T = 1"));
    $(".at-uniform").style.left = `${100 / count}%`;
  }
  const plain = logSoftmax(z), bars = [...root.querySelectorAll(".bar")];
  bars.forEach((bar, k) => { bar.querySelector(".ghost").style.left = `${Math.exp(plain[k]) * 100}%`; });
  $(".at-one").style.left = `${Math.min(92, Math.max(8, Math.exp(plain[count - 1]) * 100))}%`;
  const wines = `${view.test.y.length} test ${data.nouns}`;
  $(".wines").textContent = wines;
  $(".best").textContent = bestWords(view.best, wines);
  $(".loss-of").textContent = `The loss of this ${data.noun}, taken apart`;
  $(".simplex").hidden = count !== 3;
  $(".shares").hidden = !data.shares;
  $(".independent").hidden = Boolean(data.shares);
  $(".members-caption").textContent = `The ${members.length === 1 ? "only member" : `${members.length} members, each by itself`}, at the same T. Underlined: the true class.`;

  const draw = () => {
    const { temperature: t, unit } = view, logQ = logSoftmax(z, t), q = logQ.map(Math.exp);
    bars.forEach((bar, k) => {
      bar.querySelector(".fill").style.transform = `scaleX(${q[k]})`;
      bar.lastChild.textContent = formatProbability(q[k]);
    });
    const said = q.indexOf(Math.max(...q)), at = t === 1 ? "" : `, at T = ${t.toPrecision(3)}`;
    $(".verdict").replaceChildren(`${data.noun[0].toUpperCase()}${data.noun.slice(1)} ${data.wine + 1}${at}: the net says `, element("strong", {}, classes[said]), ` (${inPercent(q[said])}). `,
      ...(said === truth ? ["That is right."] : ["It is ", element("strong", {}, classes[truth]), "."]));
    $(".at-one").hidden = t === 1;
    $(".one-line").textContent = `−ln ${formatProbability(q[truth])} = ${formatLoss(-logQ[truth] || 0)} nats: the negative log-likelihood of the true class.`;
    $(".bars").setAttribute("aria-label", classes.map((name, k) => `${name} ${formatProbability(q[k])}`).join(", "));
    const memberQ = members.map((scores) => Array.from(logSoftmax(scores, t), Math.exp));
    const nll = meanNegativeLogLikelihood(view.test.z, view.test.y, count, t);
    list($(".readout"), [
      ["Confidence", formatProbability(Math.max(...q))], ["Entropy H(q)", `${formatLoss(entropy(logQ))} nats`],
      [`NLL of this ${data.noun}`, `${formatLoss(-logQ[truth] || 0)} nats`], ["Mean test NLL", `${formatLoss(nll)} nats`],
    ]);
    if (count === 3) drawTriangle($(".triangle"), colours, classes, truth, memberQ, Array.from(q));
    $(".triangle").setAttribute("aria-label", `Probability triangle with ${members.length} members and the ensemble`);
    drawMembers($(".members"), colours, truth, memberQ);
    $(".members").setAttribute("aria-label", memberQ.map((p, m) => `member ${m + 1}: ${p.map(formatProbability).join(", ")}`).join("; "));
    drawNll($(".nll"), colours, view.curve, view.best, t, nll);
    $(".nll").setAttribute("aria-label", `Mean test negative log-likelihood ${formatLoss(nll)} nats at T = ${t.toPrecision(3)}`);

    const p = smoothed(truth, count, view.smoothing), scale = unit === "bits" ? Math.LN2 : 1;
    const h = entropy(p.map(Math.log)) / scale, total = crossEntropy(p, logQ) / scale, kl = Math.max(0, total - h);
    drawStack($(".stack"), colours, h, kl, unit);
    $(".stack").setAttribute("aria-label", `Entropy ${formatLoss(h)} and divergence ${formatLoss(kl)} ${unit}`);
    list($(".split"), [["H(p)", `${formatLoss(h)} ${unit}`], ["KL(p‖q)", `${formatLoss(kl)} ${unit}`], ["H(p, q) = H(p) + KL(p‖q)", `${formatLoss(total)} ${unit}`]]);
    $("#smoothing-help").textContent = view.smoothing === 0
      ? "This target p is one-hot, so its entropy is 0. Cross-entropy and divergence are both the negative log-likelihood."
      : "This target p is smoothed, so its entropy is above 0, and no training can lower it. Training moves q only, and lowers KL(p‖q).";
    $("output.smoothing").textContent = view.smoothing.toFixed(2);
    root.querySelectorAll(".unit").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.unit === unit)));

    if (data.shares) {
      drawSums($(".sums"), colours, classes, data.shares, data.bias, z);
      $(".sums").setAttribute("aria-label", classes.map((name, k) => `${name}: z = ${z[k].toFixed(2)}`).join(", "));
    }
    if ($("details").open) writeSteps(t, q);

    if (root.activeElement !== typed) typed.value = Number(t.toPrecision(3));
    range.value = Math.log10(t);
    range.setAttribute("aria-valuetext", `T = ${t.toPrecision(3)}`);
    smoothing.value = view.smoothing;
    $(".root").dataset.temperature = t;
    $(".root").dataset.wine = data.wine;
    $(".root").dataset.ready = "true";
  };

  const list = (place, rows) => {
    if (place.children.length !== rows.length) place.replaceChildren(...rows.map(([name]) => element("div", {}, element("dt", {}, name), element("dd", {}))));
    rows.forEach(([, value], k) => { place.children[k].lastChild.textContent = value; });
  };

  const writeSteps = (t, q) => {
    const scaled = z.map((score) => score / t), highest = Math.max(...scaled), powers = scaled.map((score) => Math.exp(score - highest));
    const cells = (row, tag = "td") => element("tr", {}, ...row.map((cell) => element(tag, {}, cell)));
    $(".steps thead").replaceChildren(cells(["class", "score z", "z / T", "minus the largest", "exp", "÷ sum = q"], "th"));
    const total = powers.reduce((sum, power) => sum + power, 0), last = cells(["sum", "", "", "", asWritten(total.toPrecision(5)), "1"]);
    last.className = "sum";
    $(".steps tbody").replaceChildren(...classes.map((name, k) => cells([name, ...[z[k], scaled[k], scaled[k] - highest, powers[k]].map((value) => asWritten(value.toPrecision(5))), formatProbability(q[k])])), last);
  };

  const move = (change) => { Object.assign(view, change); view.loop.schedule(); };
  const tell = (name) => setStateValue(name, view[name]);
  range.oninput = () => move({ temperature: 10 ** +range.value });
  range.onchange = () => tell("temperature");
  typed.oninput = () => { const t = +typed.value; if (t >= 0.01 && t <= 100) move({ temperature: t }); };
  typed.onchange = () => { typed.blur(); tell("temperature"); view.loop.schedule(); };
  $(".one").onclick = () => { move({ temperature: 1 }); tell("temperature"); };
  smoothing.oninput = () => move({ smoothing: +smoothing.value });
  smoothing.onchange = () => tell("smoothing");
  root.querySelectorAll(".unit").forEach((button) => { button.onclick = () => { move({ unit: button.dataset.unit }); tell("unit"); }; });
  $("details").ontoggle = () => view.loop.schedule();
  return drawOnDemand(root, view, draw);
}
