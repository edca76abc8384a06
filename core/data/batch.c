/* A batch's buffers: allocated when a field is added, then only filled and resized.  Knows nothing
 * of how batches come about. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/batch.h"
#include "tensor/tensor.h"

RecnnBatch *recnn_batch_new(void) { return g_new0(RecnnBatch, 1); }

void recnn_batch_free(RecnnBatch *batch) {
  if (!batch)
    return;
  for (int32_t i = 0; i < batch->n_fields; i++)
    if (batch->fields[i].owned)
      recnn_memory_free(batch->fields[i].tensor.data);
  g_free(batch);
}

static RecnnBatchField *find(const RecnnBatch *batch, const char *name) {
  for (int32_t i = 0; i < batch->n_fields; i++)
    if (strcmp(batch->fields[i].name, name) == 0)
      return (RecnnBatchField *)&batch->fields[i];
  return NULL;
}

static bool has_room(const RecnnBatch *batch, const char *name, GError **error) {
  if (batch->n_fields < RECNN_BATCH_MAX_FIELDS)
    return true;
  return recnn_error_set(error, RECNN_ERROR_ARGUMENT, "batch field %s: a batch has at most %d",
                         name, RECNN_BATCH_MAX_FIELDS);
}

bool recnn_batch_add(RecnnBatch *batch, const char *name, int32_t dtype, int64_t capacity,
                     int32_t row_rank, const int64_t *row_shape, GError **error) {
  if (find(batch, name))
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT, "batch field %s: added twice", name);
  if (!has_room(batch, name, error))
    return false;
  if (row_rank < 0 || row_rank >= RECNN_MAX_RANK)
    return recnn_error_set(error, RECNN_ERROR_SHAPE,
                           "batch field %s: rows of rank %d, expected 0 to %d", name, row_rank,
                           RECNN_MAX_RANK - 1);
  RecnnTensor tensor = {.dtype = dtype, .rank = row_rank + 1, .shape = {capacity}};
  for (int32_t i = 0; i < row_rank; i++)
    tensor.shape[i + 1] = row_shape[i];
  recnn_tensor_set_contiguous(&tensor);
  if (!recnn_tensor_check(&tensor, error)) {
    g_prefix_error(error, "batch field %s: ", name);
    return false;
  }
  tensor.data = recnn_memory_new0(1, recnn_tensor_bytes(&tensor), "a batch's field", error);
  if (!tensor.data)
    return false;
  tensor.shape[0] = MIN(batch->size, capacity);
  batch->fields[batch->n_fields++] = (RecnnBatchField){.name = name,
                                                       .tensor = tensor,
                                                       .capacity = capacity,
                                                       .width = row_rank > 0 ? row_shape[0] : 0,
                                                       .owned = true};
  return true;
}

bool recnn_batch_borrow(RecnnBatch *batch, const char *name, const RecnnTensor *tensor,
                        GError **error) {
  if (tensor->rank < 1)
    return recnn_error_set(error, RECNN_ERROR_SHAPE, "batch field %s: a scalar has no rows", name);
  RecnnBatchField *field = find(batch, name);
  if (!field) {
    if (!has_room(batch, name, error))
      return false;
    field = &batch->fields[batch->n_fields++];
  } else if (field->owned) {
    recnn_memory_free(field->tensor.data);
  }
  *field = (RecnnBatchField){
      .name = name, .tensor = *tensor, .capacity = tensor->shape[0], .owned = false};
  return true;
}

void recnn_batch_set_size(RecnnBatch *batch, int64_t size) {
  g_return_if_fail(size >= 0);
  for (int32_t i = 0; i < batch->n_fields; i++)
    g_return_if_fail(batch->fields[i].ragged || size <= batch->fields[i].capacity);
  batch->size = size;
  for (int32_t i = 0; i < batch->n_fields; i++)
    if (!batch->fields[i].ragged)
      batch->fields[i].tensor.shape[0] = size;
}

void recnn_batch_set_ragged(RecnnBatch *batch, const char *name) {
  RecnnBatchField *field = find(batch, name);
  g_return_if_fail(field != NULL);
  field->ragged = true;
}

void recnn_batch_set_length(RecnnBatch *batch, const char *name, int64_t length) {
  RecnnBatchField *field = find(batch, name);
  g_return_if_fail(field != NULL && field->ragged && length >= 0 && length <= field->capacity);
  field->tensor.shape[0] = length;
}

bool recnn_batch_add_sparse(RecnnBatch *batch, const char *const names[3], int64_t rows,
                            int64_t entries, GError **error) {
  for (int i = 0; i < 3; i++) {
    if (find(batch, names[i]))
      continue;
    /* Buffers hold at least an element, so that even a row of nobody has an address. */
    if (!recnn_batch_add(batch, names[i], i == 2 ? RECNN_FLOAT32 : RECNN_INT64,
                         i == 0 ? rows + 1 : MAX(entries, 1), 0, NULL, error))
      return false;
    recnn_batch_set_ragged(batch, names[i]);
  }
  return true;
}

void recnn_batch_set_sparse(RecnnBatch *batch, const char *const names[3], int64_t rows,
                            int64_t entries) {
  recnn_batch_set_length(batch, names[0], rows + 1);
  recnn_batch_set_length(batch, names[1], entries);
  recnn_batch_set_length(batch, names[2], entries);
}

void recnn_batch_set_width(RecnnBatch *batch, const char *name, int64_t width) {
  RecnnBatchField *field = find(batch, name);
  g_return_if_fail(field != NULL && width >= 1 && width <= field->width);
  field->tensor.shape[1] = width;
  recnn_tensor_set_contiguous(&field->tensor);
}

int64_t recnn_batch_size(const RecnnBatch *batch) { return batch->size; }

int64_t recnn_batch_samples(const RecnnBatch *batch) {
  const RecnnBatchField *steps = find(batch, "target_step");
  return steps ? steps->tensor.shape[0] : batch->size;
}

const RecnnTensor *recnn_batch_field(const RecnnBatch *batch, const char *name) {
  const RecnnBatchField *field = find(batch, name);
  return field ? &field->tensor : NULL;
}

static void *owned_data(const RecnnBatch *batch, const char *name, int32_t dtype) {
  const RecnnBatchField *field = find(batch, name);
  g_return_val_if_fail(field && field->owned && field->tensor.dtype == dtype, NULL);
  return field->tensor.data;
}

int64_t *recnn_batch_int64(RecnnBatch *batch, const char *name) {
  return owned_data(batch, name, RECNN_INT64);
}

float *recnn_batch_float32(RecnnBatch *batch, const char *name) {
  return owned_data(batch, name, RECNN_FLOAT32);
}
