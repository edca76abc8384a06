/* Sequences as an op's inputs: (B, L, ...) with, where given, how many steps of each are valid. */
#include "ops/ops-private.h"

bool recnn__ops_length_shape(RecnnOpCall *call, int32_t input, int64_t n_rows) {
  const RecnnTensor *length = call->inputs[input];
  if (length->dtype == RECNN_INT64 && length->rank == 1 && length->shape[0] == n_rows)
    return true;
  return recnn__ops_refuse(call, input, "length", "int64 (%" PRId64 "), one a sequence", n_rows);
}

bool recnn__ops_lengths(RecnnOpCall *call, int32_t input, int64_t n_rows, int64_t n_steps,
                        const int64_t **ret_lengths) {
  if (input >= call->n_inputs) {
    *ret_lengths = NULL;
    return true;
  }
  const int64_t *lengths = call->inputs[input]->data;
  for (int64_t row = 0; row < n_rows; row++)
    if (lengths[row] < 1 || lengths[row] > n_steps)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "the length of sequence %" PRId64 " is %" PRId64
                             ", expected 1 to %" PRId64 ", the steps there are",
                             row, lengths[row], n_steps);
  *ret_lengths = lengths;
  return true;
}

bool recnn__ops_steps_shape(RecnnOpCall *call) {
  const RecnnTensor *a = call->inputs[0], *b = call->inputs[1];
  if (!recnn__ops_float32(call, 0, "a") || !recnn__ops_float32(call, 1, "b"))
    return false;
  if (a->rank != 3)
    return recnn__ops_refuse(call, 0, "a", "(B, L, H)");
  if (b->rank != 2 || b->shape[0] != a->shape[0] || b->shape[1] != a->shape[2])
    return recnn__ops_refuse(call, 1, "b", "(%" PRId64 ", %" PRId64 "), as a", a->shape[0],
                             a->shape[2]);
  return true;
}

static const RecnnOpSampleInput small[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {3, 4, 5}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 5}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput thin[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {6, 1, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 2}, .low = -1.0, .high = 1.0},
};
const RecnnOpSample recnn__ops_steps_samples[] = {
    {.name = "sequences", .inputs = small, .n_inputs = 2},
    {.name = "one step", .inputs = thin, .n_inputs = 2},
    {.name = NULL},
};
