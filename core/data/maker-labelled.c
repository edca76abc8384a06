/* Batches of interactions with a label, 1 or 0, and what else is known of each: the label is the
 * data's own, or else whether the rating is a hit. */
#include "base/error.h"
#include "data/maker.h"

static const char *const fields[] = {"user", "item", "features", "rating", "label", NULL};

static bool wants(const RecnnMaking *making, const char *field) {
  return g_strv_contains(making->wanted, field);
}

static bool check(const RecnnMaking *making, GError **error) {
  const RecnnPart *part = making->part;
  if (wants(making, "features") && !making->inputs->features)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "batches with features, and the inputs were made without any");
  if (wants(making, "rating") && !part->rows.rating)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "the model learns from ratings, which %s does not have",
                           part->dataset->source);
  return !wants(making, "label") || part->label || part->rows.rating ||
         recnn_error_set(error, RECNN_ERROR_DATA,
                         "the model learns from labels, and %s has none, nor ratings to make some "
                         "of",
                         part->dataset->source);
}

static bool prepare(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity,
                    GError **error) {
  for (const char *const *field = making->wanted; *field; field++) {
    bool is_float = g_str_equal(*field, "rating") || g_str_equal(*field, "label");
    bool is_row = g_str_equal(*field, "features");
    const int64_t width = is_row ? making->inputs->features->n : 0;
    if (!recnn_batch_add(batch, *field, is_float ? RECNN_FLOAT32 : RECNN_INT64, capacity, is_row,
                         &width, error))
      return false;
  }
  return true;
}

static void fill_labels(const RecnnMaking *making, float *label, const int64_t *rows, int64_t n) {
  const RecnnPart *part = making->part;
  for (int64_t i = 0; i < n; i++)
    label[i] = part->label ? part->label[rows[i]]
                           : (float)(part->rows.rating[rows[i]] >= making->inputs->label_threshold);
}

static void fill(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
                 uint64_t epoch) {
  (void)epoch;
  const RecnnPart *part = making->part;
  const RecnnFeatures *features = making->inputs->features;
  int64_t *user = wants(making, "user") ? recnn_batch_int64(batch, "user") : NULL;
  int64_t *item = wants(making, "item") ? recnn_batch_int64(batch, "item") : NULL;
  int64_t *value = wants(making, "features") ? recnn_batch_int64(batch, "features") : NULL;
  float *rating = wants(making, "rating") ? recnn_batch_float32(batch, "rating") : NULL;
  for (int64_t i = 0; i < n; i++) {
    int64_t row = rows[i];
    if (user)
      user[i] = part->rows.user[row];
    if (item)
      item[i] = part->rows.item[row];
    if (rating)
      rating[i] = part->rows.rating[row];
    if (value)
      recnn_features_fill(features, part->rows.user[row], part->rows.item[row],
                          part->row ? part->row[row] : -1, NULL, value + i * features->n);
  }
  if (wants(making, "label"))
    fill_labels(making, recnn_batch_float32(batch, "label"), rows, n);
}

RECNN_MAKER(labelled) = {
    .name = "labelled",
    .doc = "A row is an interaction with its label, its rating and its features.",
    .fields = fields,
    .needs_inputs = true,
    .check = check,
    .prepare = prepare,
    .fill = fill,
};
