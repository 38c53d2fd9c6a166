// A net without an activation, under one softmax: each score is a sum over pixels, each times a weight.

// Why a net has no picture of weights for each class; empty if it has.
export const whyNoWeights = ({ activation, training, outputs }) => {
  if (activation !== "linear")
    return `This net has ${activation} units. How much a pixel counts depends on all the others.`;
  if (training === "independent")
    return "Independent members are averaged after their softmaxes. No sum of weighted pixels is their score.";
  if (outputs !== "softmax")
    return `This net has ${outputs} outputs. A score is not a plain sum of weighted pixels then.`;
  return "";
};

// Weights of each class, of a function from pixels to scores that is affine: the score of a picture is `constant`
// and the sum of its pixels, each times its weight. Scores are less their mean over the classes, which the softmax
// ignores.
export const weightsOf = (scores, pixels) => {
  const picture = new Float64Array(pixels);
  const centred = (z) => {
    const mean = z.reduce((sum, score) => sum + score, 0) / z.length;
    return Array.from(z, (score) => score - mean);
  };
  const constants = centred(scores(picture));
  const classes = constants.map((constant) => ({ constant, weights: new Float64Array(pixels) }));
  for (let pixel = 0; pixel < pixels; pixel++) {
    picture[pixel] = 1;
    centred(scores(picture)).forEach((score, k) => {
      classes[k].weights[pixel] = score - constants[k];
    });
    picture[pixel] = 0;
  }
  return classes;
};

// What each pixel adds to a score, and the score.
export const sumOf = ({ constant, weights }, pixels) => {
  const products = weights.map((weight, pixel) => weight * pixels[pixel]);
  return { products, score: products.reduce((sum, product) => sum + product, constant) };
};
