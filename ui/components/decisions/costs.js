// The functions of ensemble.decisions that follow the pointer; decision_vectors.json holds the two to each other.

// What each action costs where each class is true: the classes as actions, then asking an expert if that has a price.
export const costsOf = ({ errors, expert }) => (expert === null ? errors : [...errors, errors.map(() => expert)]);

export const dot = (weights, q) => {
  let sum = 0;
  for (let k = 0; k < q.length; k++) sum += weights[k] * q[k];
  return sum;
};

// R(a|q) of each action.
export const expectedCosts = (q, costs) => costs.map((row) => dot(row, q));

// What a class costs whatever is done changes no choice. Without it 0/1 costs leave −q, which rounding cannot make
// equal.
export const comparable = (costs) => {
  const highest = costs[0].map((_, k) => Math.max(...costs.map((row) => row[k])));
  return costs.map((row) => row.map((cost, k) => cost - highest[k]));
};

// The first of the largest, as NumPy's argmax.
export const likeliest = (q) => {
  let best = 0;
  for (let k = 1; k < q.length; k++) if (q[k] > q[best]) best = k;
  return best;
};

// The Bayes action, of equally cheap ones the first; `compared` are costs that went through `comparable`.
export const cheapest = (q, compared) => {
  let best = 0;
  let least = dot(compared[0], q);
  for (let action = 1; action < compared.length; action++) {
    const cost = dot(compared[action], q);
    if (cost < least) [best, least] = [action, cost];
  }
  return best;
};

// What the actions come to: { actions, counts, wrong } by row and by action, `promised` and `paid` a row, and in how
// many rows the action is not the likeliest class. A row is wrong where another class than its own is acted on.
export const decide = (rows, y, costs) => {
  const compared = comparable(costs);
  const classes = costs[0].length;
  const counts = costs.map(() => 0);
  const wrong = costs.map(() => 0);
  let [promised, paid, changed] = [0, 0, 0];
  const actions = rows.map((q, row) => {
    const action = cheapest(q, compared);
    counts[action] += 1;
    if (action < classes && action !== y[row]) wrong[action] += 1;
    if (action !== likeliest(q)) changed += 1;
    promised += dot(costs[action], q);
    paid += costs[action][y[row]];
    return action;
  });
  return { actions, counts, wrong, changed, promised: promised / rows.length, paid: paid / rows.length };
};

// The row to begin with: one whose action is not its likeliest class, else the closest call between two actions.
export const tellingRow = (rows, costs) => {
  const compared = comparable(costs);
  const gaps = rows.map((q) => {
    const risks = expectedCosts(q, costs).sort((a, b) => a - b);
    return risks[1] - risks[0] + (cheapest(q, compared) === likeliest(q) ? 1e6 : 0);
  });
  return gaps.indexOf(Math.min(...gaps));
};
