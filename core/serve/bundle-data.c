/* What a bundle keeps of the data: the interactions of train and valid in the order of time, and
 * the users' conditions.  Read back they are a data set that came in parts. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/feature.h"
#include "serve/bundle-private.h"
#include "tensor/safetensors.h"
#include "tensor/tensor.h"

/* Where an interaction stands: in which part, and when. */
typedef struct Place {
  double time; /* 0 where the data has none */
  int64_t row; /* of the data set */
  int64_t at;  /* in the part */
  int part;
} Place;

static int compare(const void *a, const void *b) {
  const Place *x = a, *y = b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static Place *sort(const RecnnSplit *split, int64_t n, GError **error) {
  Place *places = recnn_memory_new((size_t)n, sizeof *places, "a bundle's order", error);
  int64_t to = 0;
  for (int p = RECNN_TRAIN; places != NULL && p <= RECNN_VALID; p++) {
    const RecnnPart *part = &split->part[p];
    for (int64_t i = 0; i < part->rows.n; i++)
      places[to++] =
          (Place){part->rows.timestamp != NULL ? part->rows.timestamp[i] : 0.0, part->row[i], i, p};
  }
  if (places != NULL)
    qsort(places, (size_t)n, sizeof *places, compare);
  return places;
}

typedef struct Columns {
  int64_t *user;
  int64_t *item;
  int64_t *part;
  float *rating;      /* NULL: the data has none */
  int64_t *first;     /* where each user's conditions begin, and where they end */
  int64_t *condition; /* NULL: the model has none */
} Columns;

static void clear(Columns *c) {
  recnn_memory_free(c->user);
  recnn_memory_free(c->item);
  recnn_memory_free(c->part);
  recnn_memory_free(c->rating);
  recnn_memory_free(c->first);
  recnn_memory_free(c->condition);
}

static bool allocate(Columns *c, int64_t n, const RecnnFeatureColumn *condition, bool rated,
                     GError **error) {
  static const char what[] = "a bundle's columns";
  size_t rows = (size_t)n;
  return (c->user = recnn_memory_new(rows, sizeof *c->user, what, error)) != NULL &&
         (c->item = recnn_memory_new(rows, sizeof *c->item, what, error)) != NULL &&
         (c->part = recnn_memory_new(rows, sizeof *c->part, what, error)) != NULL &&
         (!rated || (c->rating = recnn_memory_new(rows, sizeof *c->rating, what, error)) != NULL) &&
         (condition == NULL ||
          ((c->first = recnn_memory_new((size_t)condition->n_entities + 1, sizeof *c->first, what,
                                        error)) != NULL &&
           (c->condition = recnn_memory_new((size_t)condition->first[condition->n_entities],
                                            sizeof *c->condition, what, error)) != NULL));
}

static void fill(Columns *c, const RecnnSplit *split, const Place *places, int64_t n,
                 const RecnnFeatureColumn *condition) {
  for (int64_t i = 0; i < n; i++) {
    const RecnnInteractions *rows = &split->part[places[i].part].rows;
    c->user[i] = rows->user[places[i].at];
    c->item[i] = rows->item[places[i].at];
    c->part[i] = places[i].part;
    if (c->rating != NULL)
      c->rating[i] = rows->rating[places[i].at];
  }
  if (condition == NULL)
    return;
  for (int32_t u = 0; u <= condition->n_entities; u++)
    c->first[u] = condition->first[u];
  for (int64_t i = 0; i < c->first[condition->n_entities]; i++)
    c->condition[i] = condition->ids[i];
}

static bool write_columns(const char *folder, const Columns *c, int64_t n, int64_t n_users,
                          bool ordered, GError **error) {
  RecnnTensor user = recnn_tensor_view(c->user, RECNN_INT64, 1, &n);
  RecnnTensor item = recnn_tensor_view(c->item, RECNN_INT64, 1, &n);
  RecnnTensor part = recnn_tensor_view(c->part, RECNN_INT64, 1, &n);
  RecnnTensor rating = recnn_tensor_view(c->rating, RECNN_FLOAT32, 1, &n);
  int64_t n_starts = n_users + 1, n_conditions = c->first != NULL ? c->first[n_users] : 0;
  RecnnTensor starts = recnn_tensor_view(c->first, RECNN_INT64, 1, &n_starts);
  RecnnTensor condition = recnn_tensor_view(c->condition, RECNN_INT64, 1, &n_conditions);
  RecnnSafetensorsWriter *writer = recnn_safetensors_writer_new();
  recnn_safetensors_writer_metadata(writer, "ordered", ordered ? "true" : "false");
  recnn_safetensors_writer_add(writer, "user", &user);
  recnn_safetensors_writer_add(writer, "item", &item);
  recnn_safetensors_writer_add(writer, "part", &part);
  if (c->rating != NULL)
    recnn_safetensors_writer_add(writer, "rating", &rating);
  if (c->first != NULL) {
    recnn_safetensors_writer_add(writer, "condition_start", &starts);
    recnn_safetensors_writer_add(writer, "condition", &condition);
  }
  char *path = g_build_filename(folder, BUNDLE_DATA, NULL);
  bool ok = recnn_safetensors_writer_commit(writer, path, error);
  g_free(path);
  return ok;
}

bool recnn__bundle_write_data(const char *folder, const RecnnModel *model, const RecnnSplit *split,
                              GError **error) {
  const RecnnDataset *dataset = split->dataset;
  const RecnnFeatureColumn *condition = recnn_model_get_inputs(model)->condition;
  int64_t n_users = recnn_dataset_n_users(dataset);
  int64_t n = split->part[RECNN_TRAIN].rows.n + split->part[RECNN_VALID].rows.n;
  Columns columns = {0};
  Place *places = sort(split, n, error);
  bool ok = places != NULL && allocate(&columns, n, condition, dataset->rating != NULL, error);
  if (ok) {
    fill(&columns, split, places, n, condition);
    ok = write_columns(folder, &columns, n, n_users, dataset->ordered || dataset->timestamp != NULL,
                       error);
  }
  clear(&columns);
  recnn_memory_free(places);
  return ok && recnn__bundle_write_tokens(folder, BUNDLE_USERS, dataset->users, error) &&
         recnn__bundle_write_tokens(folder, BUNDLE_ITEMS, dataset->items, error) &&
         (condition == NULL ||
          recnn__bundle_write_tokens(folder, BUNDLE_CONDITIONS, condition->tokens, error));
}

/* A column of the file, of `n` elements; NULL with an error. */
static void *read_column(const RecnnSafetensors *file, const char *name, int32_t dtype, int64_t n,
                         GError **error) {
  RecnnTensor to = recnn_tensor_view(NULL, dtype, 1, &n);
  to.data = recnn_memory_new(1, recnn_tensor_bytes(&to), "a bundle's columns", error);
  if (to.data != NULL && !recnn_safetensors_read(file, name, &to, error)) {
    recnn_memory_free(to.data);
    return NULL;
  }
  return to.data;
}

/* Whether all of `x` are 0 .. limit-1. */
static bool check_column(const RecnnSafetensors *file, const char *name, const int64_t *x,
                         int64_t n, int64_t limit, GError **error) {
  for (int64_t i = 0; i < n; i++)
    if (x[i] < 0 || x[i] >= limit)
      return recnn_error_set(error, RECNN_ERROR_FORMAT,
                             "%s: tensor %s: element %" G_GINT64_FORMAT " is %" G_GINT64_FORMAT
                             ", expected 0 to %" G_GINT64_FORMAT,
                             recnn_safetensors_path(file), name, (gint64)i, (gint64)x[i],
                             (gint64)limit - 1);
  return true;
}

static bool read_columns(const RecnnSafetensors *file, const RecnnDataset *dataset, bool rated,
                         int64_t n, Columns *c, GError **error) {
  return (c->user = read_column(file, "user", RECNN_INT64, n, error)) != NULL &&
         (c->item = read_column(file, "item", RECNN_INT64, n, error)) != NULL &&
         (c->part = read_column(file, "part", RECNN_INT64, n, error)) != NULL &&
         (!rated || (c->rating = read_column(file, "rating", RECNN_FLOAT32, n, error)) != NULL) &&
         check_column(file, "user", c->user, n, recnn_id_map_size(dataset->users), error) &&
         check_column(file, "item", c->item, n, recnn_id_map_size(dataset->items), error) &&
         check_column(file, "part", c->part, n, RECNN_VALID + 1, error);
}

static bool add_rows(RecnnDatasetBuilder *builder, const RecnnDataset *dataset, const Columns *c,
                     int64_t n, GError **error) {
  for (int64_t i = 0; i < n; i++) {
    const char *user = recnn_id_map_token(dataset->users, (int32_t)c->user[i]);
    const char *item = recnn_id_map_token(dataset->items, (int32_t)c->item[i]);
    recnn_dataset_builder_set_part(builder, (int)c->part[i]);
    if (!recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item),
                                   c->rating != NULL ? c->rating[i] : 0.0f, 0.0, error))
      return false;
  }
  return true;
}

/* Whether `first` rises from 0 to `n`, the conditions of all users. */
static bool check_starts(const RecnnSafetensors *file, const int64_t *first, int64_t n_users,
                         int64_t n, GError **error) {
  bool good = first[0] == 0 && first[n_users] == n;
  for (int64_t u = 0; good && u < n_users; u++)
    good = first[u] <= first[u + 1];
  return good ||
         recnn_error_set(error, RECNN_ERROR_FORMAT,
                         "%s: tensor condition_start does not rise from 0 to %" G_GINT64_FORMAT
                         ", the elements of condition",
                         recnn_safetensors_path(file), (gint64)n);
}

/* A column of features out of what the file has. */
static RecnnFeatureColumn *new_column(const char *name, const int64_t *first, int32_t n_users,
                                      const int64_t *condition, GError **error) {
  RecnnFeatureColumn *column = g_new0(RecnnFeatureColumn, 1);
  bool several = false;
  column->name = g_strdup(name);
  column->n_entities = n_users;
  column->first = recnn_memory_new0((size_t)n_users + 1, sizeof *column->first, name, error);
  column->ids = column->first == NULL
                    ? NULL
                    : recnn_memory_new((size_t)first[n_users], sizeof *column->ids, name, error);
  if (column->ids == NULL) {
    recnn_feature_column_free(column);
    return NULL;
  }
  for (int32_t u = 0; u < n_users; u++) {
    column->first[u + 1] = first[u + 1];
    several |= first[u + 1] - first[u] > 1;
  }
  for (int64_t i = 0; i < first[n_users]; i++)
    column->ids[i] = (int32_t)condition[i];
  column->type = several ? RECNN_FEATURE_TOKEN_SEQ : RECNN_FEATURE_TOKEN;
  return column;
}

/* The users' feature of that name, by which the model is conditioned. */
static bool add_condition(const char *folder, const RecnnSafetensors *file, RecnnDataset *dataset,
                          const char *name, GError **error) {
  RecnnIdMap *tokens = recnn_id_map_new();
  int32_t n_users = recnn_id_map_size(dataset->users);
  const RecnnStoredTensor *stored = recnn_safetensors_find(file, "condition");
  int64_t n = stored != NULL ? stored->count : 0, *first = NULL, *condition = NULL;
  RecnnFeatureColumn *column = NULL;
  if (recnn__bundle_read_tokens(folder, BUNDLE_CONDITIONS, tokens, error) &&
      (first = read_column(file, "condition_start", RECNN_INT64, n_users + 1, error)) != NULL &&
      check_starts(file, first, n_users, n, error) &&
      (condition = read_column(file, "condition", RECNN_INT64, n, error)) != NULL &&
      check_column(file, "condition", condition, n, recnn_id_map_size(tokens), error) &&
      (column = new_column(name, first, n_users, condition, error)) != NULL) {
    column->tokens = g_steal_pointer(&tokens);
    g_ptr_array_add(dataset->user_features, column);
  }
  recnn_memory_free(first);
  recnn_memory_free(condition);
  recnn_id_map_free(tokens);
  return column != NULL;
}

static RecnnDataset *read_data(const char *folder, const RecnnSafetensors *file, const char *name,
                               const char *source, const char *condition, GError **error) {
  const RecnnStoredTensor *user = recnn_safetensors_find(file, "user");
  const char *ordered = recnn_safetensors_metadata(file, "ordered");
  if (user == NULL) {
    recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: there is no tensor user",
                    recnn_safetensors_path(file));
    return NULL;
  }
  bool rated = recnn_safetensors_find(file, "rating") != NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new(name, source, rated, false);
  RecnnDataset *dataset = recnn_dataset_builder_peek(builder);
  Columns columns = {0};
  dataset->ordered = ordered != NULL && strcmp(ordered, "true") == 0;
  recnn_dataset_builder_set_part(builder, RECNN_TRAIN);
  bool ok = recnn__bundle_read_tokens(folder, BUNDLE_USERS, dataset->users, error) &&
            recnn__bundle_read_tokens(folder, BUNDLE_ITEMS, dataset->items, error) &&
            read_columns(file, dataset, rated, user->count, &columns, error) &&
            (condition == NULL || add_condition(folder, file, dataset, condition, error)) &&
            add_rows(builder, dataset, &columns, user->count, error);
  clear(&columns);
  if (ok)
    return recnn_dataset_builder_finish(builder, error);
  recnn_dataset_builder_free(builder);
  return NULL;
}

RecnnDataset *recnn__bundle_read_data(const char *folder, const char *name, const char *source,
                                      const char *condition, GError **error) {
  char *path = g_build_filename(folder, BUNDLE_DATA, NULL);
  RecnnSafetensors *file = recnn_safetensors_open(path, error);
  g_free(path);
  if (file == NULL)
    return NULL;
  RecnnDataset *dataset = read_data(folder, file, name, source, condition, error);
  recnn_safetensors_close(file);
  return dataset;
}
