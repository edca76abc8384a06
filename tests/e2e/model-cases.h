/* The twelve architectures, and batches for them: made by the names of the fields that a model
 * reads, of any ids. */
#ifndef RECNN_TESTS_MODEL_CASES_H
#define RECNN_TESTS_MODEL_CASES_H

#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/rng.h"
#include "model/model.h"
#include "plugin/plugin.h"
#include "tensor/tensor.h"

static const char *const twelve[] = {
    "advanced_ncf",          "deepfm",          "neural_bpr",     "multitask_ncf",
    "denoising_autoencoder", "conditional_vae", "cnn_sequential", "variational_autoencoder",
    "hierarchical_cnn",      "gru_session",     "attention_gru",  "narm",
};

enum { CASE_FEATURES = 3, CASE_WIDTH = 9, CASE_MOST = 64 };

/* Small sizes. */
static const RecnnCount small_counts[] = {
    {"users", 37},      {"items", 53},      {"conditions", 6}, {"features", CASE_FEATURES},
    {"features.0", 11}, {"features.1", 53}, {"features.2", 4},
};

static inline RecnnModel *new_case(const char *name, const RecnnCount *counts, int32_t n_counts,
                                   const char *const *options, uint64_t seed) {
  GError *error = NULL;
  const RecnnModelClass *model_class = recnn_model_class_find(name, &error);
  g_assert_no_error(error);
  RecnnOptions *set = recnn_options_new(model_class->options, name, &error);
  g_assert_no_error(error);
  for (int i = 0; options != NULL && options[i] != NULL; i++) {
    char **pair = g_strsplit(options[i], "=", 2);
    recnn_options_set_text(set, pair[0], pair[1], &error);
    g_assert_no_error(error);
    g_strfreev(pair);
  }
  RecnnModel *model = recnn_model_new(model_class, set, counts, n_counts, seed, &error);
  g_assert_no_error(error);
  recnn_options_free(set);
  return model;
}

static inline RecnnModel *new_small(const char *name, uint64_t seed) {
  return new_case(name, small_counts, G_N_ELEMENTS(small_counts), NULL, seed);
}

static inline bool is_float_field(const char *field) {
  return strcmp(field, "rating") == 0 || strcmp(field, "label") == 0 ||
         g_str_has_suffix(field, "_value");
}

static inline bool is_ragged_field(const char *field) {
  return g_str_has_prefix(field, "row_") || g_str_has_prefix(field, "condition_");
}

/* A batch of up to CASE_MOST rows with these fields, filled by fill_case(). */
static inline RecnnBatch *new_case_batch(const char *const *fields) {
  static const int64_t width = CASE_WIDTH, features = CASE_FEATURES;
  RecnnBatch *batch = recnn_batch_new();
  GError *error = NULL;
  for (; *fields != NULL; fields++) {
    bool wide = strcmp(*fields, "sequence") == 0 || strcmp(*fields, "features") == 0;
    bool ragged = is_ragged_field(*fields);
    recnn_batch_add(batch, *fields, is_float_field(*fields) ? RECNN_FLOAT32 : RECNN_INT64,
                    ragged ? CASE_MOST * CASE_WIDTH + 1 : CASE_MOST, wide ? 1 : 0,
                    strcmp(*fields, "sequence") == 0 ? &width : &features, &error);
    g_assert_no_error(error);
    if (ragged)
      recnn_batch_set_ragged(batch, *fields);
  }
  return batch;
}

/* Row `row` has ids that follow from `first + row` alone, so that a row is the same in any batch.
 * Sequences are of 1 to CASE_WIDTH steps. */
static inline void fill_case(RecnnBatch *batch, const char *const *fields, int64_t first,
                             int64_t n) {
  recnn_batch_set_size(batch, n);
  int64_t entries = 0;
  for (; *fields != NULL; fields++) {
    const char *f = *fields;
    int64_t *ids = is_float_field(f) ? NULL : recnn_batch_int64(batch, f);
    float *values = is_float_field(f) ? recnn_batch_float32(batch, f) : NULL;
    for (int64_t row = 0; row < n; row++) {
      int64_t at = first + row;
      if (strcmp(f, "user") == 0)
        ids[row] = at * 5 % 37;
      else if (strcmp(f, "item") == 0 || strcmp(f, "target") == 0)
        ids[row] = at * 7 % 53;
      else if (strcmp(f, "neg_item") == 0)
        ids[row] = at * 11 % 53;
      else if (strcmp(f, "condition") == 0)
        ids[row] = at % 6;
      else if (strcmp(f, "length") == 0)
        ids[row] = 1 + at % CASE_WIDTH;
      else if (strcmp(f, "rating") == 0)
        values[row] = (float)(1 + at % 5);
      else if (strcmp(f, "label") == 0)
        values[row] = (float)(at % 2);
      else if (strcmp(f, "features") == 0)
        for (int64_t i = 0; i < CASE_FEATURES; i++)
          ids[row * CASE_FEATURES + i] = at * (3 + i) % small_counts[4 + i].value;
      else if (strcmp(f, "sequence") == 0)
        for (int64_t t = 0; t < CASE_WIDTH; t++)
          ids[row * CASE_WIDTH + t] = t <= at % CASE_WIDTH ? 1 + (at * 13 + t * t) % 53 : 0;
      else if (g_str_has_suffix(f, "_start"))
        ids[row + 1] = (row == 0 ? 0 : ids[row]) + 1 + at % CASE_WIDTH;
      else if (is_ragged_field(f))
        for (int64_t i = 0; i < 1 + at % CASE_WIDTH; i++, entries++) {
          if (ids != NULL)
            ids[entries] = (at + 5 * i) % (f[0] == 'r' ? 53 : 6);
          else
            values[entries] = 1.0f;
        }
    }
    if (g_str_has_suffix(f, "_start")) {
      ids[0] = 0;
      recnn_batch_set_length(batch, f, n + 1);
    } else if (is_ragged_field(f)) {
      recnn_batch_set_length(batch, f, entries);
      entries = 0;
    }
  }
}

static inline void assert_graph(const RecnnGraph *graph) {
  GError *error = NULL;
  recnn_graph_check(graph, &error);
  g_assert_no_error(error);
}

/* What the model says of rows first .. first+n-1: scores of all items, or predictions. */
static inline RecnnVar *ask_case(RecnnModel *model, RecnnGraph *graph, RecnnBatch *batch,
                                 int64_t first, int64_t n) {
  const RecnnModelClass *c = recnn_model_get_class(model);
  recnn_graph_reset(graph, 0, false, false);
  if (c->score_items == NULL) {
    fill_case(batch, c->train_fields, first, n);
    return recnn_model_predict(model, graph, batch);
  }
  fill_case(batch, c->query_fields, first, n);
  if (c->encode_items == NULL)
    return recnn_model_score_items(model, graph, batch, NULL);
  int64_t all[53], n_items = G_N_ELEMENTS(all);
  for (int64_t i = 0; i < n_items; i++)
    all[i] = i;
  RecnnTensor ids = recnn_tensor_view(all, RECNN_INT64, 1, &n_items);
  RecnnBatch *items = recnn_batch_new();
  GError *error = NULL;
  recnn_batch_borrow(items, "item", &ids, &error);
  g_assert_no_error(error);
  recnn_batch_set_size(items, n_items);
  RecnnVar *scores =
      recnn_model_score_items(model, graph, batch, recnn_model_encode_items(model, graph, items));
  recnn_batch_free(items);
  return scores;
}

#endif
