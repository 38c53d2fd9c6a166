import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  cheapest,
  comparable,
  costsOf,
  decide,
  expectedCosts,
  likeliest,
  tellingRow,
} from "../../ui/components/decisions/costs.js";
import { billOf, verdictOf } from "../../ui/components/decisions/example.js";
import { lineMap } from "../../ui/components/decisions/line_map.js";
import { borderAt, dotAt } from "../../ui/components/decisions/map.js";
import { positionOf, priceAt, throughForecast } from "../../ui/components/decisions/prices.js";
import { bordersOf, clip, intervalsOf, regionsOf } from "../../ui/components/decisions/regions.js";
import { orderOfRows } from "../../ui/components/decisions/row_table.js";
import { triangleMap } from "../../ui/components/decisions/triangle_map.js";
import { cornersAbove, inTriangle, probabilitiesAt } from "../../ui/components/lib/simplex.js";

const VECTORS = JSON.parse(readFileSync(new URL("decision_vectors.json", import.meta.url), "utf-8"));
const ALIKE = {
  errors: [
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
  ],
  expert: null,
};

// Random price lists, the same at each call: a linear congruential generator.
const randomPrices = (classes, count) => {
  let state = 17;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  return Array.from({ length: count }, (_, list) => ({
    errors: Array.from({ length: classes }, (_, a) =>
      Array.from({ length: classes }, (_, k) => (a === k ? 0 : 10 ** (3 * random() - 1))),
    ),
    expert: list % 2 ? 10 ** (2 * random() - 2) : null,
  }));
};

const grid = (steps) => {
  const points = [];
  for (let i = 0; i <= steps; i++)
    for (let j = 0; j <= steps - i; j++) points.push([i / steps, j / steps, (steps - i - j) / steps]);
  return points;
};

// How far inside a convex polygon a point lies, by its least signed distance to a side; of either orientation.
const depth = (polygon, [x, y]) => {
  const sides = polygon.map(([x0, y0], at) => {
    const [x1, y1] = polygon[(at + 1) % polygon.length];
    return ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / (Math.hypot(x1 - x0, y1 - y0) || Infinity);
  });
  return Math.max(Math.min(...sides), Math.min(...sides.map((side) => -side)));
};

test("expected costs and actions are those of Python", () => {
  for (const { q, errors, expert, expected, action } of VECTORS) {
    const costs = costsOf({ errors, expert });
    expectedCosts(q, costs).forEach((cost, at) =>
      assert.ok(Math.abs(cost - expected[at]) < 1e-12 * (1 + expected[at])),
    );
    assert.equal(cheapest(q, comparable(costs)), action);
  }
});

test("regions hold every point of a grid whose cheapest action they are of, and no other", () => {
  const points = grid(40);
  for (const prices of randomPrices(3, 60)) {
    const costs = costsOf(prices);
    const regions = regionsOf(costs);
    for (const q of points) {
      const risks = expectedCosts(q, costs);
      const [least, next] = [...risks].sort((a, b) => a - b);
      if (next - least < 1e-7) continue;
      const best = risks.indexOf(least);
      regions.forEach((region, action) => {
        const inside = region.length > 0 && depth(region, q) > -1e-9;
        assert.equal(inside, action === best, `${q} at ${JSON.stringify(prices)}`);
      });
    }
  }
});

test("regions of three classes fill the triangle", () => {
  const area = (polygon) =>
    Math.abs(
      polygon.reduce((sum, [x, y], at) => {
        const [nextX, nextY] = polygon[(at + 1) % polygon.length];
        return sum + x * nextY - y * nextX;
      }, 0),
    ) / 2;
  for (const prices of randomPrices(3, 200)) {
    const whole = regionsOf(costsOf(prices)).reduce((sum, region) => sum + (region.length ? area(region) : 0), 0);
    assert.ok(Math.abs(whole - 0.5) < 1e-9);
  }
});

test("of two actions that cost the same everywhere the first has the region", () => {
  const costs = [
    [1, 1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ];
  const [first, second, third] = regionsOf(costs);
  assert.ok(first.length > 2 && third.length > 2);
  assert.deepEqual(second, []);
  assert.deepEqual(
    intervalsOf([
      [1, 0],
      [1, 0],
    ]),
    [[0, 1], null],
  );
});

test("an expert for 0.4 has the middle of the triangle, for 0.7 none: Chow's rule", () => {
  const middle = regionsOf(costsOf({ ...ALIKE, expert: 0.4 }))[3];
  assert.ok(middle.every((q) => Math.max(...q) <= 0.6 + 1e-12));
  assert.deepEqual(regionsOf(costsOf({ ...ALIKE, expert: 0.7 }))[3], []);
});

test("borders lie where two actions cost the same and no third one less", () => {
  for (const prices of randomPrices(3, 100)) {
    const costs = costsOf(prices);
    const borders = bordersOf(costs, regionsOf(costs));
    assert.ok(new Set(borders.map(({ pair }) => pair.join())).size === borders.length);
    for (const { pair, ends } of borders)
      for (const q of ends) {
        const risks = expectedCosts(q, costs);
        const scale = Math.max(...costs.flat());
        assert.ok(Math.abs(risks[pair[0]] - risks[pair[1]]) < 1e-8 * scale);
        assert.ok(risks[pair[0]] <= Math.min(...risks) + 1e-8 * scale);
      }
  }
});

test("a clipped polygon keeps corners on the line and cuts the sides that cross it", () => {
  const half = clip(
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    [1, -1, 0],
  );
  assert.deepEqual(half, [
    [0.5, 0.5, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
});

test("for two classes the threshold is where the errors' expected costs meet", () => {
  const costs = costsOf({
    errors: [
      [0, 1],
      [20, 0],
    ],
    expert: null,
  });
  const [[low, threshold], [same, high]] = intervalsOf(costs);
  assert.deepEqual([low, same, high], [0, threshold, 1]);
  assert.ok(Math.abs(threshold - 20 / 21) < 1e-12);
  const points = Array.from({ length: 401 }, (_, step) => step / 400);
  for (const prices of randomPrices(2, 60)) {
    const lists = costsOf(prices);
    const intervals = intervalsOf(lists);
    for (const p of points) {
      const risks = expectedCosts([1 - p, p], lists);
      const [least, next] = [...risks].sort((a, b) => a - b);
      if (next - least < 1e-7) continue;
      intervals.forEach((interval, action) => {
        const inside = interval !== null && interval[0] <= p && p <= interval[1];
        assert.equal(inside, risks[action] === least);
      });
    }
  }
});

test("a dragged border goes through the pointer, and the cheaper of its two errors keeps its price", () => {
  for (const prices of randomPrices(3, 40)) {
    const costs = costsOf(prices);
    for (const { pair } of bordersOf(costs, regionsOf(costs)))
      for (const q of grid(12).filter((point) => Math.min(...point) > 0)) {
        const moved = throughForecast(prices, pair, q);
        const flat = moved.errors.flat();
        if (Math.max(...flat) >= 1000) continue;
        const risks = expectedCosts(q, costsOf(moved));
        // Prices are rounded to three digits.
        assert.ok(Math.abs(risks[pair[0]] - risks[pair[1]]) <= 0.006 * Math.max(...risks), JSON.stringify({ pair, q }));
        const [a, b] = pair;
        if (b < 3) {
          const before = Math.min(prices.errors[a][b], prices.errors[b][a]);
          assert.equal(Math.min(moved.errors[a][b], moved.errors[b][a]), before);
        }
      }
  }
});

test("the expert's border moves the expert's price alone", () => {
  const moved = throughForecast({ ...ALIKE, expert: 0.1 }, [0, 3], [0.75, 0.15, 0.1]);
  assert.deepEqual(moved, { ...ALIKE, expert: 0.25 });
});

test("a slider of prices begins at 0 and takes equal factors from 0.01 to 1,000", () => {
  assert.equal(priceAt(0), 0);
  assert.equal(priceAt(1), 1000);
  for (const price of [0.02, 0.1, 1, 20, 345]) assert.equal(priceAt(positionOf(price)), price);
  assert.equal(positionOf(0), 0);
});

test("what the actions come to: counts, errors, other answers and the bill", () => {
  const rows = [
    [0.9, 0.06, 0.04],
    [0.5, 0.3, 0.2],
    [0.1, 0.8, 0.1],
  ];
  const costs = costsOf({ ...ALIKE, expert: 0.3 });
  const { actions, counts, wrong, changed, promised, paid } = decide(rows, [1, 0, 1], costs);
  assert.deepEqual(actions, [0, 3, 1]);
  assert.deepEqual(counts, [1, 1, 0, 1]);
  assert.deepEqual(wrong, [1, 0, 0, 0]);
  assert.equal(changed, 1);
  assert.ok(Math.abs(promised - 0.6 / 3) < 1e-12);
  assert.ok(Math.abs(paid - 1.3 / 3) < 1e-12);
  assert.equal(tellingRow(rows, costs), 1);
  assert.equal(tellingRow([rows[0], rows[2]], costsOf(ALIKE)), 1);
});

test("of equal probabilities the first is the likeliest", () => assert.equal(likeliest([0.2, 0.4, 0.4]), 1));

test("a point of the triangle and its probabilities are each other's", () => {
  const corners = cornersAbove([200, 300], 250);
  for (const q of grid(10)) {
    const back = probabilitiesAt(inTriangle(q, corners), corners);
    back.forEach((value, k) => assert.ok(Math.abs(value - q[k]) < 1e-12));
  }
  const outside = probabilitiesAt([-500, 320], corners);
  assert.ok(outside.every((value) => value >= 0) && outside[0] > 0.9);
});

test("the borders of a map are found under the pointer, and lead back to forecasts of equal cost", () => {
  const lists = {
    2: {
      errors: [
        [0, 1],
        [4, 0],
      ],
      expert: null,
    },
    3: { ...ALIKE, expert: 0.6 },
  };
  for (const [classes, map] of [
    [2, lineMap(600)],
    [3, triangleMap(600, 1)],
  ]) {
    const costs = costsOf(lists[classes]);
    const { borders, outlines } = map.cut(costs);
    assert.equal(borders.length, classes === 2 ? 1 : 6);
    assert.equal(outlines.length, costs.length);
    for (const { pair, ends } of borders) {
      const middle = [0, 1].map((axis) => (ends[0][axis] + ends[1][axis]) / 2);
      assert.deepEqual(borderAt(borders, middle).pair, pair);
      const risks = expectedCosts(map.probabilitiesAt(middle), costs);
      assert.ok(Math.abs(risks[pair[0]] - risks[pair[1]]) < 1e-9);
    }
    assert.equal(borderAt(borders, [-100, -100]), null);
  }
});

test("the nearest dot within reach is the one that is pointed at", () => {
  const places = [
    [10, 10],
    [18, 10],
    [300, 10],
  ];
  assert.equal(dotAt(places, [15, 10]), 1);
  assert.equal(dotAt(places, [100, 10]), -1);
});

test("the words name both actions where they differ, and what each costs in the end", () => {
  const state = { name: "Wine 26", classes: ["A", "B"], risks: [0.65, 7.02], action: 0, top: 1, truth: 0 };
  const costs = [
    [0, 1],
    [20, 0],
  ];
  assert.equal(verdictOf(state).join(""), "Wine 26: decide A, expected cost 0.650. The likeliest class, B: 7.02.");
  assert.equal(billOf({ ...state, costs }), "It is A: this decision costs 0, deciding B costs 20.");
  const same = { ...state, action: 1 };
  assert.match(verdictOf(same).join(""), /decide B\. The likeliest class is also the cheapest action\./);
  assert.equal(billOf({ ...same, costs }), "It is A: this decision costs 20.");
});

test("rows whose action is not their likeliest class come first in a table", () => {
  const rows = [
    [0.9, 0.1],
    [0.4, 0.6],
    [0.3, 0.7],
  ];
  assert.deepEqual(orderOfRows(rows, [0, 1, 0]), [2, 0, 1]);
});
