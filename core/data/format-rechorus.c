/* The files of ReChorus: train.csv, dev.csv and test.csv, which are separated by tabs and have a
 * column neg_items with the items that a row is ranked among; item_meta.csv and user_meta.csv.  Of
 * a table's columns those that begin with c_ are features of the interaction, i_ of the item, u_ of
 * the user; r_ are lists of items.  Names that end in _f are numbers, others are tokens. */
#include <string.h>

#include "data/format.h"
#include "data/header-private.h"

static const char *const endings[] = {".csv", ".tsv", NULL};

static const RecnnOption options_table[] = {
    RECNN_SOURCE_OPTIONS,
    RECNN_HEADER_OPTIONS,
    RECNN_COLUMN_OPTIONS,
    {"ordered", RECNN_OPTION_BOOL, "false", NULL,
     "The file has each user's interactions in the order of time."},
    {NULL, 0, NULL, NULL, NULL},
};

/* The columns that begin with one of the letters and "_" are features. */
static bool choose(RecnnColumns *columns, const char *letters) {
  columns->features = recnn__feature_specs_new();
  for (int32_t i = 0; i < columns->n; i++) {
    const char *name = columns->names[i];
    if (strlen(name) < 3 || !strchr(letters, name[0]) || name[1] != '_')
      continue;
    RecnnFeatureSpec spec = {i, g_strdup(name), RECNN_FEATURE_TOKEN};
    if (name[0] == 'r')
      spec.type = RECNN_FEATURE_TOKEN_SEQ;
    else if (g_str_has_suffix(name, "_f"))
      spec.type = RECNN_FEATURE_FLOAT;
    g_array_append_val(columns->features, spec);
  }
  return true;
}

static bool of_interactions(RecnnColumns *columns, const RecnnText *text, GError **error) {
  (void)text;
  (void)error;
  if (columns->features->len > 0) /* the option says which */
    return true;
  g_array_unref(columns->features);
  return choose(columns, "c");
}

static bool of_users(RecnnColumns *columns, const RecnnText *text, GError **error) {
  (void)text;
  (void)error;
  return choose(columns, "u");
}

static bool of_items(RecnnColumns *columns, const RecnnText *text, GError **error) {
  (void)text;
  (void)error;
  return choose(columns, "ir");
}

static bool read_entities(const char *folder, const char *what, RecnnAdjustColumns choice,
                          RecnnIdMap *map, GPtrArray *features, GError **error) {
  g_autofree char *stem = g_strconcat(what, "_meta", NULL);
  g_autofree char *path = recnn_sources_with_ending(folder, stem, endings);
  return !path ||
         recnn__entity_table_read(
             &(RecnnEntityTable){.path = path, .delimiter = "", .what = what, .choose = choice},
             map, features, error);
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  RecnnSources sources;
  RecnnRows *rows = NULL;
  bool ok = recnn_sources_find(&sources, path, options, endings, error);
  if (ok) {
    rows = recnn__rows_new(sources.name, path, recnn__time_unit(options));
    ok = recnn__header_read_rows(rows, &sources, options, of_interactions, error);
  }
  RecnnDataset *d = ok ? recnn__rows_peek(rows) : NULL;
  ok = ok && read_entities(sources.folder, "user", of_users, d->users, d->user_features, error) &&
       read_entities(sources.folder, "item", of_items, d->items, d->item_features, error);
  recnn_sources_clear(&sources);
  if (ok) {
    d->ordered = recnn_options_bool(options, "ordered");
    return recnn__rows_finish(rows, error);
  }
  recnn__rows_free(rows);
  return NULL;
}

/* A folder whose train.csv is separated by tabs. */
static int recognise(const char *path) {
  g_autofree char *file = g_file_test(path, G_FILE_TEST_IS_DIR)
                              ? recnn_sources_with_ending(path, "train", endings)
                              : NULL;
  g_autofree char *dev = file ? recnn_sources_with_ending(path, "dev", endings) : NULL;
  if (!dev)
    return 0;
  char **names = NULL;
  int32_t n = 0;
  RecnnText *text = recnn__header_open(file, "\t", &names, &n, NULL);
  bool ok = text && g_strv_contains((const char *const *)names, "user_id") &&
            g_strv_contains((const char *const *)names, "item_id");
  g_strfreev(names);
  recnn_text_close(text);
  return ok ? 80 : 0;
}

RECNN_FORMAT(rechorus) = {
    .name = "rechorus",
    .doc = "ReChorus: train, dev and test with tabs, lists neg_items, item_meta and user_meta.",
    .looks_for = "train.csv and dev.csv with tabs, user_id and item_id",
    .options = options_table,
    .recognise = recognise,
    .read = read,
};
