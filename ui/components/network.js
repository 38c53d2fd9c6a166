// The forward pass of ensemble/run.py for one scaled row, in float64; tests/e2e/test_what_if.py compares the two.

const ACTIVATIONS = { linear: (value) => value, relu: (value) => (value > 0 ? value : 0), tanh: Math.tanh };

const SMALLEST_OUTPUT = Math.fround(1e-7);

const AS_LOGITS = {
  softmax: (z) => z,
  sigmoid: (z) => z.map((score) => Math.min(score, 0) - Math.log1p(Math.exp(-Math.abs(score)))),
  linear: (z) => z.map((output) => Math.log(Math.max(output, SMALLEST_OUTPUT))),
};

// out = input · kernel + bias, for one member of a layer.
const dense = ({ kernel, bias, inputs, width }, member, input, out) => {
  for (let unit = 0; unit < width; unit++) out[unit] = bias ? bias[member * width + unit] : 0;
  let place = 0, from = member * inputs * width;
  // Four inputs at a time: twice as fast.
  for (; place + 3 < inputs; place += 4, from += 4 * width) {
    const a = input[place], b = input[place + 1], c = input[place + 2], d = input[place + 3];
    for (let unit = 0, at = from; unit < width; unit++, at++) out[unit] += a * kernel[at] + b * kernel[at + width] + c * kernel[at + 2 * width] + d * kernel[at + 3 * width];
  }
  for (; place < inputs; place++, from += width) for (let unit = 0; unit < width; unit++) out[unit] += input[place] * kernel[from + unit];
  return out;
};

// A reader of scaled rows. The weights stand one after the other in the order of ensemble/network.py.
const network = ({ weights, training, outputs, activation, layers, units, members, features, classes }) => {
  const all = new Float32Array(bytes(weights)), activate = ACTIVATIONS[activation], asLogits = AS_LOGITS[outputs];
  const joint = training === "joint";
  let from = 0;
  const take = (count) => all.subarray(from, (from += count));
  const layer = (inputs, width, biased = true) => ({ inputs, width, kernel: take(members * inputs * width), bias: biased ? take(members * width) : null });
  const hidden = Array.from({ length: layers }, (_, place) => ({ ...layer(place ? units : features, units), out: new Float64Array(units) }));
  const output = layer(units, classes, !joint), glue = training === "bootstrap" ? layer(classes, classes, false) : null;
  const bias = training === "independent" ? null : take(classes);

  const memberLogits = (x) => Array.from({ length: members }, (_, member) => {
    let values = x;
    for (const one of hidden) {
      values = dense(one, member, values, one.out);
      if (activation !== "linear") for (let unit = 0; unit < units; unit++) values[unit] = activate(values[unit]);
    }
    return dense(output, member, values, new Float64Array(classes));
  });

  const pooled = (shares, memberLogP) => {
    if (!bias) return Float64Array.from({ length: classes }, (_, k) => logPartition(memberLogP.map((logP) => logP[k])) - Math.log(members));
    const sum = Float64Array.from(bias), part = new Float64Array(classes);
    shares.forEach((share, member) => (glue ? dense(glue, member, share, part) : share).forEach((value, k) => { sum[k] += value; }));
    return asLogits(sum);
  };

  return (x) => {
    const shares = memberLogits(x);
    const memberScores = shares.map((share) => asLogits(joint ? share.map((value, k) => value * members + bias[k]) : share));
    const memberLogP = memberScores.map((scores) => logSoftmax(scores)), logits = pooled(shares, memberLogP);
    return { memberLogits: shares, memberScores, memberLogP, logits, logP: logSoftmax(logits) };
  };
};

// What the members say apart, in nats: the entropy of their linear pool minus their mean entropy.
const mutualInformation = (memberLogP) => {
  const pool = memberLogP[0].map((_, k) => Math.log(memberLogP.reduce((sum, logP) => sum + Math.exp(logP[k]), 0) / memberLogP.length));
  return Math.max(0, entropy(pool) - memberLogP.reduce((sum, logP) => sum + entropy(logP), 0) / memberLogP.length);
};

// Root mean square difference between a row and the nearest of the rows, which stand one after the other; `besides` is left out.
const distanceToNearest = (rows, x, besides = -1) => {
  let least = Infinity;
  for (let row = 0, from = 0; from < rows.length; row++, from += x.length) {
    if (row === besides) continue;
    let sum = 0;
    for (let place = 0; place < x.length; place++) sum += (rows[from + place] - x[place]) ** 2;
    if (sum < least) least = sum;
  }
  return Math.sqrt(least / x.length);
};
