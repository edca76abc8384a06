/* Sparse rows as an op's inputs: what all ops on them check. */
#include "ops/ops-private.h"

bool recnn__ops_sparse_shape(RecnnOpCall *call, int32_t first, int64_t n_rows) {
  const RecnnTensor *start = call->inputs[first];
  const RecnnTensor *item = call->inputs[first + 1];
  const RecnnTensor *value = call->inputs[first + 2];
  if (start->dtype != RECNN_INT64 || start->rank != 1 || start->shape[0] < 1)
    return recnn__ops_refuse(call, first, "row_start", "int64 (B + 1)");
  if (n_rows >= 0 && start->shape[0] != n_rows + 1)
    return recnn__ops_refuse(call, first, "row_start",
                             "int64 (%" PRId64 "), one more than the %" PRId64 " rows", n_rows + 1,
                             n_rows);
  if (item->dtype != RECNN_INT64 || item->rank != 1)
    return recnn__ops_refuse(call, first + 1, "row_item", "int64 (nnz)");
  if (value->dtype != RECNN_FLOAT32 || value->rank != 1 || value->shape[0] != item->shape[0])
    return recnn__ops_refuse(call, first + 2, "row_value", "float32 (%" PRId64 "), as row_item",
                             item->shape[0]);
  return true;
}

bool recnn__ops_sparse(RecnnOpCall *call, int32_t first, int64_t n_columns,
                       RecnnOpSparse *ret_sparse) {
  RecnnOpSparse s = {call->inputs[first]->shape[0] - 1, call->inputs[first + 1]->shape[0],
                     call->inputs[first]->data, call->inputs[first + 1]->data,
                     call->inputs[first + 2]->data};
  for (int64_t row = 0; row < s.n_rows; row++)
    if (s.start[row + 1] < s.start[row])
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "row_start falls from %" PRId64 " to %" PRId64 " at row %" PRId64,
                             s.start[row], s.start[row + 1], row);
  if (s.start[0] != 0 || s.start[s.n_rows] != s.n)
    return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                           "row_start goes from %" PRId64 " to %" PRId64
                           ", expected from 0 to %" PRId64 ", the number of items",
                           s.start[0], s.start[s.n_rows], s.n);
  for (int64_t j = 0; j < s.n; j++)
    if (s.item[j] < 0 || s.item[j] >= n_columns)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "item %" PRId64 " at position %" PRId64
                             " is out of range: there are items 0 to %" PRId64,
                             s.item[j], j, n_columns - 1);
  *ret_sparse = s;
  return true;
}
