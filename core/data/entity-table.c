/* Tables of users or items with a header. */
#include <string.h>

#include "data/entities-private.h"
#include "data/header-private.h"

static bool find_id(const RecnnEntityTable *table, const RecnnText *text, RecnnColumns *columns,
                    int32_t *ret_id, GError **error) {
  int32_t id = table->id ? recnn__columns_named(columns, table->id) : -1;
  if (id < 0)
    id = recnn__columns_usual((const char *const *)columns->names, columns->n, table->what);
  *ret_id = id;
  return id >= 0 || recnn__columns_refuse(columns, text, table->what, table->id, error);
}

static bool choose(const RecnnEntityTable *table, const RecnnText *text, RecnnColumns *columns,
                   int32_t id, GError **error) {
  if (!table->wanted)
    return table->choose(columns, text, error);
  g_autofree bool *taken = g_new0(bool, (gsize)columns->n + 1);
  taken[id] = true;
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the cleanup attribute frees it */
  return recnn__columns_add_features(columns, text, table->wanted, taken, error);
}

/* builders: of columns->features. */
static bool read_rows(RecnnText *text, const RecnnColumns *columns, int32_t id, RecnnIdMap *map,
                      GPtrArray *builders, GError **error) {
  RecnnEntityRows rows = {0};
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  while (!problem && recnn_text_next(text, &fields, &n, &problem)) {
    if (!recnn_text_count(text, fields, n, (const char *const *)columns->names, columns->n,
                          &problem))
      break;
    int32_t entity =
        recnn__entity_row(&rows, map, text, id + 1, columns->names[id], &fields[id], &problem);
    for (guint i = 0; i < builders->len && !problem; i++) {
      const RecnnFeatureSpec *spec = &g_array_index(columns->features, RecnnFeatureSpec, i);
      recnn__feature_add(builders->pdata[i], spec->type, columns->words, entity, text,
                         spec->column + 1, spec->name, &fields[spec->column], &problem);
    }
  }
  recnn__entity_rows_clear(&rows);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static void free_builder(gpointer builder) { recnn_feature_builder_free(builder); }

bool recnn__entity_table_read(const RecnnEntityTable *table, RecnnIdMap *map, GPtrArray *features,
                              GError **error) {
  RecnnColumns columns = RECNN_NO_COLUMNS;
  RecnnText *text =
      recnn__header_open(table->path, table->delimiter, &columns.names, &columns.n, error);
  if (!text)
    return false;
  GPtrArray *builders = g_ptr_array_new_with_free_func(free_builder);
  int32_t id = -1;
  bool ok = find_id(table, text, &columns, &id, error) && choose(table, text, &columns, id, error);
  for (guint i = 0; ok && i < columns.features->len; i++) {
    const RecnnFeatureSpec *spec = &g_array_index(columns.features, RecnnFeatureSpec, i);
    g_ptr_array_add(builders, recnn_feature_builder_new(spec->name, spec->type));
  }
  ok = ok && read_rows(text, &columns, id, map, builders, error) &&
       recnn__add_features(features, builders, recnn_id_map_size(map), error);
  g_ptr_array_unref(builders);
  recnn__columns_clear(&columns);
  recnn_text_close(text);
  return ok;
}
