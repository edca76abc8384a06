/* Rows of a table.  The gradient goes to the rows that were read, so its cost is the batch's, not
 * the table's. */
#include <string.h>

#include "ops/ops-private.h"

enum { TABLE, IDS };

static int64_t row_size(const RecnnTensor *table) {
  int64_t size = 1;
  for (int32_t axis = 1; axis < table->rank; axis++)
    size *= table->shape[axis];
  return size;
}

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *table = call->inputs[TABLE];
  const RecnnTensor *ids = call->inputs[IDS];
  int64_t out[RECNN_MAX_RANK];
  int32_t rank = ids->rank;
  if (!recnn__ops_float32(call, TABLE, "table"))
    return false;
  if (table->rank < 1)
    return recnn__ops_refuse(call, TABLE, "table", "one row an id: (V, ...)");
  if (ids->dtype != RECNN_INT64)
    return recnn__ops_refuse(call, IDS, "ids", "int64");
  if (ids->rank + table->rank - 1 > RECNN_MAX_RANK)
    return recnn__ops_refuse(call, IDS, "ids", "at most %d axes, as the result may have %d",
                             RECNN_MAX_RANK + 1 - table->rank, RECNN_MAX_RANK);
  memcpy(out, ids->shape, (size_t)rank * sizeof *out);
  for (int32_t axis = 1; axis < table->rank; axis++)
    out[rank++] = table->shape[axis];
  return recnn__ops_output(call, RECNN_FLOAT32, rank, out);
}

static void gather(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const int64_t *ids = data;
  const float *table = recnn__ops_in(call, TABLE);
  int64_t size = row_size(call->inputs[TABLE]);
  float *y = recnn__ops_out(call) + begin * size;
  for (int64_t i = begin; i < end; i++, y += size)
    memcpy(y, table + ids[i] * size, (size_t)size * sizeof *y);
}

/* Says where element `at` of the ids is: by row and step where they are sequences. */
static bool refuse_id(RecnnOpCall *call, int64_t id, int64_t at, int64_t limit) {
  const RecnnTensor *ids = call->inputs[IDS];
  int64_t width = ids->rank == 2 ? ids->shape[1] : 1;
  char where[64];
  if (ids->rank == 2)
    (void)g_snprintf(where, sizeof where, "row %" PRId64 ", step %" PRId64, at / width, at % width);
  else
    (void)g_snprintf(where, sizeof where, "position %" PRId64, at);
  return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                         "id %" PRId64 " at %s is out of range: the table has rows 0 to %" PRId64,
                         id, where, limit - 1);
}

static bool forward(RecnnOpCall *call) {
  const int64_t *ids = call->inputs[IDS]->data;
  int64_t n = recnn_tensor_count(call->inputs[IDS]);
  int64_t limit = call->inputs[TABLE]->shape[0];
  for (int64_t i = 0; i < n; i++)
    if (ids[i] < 0 || ids[i] >= limit)
      return refuse_id(call, ids[i], i, limit);
  recnn__ops_rows(call, n, row_size(call->inputs[TABLE]), gather, ids);
  return true;
}

static bool backward(RecnnOpCall *call) {
  int64_t n = recnn_tensor_count(call->inputs[IDS]);
  int64_t padding = call->attrs[0].as.i;
  RecnnTensor ids = recnn_tensor_view(call->inputs[IDS]->data, RECNN_INT64, 1, &n);
  RecnnTensor rows = recnn_tensor_view(call->output_grad->data, RECNN_FLOAT32, 2,
                                       (int64_t[]){n, row_size(call->inputs[TABLE])});
  if (padding >= 0) {
    const int64_t *from = ids.data;
    int64_t *to = call->host->scratch(call, (size_t)n * sizeof *to);
    if (to == NULL)
      return false;
    for (int64_t i = 0; i < n; i++)
      to[i] = from[i] == padding ? -1 : from[i];
    ids.data = to;
  }
  call->host->add_rows(call, TABLE, &ids, &rows);
  return true;
}

static const RecnnOption attrs[] = {
    {"padding_index", RECNN_OPTION_INT, "-1", "[-1,inf)",
     "The row that gets no gradient; -1 for none"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput users[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {7, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {9}, .low = 0, .high = 6},
};
static const RecnnOpSampleInput sequences[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 2, .shape = {3, 4}, .low = 1, .high = 4},
};
static const RecnnOpSampleInput numbers[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {5}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {8}, .low = 0, .high = 4},
};
static const RecnnAttr padded[] = {{"padding_index", {RECNN_OPTION_INT, 0, {0}}}};
static const RecnnOpSample samples[] = {
    {.name = "ids", .inputs = users, .n_inputs = 2, .batch = 9},
    {.name = "sequences",
     .inputs = sequences,
     .n_inputs = 2,
     .attrs = padded,
     .n_attrs = 1,
     .batch = 3},
    {.name = "a table of numbers", .inputs = numbers, .n_inputs = 2, .batch = 8},
    {.name = NULL},
};

RECNN_OP(embedding) = {
    .struct_size = sizeof(RecnnOp),
    .name = "embedding",
    .doc = "The rows of table (V, D) at the int64 ids (...): (..., D); rows may have any number of "
           "axes",
    .min_inputs = 2,
    .max_inputs = 2,
    .attrs = attrs,
    .flags = RECNN_OP_ROWS(TABLE),
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
