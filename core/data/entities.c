/* Tables of users or items, whatever their format. */
#include "base/memory.h"
#include "data/entities-private.h"
#include "data/feature.h"
#include "data/grow-private.h"

int32_t recnn__entity_row(RecnnEntityRows *rows, RecnnIdMap *map, const RecnnText *text,
                          int32_t column, const char *name, const RecnnField *field,
                          GError **error) {
  if (!recnn_text_token(text, column, name, field, error))
    return -1;
  int32_t entity = recnn_id_map_add(map, field->text, field->length, error);
  if (entity < 0 || !recnn__grow(&rows->line, &rows->capacity, rows->n, (size_t)entity + 1,
                                 sizeof *rows->line, "the lines of a table", error))
    return -1;
  while (rows->n <= (size_t)entity)
    rows->line[rows->n++] = 0;
  if (rows->line[entity] != 0) {
    g_autofree char *expected = g_strdup_printf(
        "each one once, this one is on line %" G_GINT64_FORMAT " too", rows->line[entity]);
    recnn_text_fail(text, column, name, field, expected, error);
    return -1;
  }
  rows->line[entity] = recnn_text_line(text);
  return entity;
}

void recnn__entity_rows_clear(RecnnEntityRows *rows) {
  recnn_memory_free(rows->line);
  *rows = (RecnnEntityRows){0};
}

bool recnn__add_features(GPtrArray *features, GPtrArray *builders, int32_t n_entities,
                         GError **error) {
  while (builders->len > 0) {
    /* The builder is freed by its end, no longer by the array. */
    RecnnFeatureBuilder *builder = g_ptr_array_steal_index(builders, 0);
    RecnnFeatureColumn *column = recnn_feature_builder_finish(builder, n_entities, error);
    if (!column)
      return false;
    g_ptr_array_add(features, column);
  }
  return true;
}
