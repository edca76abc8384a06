/* Batches made up from the fields that a model names.  Each row is a function of its number and a
 * seed, so that a row can be looked at alone and among others. */
#include <string.h>

#include "base/error.h"
#include "base/rng.h"
#include "check/subject-private.h"

enum { ROW_ITEMS = 4, LENGTH = 10 };
static const int64_t feature_sizes[SUBJECT_FEATURES] = {7, 6, 5};

const RecnnCount recnn__subject_counts[] = {
    {"users", SUBJECT_USERS},
    {"items", SUBJECT_ITEMS},
    {"interactions", SUBJECT_USERS *ROW_ITEMS},
    {"conditions", SUBJECT_CONDITIONS},
    {"features", SUBJECT_FEATURES},
    {"features.0", 7},
    {"features.1", 6},
    {"features.2", 5},
    {NULL, 0},
};

int32_t recnn__subject_n_counts(void) { return (int32_t)G_N_ELEMENTS(recnn__subject_counts) - 1; }

/* A number below `n` for row `row`. */
static int64_t draw(uint64_t seed, int64_t row, int64_t place, int64_t n) {
  uint32_t words[4];
  recnn_philox(seed, RECNN_STREAM(RECNN_STREAM_TEST, row), (uint64_t)place, words);
  return (int64_t)(words[0] % (uint64_t)n);
}

/* The item of a row: no two rows of a batch have the same. */
static int64_t row_item(uint64_t seed, int64_t row) {
  return (row * 3 + (int64_t)(seed % SUBJECT_ITEMS)) % SUBJECT_ITEMS;
}

static int64_t row_length(uint64_t seed, int64_t row, int64_t length) {
  return 1 + draw(seed, row, 1, length);
}

typedef struct Filling {
  RecnnBatch *batch;
  int64_t length; /* of sequences */
  int64_t n;
  uint64_t seed;
  bool whole_rows; /* sequences fill all their steps: the model does not ask for their length */
} Filling;

static void fill_user(const Filling *f, void *to, int64_t row) {
  ((int64_t *)to)[row] = (row * 5 + (int64_t)(f->seed % SUBJECT_USERS)) % SUBJECT_USERS;
}
static void fill_item(const Filling *f, void *to, int64_t row) {
  ((int64_t *)to)[row] = row_item(f->seed, row);
}
static void fill_neg_item(const Filling *f, void *to, int64_t row) {
  ((int64_t *)to)[row] =
      (row_item(f->seed, row) + 1 + draw(f->seed, row, 2, SUBJECT_ITEMS - 1)) % SUBJECT_ITEMS;
}
static void fill_rating(const Filling *f, void *to, int64_t row) {
  (void)f;
  ((float *)to)[row] = (float)(1 + row * 7 % 5);
}
static void fill_label(const Filling *f, void *to, int64_t row) {
  (void)f;
  ((float *)to)[row] = (float)(row * 7 % 5 >= 2);
}
static void fill_row_start(const Filling *f, void *to, int64_t row) {
  (void)f;
  ((int64_t *)to)[row] = row * ROW_ITEMS;
}
static void fill_row_item(const Filling *f, void *to, int64_t entry) {
  int64_t row = entry / ROW_ITEMS, place = entry % ROW_ITEMS;
  ((int64_t *)to)[entry] =
      (row_item(f->seed, row) + place * (SUBJECT_ITEMS / ROW_ITEMS)) % SUBJECT_ITEMS;
}
static void fill_row_value(const Filling *f, void *to, int64_t entry) {
  (void)f;
  ((float *)to)[entry] = 0.25f * (float)(1 + entry % ROW_ITEMS);
}
static void fill_features(const Filling *f, void *to, int64_t row) {
  for (int64_t i = 0; i < SUBJECT_FEATURES; i++)
    ((int64_t *)to)[row * SUBJECT_FEATURES + i] =
        (row / (1 + i * 2) + i + (int64_t)(f->seed % 4)) % feature_sizes[i];
}
static void fill_sequence(const Filling *f, void *to, int64_t row) {
  int64_t valid = f->whole_rows ? f->length : row_length(f->seed, row, f->length);
  for (int64_t i = 0; i < f->length; i++)
    ((int64_t *)to)[row * f->length + i] =
        i < valid ? 1 + draw(f->seed, row, 16 + i, SUBJECT_ITEMS) : 0;
}
static void fill_length(const Filling *f, void *to, int64_t row) {
  ((int64_t *)to)[row] = row_length(f->seed, row, f->length);
}
static void fill_condition(const Filling *f, void *to, int64_t row) {
  (void)f;
  ((int64_t *)to)[row] = row % SUBJECT_CONDITIONS;
}

static void fill_condition_item(const Filling *f, void *to, int64_t entry) {
  (void)f;
  ((int64_t *)to)[entry] = (entry / ROW_ITEMS + entry % ROW_ITEMS) % SUBJECT_CONDITIONS;
}
static void fill_condition_value(const Filling *f, void *to, int64_t entry) {
  (void)f;
  ((float *)to)[entry] = 1.0f / (float)ROW_ITEMS;
}

/* How rows of a field are laid out: one, a fixed number of numbers, or entries of a sparse matrix.
 */
enum { ONE, FEATURES, SEQUENCE, STARTS, ENTRIES };
static const struct {
  const char *name;
  int32_t dtype;
  int layout;
  const char *counts; /* what its integers count; NULL: nothing that has a limit */
  void (*fill)(const Filling *filling, void *to, int64_t row);
} fields[] = {
    {"user", RECNN_INT64, ONE, "users", fill_user},
    {"item", RECNN_INT64, ONE, "items", fill_item},
    {"neg_item", RECNN_INT64, ONE, "items", fill_neg_item},
    {"rating", RECNN_FLOAT32, ONE, NULL, fill_rating},
    {"label", RECNN_FLOAT32, ONE, NULL, fill_label},
    {"row_start", RECNN_INT64, STARTS, NULL, fill_row_start},
    {"row_item", RECNN_INT64, ENTRIES, "items", fill_row_item},
    {"row_value", RECNN_FLOAT32, ENTRIES, NULL, fill_row_value},
    {"features", RECNN_INT64, FEATURES, "features.0", fill_features},
    {"sequence", RECNN_INT64, SEQUENCE, "items", fill_sequence},
    {"length", RECNN_INT64, ONE, NULL, fill_length},
    {"target", RECNN_INT64, ONE, "items", fill_item},
    {"condition", RECNN_INT64, ONE, "conditions", fill_condition},
    {"condition_start", RECNN_INT64, STARTS, NULL, fill_row_start},
    {"condition_item", RECNN_INT64, ENTRIES, "conditions", fill_condition_item},
    {"condition_value", RECNN_FLOAT32, ENTRIES, NULL, fill_condition_value},
};

int64_t recnn__subject_limit(const RecnnModel *model, const char *field) {
  if (strcmp(field, "length") == 0)
    return recnn__subject_length(model) + 1;
  for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
    if (strcmp(fields[i].name, field) == 0 && fields[i].counts != NULL)
      return recnn_model_get_count(model, fields[i].counts) + (fields[i].layout == SEQUENCE);
  return -1;
}

int64_t recnn__subject_length(const RecnnModel *model) {
  const RecnnValue *length = recnn_options_get(recnn_model_get_options(model), "sequence_length");
  return length != NULL && length->type == RECNN_OPTION_INT ? length->as.i : LENGTH;
}

static bool add_field(const Filling *f, size_t which, GError **error) {
  int layout = fields[which].layout;
  int64_t rows = layout == ENTRIES ? f->n * ROW_ITEMS : layout == STARTS ? f->n + 1 : f->n;
  int64_t row_shape = layout == FEATURES ? SUBJECT_FEATURES : f->length;
  const char *name = fields[which].name;
  if (!recnn_batch_add(f->batch, name, fields[which].dtype, rows,
                       layout == FEATURES || layout == SEQUENCE, &row_shape, error))
    return false;
  if (layout == STARTS || layout == ENTRIES) {
    recnn_batch_set_ragged(f->batch, name);
    recnn_batch_set_length(f->batch, name, rows);
  }
  void *to = recnn_batch_field(f->batch, name)->data;
  for (int64_t row = 0; row < rows; row++)
    fields[which].fill(f, to, row);
  return true;
}

RecnnBatch *recnn__subject_batch(RecnnTrial *trial, const RecnnModel *model,
                                 const char *const *wanted, int64_t n, uint64_t seed) {
  Filling filling = {recnn_batch_new(), recnn__subject_length(model), n, seed,
                     !g_strv_contains(wanted, "length")};
  GError *error = NULL;
  bool ok = true;
  for (; ok && *wanted != NULL; wanted++) {
    size_t which = 0;
    while (which < G_N_ELEMENTS(fields) && strcmp(fields[which].name, *wanted) != 0)
      which++;
    if (which == G_N_ELEMENTS(fields))
      ok = recnn__trial_fail(
          trial,
          "it asks for a batch field \"%s\", which recnn/service/batch.h does not "
          "have",
          *wanted);
    else if (recnn_batch_field(filling.batch, *wanted) == NULL &&
             !add_field(&filling, which, &error))
      ok = recnn__trial_fail_error(trial, "making a batch", error);
  }
  if (!ok) {
    recnn_batch_free(filling.batch);
    return NULL;
  }
  recnn_batch_set_size(filling.batch, n);
  return filling.batch;
}

const RecnnInteractions *recnn__subject_interactions(void) {
  enum { N = SUBJECT_USERS * ROW_ITEMS };
  static int32_t user[N], item[N];
  static float rating[N];
  static double timestamp[N];
  static const RecnnInteractions data = {.struct_size = sizeof(RecnnInteractions),
                                         .n = N,
                                         .n_users = SUBJECT_USERS,
                                         .n_items = SUBJECT_ITEMS,
                                         .user = user,
                                         .item = item,
                                         .rating = rating,
                                         .timestamp = timestamp};
  for (int32_t i = 0; i < N; i++) {
    user[i] = i / ROW_ITEMS;
    item[i] = (i * i + i) % SUBJECT_ITEMS;
    rating[i] = (float)(1 + i % 5);
    timestamp[i] = (double)i;
  }
  return &data;
}
