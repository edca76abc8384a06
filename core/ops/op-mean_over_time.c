/* The mean of every channel over time. */
#include <string.h>

#include "kernels/vector.h"
#include "ops/ops-private.h"

static void value(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->inputs[0]->shape[1], size = call->inputs[0]->shape[2];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, 0) + row * n_steps * size;
    float *y = recnn__ops_out(call) + row * size;
    memcpy(y, x, (size_t)size * sizeof *y);
    for (int64_t t = 1; t < n_steps; t++)
      recnn_vector_add(y, x + t * size, size);
    recnn_vector_scale(y, 1.0f / (float)n_steps, size);
  }
}

static bool forward(RecnnOpCall *call) { return recnn__ops_pool_run(call, value, NULL); }

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->inputs[0]->shape[1], size = call->inputs[0]->shape[2];
  float share = 1.0f / (float)n_steps;
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *dy = recnn__ops_dy(call) + row * size;
    for (int64_t t = 0; t < n_steps; t++) {
      float *dx = recnn__ops_dx(call, 0) + (row * n_steps + t) * size;
      for (int64_t i = 0; i < size; i++)
        RECNN_OP_PUT(dx[i], call->beta[0], share * dy[i]);
    }
  }
}

static bool backward(RecnnOpCall *call) { return recnn__ops_pool_run(call, gradient, NULL); }

RECNN_OP(mean_over_time) = {
    .struct_size = sizeof(RecnnOp),
    .name = "mean_over_time",
    .doc = "The mean of x (B, L, F) over the steps: (B, F)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_pool_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_pool_samples,
};
