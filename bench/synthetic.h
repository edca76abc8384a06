/* Models and batches of any size for the benchmarks, filled with random numbers: what a model class
 * says that it reads (train_fields) is what a batch has.  Header only, since each benchmark is one
 * file; it ends the program where something failed. */
#ifndef RECNN_BENCH_SYNTHETIC_H
#define RECNN_BENCH_SYNTHETIC_H

#include <glib.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "model/model.h"
#include "plugin/plugin.h"

#define SYNTHETIC_MAX_FEATURES 16

/* The sizes of the data. */
typedef struct Sizes {
  int64_t users;
  int64_t items;
  int64_t conditions;
  int64_t length; /* of the longest sequence */
  int64_t mean;   /* of sequences; from `length` on every sequence is full */
  double density; /* of users' rows */
  int64_t n_features;
  int64_t features[SYNTHETIC_MAX_FEATURES]; /* the fields' sizes */
} Sizes;

/* MovieLens 1M: 6,040 users, 3,706 items, 21 occupations; a user, an item, and the user's gender,
 * age group and occupation as features; 1,000,209 of 22,384,240 pairs. */
static inline Sizes sizes_of_ml_1m(void) {
  Sizes sizes = {.users = 6040,
                 .items = 3706,
                 .conditions = 21,
                 .length = 20,
                 .mean = 20,
                 .density = 0.044,
                 .n_features = 5,
                 .features = {6040, 3706, 2, 7, 21}};
  return sizes;
}

static inline void synthetic_check(const GError *error) {
  if (error == NULL)
    return;
  fprintf(stderr, "bench: %s\n", error->message);
  exit(1);
}

/* `options` are of the model's own table, with NAME=VALUE in each; NULL at the end. */
static inline RecnnModel *synthetic_model(const char *name, const Sizes *sizes,
                                          char *const *options) {
  GError *error = NULL;
  RecnnCount counts[4 + SYNTHETIC_MAX_FEATURES] = {{"users", sizes->users},
                                                   {"items", sizes->items},
                                                   {"conditions", sizes->conditions},
                                                   {"features", sizes->n_features}};
  char names[SYNTHETIC_MAX_FEATURES][16];
  for (int i = 0; i < (int)sizes->n_features; i++) {
    (void)snprintf(names[i], sizeof names[i], "features.%d", i);
    counts[4 + i] = (RecnnCount){names[i], sizes->features[i]};
  }
  const RecnnModelClass *model_class = recnn_model_class_find(name, &error);
  synthetic_check(error);
  RecnnOptions *set = recnn_options_new(model_class->options, name, &error);
  synthetic_check(error);
  for (; *options != NULL; options++) {
    char **pair = g_strsplit(*options, "=", 2);
    recnn_options_set_text(set, pair[0], pair[1] != NULL ? pair[1] : "", &error);
    synthetic_check(error);
    g_strfreev(pair);
  }
  RecnnModel *model =
      recnn_model_new(model_class, set, counts, 4 + (int32_t)sizes->n_features, 1, &error);
  synthetic_check(error);
  recnn_options_free(set);
  return model;
}

static inline bool synthetic_is(const char *field, const char *name) {
  return strcmp(field, name) == 0;
}

/* One of the three parts of users' rows, or of their conditions: a condition each, of the value 1.
 */
static inline bool synthetic_is_part(const char *field, const char *of) {
  size_t n = strlen(of);
  return strncmp(field, of, n) == 0 && field[n] == '_';
}

static inline bool synthetic_is_ragged(const char *field) {
  return synthetic_is_part(field, "row") || synthetic_is_part(field, "condition");
}

/* Room for the entries of `rows` rows: six standard deviations of one row more than there will be.
 */
static inline int64_t synthetic_entries(int64_t rows, const Sizes *sizes) {
  double mean = (double)sizes->items * sizes->density;
  return rows * MIN(sizes->items, (int64_t)(mean + 6.0 * sqrt(mean)) + 16);
}

/* A batch with room for what `fields` name. */
static inline RecnnBatch *synthetic_batch(const char *const *fields, int64_t rows,
                                          const Sizes *sizes) {
  RecnnBatch *batch = recnn_batch_new();
  GError *error = NULL;
  for (; *fields != NULL; fields++) {
    bool is_float = synthetic_is(*fields, "rating") || synthetic_is(*fields, "label") ||
                    synthetic_is(*fields, "row_value") || synthetic_is(*fields, "condition_value");
    int64_t width = synthetic_is(*fields, "sequence")   ? sizes->length
                    : synthetic_is(*fields, "features") ? sizes->n_features
                                                        : 0;
    int64_t capacity = g_str_has_suffix(*fields, "_start") ? rows + 1
                       : synthetic_is_part(*fields, "row") ? synthetic_entries(rows, sizes)
                                                           : rows;
    recnn_batch_add(batch, *fields, is_float ? RECNN_FLOAT32 : RECNN_INT64, capacity,
                    width > 0 ? 1 : 0, &width, &error);
    synthetic_check(error);
    if (synthetic_is_ragged(*fields))
      recnn_batch_set_ragged(batch, *fields);
  }
  recnn_batch_set_size(batch, rows);
  return batch;
}

/* Items from 1 on, zeros behind them.  Lengths fall off exponentially where the mean is less than
 * the longest.  Models that read no lengths get rows of full width. */
static inline void synthetic_sequences(RecnnBatch *batch, const Sizes *sizes, RecnnRng *rng) {
  bool with_lengths = recnn_batch_field(batch, "length") != NULL;
  int64_t longest = 0;
  int64_t *lengths = g_new0(int64_t, recnn_batch_size(batch));
  for (int64_t i = 0; i < recnn_batch_size(batch); i++) {
    double more = -log(1.0 - recnn_rng_double(rng)) * (double)(sizes->mean - 1);
    lengths[i] = sizes->mean >= sizes->length ? sizes->length
                                              : MIN(sizes->length, 1 + (int64_t)(more + 0.5));
    longest = MAX(longest, lengths[i]);
  }
  int64_t width = with_lengths ? longest : sizes->length;
  recnn_batch_set_width(batch, "sequence", width);
  int64_t *item = recnn_batch_int64(batch, "sequence");
  for (int64_t i = 0; i < recnn_batch_size(batch); i++, item += width) {
    for (int64_t t = 0; t < width; t++)
      item[t] = t < lengths[i] ? 1 + (int64_t)recnn_rng_below(rng, (uint64_t)sizes->items) : 0;
    if (with_lengths)
      recnn_batch_int64(batch, "length")[i] = lengths[i];
  }
  g_free(lengths);
}

/* Each item is in a row with the wanted probability: an item comes behind the one before by a
 * geometric gap. */
static inline void synthetic_rows(RecnnBatch *batch, const Sizes *sizes, RecnnRng *rng) {
  int64_t *start = recnn_batch_int64(batch, "row_start");
  int64_t *item = recnn_batch_int64(batch, "row_item");
  float *value = recnn_batch_float32(batch, "row_value");
  double log_miss = log(1.0 - sizes->density);
  int64_t n = 0, room = synthetic_entries(recnn_batch_size(batch), sizes);
  start[0] = 0;
  for (int64_t i = 0; i < recnn_batch_size(batch); i++) {
    double at = -1.0;
    for (;;) {
      at += 1.0 + floor(log(1.0 - recnn_rng_double(rng)) / log_miss);
      if (at >= (double)sizes->items || n == room)
        break;
      item[n] = (int64_t)at;
      value[n++] = 1.0f;
    }
    start[i + 1] = n;
  }
  recnn_batch_set_length(batch, "row_start", recnn_batch_size(batch) + 1);
  recnn_batch_set_length(batch, "row_item", n);
  recnn_batch_set_length(batch, "row_value", n);
}

static inline void synthetic_conditions(RecnnBatch *batch, const Sizes *sizes, RecnnRng *rng) {
  int64_t rows = recnn_batch_size(batch);
  int64_t *start = recnn_batch_int64(batch, "condition_start");
  for (int64_t i = 0; i < rows; i++) {
    start[i] = i;
    recnn_batch_int64(batch, "condition_item")[i] =
        (int64_t)recnn_rng_below(rng, (uint64_t)sizes->conditions);
    recnn_batch_float32(batch, "condition_value")[i] = 1.0f;
  }
  start[rows] = rows;
  recnn_batch_set_length(batch, "condition_start", rows + 1);
  recnn_batch_set_length(batch, "condition_item", rows);
  recnn_batch_set_length(batch, "condition_value", rows);
}

static inline int64_t synthetic_count(const char *field, const Sizes *sizes) {
  return synthetic_is(field, "user") ? sizes->users : sizes->items;
}

/* The fields that are not sequences or rows. */
static inline void synthetic_scalars(RecnnBatch *batch, const char *field, const Sizes *sizes,
                                     RecnnRng *rng) {
  int64_t n = recnn_batch_size(batch);
  for (int64_t i = 0; i < n; i++)
    if (synthetic_is(field, "rating"))
      recnn_batch_float32(batch, field)[i] = 1.0f + (float)recnn_rng_below(rng, 5);
    else if (synthetic_is(field, "label"))
      recnn_batch_float32(batch, field)[i] = (float)recnn_rng_below(rng, 2);
    else if (synthetic_is(field, "features"))
      for (int64_t f = 0; f < sizes->n_features; f++)
        recnn_batch_int64(batch, field)[i * sizes->n_features + f] =
            (int64_t)recnn_rng_below(rng, (uint64_t)sizes->features[f]);
    else
      recnn_batch_int64(batch, field)[i] =
          (int64_t)recnn_rng_below(rng, (uint64_t)synthetic_count(field, sizes));
}

static inline void synthetic_fill(RecnnBatch *batch, const char *const *fields, const Sizes *sizes,
                                  RecnnRng *rng) {
  if (recnn_batch_field(batch, "sequence") != NULL)
    synthetic_sequences(batch, sizes, rng);
  if (recnn_batch_field(batch, "row_start") != NULL)
    synthetic_rows(batch, sizes, rng);
  if (recnn_batch_field(batch, "condition_start") != NULL)
    synthetic_conditions(batch, sizes, rng);
  for (; *fields != NULL; fields++)
    if (!synthetic_is(*fields, "sequence") && !synthetic_is(*fields, "length") &&
        !synthetic_is_ragged(*fields))
      synthetic_scalars(batch, *fields, sizes, rng);
}

#endif
