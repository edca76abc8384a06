/* The same elements in the same order under another shape.  A view, but of a copy where the input's
 * strides allow none; gradients are contiguous, so they are viewed without one. */
#include "ops/ops-private.h"

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  const RecnnValue *wanted = &call->attrs[0];
  int64_t count = recnn_tensor_count(x);
  int64_t known = 1; /* the product of all axes but the open one */
  int32_t open = -1;
  if (wanted->count > RECNN_MAX_RANK)
    return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                           "a shape of %d axes; at most %d are possible", (int)wanted->count,
                           RECNN_MAX_RANK);
  for (int32_t axis = 0; axis < wanted->count; axis++) {
    int64_t length = wanted->as.ints[axis];
    call->output->shape[axis] = length;
    if (length < 0 && open >= 0)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "axes %d and %d of the shape are both -1; one may be", (int)open,
                             (int)axis);
    if (length < 0)
      open = axis;
    else if (__builtin_mul_overflow(known, length, &known))
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT, "the shape has too many elements");
  }
  if (open >= 0)
    call->output->shape[open] = known > 0 ? count / known : 0;
  int64_t product = open >= 0 ? known * call->output->shape[open] : known;
  if (product != count || (open >= 0 && known == 0)) {
    char *is = recnn_tensor_describe(x);
    recnn__ops_fail(call, RECNN_ERROR_SHAPE,
                    "x is %s, which has %" PRId64 " elements; the shape asked for has %s%" PRId64,
                    is, count, open >= 0 ? "a multiple of " : "", known);
    g_free(is);
    return false;
  }
  call->output->dtype = x->dtype;
  call->output->rank = wanted->count;
  return true;
}

static bool forward(RecnnOpCall *call) {
  RecnnTensor x = *call->inputs[0];
  if (!recnn_tensor_is_contiguous(&x)) {
    recnn_tensor_set_contiguous(&x);
    x.data = call->host->scratch(call, recnn_tensor_bytes(&x));
    if (x.data == NULL)
      return false;
    recnn_tensor_copy(&x, call->inputs[0]);
  }
  call->output->data = x.data;
  recnn_tensor_set_contiguous(call->output);
  return true;
}

static const RecnnOption attrs[] = {
    {"shape", RECNN_OPTION_INT_LIST, NULL, "[-1,inf)", "The axes; one may be -1, for what is left"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput column[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 1}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput cube[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {4, 2, 3}, .low = -1.0, .high = 1.0},
};
static const int64_t flat_shape[] = {-1};
static const int64_t matrix_shape[] = {-1, 6};
static const RecnnAttr flat[] = {{"shape", {RECNN_OPTION_INT_LIST, 1, {.ints = flat_shape}}}};
static const RecnnAttr matrix[] = {{"shape", {RECNN_OPTION_INT_LIST, 2, {.ints = matrix_shape}}}};
static const RecnnOpSample samples[] = {
    {.name = "a column made flat", .inputs = column, .n_inputs = 1, .attrs = flat, .n_attrs = 1},
    {.name = "two axes as one", .inputs = cube, .n_inputs = 1, .attrs = matrix, .n_attrs = 1},
    {.name = NULL},
};

RECNN_OP(reshape) = {
    .struct_size = sizeof(RecnnOp),
    .name = "reshape",
    .doc = "x (...) under another shape of as many elements, as a view where x's strides allow it",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = attrs,
    .flags = RECNN_OP_VIEW | RECNN_OP_STRIDED,
    .shape = shape,
    .forward = forward,
    .samples = samples,
};
