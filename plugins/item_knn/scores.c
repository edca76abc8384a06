/* The op: sparse rows times a sparse matrix, into a dense result. */
#include <string.h>

#include "item_knn.h"

enum { ROW_START, ROW_ITEM, ROW_VALUE, START, ITEM, WEIGHT, N_INPUTS };

/* The row starts of a sparse matrix with n entries or room for them. */
static bool are_starts(const int64_t *start, int64_t n_rows, int64_t n) {
  if (start[0] != 0 || start[n_rows] > n)
    return false;
  for (int64_t r = 0; r < n_rows; r++)
    if (start[r] > start[r + 1])
      return false;
  return true;
}

static bool are_below(const int64_t *ids, int64_t n, int64_t end) {
  for (int64_t i = 0; i < n; i++)
    if (ids[i] < 0 || ids[i] >= end)
      return false;
  return true;
}

static bool shape(RecnnOpCall *call) {
  for (int32_t i = 0; i < N_INPUTS; i++) {
    int32_t dtype = i == ROW_VALUE || i == WEIGHT ? RECNN_FLOAT32 : RECNN_INT64;
    if (call->inputs[i]->dtype != dtype || call->inputs[i]->rank != 1)
      return call->host->fail(call, RECNN_ERROR_SHAPE,
                              "expected vectors: int64 row_start, row_item, float32 row_value, "
                              "int64 start, item, float32 weight");
  }
  if (call->inputs[ROW_START]->shape[0] < 1 || call->inputs[START]->shape[0] < 1 ||
      call->inputs[ROW_ITEM]->shape[0] != call->inputs[ROW_VALUE]->shape[0] ||
      call->inputs[ITEM]->shape[0] != call->inputs[WEIGHT]->shape[0])
    return call->host->fail(call, RECNN_ERROR_SHAPE,
                            "expected starts with one more than there are rows, and as many "
                            "values as items");
  call->output->dtype = RECNN_FLOAT32;
  call->output->rank = 2;
  call->output->shape[0] = call->inputs[ROW_START]->shape[0] - 1;
  call->output->shape[1] = call->inputs[START]->shape[0] - 1;
  return true;
}

static void sum_row(void *context, int64_t row) {
  const RecnnOpCall *call = context;
  const int64_t *row_start = call->inputs[ROW_START]->data,
                *row_item = call->inputs[ROW_ITEM]->data;
  const int64_t *start = call->inputs[START]->data, *item = call->inputs[ITEM]->data;
  const float *value = call->inputs[ROW_VALUE]->data, *weight = call->inputs[WEIGHT]->data;
  int64_t n = call->output->shape[1];
  float *y = (float *)call->output->data + row * n;
  memset(y, 0, (size_t)n * sizeof *y);
  for (int64_t i = row_start[row]; i < row_start[row + 1]; i++)
    for (int64_t j = start[row_item[i]]; j < start[row_item[i] + 1]; j++)
      y[item[j]] += value[i] * weight[j];
}

static bool forward(RecnnOpCall *call) {
  int64_t n_rows = call->output->shape[0], n_items = call->output->shape[1];
  const int64_t *row_start = call->inputs[ROW_START]->data, *start = call->inputs[START]->data;
  if (!are_starts(row_start, n_rows, call->inputs[ROW_ITEM]->shape[0]) ||
      !are_below(call->inputs[ROW_ITEM]->data, row_start[n_rows], n_items))
    return call->host->fail(call, RECNN_ERROR_SHAPE, "the rows: an offset or item out of range");
  if (!are_starts(start, n_items, call->inputs[ITEM]->shape[0]) ||
      !are_below(call->inputs[ITEM]->data, start[n_items], n_items))
    return call->host->fail(call, RECNN_ERROR_SHAPE, "the weights: an offset or item out of range");
  call->host->parallel(call, n_rows, sum_row, call);
  return true;
}

static const RecnnOpSampleInput inputs[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {4}, .fill = RECNN_SAMPLE_OFFSETS, .high = 8},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {8}, .low = 0, .high = 5},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {8}, .low = 0.5, .high = 2.0, .no_grad = true},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {7}, .fill = RECNN_SAMPLE_OFFSETS, .high = 20},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {20}, .low = 0, .high = 5},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {20}, .low = 0.1, .high = 1.0, .no_grad = true},
};
/* Room for more than there is, and an item without neighbours. */
static const RecnnOpSampleInput roomy[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {6}, .fill = RECNN_SAMPLE_OFFSETS, .high = 12},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {12}, .low = 0, .high = 7},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {12}, .low = -1.0, .high = 2.0, .no_grad = true},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {9}, .fill = RECNN_SAMPLE_OFFSETS, .high = 7},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {24}, .low = 0, .high = 7},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {24}, .low = 0.1, .high = 1.0, .no_grad = true},
};
static const RecnnOpSample samples[] = {
    {.name = "three rows", .inputs = inputs, .n_inputs = N_INPUTS, .batch = 3},
    {.name = "room for more", .inputs = roomy, .n_inputs = N_INPUTS, .batch = 5},
    {.name = NULL},
};

const RecnnOp item_knn_scores = {
    .struct_size = sizeof(RecnnOp),
    .name = "item_knn_scores",
    .doc = "The product (B, items) of sparse rows (B, items), given as row_start int64 (B + 1), "
           "row_item int64 (nnz) and row_value (nnz), with a sparse matrix (items, items), given "
           "as start int64 (items + 1), item int64 and weight, which may have room for more",
    .min_inputs = N_INPUTS,
    .max_inputs = N_INPUTS,
    .shape = shape,
    .forward = forward,
    .samples = samples,
};
