/* SQLite databases: a table, a view or a query, whose columns are named as those of a CSV file are;
 * and tables of users and items. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/options.h"
#include "data/entities-private.h"
#include "data/format.h"
#include "data/rows-private.h"
#include "data/sqlite-private.h"

static const RecnnOption options_table[] = {
    {"table", RECNN_OPTION_STRING, "", NULL,
     "The table or view with the interactions; empty: the only one that there is."},
    {"query", RECNN_OPTION_STRING, "", NULL,
     "A SELECT statement that gives the interactions, in the place of a table."},
    RECNN_COLUMN_OPTIONS,
    {"users", RECNN_OPTION_STRING, "", NULL, "A table of users."},
    {"items", RECNN_OPTION_STRING, "", NULL, "A table of items."},
    {"user_features", RECNN_OPTION_STRING, "*", NULL,
     "The columns of the table of users that are read, name or name:type; *: all others."},
    {"item_features", RECNN_OPTION_STRING, "*", NULL,
     "The columns of the table of items that are read, name or name:type; *: all others."},
    {"ordered", RECNN_OPTION_BOOL, "false", NULL,
     "The rows have each user's interactions in the order of time."},
    {NULL, 0, NULL, NULL, NULL},
};

static const char magic[] = "SQLite format 3"; /* with its NUL */

static bool read_interactions(RecnnRows *to, RecnnSqliteRows *rows, const RecnnOptions *options,
                              GError **error) {
  int32_t n;
  const char *const *names = recnn__sqlite_names(rows, &n);
  const RecnnText *text = recnn__sqlite_text(rows);
  RecnnColumns columns = RECNN_NO_COLUMNS;
  const RecnnField *fields;
  GError *problem = NULL;
  if (recnn__columns_find(&columns, text, names, n, options, &problem) &&
      recnn__rows_begin(to, text, &columns, -1, &problem))
    while (recnn__sqlite_next(rows, &fields, &problem) && recnn__rows_add(to, fields, &problem))
      continue;
  recnn__columns_clear(&columns);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static RecnnSqliteRows *find_rows(RecnnSqlite *db, const RecnnOptions *options, GError **error) {
  const char *table = recnn_options_string(options, "table");
  const char *query = recnn_options_string(options, "query");
  if (*table && *query) {
    recnn_error_set(error, RECNN_ERROR_OPTION,
                    "options table and query exclude each other; set one of them");
    return NULL;
  }
  if (*query)
    return recnn__sqlite_rows(db, NULL, query, error);
  g_autofree char *only = *table ? g_strdup(table) : recnn__sqlite_only_table(db, error);
  return only ? recnn__sqlite_rows(db, only, NULL, error) : NULL;
}

/* The columns of a table of users or items. */
static bool find_columns(RecnnColumns *columns, RecnnSqliteRows *rows, const char *what,
                         const RecnnOptions *options, int32_t *ret_id, GError **error) {
  int32_t n;
  const char *const *names = recnn__sqlite_names(rows, &n);
  const char *id_name = recnn_options_string(options, what);
  *columns = RECNN_NO_COLUMNS;
  columns->n = n;
  columns->names = g_strdupv((char **)names);
  int32_t id = *id_name ? recnn__columns_named(columns, id_name) : -1;
  if (id < 0)
    id = recnn__columns_usual(names, n, what);
  if (id < 0)
    return recnn__columns_refuse(columns, recnn__sqlite_text(rows), what, *id_name ? id_name : NULL,
                                 error);
  *ret_id = id;
  g_autofree char *option = g_strconcat(what, "_features", NULL);
  g_autofree bool *taken = g_new0(bool, (gsize)n + 1);
  taken[id] = true;
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the cleanup attribute frees it */
  return recnn__columns_add_features(columns, recnn__sqlite_text(rows),
                                     recnn_options_string(options, option), taken, error);
}

static bool read_values(RecnnSqliteRows *rows, const RecnnColumns *columns, int32_t id,
                        RecnnIdMap *map, GPtrArray *builders, GError **error) {
  RecnnEntityRows seen = {0};
  const RecnnText *text = recnn__sqlite_text(rows);
  const RecnnField *fields;
  GError *problem = NULL;
  while (!problem && recnn__sqlite_next(rows, &fields, &problem)) {
    int32_t entity =
        recnn__entity_row(&seen, map, text, id + 1, columns->names[id], &fields[id], &problem);
    for (guint i = 0; i < builders->len && !problem; i++) {
      const RecnnFeatureSpec *spec = &g_array_index(columns->features, RecnnFeatureSpec, i);
      recnn__feature_add(builders->pdata[i], spec->type, false, entity, text, spec->column + 1,
                         spec->name, &fields[spec->column], &problem);
    }
  }
  recnn__entity_rows_clear(&seen);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static void free_builder(gpointer builder) { recnn_feature_builder_free(builder); }

/* The table of `what`, "user" or "item", where there is one. */
static bool read_entities(RecnnSqlite *db, const char *what, const RecnnOptions *options,
                          RecnnIdMap *map, GPtrArray *features, GError **error) {
  g_autofree char *option = g_strconcat(what, "s", NULL);
  const char *table = recnn_options_string(options, option);
  if (!*table)
    return true;
  RecnnSqliteRows *rows = recnn__sqlite_rows(db, table, NULL, error);
  if (!rows)
    return false;
  RecnnColumns columns;
  int32_t id = -1;
  GPtrArray *builders = g_ptr_array_new_with_free_func(free_builder);
  bool ok = find_columns(&columns, rows, what, options, &id, error);
  /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): find_columns has made them */
  for (guint i = 0; ok && i < columns.features->len; i++) {
    const RecnnFeatureSpec *spec = &g_array_index(columns.features, RecnnFeatureSpec, i);
    g_ptr_array_add(builders, recnn_feature_builder_new(spec->name, spec->type));
  }
  ok = ok && read_values(rows, &columns, id, map, builders, error) &&
       recnn__add_features(features, builders, recnn_id_map_size(map), error);
  g_ptr_array_unref(builders);
  recnn__columns_clear(&columns);
  recnn__sqlite_rows_free(rows);
  return ok;
}

static RecnnRows *read_all(RecnnSqlite *db, const char *path, const RecnnOptions *options,
                           GError **error) {
  RecnnSqliteRows *from = find_rows(db, options, error);
  if (!from)
    return NULL;
  g_autofree char *name = g_path_get_basename(path);
  char *dot = strrchr(name, '.');
  if (dot && dot > name)
    *dot = '\0';
  RecnnRows *rows = recnn__rows_new(name, path, recnn__time_unit(options));
  bool ok = read_interactions(rows, from, options, error);
  recnn__sqlite_rows_free(from);
  RecnnDataset *d = recnn__rows_peek(rows);
  if (ok && read_entities(db, "user", options, d->users, d->user_features, error) &&
      read_entities(db, "item", options, d->items, d->item_features, error))
    return rows;
  recnn__rows_free(rows);
  return NULL;
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  RecnnSqlite *db = recnn__sqlite_open(path, error);
  RecnnRows *rows = db ? read_all(db, path, options, error) : NULL;
  recnn__sqlite_close(db);
  if (!rows)
    return NULL;
  recnn__rows_peek(rows)->ordered = recnn_options_bool(options, "ordered");
  return recnn__rows_finish(rows, error);
}

static int recognise(const char *path) {
  char begin[sizeof magic];
  FILE *file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? fopen(path, "rbe") : NULL;
  bool ok =
      file && fread(begin, sizeof begin, 1, file) == 1 && memcmp(begin, magic, sizeof begin) == 0;
  if (file)
    fclose(file);
  return ok ? 100 : 0;
}

RECNN_FORMAT(sqlite) = {
    .name = "sqlite",
    .doc = "SQLite databases: a table, a view or a query.",
    .looks_for = "a SQLite 3 database",
    .options = options_table,
    .recognise = recognise,
    .read = read,
};
