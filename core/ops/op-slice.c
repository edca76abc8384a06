/* A range of the last axis, as a view. */
#include "ops/ops-private.h"

enum { START, LENGTH };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  int64_t start = call->attrs[START].as.i;
  int64_t length = call->attrs[LENGTH].as.i;
  if (x->rank < 1)
    return recnn__ops_refuse(call, 0, "x", "at least one axis");
  int64_t last = x->shape[x->rank - 1];
  if (start > last || length > last - start)
    return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                           "columns from %" PRId64 " on, %" PRId64
                           " of them, were asked for, but x has %" PRId64,
                           start, length, last);
  recnn__ops_output(call, x->dtype, x->rank, x->shape);
  call->output->shape[x->rank - 1] = length;
  return true;
}

static bool forward(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  int64_t offset = call->attrs[START].as.i * x->stride[x->rank - 1];
  call->output->data = (char *)x->data + offset * (int64_t)recnn_dtype_size(x->dtype);
  for (int32_t axis = 0; axis < x->rank; axis++)
    call->output->stride[axis] = x->stride[axis];
  return true;
}

static const RecnnOption attrs[] = {
    {"start", RECNN_OPTION_INT, NULL, "[0,inf)", "The first column"},
    {"length", RECNN_OPTION_INT, NULL, "[0,inf)", "How many columns"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput matrix[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 6}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput cube[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {2, 3, 5}, .low = -1.0, .high = 1.0},
};
static const RecnnAttr middle[] = {{"start", {RECNN_OPTION_INT, 0, {2}}},
                                   {"length", {RECNN_OPTION_INT, 0, {3}}}};
static const RecnnAttr whole[] = {{"start", {RECNN_OPTION_INT, 0, {0}}},
                                  {"length", {RECNN_OPTION_INT, 0, {5}}}};
static const RecnnOpSample samples[] = {
    {.name = "middle", .inputs = matrix, .n_inputs = 1, .attrs = middle, .n_attrs = 2},
    {.name = "middle of three axes", .inputs = cube, .n_inputs = 1, .attrs = middle, .n_attrs = 2},
    {.name = "all of it", .inputs = cube, .n_inputs = 1, .attrs = whole, .n_attrs = 2},
    {.name = NULL},
};

RECNN_OP(slice) = {
    .struct_size = sizeof(RecnnOp),
    .name = "slice",
    .doc = "Columns start .. start + length - 1 of x (..., N), as a view: (..., length)",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = attrs,
    .flags = RECNN_OP_VIEW | RECNN_OP_STRIDED,
    .shape = shape,
    .forward = forward,
    .samples = samples,
};
