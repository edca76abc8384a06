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
