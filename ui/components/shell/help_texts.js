// Streamlit opens a help text above what it explains, over the control that stands there. It is moved to the first side
// on which it covers no control, or the fewest pixels of controls.

const CONTROLS = 'button, input, textarea, select, summary, a[href], [role="slider"], [role="radio"]';
const HOVERED = '[data-testid="stTooltipHoverTarget"]:is(:hover, :focus-within)';
const GAP = 8;

const covered = ({ left, top, width, height }, other) =>
  Math.max(0, Math.min(left + width, other.right) - Math.max(left, other.left)) *
  Math.max(0, Math.min(top + height, other.bottom) - Math.max(top, other.top));

// Where a box is to stand: where it is, or at another side of its anchor within the room.
export const clearPlace = (box, anchor, controls, room) => {
  const { left, top, width, height } = box;
  const middle = (anchor.top + anchor.bottom - height) / 2;
  const places = [
    [left, top],
    [anchor.right + GAP, middle],
    [anchor.left - GAP - width, middle],
    [anchor.right + GAP, anchor.bottom - height],
    [anchor.left - GAP - width, anchor.bottom - height],
    [left, anchor.bottom + GAP],
    [left, anchor.top - GAP - height],
  ];
  const under = controls.filter((control) => covered(box, control));
  if (under.length)
    places.push(
      [left, Math.min(...under.map(({ top }) => top)) - GAP / 2 - height],
      [left, Math.max(...under.map(({ bottom }) => bottom)) + GAP / 2],
    );
  const within = places.filter(
    ([x, y], index) => index === 0 || (x >= 0 && y >= 0 && x + width <= room.width && y + height <= room.height),
  );
  const cost = ([x, y]) =>
    controls.reduce((sum, control) => sum + covered({ left: x, top: y, width, height }, control), 0);
  const costs = within.map(cost);
  return within[costs.indexOf(Math.min(...costs))];
};

const moveAside = (help) => {
  const anchor = [...document.querySelectorAll(HOVERED)].at(-1);
  if (!anchor || !help.isConnected) return;
  const others = [...document.querySelectorAll(CONTROLS)].filter((one) => !anchor.contains(one) && !help.contains(one));
  help.style.translate = "";
  const box = help.getBoundingClientRect();
  const controls = others.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width && height);
  const room = { width: innerWidth, height: innerHeight };
  const [x, y] = clearPlace(box, anchor.getBoundingClientRect(), controls, room);
  help.style.translate = `${x - box.left}px ${y - box.top}px`;
};

export const keepHelpTextsAside = () => {
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      const help = node.querySelector?.('[data-testid="stTooltipContent"]');
      // Streamlit places it a frame later.
      if (help) requestAnimationFrame(() => requestAnimationFrame(() => moveAside(help)));
    }
  }).observe(document.body, { childList: true, subtree: true });
};
