/* Tables with a header, separated by commas, tabs, semicolons or |: one interaction a line, and
 * beside them, when options name them, tables of users and items. */
#include "data/format.h"
#include "data/header-private.h"

static const char *const endings[] = {".csv", ".tsv", ".txt", NULL};

static const RecnnOption options_table[] = {
    RECNN_SOURCE_OPTIONS,
    RECNN_HEADER_OPTIONS,
    RECNN_COLUMN_OPTIONS,
    {"users", RECNN_OPTION_STRING, "", NULL, "A table of users with a header, in the same folder."},
    {"items", RECNN_OPTION_STRING, "", NULL, "A table of items with a header, in the same folder."},
    {"user_features", RECNN_OPTION_STRING, "*", NULL,
     "The columns of the table of users that are read, name or name:type; *: all others."},
    {"item_features", RECNN_OPTION_STRING, "*", NULL,
     "The columns of the table of items that are read, name or name:type; *: all others."},
    {"ordered", RECNN_OPTION_BOOL, "false", NULL,
     "The file has each user's interactions in the order of time."},
    {NULL, 0, NULL, NULL, NULL},
};

/* The table of `what`, "user" or "item", where there is one. */
static bool read_entities(const RecnnSources *sources, const RecnnOptions *options,
                          const char *what, RecnnIdMap *map, GPtrArray *features, GError **error) {
  g_autofree char *tables = g_strconcat(what, "s", NULL);
  g_autofree char *wanted = g_strconcat(what, "_features", NULL);
  const char *name = recnn_options_string(options, tables);
  const char *id = recnn_options_string(options, what);
  if (!*name)
    return true;
  g_autofree char *path = recnn_sources_in(sources->folder, name);
  return recnn__entity_table_read(
      &(RecnnEntityTable){.path = path,
                          .delimiter = "",
                          .what = what,
                          .id = *id ? id : NULL,
                          .wanted = recnn_options_string(options, wanted)},
      map, features, error);
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  RecnnSources sources;
  RecnnRows *rows = NULL;
  bool ok = recnn_sources_find(&sources, path, options, endings, error);
  if (ok) {
    rows = recnn__rows_new(sources.name, path, recnn__time_unit(options));
    ok = recnn__header_read_rows(rows, &sources, options, NULL, error);
  }
  RecnnDataset *d = ok ? recnn__rows_peek(rows) : NULL;
  ok = ok && read_entities(&sources, options, "user", d->users, d->user_features, error) &&
       read_entities(&sources, options, "item", d->items, d->item_features, error);
  recnn_sources_clear(&sources);
  if (ok) {
    d->ordered = recnn_options_bool(options, "ordered");
    return recnn__rows_finish(rows, error);
  }
  recnn__rows_free(rows);
  return NULL;
}

static int recognise(const char *path) {
  g_autofree char *file = g_file_test(path, G_FILE_TEST_IS_DIR)
                              ? recnn_sources_with_ending(path, "train", endings)
                              : g_strdup(path);
  return file && recnn__header_recognise(file) ? 60 : 0;
}

RECNN_FORMAT(csv) = {
    .name = "csv",
    .doc = "Tables with a header, separated by commas, tabs, semicolons or |.",
    .looks_for = "a table with a header that names a user and an item, or train.csv",
    .options = options_table,
    .recognise = recognise,
    .read = read,
};
