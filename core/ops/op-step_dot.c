/* The inner product of every step of a sequence with a vector of the sequence's own. */
#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { A, B };

static bool shape(RecnnOpCall *call) {
  return recnn__ops_steps_shape(call) &&
         recnn__ops_output(call, RECNN_FLOAT32, 2, call->inputs[A]->shape);
}

static void dots(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->inputs[A]->shape[1], size = call->inputs[A]->shape[2];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *b = recnn__ops_in(call, B) + row * size;
    for (int64_t t = 0; t < n_steps; t++) {
      const float *a = recnn__ops_in(call, A) + (row * n_steps + t) * size;
      recnn__ops_out(call)[row * n_steps + t] = (float)recnn_vector_dot(a, b, size);
    }
  }
}

static int64_t row_cost(const RecnnOpCall *call) {
  return call->inputs[A]->shape[1] * call->inputs[A]->shape[2];
}

static bool forward(RecnnOpCall *call) {
  recnn__ops_rows(call, call->inputs[A]->shape[0], row_cost(call), dots, NULL);
  return true;
}

RECNN_CLONES
static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->inputs[A]->shape[1], size = call->inputs[A]->shape[2];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *b = recnn__ops_in(call, B) + row * size;
    float *db = recnn__ops_dx(call, B) != NULL ? recnn__ops_dx(call, B) + row * size : NULL;
    for (int64_t i = 0; db != NULL && call->beta[B] == 0.0f && i < size; i++)
      db[i] = 0.0f;
    for (int64_t t = 0; t < n_steps; t++) {
      int64_t at = (row * n_steps + t) * size;
      const float *a = recnn__ops_in(call, A) + at;
      float dy = recnn__ops_dy(call)[row * n_steps + t];
      if (recnn__ops_dx(call, A) != NULL) {
        float *da = recnn__ops_dx(call, A) + at;
        for (int64_t i = 0; i < size; i++)
          RECNN_OP_PUT(da[i], call->beta[A], dy * b[i]);
      }
      for (int64_t i = 0; db != NULL && i < size; i++)
        db[i] += dy * a[i];
    }
  }
}

static bool backward(RecnnOpCall *call) {
  recnn__ops_rows(call, call->inputs[A]->shape[0], 2 * row_cost(call), gradient, NULL);
  return true;
}

RECNN_OP(step_dot) = {
    .struct_size = sizeof(RecnnOp),
    .name = "step_dot",
    .doc = "The inner products of the steps of a (B, L, H) with b (B, H): (B, L)",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_steps_samples,
};
