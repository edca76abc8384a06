/* Adagrad (Duchi, Hazan and Singer, JMLR 2011) with PyTorch's semantics (torch.optim.Adagrad):
 * weight decay added to the gradient, the step size divided by 1 + (step - 1) * decay. */
#include <math.h>

#include "base/clones.h"
#include "optim/optimizer.h"

enum { RATE, DECAY, EPSILON };

/* The options, by their place in the table. */
enum {
  OPTION_LEARNING_RATE,
  OPTION_WEIGHT_DECAY,
  OPTION_LEARNING_RATE_DECAY,
  OPTION_INITIAL_ACCUMULATOR,
  OPTION_EPSILON
};

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.01", "(0,inf)", "step size"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0", "[0,inf)", "factor of the weights in the gradient"},
    {"learning_rate_decay", RECNN_OPTION_FLOAT, "0", "[0,inf)", "decay of the step size by steps"},
    {"initial_accumulator", RECNN_OPTION_FLOAT, "0", "[0,inf)", "sum of squares to begin with"},
    {"epsilon", RECNN_OPTION_FLOAT, "1e-10", "(0,inf)", "added to the denominator"},
    {NULL, 0, NULL, NULL, NULL}};

static double begin_with(const RecnnValue *set, int32_t slot) {
  (void)slot;
  return set[OPTION_INITIAL_ACCUMULATOR].as.f;
}

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  double decay = set[OPTION_LEARNING_RATE_DECAY].as.f;
  factor[RATE] = learning_rate / (1.0 + (double)(step - 1) * decay);
  factor[DECAY] = set[OPTION_WEIGHT_DECAY].as.f;
  factor[EPSILON] = set[OPTION_EPSILON].as.f;
}

typedef struct Factors {
  float scale, rate, decay, epsilon;
} Factors;

RECNN_CLONES
static void adagrad(float *restrict w, float *restrict sum, const float *restrict g, int64_t n,
                    const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = g[i] * f.scale + f.decay * w[i];
    sum[i] += gi * gi;
    w[i] -= f.rate * gi / (sqrtf(sum[i]) + f.epsilon);
  }
}

/* The same where the gradient is zero. */
RECNN_CLONES
static void adagrad_idle(float *restrict w, float *restrict sum, int64_t n,
                         const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = f.decay * w[i];
    sum[i] += gi * gi;
    w[i] -= f.rate * gi / (sqrtf(sum[i]) + f.epsilon);
  }
}

static void update(const RecnnUpdate *u, int64_t begin, int64_t end) {
  const Factors f = {u->scale, (float)u->factor[RATE], (float)u->factor[DECAY],
                     (float)u->factor[EPSILON]};
  int64_t size = u->row_size;
  float *w = u->value;
  float *sum = u->slot[0];
  if (u->grad != NULL) {
    int64_t at = begin * size;
    adagrad(w + at, sum + at, u->grad + at, (end - begin) * size, &f);
    return;
  }
  bool stays = u->factor[DECAY] <= 0.0; /* a row without a gradient */
  for (int64_t row = begin; row < end; row++) {
    int32_t slot = u->row_slot[row];
    int64_t at = row * size;
    if (slot >= 0)
      adagrad(w + at, sum + at, u->row_grad + slot * size, size, &f);
    else if (!stays)
      adagrad_idle(w + at, sum + at, size, &f);
  }
}

RECNN_OPTIMIZER(adagrad) = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "adagrad",
    .doc = "Adagrad with PyTorch's semantics",
    .options = options,
    .n_slots = 1,
    .begin_with = begin_with,
    .prepare = prepare,
    .update = update,
};
