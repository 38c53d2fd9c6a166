/* The floor under benchmarks/training.py: the classic run in plain C on one thread, nothing but the arithmetic.
 *
 * Ten linear members 13-10-10 with dropout 0.25 behind the second layer, one softmax over their 100 outputs, RMSprop, batches of
 * ten and a last one of two, 200 epochs. The losses that the app measures after each epoch are left out.
 *
 * cc -O3 -march=native -ffast-math training_floor.c -lm
 * Reads 142 rows of 13 features, then 142 one-hot rows of 3, float32, from the file that is its argument; prints the seconds and
 * the training loss of the last epoch, dropout on.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MEMBERS = 10, FEATURES = 13, UNITS = 10, CLASSES = 3, BATCH = 10, ROWS = 142, EPOCHS = 200, ALL = MEMBERS * UNITS };

typedef struct {
  float first[FEATURES][ALL], first_bias[ALL];
  float second[MEMBERS][UNITS][UNITS], second_bias[ALL];
  float output[ALL][CLASSES], output_bias[CLASSES];
} Weights;

static const int WEIGHTS = sizeof(Weights) / sizeof(float);
static float features[ROWS][FEATURES], targets[ROWS][CLASSES];
static Weights weights, squares, gradients;
static uint64_t random_state = 88172645463325252ull;

static uint32_t random_bits(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state >> 32;
}

static void fill_uniformly(float *values, int count, float limit) {
  for (int i = 0; i < count; i++) values[i] = (random_bits() / 4294967296.f * 2 - 1) * limit;
}

static void start(void) {
  fill_uniformly(&weights.first[0][0], FEATURES * ALL, sqrtf(6.f / (FEATURES + UNITS)));
  fill_uniformly(&weights.second[0][0][0], MEMBERS * UNITS * UNITS, sqrtf(6.f / (UNITS + UNITS)));
  fill_uniformly(&weights.output[0][0], ALL * CLASSES, sqrtf(6.f / (ALL + CLASSES)));
}

static void shuffle(int *order) {
  for (int i = ROWS - 1; i > 0; i--) {
    int other = random_bits() % (i + 1), kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
}

/* Scores of one row; leaves hidden layers and the dropout mask for the way back. */
static void forward(const float *x, float *hidden, float *dropped, float *keep, float *scores) {
  memcpy(hidden, weights.first_bias, sizeof weights.first_bias);
  for (int i = 0; i < FEATURES; i++)
    for (int j = 0; j < ALL; j++) hidden[j] += x[i] * weights.first[i][j];
  memcpy(dropped, weights.second_bias, sizeof weights.second_bias);
  for (int m = 0; m < MEMBERS; m++)
    for (int i = 0; i < UNITS; i++)
      for (int j = 0; j < UNITS; j++) dropped[m * UNITS + j] += hidden[m * UNITS + i] * weights.second[m][i][j];
  for (int j = 0; j < ALL; j++) {
    keep[j] = random_bits() >> 30 ? 1 / 0.75f : 0;
    dropped[j] *= keep[j];
  }
  memcpy(scores, weights.output_bias, sizeof weights.output_bias);
  for (int j = 0; j < ALL; j++)
    for (int k = 0; k < CLASSES; k++) scores[k] += dropped[j] * weights.output[j][k];
}

/* Turns scores into q - p and returns the cross-entropy. */
static float softmax_gradient(float *scores, const float *target) {
  float highest = scores[0], sum = 0, loss = 0;
  for (int k = 1; k < CLASSES; k++) highest = fmaxf(highest, scores[k]);
  for (int k = 0; k < CLASSES; k++) sum += scores[k] = expf(scores[k] - highest);
  for (int k = 0; k < CLASSES; k++) {
    float q = scores[k] / sum;
    if (target[k] > 0) loss -= target[k] * logf(q);
    scores[k] = q - target[k];
  }
  return loss;
}

static void backward(const float *x, const float *hidden, const float *dropped, const float *keep, const float *delta) {
  float second_delta[ALL], first_delta[ALL];
  for (int k = 0; k < CLASSES; k++) gradients.output_bias[k] += delta[k];
  for (int j = 0; j < ALL; j++) {
    float sum = 0;
    for (int k = 0; k < CLASSES; k++) {
      gradients.output[j][k] += dropped[j] * delta[k];
      sum += delta[k] * weights.output[j][k];
    }
    second_delta[j] = sum * keep[j];
    gradients.second_bias[j] += second_delta[j];
  }
  for (int m = 0; m < MEMBERS; m++)
    for (int i = 0; i < UNITS; i++) {
      float sum = 0;
      for (int j = 0; j < UNITS; j++) {
        gradients.second[m][i][j] += hidden[m * UNITS + i] * second_delta[m * UNITS + j];
        sum += weights.second[m][i][j] * second_delta[m * UNITS + j];
      }
      first_delta[m * UNITS + i] = sum;
    }
  for (int j = 0; j < ALL; j++) gradients.first_bias[j] += first_delta[j];
  for (int i = 0; i < FEATURES; i++)
    for (int j = 0; j < ALL; j++) gradients.first[i][j] += x[i] * first_delta[j];
}

static void rmsprop(float *restrict weight, float *restrict square, const float *restrict gradient, float share) {
  for (int i = 0; i < WEIGHTS; i++) {
    float g = gradient[i] * share;
    square[i] = 0.9f * square[i] + 0.1f * g * g;
    weight[i] -= 1e-3f * g / sqrtf(square[i] + 1e-7f);
  }
}

static float train_batch(const int *rows, int count) {
  float hidden[ALL], dropped[ALL], keep[ALL], scores[CLASSES], loss = 0;
  memset(&gradients, 0, sizeof gradients);
  for (int r = 0; r < count; r++) {
    const float *x = features[rows[r]];
    forward(x, hidden, dropped, keep, scores);
    loss += softmax_gradient(scores, targets[rows[r]]);
    backward(x, hidden, dropped, keep, scores);
  }
  rmsprop((float *)&weights, (float *)&squares, (const float *)&gradients, 1.f / count);
  return loss;
}

int main(int count, char **arguments) {
  FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
  if (!file || fread(features, sizeof features, 1, file) != 1 || fread(targets, sizeof targets, 1, file) != 1) return 1;
  int order[ROWS];
  for (int i = 0; i < ROWS; i++) order[i] = i;
  start();
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  float loss = 0;
  for (int epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order);
    loss = 0;
    for (int row = 0; row < ROWS; row += BATCH) loss += train_batch(order + row, ROWS - row < BATCH ? ROWS - row : BATCH);
  }
  clock_gettime(CLOCK_MONOTONIC, &after);
  printf("%.6f %.3e\n", after.tv_sec - before.tv_sec + (after.tv_nsec - before.tv_nsec) / 1e9, loss / ROWS);
  return 0;
}
