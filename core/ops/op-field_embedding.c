/* The embeddings of several categorical fields at once, each with a table of its own, written side
 * by side: what a click model's first layer reads.  One pass instead of an embedding for each field
 * and a concatenation. */
#include <string.h>

#include "ops/ops-private.h"

enum { FEATURES, TABLES };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *features = call->inputs[FEATURES];
  int64_t n_fields = call->n_inputs - TABLES;
  if (features->dtype != RECNN_INT64 || features->rank != 2 || features->shape[1] != n_fields)
    return recnn__ops_refuse(call, FEATURES, "features", "int64 (B, %" PRId64 "), a column a table",
                             n_fields);
  for (int32_t i = TABLES; i < call->n_inputs; i++) {
    if (!recnn__ops_float32(call, i, "table"))
      return false;
    if (call->inputs[i]->rank != 2 || call->inputs[i]->shape[1] != call->inputs[TABLES]->shape[1])
      return recnn__ops_refuse(call, i, "table", "(V, D) with one D for all tables");
  }
  return recnn__ops_output(
      call, RECNN_FLOAT32, 3,
      (int64_t[]){features->shape[0], n_fields, call->inputs[TABLES]->shape[1]});
}

static void gather(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_fields = call->output->shape[1], size = call->output->shape[2];
  const int64_t *ids = (const int64_t *)call->inputs[FEATURES]->data + begin * n_fields;
  float *y = recnn__ops_out(call) + begin * n_fields * size;
  (void)data;
  for (int64_t row = begin; row < end; row++)
    for (int64_t f = 0; f < n_fields; f++, ids++, y += size)
      memcpy(y, recnn__ops_in(call, (int32_t)(TABLES + f)) + *ids * size, (size_t)size * sizeof *y);
}

static bool forward(RecnnOpCall *call) {
  int64_t n = call->output->shape[0], n_fields = call->output->shape[1];
  const int64_t *ids = call->inputs[FEATURES]->data;
  for (int64_t i = 0; i < n * n_fields; i++) {
    int64_t limit = call->inputs[TABLES + i % n_fields]->shape[0];
    if (ids[i] < 0 || ids[i] >= limit)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "feature %" PRId64 " of row %" PRId64 " is %" PRId64
                             ", out of range: its table has rows 0 to %" PRId64,
                             i % n_fields, i / n_fields, ids[i], limit - 1);
  }
  recnn__ops_rows(call, n, n_fields * call->output->shape[2], gather, NULL);
  return true;
}

static bool backward(RecnnOpCall *call) {
  int64_t n = call->output->shape[0], n_fields = call->output->shape[1];
  int64_t size = call->output->shape[2];
  const int64_t *features = call->inputs[FEATURES]->data;
  int64_t *columns = call->host->scratch(call, (size_t)(n * n_fields) * sizeof *columns);
  if (columns == NULL)
    return false;
  for (int64_t f = 0; f < n_fields; f++) {
    int64_t *column = columns + f * n;
    for (int64_t row = 0; row < n; row++)
      column[row] = features[row * n_fields + f];
    RecnnTensor ids = recnn_tensor_view(column, RECNN_INT64, 1, &n);
    RecnnTensor rows = recnn_tensor_view((float *)call->output_grad->data + f * size, RECNN_FLOAT32,
                                         2, (int64_t[]){n, size});
    rows.stride[0] = n_fields * size;
    call->host->add_rows(call, (int32_t)(TABLES + f), &ids, &rows);
  }
  return true;
}

static const RecnnOpSampleInput three[] = {
    {.dtype = RECNN_INT64, .rank = 2, .shape = {8, 3}, .low = 0, .high = 3},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 2}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput one[] = {
    {.dtype = RECNN_INT64, .rank = 2, .shape = {7, 1}, .low = 0, .high = 2},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSample samples[] = {
    {.name = "three fields", .inputs = three, .n_inputs = 4},
    {.name = "one field", .inputs = one, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(field_embedding) = {
    .struct_size = sizeof(RecnnOp),
    .name = "field_embedding",
    .doc = "The rows of F tables (V_f, D) at the columns of features int64 (B, F): (B, F, D)",
    .min_inputs = 2,
    .max_inputs = -1,
    .flags = RECNN_OP_ROWS_REST,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
