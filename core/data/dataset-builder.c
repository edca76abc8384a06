/* A data set under construction: columns that grow row by row.  Knows no file format; whoever calls
 * it puts file and line before its errors. */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "data/feature.h"
#include "data/grow-private.h"

struct RecnnDatasetBuilder {
  RecnnDataset *dataset;
  bool has_rating, has_timestamp, has_label, has_part;
  float label;  /* of the next row */
  uint8_t part; /* likewise */
  size_t user_capacity, item_capacity, rating_capacity, timestamp_capacity;
  size_t label_capacity, part_capacity;
};

static void free_column(gpointer column) { recnn_feature_column_free(column); }

RecnnDatasetBuilder *recnn_dataset_builder_new(const char *name, const char *source,
                                               bool has_rating, bool has_timestamp) {
  RecnnDataset *dataset = g_new0(RecnnDataset, 1);
  dataset->name = g_strdup(name);
  dataset->source = g_strdup(source);
  dataset->users = recnn_id_map_new();
  dataset->items = recnn_id_map_new();
  dataset->user_features = g_ptr_array_new_with_free_func(free_column);
  dataset->item_features = g_ptr_array_new_with_free_func(free_column);
  dataset->interaction_features = g_ptr_array_new_with_free_func(free_column);
  dataset->ref_count = 1;
  RecnnDatasetBuilder *builder = g_new0(RecnnDatasetBuilder, 1);
  builder->dataset = dataset;
  builder->has_rating = has_rating;
  builder->has_timestamp = has_timestamp;
  return builder;
}

void recnn_dataset_builder_free(RecnnDatasetBuilder *builder) {
  if (!builder)
    return;
  recnn_dataset_unref(builder->dataset);
  g_free(builder);
}

RecnnDataset *recnn_dataset_builder_peek(RecnnDatasetBuilder *builder) { return builder->dataset; }

void recnn_dataset_builder_set_part(RecnnDatasetBuilder *builder, int part) {
  g_return_if_fail(part >= 0 && part < RECNN_N_PARTS);
  g_return_if_fail(builder->has_part || builder->dataset->n == 0);
  builder->has_part = true;
  builder->part = (uint8_t)part;
}

void recnn_dataset_builder_set_label(RecnnDatasetBuilder *builder, float label) {
  g_return_if_fail(builder->has_label || builder->dataset->n == 0);
  builder->has_label = true;
  builder->label = label;
}

static bool make_room(RecnnDatasetBuilder *builder, GError **error) {
  RecnnDataset *d = builder->dataset;
  size_t n = (size_t)d->n, need = n + 1;
  return recnn__grow(&d->user, &builder->user_capacity, n, need, sizeof *d->user,
                     "the users' column", error) &&
         recnn__grow(&d->item, &builder->item_capacity, n, need, sizeof *d->item,
                     "the items' column", error) &&
         (!builder->has_rating || recnn__grow(&d->rating, &builder->rating_capacity, n, need,
                                              sizeof *d->rating, "the ratings' column", error)) &&
         (!builder->has_timestamp ||
          recnn__grow(&d->timestamp, &builder->timestamp_capacity, n, need, sizeof *d->timestamp,
                      "the timestamps' column", error)) &&
         (!builder->has_label || recnn__grow(&d->label, &builder->label_capacity, n, need,
                                             sizeof *d->label, "the labels' column", error)) &&
         (!builder->has_part || recnn__grow(&d->given_part, &builder->part_capacity, n, need,
                                            sizeof *d->given_part, "the parts' column", error));
}

bool recnn_dataset_builder_add(RecnnDatasetBuilder *builder, const char *user, size_t user_length,
                               const char *item, size_t item_length, float rating, double timestamp,
                               GError **error) {
  RecnnDataset *d = builder->dataset;
  if (builder->has_rating && !isfinite(rating))
    return recnn_error_set(error, RECNN_ERROR_DATA, "rating %g: expected a finite number",
                           (double)rating);
  if (builder->has_timestamp && !isfinite(timestamp))
    return recnn_error_set(error, RECNN_ERROR_DATA, "timestamp %g: expected a finite number",
                           timestamp);
  if (builder->has_label && builder->label != 0 && builder->label != 1)
    return recnn_error_set(error, RECNN_ERROR_DATA, "label %g: expected 0 or 1",
                           (double)builder->label);
  if (!make_room(builder, error))
    return false;
  int32_t u = recnn_id_map_add(d->users, user, user_length, error);
  if (u < 0)
    return false;
  int32_t i = recnn_id_map_add(d->items, item, item_length, error);
  if (i < 0)
    return false;
  d->user[d->n] = u;
  d->item[d->n] = i;
  if (builder->has_rating)
    d->rating[d->n] = rating;
  if (builder->has_timestamp)
    d->timestamp[d->n] = timestamp;
  if (builder->has_label)
    d->label[d->n] = builder->label;
  if (builder->has_part)
    d->given_part[d->n] = builder->part;
  d->n++;
  return true;
}

static bool check_features(const char *side, const GPtrArray *features, int64_t n, GError **error) {
  for (guint i = 0; i < features->len; i++) {
    const RecnnFeatureColumn *column = features->pdata[i];
    if (column->n_entities != n)
      return recnn_error_set(error, RECNN_ERROR_FAILED,
                             "%s feature %s has %d rows, expected %" G_GINT64_FORMAT, side,
                             column->name, column->n_entities, n);
  }
  return true;
}

RecnnDataset *recnn_dataset_builder_finish(RecnnDatasetBuilder *builder, GError **error) {
  RecnnDataset *d = builder->dataset;
  if (d->n == 0)
    recnn_error_set(error, RECNN_ERROR_DATA, "%s: no interactions, expected at least one",
                    d->source);
  if (d->n == 0 || !check_features("user", d->user_features, recnn_dataset_n_users(d), error) ||
      !check_features("item", d->item_features, recnn_dataset_n_items(d), error) ||
      !check_features("interaction", d->interaction_features, d->n, error)) {
    recnn_dataset_builder_free(builder);
    return NULL;
  }
  size_t n = (size_t)d->n;
  recnn__trim(&d->user, &builder->user_capacity, n, sizeof *d->user);
  recnn__trim(&d->item, &builder->item_capacity, n, sizeof *d->item);
  if (builder->has_rating)
    recnn__trim(&d->rating, &builder->rating_capacity, n, sizeof *d->rating);
  if (builder->has_timestamp)
    recnn__trim(&d->timestamp, &builder->timestamp_capacity, n, sizeof *d->timestamp);
  if (builder->has_label)
    recnn__trim(&d->label, &builder->label_capacity, n, sizeof *d->label);
  if (builder->has_part)
    recnn__trim(&d->given_part, &builder->part_capacity, n, sizeof *d->given_part);
  g_free(builder);
  return d;
}
