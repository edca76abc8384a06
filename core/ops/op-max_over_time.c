/* The largest value of every channel over time; of equal ones the first counts. */
#include <string.h>

#include "ops/ops-private.h"

static void value(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->inputs[0]->shape[1], size = call->inputs[0]->shape[2];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, 0) + row * n_steps * size;
    float *y = recnn__ops_out(call) + row * size;
    memcpy(y, x, (size_t)size * sizeof *y);
    for (int64_t t = 1; t < n_steps; t++)
      for (int64_t i = 0; i < size; i++)
        y[i] = y[i] >= x[t * size + i] ? y[i] : x[t * size + i];
  }
}

static bool forward(RecnnOpCall *call) { return recnn__ops_pool_run(call, value, NULL); }

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->inputs[0]->shape[1], size = call->inputs[0]->shape[2];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, 0) + row * n_steps * size;
    const float *y = recnn__ops_out(call) + row * size;
    float *dx = recnn__ops_dx(call, 0) + row * n_steps * size;
    if (call->beta[0] == 0.0f)
      memset(dx, 0, (size_t)(n_steps * size) * sizeof *dx);
    for (int64_t i = 0; i < size; i++) {
      int64_t t = 0;
      while (t < n_steps - 1 && x[t * size + i] != y[i])
        t++;
      dx[t * size + i] += recnn__ops_dy(call)[row * size + i];
    }
  }
}

static bool backward(RecnnOpCall *call) { return recnn__ops_pool_run(call, gradient, NULL); }

RECNN_OP(max_over_time) = {
    .struct_size = sizeof(RecnnOp),
    .name = "max_over_time",
    .doc = "The largest of x (B, L, F) over the steps: (B, F)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_pool_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_pool_samples,
};
