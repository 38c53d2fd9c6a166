// The training digits that are most like a drawing.

// The `count` rows of bytes that are nearest to `pixels`, nearest first: { row, distance }, where the distance is
// the root mean square difference of their pixels.
export const nearestRows = (rows, pixels, count) => {
  const found = [];
  for (let row = 0, from = 0; from < rows.length; row++, from += pixels.length) {
    let square = 0;
    for (let pixel = 0; pixel < pixels.length; pixel++) square += (rows[from + pixel] - pixels[pixel]) ** 2;
    if (found.length === count && square >= found.at(-1).square) continue;
    const at = found.findIndex((one) => square < one.square);
    found.splice(at < 0 ? found.length : at, 0, { row, square });
    found.length = Math.min(found.length, count);
  }
  return found.map(({ row, square }) => ({ row, distance: Math.sqrt(square / pixels.length) }));
};
