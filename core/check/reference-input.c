/* The inputs of a reference file as a batch.  Names are those of the original's arguments; a dense
 * matrix `x` of users' rows becomes the CSR matrix that recnn's models take. */
#include <string.h>

#include "base/error.h"
#include "check/reference-private.h"
#include "tensor/tensor.h"

/* The original's argument, and the batch's field. */
static const struct {
  const char *input;
  const char *field;
} names[] = {
    {"user_ids", "user"},         {"item_ids", "item"},     {"pos_item_ids", "item"},
    {"neg_item_ids", "neg_item"}, {"ratings", "rating"},    {"ranking_labels", "label"},
    {"labels", "label"},          {"features", "features"}, {"conditions", "condition"},
    {"sequences", "sequence"},    {"lengths", "length"},    {"targets", "target"},
};

const char *recnn__reference_field(const char *input) {
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i].input, input) == 0 || strcmp(names[i].field, input) == 0)
      return names[i].field;
  return NULL;
}

/* Memory that lives as long as the input. */
static void *own(ReferenceInput *input, size_t bytes) {
  void *memory = g_malloc0(MAX(bytes, 1));
  g_ptr_array_add(input->owned, memory);
  return memory;
}

/* A stored tensor in memory of its own: float32, or int64 where it is stored so. */
static bool load(ReferenceInput *input, const RecnnSafetensors *file, const RecnnStoredTensor *t,
                 RecnnTensor *ret_tensor, GError **error) {
  if (t->rank > RECNN_MAX_RANK)
    return recnn_error_set(error, RECNN_ERROR_SHAPE,
                           "%s: tensor %s has %d axes, expected at most %d",
                           recnn_safetensors_path(file), t->name, (int)t->rank, RECNN_MAX_RANK);
  int32_t dtype = strcmp(t->dtype, "I64") == 0 ? RECNN_INT64 : RECNN_FLOAT32;
  RecnnTensor tensor = recnn_tensor_view(NULL, dtype, t->rank, t->shape);
  tensor.data = own(input, recnn_tensor_bytes(&tensor));
  *ret_tensor = tensor;
  return recnn_safetensors_read(file, t->name, &tensor, error);
}

static void add_draw(ReferenceInput *input, const char *name, RecnnTensor tensor) {
  ReferenceDraw draw = {name, tensor};
  g_array_append_val(input->draws, draw);
}

/* The matrix x (B, items) as row_start, row_item and row_value; a mask of its shape is reduced to
 * the elements that are there. */
static bool add_rows(ReferenceInput *input, const RecnnTensor *x, const RecnnTensor *mask,
                     GError **error) {
  int64_t n_rows = x->shape[0], n_items = x->shape[1], n = 0;
  const float *value = x->data;
  for (int64_t i = 0; i < n_rows * n_items; i++)
    n += value[i] != 0.0f;
  int64_t *start = own(input, (size_t)(n_rows + 1) * sizeof *start);
  int64_t *item = own(input, (size_t)n * sizeof *item);
  float *kept = own(input, (size_t)n * sizeof *kept);
  float *noise = own(input, (size_t)n * sizeof *noise);
  int64_t at = 0;
  for (int64_t row = 0; row < n_rows; row++) {
    for (int64_t j = 0; j < n_items; j++) {
      int64_t from = row * n_items + j;
      if (value[from] == 0.0f)
        continue;
      item[at] = j;
      kept[at] = value[from];
      noise[at++] = mask != NULL ? ((const float *)mask->data)[from] : 1.0f;
    }
    start[row + 1] = at;
  }
  const struct {
    const char *name;
    RecnnTensor tensor;
  } fields[] = {{"row_start", recnn_tensor_view(start, RECNN_INT64, 1, (int64_t[]){n_rows + 1})},
                {"row_item", recnn_tensor_view(item, RECNN_INT64, 1, &n)},
                {"row_value", recnn_tensor_view(kept, RECNN_FLOAT32, 1, &n)}};
  for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
    if (!recnn_batch_borrow(input->batch, fields[i].name, &fields[i].tensor, error))
      return false;
    recnn_batch_set_ragged(input->batch, fields[i].name);
  }
  if (mask != NULL)
    add_draw(input, "noise_mask", recnn_tensor_view(noise, RECNN_FLOAT32, 1, &n));
  return true;
}

/* A condition a sample, as the sparse rows in which somebody may have several. */
static bool add_conditions(ReferenceInput *input, const RecnnTensor *condition, GError **error) {
  int64_t n = condition->shape[0], n_starts = n + 1;
  int64_t *start = own(input, (size_t)n_starts * sizeof *start);
  float *value = own(input, (size_t)n * sizeof *value);
  for (int64_t i = 0; i < n; i++) {
    start[i + 1] = i + 1;
    value[i] = 1.0f;
  }
  const RecnnTensor starts = recnn_tensor_view(start, RECNN_INT64, 1, &n_starts);
  const RecnnTensor values = recnn_tensor_view(value, RECNN_FLOAT32, 1, &n);
  if (!recnn_batch_borrow(input->batch, "condition_start", &starts, error) ||
      !recnn_batch_borrow(input->batch, "condition_item", condition, error) ||
      !recnn_batch_borrow(input->batch, "condition_value", &values, error))
    return false;
  static const char *const fields[] = {"condition_start", "condition_item", "condition_value"};
  for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
    recnn_batch_set_ragged(input->batch, fields[i]);
  return true;
}

/* `*size` is the batch's, -1 before it is known. */
static bool add_field(ReferenceInput *input, const RecnnSafetensors *file,
                      const RecnnStoredTensor *t, int64_t *size, GError **error) {
  const char *name = t->name + strlen("input/");
  const char *field = recnn__reference_field(name);
  RecnnTensor tensor;
  if (!load(input, file, t, &tensor, error))
    return false;
  if (strcmp(name, "noise_mask") == 0) /* goes with x */
    return true;
  if (field == NULL && strcmp(name, "x") != 0) { /* a draw of the model's own */
    add_draw(input, name, tensor);
    return true;
  }
  if (tensor.rank < 1 || (*size >= 0 && tensor.shape[0] != *size) ||
      (field == NULL && tensor.rank != 2)) {
    char *is = recnn_tensor_describe(&tensor);
    recnn_error_set(error, RECNN_ERROR_SHAPE,
                    "%s: tensor %s is %s, expected one row a sample (%" G_GINT64_FORMAT ")",
                    recnn_safetensors_path(file), t->name, is, (gint64)*size);
    g_free(is);
    return false;
  }
  *size = tensor.shape[0];
  if (field != NULL)
    return recnn_batch_borrow(input->batch, field, &tensor, error) &&
           (strcmp(field, "condition") != 0 || add_conditions(input, &tensor, error));
  const RecnnStoredTensor *stored = recnn_safetensors_find(file, "input/noise_mask");
  RecnnTensor mask;
  if (stored == NULL)
    return add_rows(input, &tensor, NULL, error);
  if (!load(input, file, stored, &mask, error))
    return false;
  if (!recnn_tensor_same_shape(&mask, &tensor) || mask.dtype != RECNN_FLOAT32)
    return recnn_error_set(error, RECNN_ERROR_SHAPE,
                           "%s: input/noise_mask has another shape or dtype than input/x",
                           recnn_safetensors_path(file));
  return add_rows(input, &tensor, &mask, error);
}

bool recnn__reference_input(ReferenceInput *input, const RecnnSafetensors *file, GError **error) {
  int64_t size = -1;
  input->batch = recnn_batch_new();
  input->owned = g_ptr_array_new_with_free_func(g_free);
  input->draws = g_array_new(FALSE, FALSE, sizeof(ReferenceDraw));
  for (int64_t i = 0; i < recnn_safetensors_count(file); i++) {
    const RecnnStoredTensor *t = recnn_safetensors_get(file, i);
    if (g_str_has_prefix(t->name, "input/") && !add_field(input, file, t, &size, error))
      return false;
  }
  if (size < 0)
    return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: there is no input/ tensor of a batch",
                           recnn_safetensors_path(file));
  recnn_batch_set_size(input->batch, size);
  return true;
}

void recnn__reference_input_clear(ReferenceInput *input) {
  recnn_batch_free(input->batch);
  if (input->owned != NULL)
    g_ptr_array_unref(input->owned);
  if (input->draws != NULL)
    g_array_unref(input->draws);
}
