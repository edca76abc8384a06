/* Adam for gradients that have few rows, with PyTorch's semantics (torch.optim.SparseAdam): rows
 * without a gradient are left alone, their moments too, while the step counts for all.  A dense
 * gradient is one with all rows.  There is no weight decay. */
#include <math.h>

#include "base/clones.h"
#include "optim/optimizer.h"

enum { REST1, REST2, STEP_SIZE, EPSILON };

/* The options, by their place in the table. */
enum { OPTION_LEARNING_RATE, OPTION_BETA1, OPTION_BETA2, OPTION_EPSILON };

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.001", "(0,inf)", "step size"},
    {"beta1", RECNN_OPTION_FLOAT, "0.9", "[0,1)", "decay of the first moment"},
    {"beta2", RECNN_OPTION_FLOAT, "0.999", "[0,1)", "decay of the second moment"},
    {"epsilon", RECNN_OPTION_FLOAT, "1e-8", "(0,inf)", "added to the denominator"},
    {NULL, 0, NULL, NULL, NULL}};

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  double beta1 = set[OPTION_BETA1].as.f;
  double beta2 = set[OPTION_BETA2].as.f;
  factor[REST1] = 1.0 - beta1;
  factor[REST2] = 1.0 - beta2;
  factor[STEP_SIZE] =
      learning_rate * sqrt(1.0 - pow(beta2, (double)step)) / (1.0 - pow(beta1, (double)step));
  factor[EPSILON] = set[OPTION_EPSILON].as.f;
}

typedef struct Factors {
  float scale, rest1, rest2, step_size, epsilon;
} Factors;

RECNN_CLONES
static void sparse_adam(float *restrict w, float *restrict m, float *restrict v,
                        const float *restrict g, int64_t n, const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = g[i] * f.scale;
    m[i] += f.rest1 * (gi - m[i]);
    v[i] += f.rest2 * (gi * gi - v[i]);
    w[i] -= f.step_size * (m[i] / (sqrtf(v[i]) + f.epsilon));
  }
}

static void update(const RecnnUpdate *u, int64_t begin, int64_t end) {
  const Factors f = {u->scale, (float)u->factor[REST1], (float)u->factor[REST2],
                     (float)u->factor[STEP_SIZE], (float)u->factor[EPSILON]};
  int64_t size = u->row_size;
  float *w = u->value;
  float *m = u->slot[0];
  float *v = u->slot[1];
  if (u->grad != NULL) {
    int64_t at = begin * size;
    sparse_adam(w + at, m + at, v + at, u->grad + at, (end - begin) * size, &f);
    return;
  }
  for (int64_t i = begin; i < end; i++) {
    int64_t at = u->row_ids[i] * size;
    sparse_adam(w + at, m + at, v + at, u->row_grad + i * size, size, &f);
  }
}

RECNN_OPTIMIZER(sparse_adam) = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "sparse_adam",
    .doc = "Adam with PyTorch's SparseAdam semantics: rows without a gradient are left alone",
    .options = options,
    .n_slots = 2,
    .prepare = prepare,
    .update = update,
    .flags = RECNN_OPTIMIZER_ROWS_ONLY,
};
