/* The pieces of an op that passes every check. */
#ifndef FAULTY_OP_KIT_H
#define FAULTY_OP_KIT_H

#include "faulty-kit.h"

static inline int64_t cube_count(const RecnnTensor *x) {
  int64_t n = 1;
  for (int32_t i = 0; i < x->rank; i++)
    n *= x->shape[i];
  return n;
}

static inline bool cube_shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  if (x->dtype != RECNN_FLOAT32)
    return call->host->fail(call, RECNN_ERROR_SHAPE, "x is not float32");
  call->output->dtype = RECNN_FLOAT32;
  call->output->rank = x->rank;
  for (int32_t i = 0; i < x->rank; i++)
    call->output->shape[i] = x->shape[i];
  return true;
}

static inline bool cube_forward(RecnnOpCall *call) {
  const float *x = (const float *)call->inputs[0]->data;
  float *y = (float *)call->output->data;
  for (int64_t i = 0, n = cube_count(call->output); i < n; i++)
    y[i] = x[i] * x[i] * x[i];
  return true;
}

/* Adds `factor` * 3 x^2 to the gradient. */
static inline bool cube_add(RecnnOpCall *call, float factor) {
  const float *x = (const float *)call->inputs[0]->data;
  const float *dy = (const float *)call->output_grad->data;
  float *dx = (float *)call->input_grads[0].data;
  for (int64_t i = 0, n = cube_count(call->output); dx != NULL && i < n; i++)
    dx[i] += factor * 3.0f * x[i] * x[i] * dy[i];
  return true;
}
static inline bool cube_backward(RecnnOpCall *call) { return cube_add(call, 1.0f); }

static const RecnnOpSampleInput cube_vector[]
    __attribute__((unused)) = {{RECNN_FLOAT32, 1, {7}, RECNN_SAMPLE_UNIFORM, -1.5, 1.5, false}};
static const RecnnOpSampleInput cube_matrix[]
    __attribute__((unused)) = {{RECNN_FLOAT32, 2, {4, 3}, RECNN_SAMPLE_UNIFORM, -1.5, 1.5, false}};
static const RecnnOpSample cube_samples[]
    __attribute__((unused)) = {{"a vector", cube_vector, 1, NULL, 0, false, false, 0},
                               {"a matrix", cube_matrix, 1, NULL, 0, false, false, 0},
                               {NULL, NULL, 0, NULL, 0, false, false, 0}};

#endif
