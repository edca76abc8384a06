/* RMSprop (Hinton, lecture 6e of Neural Networks for Machine Learning, 2012) with PyTorch's
 * semantics (torch.optim.RMSprop): weight decay added to the gradient, momentum over the scaled
 * gradient, the variance instead of the second moment when centered. */
#include <math.h>

#include "base/clones.h"
#include "optim/optimizer.h"

enum { RATE, DECAY, ALPHA, MOMENTUM, EPSILON, CENTERED };
enum { SQUARE, BUFFER, MEAN };

/* The options, by their place in the table. */
enum {
  OPTION_LEARNING_RATE,
  OPTION_WEIGHT_DECAY,
  OPTION_ALPHA,
  OPTION_MOMENTUM,
  OPTION_CENTERED,
  OPTION_EPSILON
};

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.01", "(0,inf)", "step size"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0", "[0,inf)", "factor of the weights in the gradient"},
    {"alpha", RECNN_OPTION_FLOAT, "0.99", "[0,1)", "decay of the squares' mean"},
    {"momentum", RECNN_OPTION_FLOAT, "0", "[0,1)", "decay of the direction"},
    {"centered", RECNN_OPTION_BOOL, "false", NULL,
     "divide by the deviation from the mean gradient"},
    {"epsilon", RECNN_OPTION_FLOAT, "1e-8", "(0,inf)", "added to the denominator"},
    {NULL, 0, NULL, NULL, NULL}};

static int32_t slots(const RecnnValue *set) {
  return set[OPTION_CENTERED].as.i != 0 ? 3 : set[OPTION_MOMENTUM].as.f > 0.0 ? 2 : 1;
}

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  (void)step;
  factor[RATE] = learning_rate;
  factor[DECAY] = set[OPTION_WEIGHT_DECAY].as.f;
  factor[ALPHA] = set[OPTION_ALPHA].as.f;
  factor[MOMENTUM] = set[OPTION_MOMENTUM].as.f;
  factor[EPSILON] = set[OPTION_EPSILON].as.f;
  factor[CENTERED] = set[OPTION_CENTERED].as.i != 0 ? 1.0 : 0.0;
}

typedef struct Factors {
  float scale, rate, decay, alpha, rest, momentum, epsilon;
  bool centered;
} Factors;

/* One row or many; `g` NULL stands for zeros, `buffer` NULL for no momentum. */
RECNN_CLONES
static void rmsprop(float *restrict w, float *restrict square, float *restrict buffer,
                    float *restrict mean, const float *restrict g, int64_t n,
                    const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = (g != NULL ? g[i] * f.scale : 0.0f) + f.decay * w[i];
    square[i] = f.alpha * square[i] + f.rest * gi * gi;
    float variance = square[i];
    if (f.centered) {
      mean[i] = mean[i] + f.rest * (gi - mean[i]);
      variance -= mean[i] * mean[i];
    }
    float direction = gi / (sqrtf(variance) + f.epsilon);
    if (buffer != NULL)
      direction = buffer[i] = f.momentum * buffer[i] + direction;
    w[i] -= f.rate * direction;
  }
}

static void update(const RecnnUpdate *u, int64_t begin, int64_t end) {
  const double *d = u->factor;
  const Factors f = {u->scale,          (float)d[RATE],          (float)d[DECAY],
                     (float)d[ALPHA],   (float)(1.0 - d[ALPHA]), (float)d[MOMENTUM],
                     (float)d[EPSILON], d[CENTERED] > 0.0};
  int64_t size = u->row_size;
  float *buffer = d[MOMENTUM] > 0.0 ? u->slot[BUFFER] : NULL;
  bool dense = u->grad != NULL;
  int64_t step = dense ? end - begin : 1;
  for (int64_t row = begin; row < end; row += step) {
    int64_t at = row * size;
    const float *g = dense                   ? u->grad + at
                     : u->row_slot[row] >= 0 ? u->row_grad + u->row_slot[row] * size
                                             : NULL;
    rmsprop(u->value + at, u->slot[SQUARE] + at, buffer != NULL ? buffer + at : NULL,
            f.centered ? u->slot[MEAN] + at : NULL, g, step * size, &f);
  }
}

RECNN_OPTIMIZER(rmsprop) = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "rmsprop",
    .doc = "RMSprop with PyTorch's semantics: momentum, centered",
    .options = options,
    .n_slots = 3,
    .slots = slots,
    .prepare = prepare,
    .update = update,
};
