// The forward pass of a Run for one scaled row, in float64; compared in tests/browser/components/test_what_if.py.

import { decodeBase64 } from "./base64.js";
import { entropy, logPartition, logSoftmax } from "./probability.js";

const ACTIVATIONS = { linear: (value) => value, relu: (value) => (value > 0 ? value : 0), tanh: Math.tanh };

const MIN_OUTPUT = Math.fround(1e-7);

const AS_LOGITS = {
  softmax: (z) => z,
  sigmoid: (z) => z.map((score) => Math.min(score, 0) - Math.log1p(Math.exp(-Math.abs(score)))),
  linear: (z) => z.map((output) => Math.log(Math.max(output, MIN_OUTPUT))),
};

// out = input · kernel + bias, for one member of a layer.
const dense = ({ kernel, bias, inputs, width }, member, input, out) => {
  for (let unit = 0; unit < width; unit++) out[unit] = bias ? bias[member * width + unit] : 0;
  let index = 0;
  let from = member * inputs * width;
  // Four inputs at a time: twice as fast.
  for (; index + 3 < inputs; index += 4, from += 4 * width) {
    const a = input[index];
    const b = input[index + 1];
    const c = input[index + 2];
    const d = input[index + 3];
    for (let unit = 0, at = from; unit < width; unit++, at++)
      out[unit] += a * kernel[at] + b * kernel[at + width] + c * kernel[at + 2 * width] + d * kernel[at + 3 * width];
  }
  for (; index < inputs; index++, from += width)
    for (let unit = 0; unit < width; unit++) out[unit] += input[index] * kernel[from + unit];
  return out;
};

// A function of a scaled row. The weights are concatenated in the order of a Run.
export const network = ({ weights, training, outputs, activation, layers, units, members, features, classes }) => {
  const all = new Float32Array(decodeBase64(weights));
  const activate = ACTIVATIONS[activation];
  const asLogits = AS_LOGITS[outputs];
  const joint = training === "joint";
  let from = 0;
  const take = (count) => all.subarray(from, (from += count));
  const layer = (inputs, width, biased = true) => ({
    inputs,
    width,
    kernel: take(members * inputs * width),
    bias: biased ? take(members * width) : null,
  });
  const hidden = Array.from({ length: layers }, (_, index) => ({
    ...layer(index ? units : features, units),
    out: new Float64Array(units),
  }));
  const output = layer(units, classes, !joint);
  const combiner = training === "bootstrap" ? layer(classes, classes, false) : null;
  const bias = training === "independent" ? null : take(classes);

  const memberLogits = (x) =>
    Array.from({ length: members }, (_, member) => {
      let values = x;
      for (const one of hidden) {
        values = dense(one, member, values, one.out);
        if (activation !== "linear") for (let unit = 0; unit < units; unit++) values[unit] = activate(values[unit]);
      }
      return dense(output, member, values, new Float64Array(classes));
    });

  const pooled = (memberOutputs, memberLogP) => {
    if (!bias)
      return Float64Array.from(
        { length: classes },
        (_, k) => logPartition(memberLogP.map((logP) => logP[k])) - Math.log(members),
      );
    const sum = Float64Array.from(bias);
    const part = new Float64Array(classes);
    memberOutputs.forEach((output, member) =>
      (combiner ? dense(combiner, member, output, part) : output).forEach((value, k) => {
        sum[k] += value;
      }),
    );
    return asLogits(sum);
  };

  return (x) => {
    const memberOutputs = memberLogits(x);
    const memberScores = memberOutputs.map((output) =>
      asLogits(joint ? output.map((value, k) => value * members + bias[k]) : output),
    );
    const memberLogP = memberScores.map((scores) => logSoftmax(scores));
    const logits = pooled(memberOutputs, memberLogP);
    return { memberLogits: memberOutputs, memberScores, memberLogP, logits, logP: logSoftmax(logits) };
  };
};

// Disagreement of the members in nats: the entropy of their linear pool minus their mean entropy.
export const mutualInformation = (memberLogP) => {
  const pool = memberLogP[0].map((_, k) =>
    Math.log(memberLogP.reduce((sum, logP) => sum + Math.exp(logP[k]), 0) / memberLogP.length),
  );
  return Math.max(0, entropy(pool) - memberLogP.reduce((sum, logP) => sum + entropy(logP), 0) / memberLogP.length);
};

// Root mean square difference between a row and the nearest of the concatenated rows; row `excluded` is left out.
export const distanceToNearest = (rows, x, excluded = -1) => {
  let smallest = Infinity;
  for (let row = 0, from = 0; from < rows.length; row++, from += x.length) {
    if (row === excluded) continue;
    let sum = 0;
    for (let index = 0; index < x.length; index++) sum += (rows[from + index] - x[index]) ** 2;
    if (sum < smallest) smallest = sum;
  }
  return Math.sqrt(smallest / x.length);
};
