/* Dropout by itself; ops with a `dropout` attribute (linear, batch_norm) do it without a pass over
 * memory of its own. */
#include <string.h>

#include "ops/ops-private.h"

/* All elements count as one row, so an element's random word follows from its place alone. */
static RecnnOpTail tail_of(const RecnnOpCall *call) {
  return recnn__ops_tail(call, NULL, &call->attrs[0], 0);
}

static void value(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  float *y = recnn__ops_out(call) + begin;
  memcpy(y, recnn__ops_in(call, 0) + begin, (size_t)(end - begin) * sizeof *y);
  recnn__ops_tail_forward(call, data, 0, begin, end - begin, y);
}

static bool forward(RecnnOpCall *call) {
  RecnnOpTail tail = tail_of(call);
  recnn__ops_elements(call, recnn_tensor_count(call->output), 4, value, &tail);
  return true;
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  recnn__ops_tail_backward(call, data, 0, begin, end - begin, NULL, recnn__ops_dy(call) + begin,
                           call->beta[0], recnn__ops_dx(call, 0) + begin);
}

static bool backward(RecnnOpCall *call) {
  RecnnOpTail tail = tail_of(call);
  recnn__ops_elements(call, recnn_tensor_count(call->output), 4, gradient, &tail);
  return true;
}

static const RecnnOption attrs[] = {
    {"p", RECNN_OPTION_FLOAT, "0.5", "[0,1)", "Probability of dropping an element"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput matrix[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {9, 7}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput vector[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {30}, .low = -1.0, .high = 1.0},
};
static const RecnnAttr fifth[] = {{"p", {RECNN_OPTION_FLOAT, 0, {.f = 0.2}}}};
static const RecnnAttr none[] = {{"p", {RECNN_OPTION_FLOAT, 0, {.f = 0.0}}}};
static const RecnnOpSample samples[] = {
    {.name = "a half", .inputs = matrix, .n_inputs = 1},
    {.name = "a fifth", .inputs = vector, .n_inputs = 1, .attrs = fifth, .n_attrs = 1},
    {.name = "none", .inputs = matrix, .n_inputs = 1, .attrs = none, .n_attrs = 1},
    {.name = "evaluation", .inputs = matrix, .n_inputs = 1, .inference = true},
    {.name = NULL},
};

RECNN_OP(dropout) = {
    .struct_size = sizeof(RecnnOp),
    .name = "dropout",
    .doc =
        "x (...) with every element zero with probability p and scaled by 1 / (1 - p) otherwise; "
        "in evaluation x itself: (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = attrs,
    .flags = RECNN_OP_STOCHASTIC | RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
