/* AdamW (Loshchilov and Hutter, ICLR 2019) with PyTorch's semantics (torch.optim.AdamW): the decay
 * is taken off the weights themselves and is no part of the gradient.  Dense, like adam. */
#include <math.h>

#include "base/clones.h"
#include "optim/optimizer.h"

enum { SHRINK, BETA1, BETA2, STEP_SIZE, ROOT_CORRECTION, EPSILON };

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.001", "(0,inf)", "step size"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0.01", "[0,inf)",
     "share of the weights, times the step size, that a step takes off"},
    {"beta1", RECNN_OPTION_FLOAT, "0.9", "[0,1)", "decay of the first moment"},
    {"beta2", RECNN_OPTION_FLOAT, "0.999", "[0,1)", "decay of the second moment"},
    {"epsilon", RECNN_OPTION_FLOAT, "1e-8", "(0,inf)", "added to the denominator"},
    {NULL, 0, NULL, NULL, NULL}};

static void prepare(const RecnnOptions *set, double learning_rate, uint64_t step, double *factor) {
  double beta1 = recnn_options_float(set, "beta1");
  double beta2 = recnn_options_float(set, "beta2");
  factor[SHRINK] = 1.0 - learning_rate * recnn_options_float(set, "weight_decay");
  factor[BETA1] = beta1;
  factor[BETA2] = beta2;
  factor[STEP_SIZE] = learning_rate / (1.0 - pow(beta1, (double)step));
  factor[ROOT_CORRECTION] = sqrt(1.0 - pow(beta2, (double)step));
  factor[EPSILON] = recnn_options_float(set, "epsilon");
}

typedef struct Factors {
  float scale, shrink, beta1, rest1, beta2, rest2, step_size, root, epsilon;
} Factors;

RECNN_CLONES
static void adamw(float *restrict w, float *restrict m, float *restrict v, const float *restrict g,
                  int64_t n, const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = g[i] * f.scale;
    m[i] = f.beta1 * m[i] + f.rest1 * gi;
    v[i] = f.beta2 * v[i] + f.rest2 * gi * gi;
    w[i] = f.shrink * w[i] - f.step_size * m[i] / (sqrtf(v[i]) / f.root + f.epsilon);
  }
}

/* The same where the gradient is zero. */
RECNN_CLONES
static void adamw_idle(float *restrict w, float *restrict m, float *restrict v, int64_t n,
                       const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    m[i] = f.beta1 * m[i];
    v[i] = f.beta2 * v[i];
    w[i] = f.shrink * w[i] - f.step_size * m[i] / (sqrtf(v[i]) / f.root + f.epsilon);
  }
}

static void update(const RecnnUpdate *u, int64_t begin, int64_t end) {
  const RecnnParam *param = u->param;
  const double *d = u->factor;
  const Factors f = {
      u->scale,         (float)d[SHRINK],        (float)d[BETA1],     (float)(1.0 - d[BETA1]),
      (float)d[BETA2],  (float)(1.0 - d[BETA2]), (float)d[STEP_SIZE], (float)d[ROOT_CORRECTION],
      (float)d[EPSILON]};
  int64_t size = recnn_param_row_size(param);
  float *w = param->value.data;
  float *m = u->slot[0];
  float *v = u->slot[1];
  if (param->grad_kind == RECNN_GRAD_DENSE) {
    int64_t at = begin * size;
    adamw(w + at, m + at, v + at, (const float *)param->grad.data + at, (end - begin) * size, &f);
    return;
  }
  for (int64_t row = begin; row < end; row++) {
    int32_t slot = param->row_slot[row];
    int64_t at = row * size;
    if (slot >= 0)
      adamw(w + at, m + at, v + at, param->row_values + slot * size, size, &f);
    else
      adamw_idle(w + at, m + at, v + at, size, &f);
  }
}

RECNN_OPTIMIZER(adamw) = {
    .name = "adamw",
    .doc = "AdamW with PyTorch's semantics: dense, weight decay apart from the gradient",
    .options = options,
    .n_slots = 2,
    .prepare = prepare,
    .update = update,
};
