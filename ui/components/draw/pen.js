// The pen: strokes from a pointer, a finger or the keys, on a page of 1 x 1.

const LEAST_STEP = 0.004;
export const MAX_POINTS = 6000;
const KEY_STEP = 1 / 32;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const within = (value) => Math.min(1, Math.max(0, value));

export const countPoints = (strokes) => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

// Strokes with a point more at the end of the last one, unless it is too close to be seen, or there are too many.
export const withPoint = (strokes, point) => {
  const last = strokes.at(-1)?.at(-1);
  const isClose = last && Math.hypot(point[0] - last[0], point[1] - last[1]) < LEAST_STEP;
  if (isClose || countPoints(strokes) >= MAX_POINTS) return strokes;
  return [...strokes.slice(0, -1), [...(strokes.at(-1) ?? []), point]];
};

// Where an arrow key moves the pen.
export const movedBy = ([x, y], [right, down]) => [within(x + right * KEY_STEP), within(y + down * KEY_STEP)];

const inWords = (pen) => {
  const [column, row] = pen.at.map((value) => 1 + Math.round(value / KEY_STEP));
  return `${pen.isDown ? "Drawing" : "Pen"} at column ${column}, row ${row}`;
};

// Listens on a canvas. `begin` starts a stroke at a point, `move` adds a point to it, `end` finishes it, `undo`
// takes the last stroke back; `say` is read out, and `show` draws the pen where the keys have moved it.
export const listenToPen = (canvas, pen, { begin, move, end, undo, say, show }) => {
  const pointOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };
  const finish = () => {
    if (!pen.isDown) return;
    pen.isDown = false;
    end();
  };
  canvas.onpointerdown = (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    finish();
    canvas.setPointerCapture(event.pointerId);
    Object.assign(pen, { isDown: true, isShown: false, at: pointOf(event) });
    begin(pen.at);
  };
  canvas.onpointermove = (event) => {
    if (!pen.isDown || pen.isShown || !event.isPrimary) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) move((pen.at = pointOf(one)));
  };
  canvas.onpointerup = canvas.onpointercancel = canvas.onblur = finish;
  canvas.onfocus = () => {
    pen.isShown = canvas.matches(":focus-visible");
    show();
  };
  canvas.onkeydown = (event) => {
    const isUndo = event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (!isUndo && (event.altKey || event.ctrlKey || event.metaKey)) return;
    if (isUndo) undo();
    else if (event.key === " ") {
      pen.isShown = true;
      if (pen.isDown) finish();
      else {
        pen.isDown = true;
        begin(pen.at);
        say("Pen down. The arrows draw.");
      }
    } else if (event.key in ARROWS) {
      pen.isShown = true;
      pen.at = movedBy(pen.at, ARROWS[event.key]);
      if (pen.isDown) move(pen.at);
      else show();
      say(inWords(pen));
    } else return;
    event.preventDefault();
  };
};
