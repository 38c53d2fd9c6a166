// The drawing outlives a reload in the browser's tab, and never leaves it.

const NAME = "softmax-lab-drawing";

const isPoint = (point) =>
  Array.isArray(point) && point.length === 2 && point.every((value) => value >= 0 && value <= 1);

const isDrawing = (strokes) =>
  Array.isArray(strokes) && strokes.every((stroke) => Array.isArray(stroke) && stroke.every(isPoint));

// `over` is the drawing that the page's address names: another one there means that somebody has followed a link.
export const keep = (strokes, over, storage = sessionStorage) => {
  try {
    storage.setItem(
      NAME,
      JSON.stringify({ over, strokes }, (_, value) => (Number.isFinite(value) ? Number(value.toFixed(4)) : value)),
    );
  } catch {
    // A browser may refuse: then a reload begins anew.
  }
};

export const forget = (storage = sessionStorage) => {
  try {
    storage.removeItem(NAME);
  } catch {
    // As above.
  }
};

// The strokes that were drawn over that drawing; null if there are none.
export const recall = (over, storage = sessionStorage) => {
  try {
    const kept = JSON.parse(storage.getItem(NAME) ?? "null");
    return kept?.over === over && isDrawing(kept.strokes) ? kept.strokes : null;
  } catch {
    return null;
  }
};
