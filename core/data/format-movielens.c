/* The files of MovieLens 100K: u.data (user, item, rating, timestamp, separated by tabs, no
 * header), and beside it u.user and u.item with their features, separated by '|'.  Its folds
 * (u1.base, ua.test, ...) have the form of u.data. */
#include <string.h>

#include "base/error.h"
#include "base/options.h"
#include "data/entities-private.h"
#include "data/feature.h"
#include "data/format.h"
#include "data/movielens-private.h"

enum { USER, ITEM, RATING, TIMESTAMP, N_COLUMNS };
static const char *const columns[] = {"user", "item", "rating", "timestamp"};

static bool read_row(const RecnnText *text, const RecnnField *f, RecnnDatasetBuilder *builder,
                     GError **error) {
  float rating;
  double time;
  return recnn_text_token(text, USER + 1, columns[USER], &f[USER], error) &&
         recnn_text_token(text, ITEM + 1, columns[ITEM], &f[ITEM], error) &&
         recnn_text_float(text, RATING + 1, columns[RATING], &f[RATING], &rating, error) &&
         recnn_text_time(text, TIMESTAMP + 1, columns[TIMESTAMP], &f[TIMESTAMP], &time, error) &&
         recnn_dataset_builder_add(builder, f[USER].text, f[USER].length, f[ITEM].text,
                                   f[ITEM].length, rating, time, error);
}

static bool read_interactions(const char *path, RecnnDatasetBuilder *builder, GError **error) {
  RecnnText *text = recnn_text_open(path, '\t', error);
  if (!text)
    return false;
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  while (recnn_text_next(text, &fields, &n, &problem) &&
         recnn_text_count(text, fields, n, columns, N_COLUMNS, &problem) &&
         read_row(text, fields, builder, &problem))
    continue;
  recnn_text_close(text);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

/* A table's features, their builders in the same order, and what makes values of a line's fields.
 */
typedef struct Table {
  const char *const *names; /* of the fields */
  int32_t n_names;
  bool (*add)(GPtrArray *builders, int32_t entity, const RecnnText *text, const RecnnField *fields,
              GError **error);
} Table;

static bool read_table(const char *path, const Table *table, RecnnIdMap *map, GPtrArray *builders,
                       GError **error) {
  RecnnText *text = recnn_text_open(path, '|', error);
  if (!text)
    return false;
  RecnnEntityRows rows = {0};
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  while (!problem && recnn_text_next(text, &fields, &n, &problem)) {
    if (!recnn_text_count(text, fields, n, table->names, table->n_names, &problem))
      break;
    int32_t entity = recnn__entity_row(&rows, map, text, 1, table->names[0], &fields[0], &problem);
    if (entity >= 0)
      table->add(builders, entity, text, fields, &problem);
  }
  recnn__entity_rows_clear(&rows);
  recnn_text_close(text);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static bool add_token(RecnnFeatureBuilder *builder, int32_t entity, const RecnnField *field,
                      GError **error) {
  return field->length == 0 ||
         recnn_feature_builder_token(builder, entity, field->text, field->length, error);
}

/* u.user */
enum { USER_ID, AGE, GENDER, OCCUPATION, ZIP_CODE };
static const char *const user_names[] = {"user", "age", "gender", "occupation", "zip_code"};

static bool add_user(GPtrArray *builders, int32_t entity, const RecnnText *text,
                     const RecnnField *fields, GError **error) {
  float age;
  if (fields[AGE].length > 0 &&
      (!recnn_text_float(text, AGE + 1, user_names[AGE], &fields[AGE], &age, error) ||
       !recnn_feature_builder_float(builders->pdata[0], entity, age, error)))
    return false;
  return add_token(builders->pdata[1], entity, &fields[GENDER], error) &&
         add_token(builders->pdata[2], entity, &fields[OCCUPATION], error) &&
         add_token(builders->pdata[3], entity, &fields[ZIP_CODE], error);
}

static const Table user_table = {user_names, G_N_ELEMENTS(user_names), add_user};

/* u.item: behind the fields below, a flag for each genre. */
enum { ITEM_ID, TITLE, RELEASE_DATE, VIDEO_DATE, URL, FIRST_GENRE };
static const char *const item_names[] = {
    "item",        "title",     "release_date", "video_release_date", "url",    "unknown",
    "Action",      "Adventure", "Animation",    "Children's",         "Comedy", "Crime",
    "Documentary", "Drama",     "Fantasy",      "Film-Noir",          "Horror", "Musical",
    "Mystery",     "Romance",   "Sci-Fi",       "Thriller",           "War",    "Western"};

/* The words of "Toy Story (1995)" without the year, which is a feature of its own. */
static bool add_title(RecnnFeatureBuilder *builder, int32_t entity, const RecnnField *title,
                      GError **error) {
  RecnnField year;
  size_t length = recnn__movielens_title(title, &year);
  return recnn_feature_builder_words(builder, entity, title->text, length, error);
}

static bool add_item(GPtrArray *builders, int32_t entity, const RecnnText *text,
                     const RecnnField *fields, GError **error) {
  const RecnnField *date = &fields[RELEASE_DATE];
  if (!add_title(builders->pdata[0], entity, &fields[TITLE], error))
    return false;
  if (recnn__movielens_ends_in_year(date) &&
      !recnn_feature_builder_token(builders->pdata[1], entity, date->text + date->length - 4, 4,
                                   error))
    return false;
  for (int32_t i = FIRST_GENRE; i < (int32_t)G_N_ELEMENTS(item_names); i++) {
    const RecnnField *flag = &fields[i];
    if (flag->length != 1 || (*flag->text != '0' && *flag->text != '1'))
      return recnn_text_fail(text, i + 1, item_names[i], flag, "0 or 1", error);
    if (*flag->text == '1' &&
        !recnn_feature_builder_token(builders->pdata[2], entity, item_names[i],
                                     strlen(item_names[i]), error))
      return false;
  }
  return true;
}

static const Table item_table = {item_names, G_N_ELEMENTS(item_names), add_item};

static void free_builder(gpointer builder) { recnn_feature_builder_free(builder); }

static bool read_features(const char *folder, const char *name, const Table *table,
                          GPtrArray *builders, RecnnIdMap *map, GPtrArray *features,
                          GError **error) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  bool ok = !g_file_test(path, G_FILE_TEST_EXISTS) ||
            (read_table(path, table, map, builders, error) &&
             recnn__add_features(features, builders, recnn_id_map_size(map), error));
  g_ptr_array_unref(builders);
  return ok;
}

static bool read_both(const char *folder, RecnnDataset *dataset, GError **error) {
  GPtrArray *user = g_ptr_array_new_with_free_func(free_builder);
  g_ptr_array_add(user, recnn_feature_builder_new("age", RECNN_FEATURE_FLOAT));
  g_ptr_array_add(user, recnn_feature_builder_new("gender", RECNN_FEATURE_TOKEN));
  g_ptr_array_add(user, recnn_feature_builder_new("occupation", RECNN_FEATURE_TOKEN));
  g_ptr_array_add(user, recnn_feature_builder_new("zip_code", RECNN_FEATURE_TOKEN));
  if (!read_features(folder, "u.user", &user_table, user, dataset->users, dataset->user_features,
                     error))
    return false;
  GPtrArray *item = g_ptr_array_new_with_free_func(free_builder);
  g_ptr_array_add(item, recnn_feature_builder_new("title", RECNN_FEATURE_TOKEN_SEQ));
  g_ptr_array_add(item, recnn_feature_builder_new("year", RECNN_FEATURE_TOKEN));
  g_ptr_array_add(item, recnn_feature_builder_new("genres", RECNN_FEATURE_TOKEN_SEQ));
  return read_features(folder, "u.item", &item_table, item, dataset->items, dataset->item_features,
                       error);
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  (void)options;
  bool is_folder = g_file_test(path, G_FILE_TEST_IS_DIR);
  g_autofree char *folder = is_folder ? g_strdup(path) : g_path_get_dirname(path);
  g_autofree char *file = is_folder ? g_build_filename(path, "u.data", NULL) : g_strdup(path);
  g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
  g_autofree char *name = g_path_get_basename(absolute);
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new(name, file, true, true);
  if (read_interactions(file, builder, error) &&
      read_both(folder, recnn_dataset_builder_peek(builder), error))
    return recnn_dataset_builder_finish(builder, error);
  recnn_dataset_builder_free(builder);
  return NULL;
}

/* Four whole numbers. */
static bool begins_alike(const char *path) {
  RecnnText *text = recnn_text_open(path, '\t', NULL);
  if (!text)
    return false;
  const RecnnField *fields;
  int32_t n = 0;
  int64_t number;
  GError *problem = NULL;
  bool ok = recnn_text_next(text, &fields, &n, &problem) && n == N_COLUMNS;
  for (int32_t i = 0; ok && i < n; i++)
    ok = recnn_parse_int(fields[i].text, fields[i].length, &number);
  g_clear_error(&problem);
  recnn_text_close(text);
  return ok;
}

static int recognise(const char *path) {
  if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
    g_autofree char *base = g_path_get_basename(path);
    return strcmp(base, "u.data") == 0 ? 100 : begins_alike(path) ? 50 : 0;
  }
  g_autofree char *data = g_build_filename(path, "u.data", NULL);
  return g_file_test(data, G_FILE_TEST_IS_REGULAR) ? 100 : 0;
}

RECNN_FORMAT(movielens) = {
    .name = "movielens",
    .doc = "The files of MovieLens 100K: u.data, and u.user and u.item where there are such.",
    .looks_for = "u.data with lines of user, item, rating and timestamp",
    .recognise = recognise,
    .read = read,
};
