/* Ops of one input, element by element: what is the same for all of them. */
#include "ops/ops-private.h"

bool recnn__ops_unary_shape(RecnnOpCall *call) {
  return recnn__ops_float32(call, 0, "x") &&
         recnn__ops_output(call, RECNN_FLOAT32, call->inputs[0]->rank, call->inputs[0]->shape);
}

static void forward_range(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpUnary *op = data;
  op->value(call, recnn__ops_out(call) + begin, recnn__ops_in(call, 0) + begin, end - begin);
}

bool recnn__ops_unary_forward(RecnnOpCall *call, const RecnnOpUnary *op) {
  recnn__ops_elements(call, recnn_tensor_count(call->output), op->cost, forward_range, op);
  return true;
}

static void backward_range(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpUnary *op = data;
  op->gradient(call, recnn__ops_dx(call, 0) + begin, call->beta[0], recnn__ops_dy(call) + begin,
               recnn__ops_in(call, 0) + begin, recnn__ops_out(call) + begin, end - begin);
}

bool recnn__ops_unary_backward(RecnnOpCall *call, const RecnnOpUnary *op) {
  recnn__ops_elements(call, recnn_tensor_count(call->output), op->cost, backward_range, op);
  return true;
}

static const RecnnOpSampleInput matrix[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 3}, .low = -3.0, .high = 3.0},
};
static const RecnnOpSampleInput cube[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {2, 3, 4}, .low = -1.0, .high = 1.0},
};
const RecnnOpSample recnn__ops_unary_samples[] = {
    {.name = "two axes", .inputs = matrix, .n_inputs = 1},
    {.name = "three axes", .inputs = cube, .n_inputs = 1},
    {.name = NULL},
};
