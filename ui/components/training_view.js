// The learning curves, the scrubber, and the test wines' probabilities at the epoch under the scrubber.
// Python sends the whole history every time, so a reload or a change of page loses nothing; between two messages the curves glide.

const REPLAY_SECONDS = 6;

const decodeFrames = (data) => ({
  epochs: data.frames.epochs,
  proba: new Uint16Array(bytes(data.frames.proba)),
  truth: data.frames.truth,
  size: data.frames.truth.length * data.classes.length,
});

const axes = (canvas, colours, total, y) => {
  const drawing = pen(canvas, 210, colours.textScale);
  if (!drawing) return null;
  const { context, width, height } = drawing;
  const left = 46, right = 58, top = 8, bottom = 24;
  const X = (epoch) => left + ((width - left - right) * (epoch - 1)) / Math.max(1, total - 1);
  const Y = (u) => top + (height - top - bottom) * (1 - u);
  context.font = `12px ${colours.font}`;
  context.lineWidth = 1;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const [u, label] of y.ticks) {
    context.strokeStyle = colours.grid;
    context.beginPath(); context.moveTo(left, Y(u)); context.lineTo(width - right, Y(u)); context.stroke();
    context.fillStyle = colours.text;
    context.fillText(label, left - 6, Y(u));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  const marks = total < 5 ? Array.from({ length: total }, (_, k) => k + 1) : [1, ...[1, 2, 3, 4].map((k) => Math.round((total * k) / 4))];
  for (const epoch of marks) context.fillText(epoch, X(epoch), height - bottom + 7);
  context.textAlign = "right";
  context.fillText("epoch", width, height - bottom + 7);
  return { context, X, Y, width, height, top, bottom, left, right };
};

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const powerOfTen = (k) => (k === 0 ? "1" : `10${[...String(k)].map((character) => SUPERSCRIPTS[character]).join("")}`);

const lossScale = (curves) => {
  let low = Infinity, high = -Infinity;
  for (const curve of [curves.train_loss, curves.test_loss]) for (const loss of curve) if (loss > 0) { low = Math.min(low, loss); high = Math.max(high, loss); }
  if (!(high > 0)) { low = 0.01; high = 1; }
  const a = Math.floor(Math.log10(low)), b = Math.max(a + 1, Math.ceil(Math.log10(high))), every = Math.ceil((b - a) / 6);
  const ticks = [];
  for (let k = a; k <= b; k += every) ticks.push([(k - a) / (b - a), powerOfTen(k)]);
  return { ticks, place: (loss) => (Math.log10(Math.max(loss, 10 ** a)) - a) / (b - a) };
};

// The first tenth of a run is left out of the axis: the rest of it would else be a line along the upper edge.
const LOWEST_ACCURACIES = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.2, 0];
const accuracyScale = (curves, total) => {
  const later = [curves.train_accuracy, curves.test_accuracy].flatMap((curve) => curve.slice(Math.floor(total / 10)));
  const lowest = later.length ? Math.min(...later) : 0, a = LOWEST_ACCURACIES.find((low) => low <= lowest + 1e-9) ?? 0;
  const every = a >= 0.9 ? 2 : a >= 0.8 ? 5 : a >= 0.5 ? 10 : 20, percents = [];
  for (let percent = 100 * a; percent <= 100; percent += every) percents.push(Math.round(percent));
  return { from: percents[0], ticks: percents.map((percent) => [(percent / 100 - a) / (1 - a), `${percent} %`]), place: (accuracy) => (accuracy - a) / (1 - a) };
};

const drawCurves = (frame, colours, series, place, shown, cursor) => {
  const { context, X, Y, top, width, height, left, right, bottom } = frame;
  const ends = [];
  context.save();
  context.beginPath();
  context.rect(left - 5, top - 5, width - left - right + 10, height - top - bottom + 10);
  context.clip();
  for (const { name, values, colour, thick } of series) {
    const whole = Math.min(values.length, Math.floor(shown));
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.beginPath();
    for (let k = 0; k < whole; k++) context.lineTo(X(k + 1), Y(place(values[k])));
    let x = X(whole), y = whole ? Y(place(values[whole - 1])) : 0;
    if (whole && whole < values.length) {
      const part = shown - whole;
      x = X(whole + part);
      y += part * (Y(place(values[whole])) - y);
      context.lineTo(x, y);
    }
    context.stroke();
    if (whole === 1) { context.beginPath(); context.arc(x, y, 2, 0, 7); context.stroke(); }
    if (whole) ends.push({ name, x, y: Math.min(y, height - bottom), colour });
    if (cursor && cursor <= values.length) {
      context.fillStyle = context.strokeStyle;
      context.beginPath(); context.arc(X(cursor), Y(place(values[cursor - 1])), 4, 0, 7); context.fill();
    }
  }
  context.restore();
  ends.sort((a, b) => a.y - b.y);
  if (ends.length === 2 && ends[1].y - ends[0].y < 14) {
    const middle = Math.min(height - bottom - 7, Math.max(top + 7, (ends[0].y + ends[1].y) / 2));
    ends[0].y = middle - 7; ends[1].y = middle + 7;
  }
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const { name, x, y, colour } of ends) { context.fillStyle = colour; context.fillText(name, x + 7, y); }
  if (cursor) {
    context.strokeStyle = colours.text;
    context.globalAlpha = 0.45;
    context.lineWidth = 1;
    context.beginPath(); context.moveTo(X(cursor), top); context.lineTo(X(cursor), height - bottom); context.stroke();
    context.globalAlpha = 1;
  }
};

// One column per test wine, ordered by true class; in each the probabilities of all classes, stacked from 0 to 1, the true class lowest.
// Returns whether every class's name has found room below its columns.
const drawWall = (canvas, colours, frames, index, classes) => {
  const drawing = pen(canvas, 166, colours.textScale);
  if (!drawing) return true;
  const { context, width } = drawing, left = 46, right = 8, top = 20, floor = 140;
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const u of [0, 0.5, 1]) context.fillText(u, left - 6, floor - u * (floor - top));
  context.textAlign = "center";
  const wines = frames.truth.length, step = (width - left - right) / wines, gap = step > 4 ? Math.min(3, step * 0.2) : 0;
  for (let wine = 0; wine < wines; wine++) {
    let y = floor;
    const truth = frames.truth[wine], order = [truth, ...classes.keys()].filter((k, place) => place === 0 || k !== truth);
    const of = (k) => frames.proba[index * frames.size + wine * classes.length + k];
    for (const k of order) {
      const tall = (of(k) / 65535) * (floor - top);
      context.fillStyle = colours.classes[k % colours.classes.length];
      context.fillRect(left + wine * step, y - tall, step - gap, tall);
      y -= tall;
    }
    if (order.some((k) => of(k) > of(truth))) {
      context.fillStyle = colours.text;
      if (step > 7) context.fillText("✗", left + (wine + 0.5) * step - gap / 2, top - 9);
      else context.fillRect(left + wine * step, top - 9, Math.max(1, step - gap), 6);
    }
  }
  context.textBaseline = "top";
  let all = true;
  for (let from = 0; from < wines; ) {
    let to = from;
    while (to < wines && frames.truth[to] === frames.truth[from]) to++;
    const k = frames.truth[from], x = left + from * step, wide = (to - from) * step - gap;
    context.fillStyle = colours.classes[k % colours.classes.length];
    context.fillRect(x, floor + 3, wide, 3);
    context.fillStyle = colours.text;
    if (context.measureText(classes[k]).width < wide) context.fillText(classes[k], x + wide / 2, floor + 10);
    else all = false;
    from = to;
  }
  context.strokeStyle = colours.text;
  context.globalAlpha = 0.6;
  context.setLineDash([4, 3]);
  const uniform = floor - (floor - top) / classes.length;
  context.beginPath(); context.moveTo(left, uniform); context.lineTo(width - right, uniform); context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
  return all && new Set(frames.truth).size === classes.length;
};

export default function ({ data, parentElement: root }) {
  const $ = (selector) => root.querySelector(selector);
  const view = (root.__view ??= { run: null, shown: 0, chosen: null, replayFrom: 0 });
  const range = $("#epoch"), live = ["starting", "queued", "compiling", "training"].includes(data.state);
  if (view.run !== data.run) {
    Object.assign(view, { run: data.run, shown: live ? 0 : data.curves.train_loss.length, speed: 0, chosen: null, replayFrom: 0, last: 0 });
    // On a phone the settings stand above the picture: bring it into view when a run begins.
    if (live && innerWidth < 640) $(".root").scrollIntoView({ behavior: "smooth", block: "start" });
  }
  if (view.frameData !== data.frames?.proba) { view.frames = data.frames ? decodeFrames(data) : null; view.frameData = data.frames?.proba; }
  view.data = data;
  $(".nouns").textContent = data.nouns;
  view.colours = theme(root);

  const frameAt = (epoch) => {
    const epochs = view.frames.epochs;
    let index = 0;
    while (index + 1 < epochs.length && epochs[index + 1] <= epoch) index++;
    return index;
  };

  const draw = (now) => {
    const { data, colours } = view, { curves, total, classes } = data, count = curves.train_loss.length;
    const elapsed = Math.min(100, now - (view.last || now));
    view.last = now;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) view.shown = count;
    else if (view.shown < count) {
      // Glide so that what has arrived is on screen when the next message is due.
      view.speed = Math.max((count - view.shown) / (data.every * 1000), (view.speed || 0) * 0.97);
      view.shown = Math.min(count, Math.max(view.shown, 1) + view.speed * elapsed);
    }
    if (view.replayFrom) {
      const epoch = Math.floor(((now - view.replayFrom) / (REPLAY_SECONDS * 1000)) * count) + 1;
      view.chosen = Math.min(epoch, count);
      if (epoch >= count) { view.replayFrom = 0; view.chosen = null; }
    }
    const epoch = Math.min(view.chosen ?? Math.floor(view.shown), count);
    const cursor = view.chosen && count ? epoch : 0;
    const accuracy = accuracyScale(curves, total);
    $(".range").textContent = accuracy.from ? `, ${accuracy.from} to 100 %` : "";
    for (const [canvas, scale, train, test] of [[$(".loss"), lossScale(curves), "train_loss", "test_loss"], [$(".accuracy"), accuracy, "train_accuracy", "test_accuracy"]]) {
      const frame = axes(canvas, colours, total, scale);
      const series = [{ name: "train", values: curves[train], colour: colours.text, thick: 2 }, { name: "test", values: curves[test], colour: colours.primary, thick: 1.25 }];
      if (frame) drawCurves(frame, colours, series, scale.place, view.shown, cursor);
      canvas.dataset.epochs = count;
      canvas.dataset.shown = view.shown.toFixed(2);
      canvas.setAttribute("aria-label", count ? `${train.replace("_", " ")} ${formatLoss(curves[train][count - 1])}, ${test.replace("_", " ")} ${formatLoss(curves[test][count - 1])} after ${count} epochs` : "No epochs yet");
    }
    $(".scrubber").style.visibility = count ? "visible" : "hidden";
    range.max = Math.max(1, count);
    range.value = Math.max(1, epoch);
    range.setAttribute("aria-valuetext", `epoch ${epoch} of ${count}`);
    $("output.epoch").textContent = count ? `${epoch} of ${total}` : "";
    $(".latest").disabled = view.chosen === null;
    const readings = !epoch ? [] : [
      ["Training loss", `${formatLoss(curves.train_loss[epoch - 1])} nats`], ["Test loss", `${formatLoss(curves.test_loss[epoch - 1])} nats`],
      ["Training accuracy", `${(100 * curves.train_accuracy[epoch - 1]).toFixed(1)} %`], ["Test accuracy", `${(100 * curves.test_accuracy[epoch - 1]).toFixed(1)} %`],
    ];
    $(".readout").replaceChildren(...readings.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
    $(".wall").hidden = !view.frames || !epoch;
    if (view.frames && epoch) {
      const index = frameAt(epoch);
      const named = drawWall($(".bars"), colours, view.frames, index, classes);
      $(".bars").dataset.epoch = view.frames.epochs[index];
      $(".bars").setAttribute("aria-label", `Probabilities of ${view.frames.truth.length} test ${data.nouns} after epoch ${view.frames.epochs[index]}`);
      $(".wall figcaption").textContent = data.wall_caption;
      const legend = [named, ...classes, ...colours.classes].join();
      if (view.legendOf !== legend) {
        view.legendOf = legend;
        const key = (swatch, name) => element("span", {}, swatch, name);
        const names = classes.map((name, k) => key(element("i", { style: { background: colours.classes[k % colours.classes.length] } }), name));
        $(".legend").replaceChildren(...(named ? [] : names), key("- - ", ` uniform, 1/${classes.length}`));
      }
    }
    const progress = $(".progress"), waiting = ["starting", "queued", "compiling"].includes(data.state);
    progress.classList.toggle("waiting", waiting);
    progress.firstElementChild.style.transform = waiting ? "" : `scaleX(${Math.min(1, view.shown / total)})`;
    progress.setAttribute("aria-valuenow", Math.round((100 * view.shown) / total));
    $(".root").dataset.ready = "true";
    $(".root").dataset.run = data.run;
    if (view.shown < count || view.replayFrom) view.loop.schedule();
    else view.last = 0;
  };

  const choose = (epoch) => { view.replayFrom = 0; view.chosen = epoch; view.loop.schedule(); };
  range.oninput = () => choose(+range.value);
  $(".latest").onclick = () => choose(null);
  $(".replay").onclick = () => { view.replayFrom = performance.now(); view.loop.schedule(); };
  return drawOnDemand(root, view, draw);
}
