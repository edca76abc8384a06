/* The step of adam and adamw, in one pass over weights, moments and gradients. */
#include <math.h>

#include "base/clones.h"
#include "optim/adam-private.h"

enum { DECAY, SHRINK, BETA1, BETA2, STEP_SIZE, EPSILON, N_FACTORS };
G_STATIC_ASSERT(N_FACTORS <= RECNN_OPTIMIZER_MAX_FACTORS);

void recnn__adam_prepare(const RecnnValue *set, double learning_rate, uint64_t step, double decay,
                         double shrink, double *factor) {
  double beta1 = set[ADAM_BETA1].as.f;
  double beta2 = set[ADAM_BETA2].as.f;
  factor[DECAY] = decay;
  factor[SHRINK] = shrink;
  factor[BETA1] = beta1;
  factor[BETA2] = beta2;
  /* m / (sqrt (v) / root + epsilon) with the root taken out of the denominator: one division less
   * an element, and divisions and square roots are most of a step's time. */
  double root = sqrt(1.0 - pow(beta2, (double)step));
  factor[STEP_SIZE] = learning_rate / (1.0 - pow(beta1, (double)step)) * root;
  factor[EPSILON] = set[ADAM_EPSILON].as.f * root;
}

typedef struct Factors {
  float scale, decay, shrink, beta1, rest1, beta2, rest2, step_size, epsilon;
} Factors;

static Factors factors_of(const RecnnUpdate *u) {
  const double *f = u->factor;
  return (Factors){.scale = u->scale,
                   .decay = (float)f[DECAY],
                   .shrink = (float)f[SHRINK],
                   .beta1 = (float)f[BETA1],
                   .rest1 = (float)(1.0 - f[BETA1]),
                   .beta2 = (float)f[BETA2],
                   .rest2 = (float)(1.0 - f[BETA2]),
                   .step_size = (float)f[STEP_SIZE],
                   .epsilon = (float)f[EPSILON]};
}

RECNN_CLONES
static void step(float *restrict w, float *restrict m, float *restrict v, const float *restrict g,
                 int64_t n, const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = g[i] * f.scale + f.decay * w[i];
    m[i] = f.beta1 * m[i] + f.rest1 * gi;
    v[i] = f.beta2 * v[i] + f.rest2 * gi * gi;
    w[i] = f.shrink * w[i] - f.step_size * m[i] / (sqrtf(v[i]) + f.epsilon);
  }
}

/* The same where the gradient is zero. */
RECNN_CLONES
static void idle_step(float *restrict w, float *restrict m, float *restrict v, int64_t n,
                      const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = f.decay * w[i];
    m[i] = f.beta1 * m[i] + f.rest1 * gi;
    v[i] = f.beta2 * v[i] + f.rest2 * gi * gi;
    w[i] = f.shrink * w[i] - f.step_size * m[i] / (sqrtf(v[i]) + f.epsilon);
  }
}

void recnn__adam_update(const RecnnUpdate *u, int64_t begin, int64_t end) {
  const Factors f = factors_of(u);
  int64_t size = u->row_size;
  float *w = u->value;
  float *m = u->slot[0];
  float *v = u->slot[1];
  if (u->grad != NULL) {
    int64_t at = begin * size;
    step(w + at, m + at, v + at, u->grad + at, (end - begin) * size, &f);
    return;
  }
  for (int64_t row = begin; row < end; row++) {
    int32_t slot = u->row_slot[row];
    int64_t at = row * size;
    if (slot >= 0)
      step(w + at, m + at, v + at, u->row_grad + slot * size, size, &f);
    else
      idle_step(w + at, m + at, v + at, size, &f);
  }
}
