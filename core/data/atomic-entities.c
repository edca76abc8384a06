/* The tables of users and items beside the interactions of an atomic data set. */
#include <string.h>

#include "data/atomic-private.h"
#include "data/entities-private.h"
#include "data/feature.h"
#include "data/rows-private.h"

/* -1 when there is none. */
static int32_t find_id(const RecnnAtomicHeader *header, const char *id_name,
                       const char *usual_name) {
  int32_t column = recnn__atomic_header_find(header, id_name);
  if (column < 0)
    column = recnn__atomic_header_find(header, usual_name);
  if (column >= 0)
    return header->types[column] == RECNN_FEATURE_TOKEN ? column : -1;
  for (int32_t i = 0; i < header->n; i++)
    if (header->types[i] == RECNN_FEATURE_TOKEN)
      return i;
  return -1;
}

/* builders: of all columns but the id's, in their order. */
static bool read_rows(RecnnText *text, const RecnnAtomicHeader *header, int32_t id, RecnnIdMap *map,
                      GPtrArray *builders, GError **error) {
  RecnnEntityRows rows = {0};
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  while (!problem && recnn_text_next(text, &fields, &n, &problem)) {
    if (!recnn_text_count(text, fields, n, (const char *const *)header->names, header->n, &problem))
      break;
    int32_t entity =
        recnn__entity_row(&rows, map, text, id + 1, header->names[id], &fields[id], &problem);
    for (int32_t i = 0, b = 0; i < n && !problem; i++)
      if (i != id)
        recnn__feature_add(builders->pdata[b++], header->types[i], true, entity, text, i + 1,
                           header->names[i], &fields[i], &problem);
  }
  recnn__entity_rows_clear(&rows);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static void free_builder(gpointer builder) { recnn_feature_builder_free(builder); }

bool recnn__atomic_entities_read(const char *path, const char *id_name, const char *usual_name,
                                 RecnnIdMap *map, GPtrArray *features, GError **error) {
  if (!path)
    return true;
  RecnnText *text = recnn_text_open(path, '\t', error);
  if (!text)
    return false;
  RecnnAtomicHeader header;
  GPtrArray *builders = g_ptr_array_new_with_free_func(free_builder);
  bool ok = recnn__atomic_header_read(&header, text, error);
  int32_t id = ok ? find_id(&header, id_name, usual_name) : -1;
  if (ok && id < 0) {
    g_autofree char *problem = g_strdup_printf("expected a column %s:token", id_name);
    ok = recnn__atomic_header_fail(&header, text, problem, error);
  }
  for (int32_t i = 0; ok && i < header.n; i++)
    if (i != id)
      g_ptr_array_add(builders, recnn_feature_builder_new(header.names[i], header.types[i]));
  ok = ok && read_rows(text, &header, id, map, builders, error) &&
       recnn__add_features(features, builders, recnn_id_map_size(map), error);
  recnn__atomic_header_clear(&header);
  g_ptr_array_unref(builders);
  recnn_text_close(text);
  return ok;
}
