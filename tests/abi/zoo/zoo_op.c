/* Brings an op and no model: x -> x * x. */
#define ZOO_NAME "zoo_op"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static int64_t count(const RecnnTensor *x) {
  int64_t n = 1;
  for (int32_t i = 0; i < x->rank; i++)
    n *= x->shape[i];
  return n;
}

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  if (x->dtype != RECNN_FLOAT32)
    return call->host->fail(call, RECNN_ERROR_SHAPE, "the input is not float32");
  call->output->dtype = RECNN_FLOAT32;
  call->output->rank = x->rank;
  for (int32_t i = 0; i < x->rank; i++)
    call->output->shape[i] = x->shape[i];
  return true;
}

static bool forward(RecnnOpCall *call) {
  const float *x = call->inputs[0]->data;
  float *y = call->output->data;
  for (int64_t i = 0, n = count(call->output); i < n; i++)
    y[i] = x[i] * x[i];
  return true;
}

static bool backward(RecnnOpCall *call) {
  const float *x = call->inputs[0]->data;
  const float *dy = call->output_grad->data;
  float *dx = call->input_grads[0].data;
  for (int64_t i = 0, n = count(call->output); dx != NULL && i < n; i++)
    dx[i] += 2.0f * x[i] * dy[i];
  return true;
}

static const RecnnOp square = {
    .struct_size = sizeof(RecnnOp),
    .name = "zoo_square",
    .doc = "x * x, of any shape",
    .min_inputs = 1,
    .max_inputs = 1,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
static const RecnnFeature features[] = {{RECNN_OP_KIND, &square}, {NULL, NULL}};
#include "zoo.h"
