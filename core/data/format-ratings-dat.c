/* The files of MovieLens 1M and 10M: ratings.dat (user, item, rating, timestamp, separated by ::),
 * and beside it users.dat and movies.dat with their features. */
#include <string.h>

#include "base/error.h"
#include "base/options.h"
#include "base/stream.h"
#include "data/entities-private.h"
#include "data/format.h"
#include "data/movielens-private.h"
#include "data/rows-private.h"
#include "data/sources.h"

static const RecnnTextForm form = {"::", false};
static const char *const names[] = {"user", "item", "rating", "timestamp", NULL};
enum { N_COLUMNS = 4 };

static bool read_interactions(RecnnRows *rows, const char *path, GError **error) {
  RecnnText *text = recnn_text_new(path, &form, error);
  if (!text)
    return false;
  RecnnColumns columns = RECNN_NO_COLUMNS;
  columns.user = 0;
  columns.item = 1;
  columns.rating = 2;
  columns.timestamp = 3;
  columns.n = N_COLUMNS;
  columns.names = g_strdupv((char **)names);
  bool ok =
      recnn__rows_begin(rows, text, &columns, -1, error) && recnn__rows_add_all(rows, text, error);
  recnn_text_close(text);
  return ok;
}

/* A table's columns, and what becomes of them. */
typedef struct Table {
  const char *stem; /* of the file's name */
  int32_t n;
  const char *names[5];
  RecnnFeatureType types[5];
} Table;

static const Table users = {"users",
                            5,
                            {"user", "gender", "age", "occupation", "zip_code"},
                            {RECNN_FEATURE_TOKEN, RECNN_FEATURE_TOKEN, RECNN_FEATURE_TOKEN,
                             RECNN_FEATURE_TOKEN, RECNN_FEATURE_TOKEN}};
static const Table movies = {
    "movies",
    3,
    {"item", "title", "genres"},
    {RECNN_FEATURE_TOKEN, RECNN_FEATURE_TOKEN_SEQ, RECNN_FEATURE_TOKEN_SEQ}};

static bool add_values(const Table *table, GPtrArray *builders, int32_t entity,
                       const RecnnText *text, const RecnnField *fields, GError **error) {
  for (int32_t i = 1; i < table->n; i++) {
    RecnnField field = fields[i];
    bool title = table == &movies && i == 1;
    if (title) {
      RecnnField year;
      field.length = recnn__movielens_title(&fields[i], &year);
      if (year.length > 0 && !recnn_feature_builder_token(builders->pdata[table->n - 1], entity,
                                                          year.text, year.length, error))
        return false;
    }
    if (!recnn__feature_add(builders->pdata[i - 1], table->types[i], title, entity, text, i + 1,
                            table->names[i], &field, error))
      return false;
  }
  return true;
}

static bool read_rows(const Table *table, RecnnText *text, RecnnIdMap *map, GPtrArray *builders,
                      GError **error) {
  RecnnEntityRows rows = {0};
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  while (!problem && recnn_text_next(text, &fields, &n, &problem)) {
    if (!recnn_text_count(text, fields, n, table->names, table->n, &problem))
      break;
    int32_t entity = recnn__entity_row(&rows, map, text, 1, table->names[0], &fields[0], &problem);
    if (entity >= 0)
      add_values(table, builders, entity, text, fields, &problem);
  }
  recnn__entity_rows_clear(&rows);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static void free_builder(gpointer builder) { recnn_feature_builder_free(builder); }

static bool read_table(const char *folder, const Table *table, RecnnIdMap *map, GPtrArray *features,
                       GError **error) {
  g_autofree char *path =
      recnn_sources_with_ending(folder, table->stem, (const char *const[]){".dat", NULL});
  if (!path)
    return true;
  RecnnText *text = recnn_text_new(path, &form, error);
  if (!text)
    return false;
  GPtrArray *builders = g_ptr_array_new_with_free_func(free_builder);
  for (int32_t i = 1; i < table->n; i++)
    g_ptr_array_add(builders, recnn_feature_builder_new(table->names[i], table->types[i]));
  if (table == &movies)
    g_ptr_array_add(builders, recnn_feature_builder_new("year", RECNN_FEATURE_TOKEN));
  bool ok = read_rows(table, text, map, builders, error) &&
            recnn__add_features(features, builders, recnn_id_map_size(map), error);
  g_ptr_array_unref(builders);
  recnn_text_close(text);
  return ok;
}

static char *ratings_in(const char *folder) {
  return recnn_sources_with_ending(folder, "ratings", (const char *const[]){".dat", NULL});
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  (void)options;
  bool is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
  g_autofree char *file = is_folder ? ratings_in(path) : g_strdup(path);
  if (!file) {
    recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: no ratings.dat in this folder", path);
    return NULL;
  }
  g_autofree char *folder = g_path_get_dirname(file);
  g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
  g_autofree char *name = g_path_get_basename(absolute);
  RecnnRows *rows = recnn__rows_new(name, file, 1);
  bool ok = read_interactions(rows, file, error);
  RecnnDataset *d = recnn__rows_peek(rows);
  if (ok && read_table(folder, &users, d->users, d->user_features, error) &&
      read_table(folder, &movies, d->items, d->item_features, error))
    return recnn__rows_finish(rows, error);
  recnn__rows_free(rows);
  return NULL;
}

static bool begins_alike(const char *path) {
  RecnnText *text = recnn_text_new(path, &form, NULL);
  if (!text)
    return false;
  const RecnnField *fields;
  int32_t n;
  double number;
  GError *problem = NULL;
  bool ok = recnn_text_next(text, &fields, &n, &problem) && n == N_COLUMNS;
  for (int32_t i = 2; ok && i < n; i++)
    ok = recnn_parse_double(fields[i].text, fields[i].length, &number);
  g_clear_error(&problem);
  recnn_text_close(text);
  return ok;
}

static int recognise(const char *path) {
  if (!g_file_test(path, G_FILE_TEST_IS_DIR))
    return begins_alike(path) ? 80 : 0;
  g_autofree char *file = ratings_in(path);
  return file ? 100 : 0;
}

RECNN_FORMAT(ratings_dat) = {
    .name = "ratings_dat",
    .doc = "MovieLens 1M and 10M: ratings.dat, and users.dat and movies.dat where there are such.",
    .looks_for = "ratings.dat with lines of user::item::rating::timestamp",
    .recognise = recognise,
    .read = read,
};
