// Where each action is the cheapest one: half-planes of linear expected costs, cut exactly.

import { dot } from "./costs.js";

const TRIANGLE = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const EPSILON = 1e-9;

const mix = (p, q, share) => p.map((value, k) => value + share * (q[k] - value));

const differences = (costs, a, b) => costs[a].map((cost, k) => cost - costs[b][k]);

// The part of a convex polygon of probability vectors where a linear function of them is at most 0 (Sutherland and
// Hodgman 1974).
export const clip = (polygon, weights) => {
  const values = polygon.map((q) => dot(weights, q));
  return polygon.flatMap((q, at) => {
    const next = (at + 1) % polygon.length;
    const [here, there] = [values[at], values[next]];
    const kept = here <= 0 ? [q] : [];
    if (here < 0 !== there < 0 && here && there) kept.push(mix(q, polygon[next], here / (here - there)));
    return kept;
  });
};

const area = (polygon) =>
  Math.abs(
    polygon.reduce((sum, [x, y], at) => {
      const [nextX, nextY] = polygon[(at + 1) % polygon.length];
      return sum + x * nextY - y * nextX;
    }, 0),
  ) / 2;

// The regions of the other actions that cut into that of action a; null if an earlier one costs the same everywhere.
const cuts = (costs, a) => {
  const others = [];
  for (let b = 0; b < costs.length; b++) {
    const weights = differences(costs, a, b);
    if (weights.some((weight) => weight !== 0)) others.push(weights);
    else if (b < a) return null;
  }
  return others;
};

// For three classes: the polygon of each action, as probability vectors; empty where the action is never the cheapest.
export const regionsOf = (costs) =>
  costs.map((_, a) => {
    const polygon = cuts(costs, a)?.reduce(clip, TRIANGLE) ?? [];
    return area(polygon) > EPSILON ? polygon : [];
  });

// For two classes: from where to where each action is the cheapest, by the probability of the second class; null if
// it never is.
export const intervalsOf = (costs) =>
  costs.map((_, a) => {
    const others = cuts(costs, a);
    if (!others) return null;
    let [low, high] = [0, 1];
    for (const [first, second] of others) {
      const slope = second - first;
      if (slope > 0) high = Math.min(high, -first / slope);
      else if (slope < 0) low = Math.max(low, -first / slope);
      else if (first > 0) return null;
    }
    return high - low > EPSILON ? [low, high] : null;
  });

// Sides that the regions of two actions share: { pair: [a, b], ends: two probability vectors }, a before b.
export const bordersOf = (costs, regions) => {
  const borders = [];
  for (let a = 0; a < costs.length; a++)
    for (let b = a + 1; b < costs.length; b++) {
      if (!regions[a].length || !regions[b].length) continue;
      const weights = differences(costs, a, b);
      const tolerance = EPSILON * Math.max(...weights.map(Math.abs));
      const ends = farthest(regions[a].filter((q) => Math.abs(dot(weights, q)) <= tolerance));
      if (ends) borders.push({ pair: [a, b], ends });
    }
  return borders;
};

const farthest = (points) => {
  let [found, most] = [null, EPSILON];
  for (const p of points)
    for (const q of points) {
      const away = Math.hypot(...p.map((value, k) => value - q[k]));
      if (away > most) [found, most] = [[p, q], away];
    }
  return found;
};
