/* Pooling over the steps of sequences x (B, L, F): what max and mean share. */
#include "ops/ops-private.h"

bool recnn__ops_pool_shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  if (!recnn__ops_float32(call, 0, "x"))
    return false;
  if (x->rank != 3 || x->shape[1] < 1)
    return recnn__ops_refuse(call, 0, "x", "(B, L, F) with L at least 1");
  return recnn__ops_output(call, RECNN_FLOAT32, 2, (int64_t[]){x->shape[0], x->shape[2]});
}

bool recnn__ops_pool_run(RecnnOpCall *call, RecnnOpRangeFn work, const void *data) {
  const RecnnTensor *x = call->inputs[0];
  recnn__ops_rows(call, x->shape[0], x->shape[1] * x->shape[2], work, data);
  return true;
}

static const RecnnOpSampleInput steps[] = {
    {.dtype = RECNN_FLOAT32,
     .rank = 3,
     .shape = {3, 5, 4},
     .fill = RECNN_SAMPLE_DISTINCT,
     .low = -1.0},
};
static const RecnnOpSampleInput one[] = {
    {.dtype = RECNN_FLOAT32,
     .rank = 3,
     .shape = {4, 1, 3},
     .fill = RECNN_SAMPLE_DISTINCT,
     .low = -1.0},
};
const RecnnOpSample recnn__ops_pool_samples[] = {
    {.name = "five steps", .inputs = steps, .n_inputs = 1},
    {.name = "one step", .inputs = one, .n_inputs = 1},
    {.name = NULL},
};
