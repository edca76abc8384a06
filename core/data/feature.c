/* Feature columns: values collected in the order of a file, then sorted by entity.  Knows no file
 * format. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/feature.h"
#include "data/grow-private.h"

struct RecnnFeatureBuilder {
  char *name;
  RecnnFeatureType type;
  RecnnIdMap *tokens;
  int32_t *entities; /* of each value, as they came */
  size_t entities_capacity;
  void *values; /* int32_t ids or floats */
  size_t values_capacity;
  size_t n;
};

static const char *const type_names[] = {"token", "token_seq", "float", "float_seq"};

const char *recnn_feature_type_name(RecnnFeatureType type) { return type_names[type]; }

bool recnn_feature_is_token(RecnnFeatureType type) {
  return type == RECNN_FEATURE_TOKEN || type == RECNN_FEATURE_TOKEN_SEQ;
}

RecnnFeatureBuilder *recnn_feature_builder_new(const char *name, RecnnFeatureType type) {
  RecnnFeatureBuilder *builder = g_new0(RecnnFeatureBuilder, 1);
  builder->name = g_strdup(name);
  builder->type = type;
  builder->tokens = recnn_feature_is_token(type) ? recnn_id_map_new() : NULL;
  return builder;
}

void recnn_feature_builder_free(RecnnFeatureBuilder *builder) {
  if (!builder)
    return;
  g_free(builder->name);
  recnn_id_map_free(builder->tokens);
  recnn_memory_free(builder->entities);
  recnn_memory_free(builder->values);
  g_free(builder);
}

/* Room for one more value; ids and floats are both four bytes. */
static bool make_room(RecnnFeatureBuilder *builder, GError **error) {
  return recnn__grow(&builder->entities, &builder->entities_capacity, builder->n, builder->n + 1,
                     sizeof(int32_t), "a feature's entities", error) &&
         recnn__grow(&builder->values, &builder->values_capacity, builder->n, builder->n + 1,
                     sizeof(int32_t), "a feature's values", error);
}

bool recnn_feature_builder_token(RecnnFeatureBuilder *builder, int32_t entity, const char *token,
                                 size_t length, GError **error) {
  g_return_val_if_fail(builder->tokens, false);
  int32_t id = recnn_id_map_add(builder->tokens, token, length, error);
  if (id < 0 || !make_room(builder, error))
    return false;
  builder->entities[builder->n] = entity;
  ((int32_t *)builder->values)[builder->n++] = id;
  return true;
}

bool recnn_feature_builder_float(RecnnFeatureBuilder *builder, int32_t entity, float value,
                                 GError **error) {
  g_return_val_if_fail(!builder->tokens, false);
  if (!make_room(builder, error))
    return false;
  builder->entities[builder->n] = entity;
  ((float *)builder->values)[builder->n++] = value;
  return true;
}

bool recnn_feature_builder_words(RecnnFeatureBuilder *builder, int32_t entity, const char *text,
                                 size_t length, GError **error) {
  const char *end = text + length;
  while (text < end) {
    const char *space = memchr(text, ' ', (size_t)(end - text));
    const char *stop = space ? space : end;
    if (stop > text &&
        !recnn_feature_builder_token(builder, entity, text, (size_t)(stop - text), error))
      return false;
    text = stop + 1;
  }
  return true;
}

/* A counting sort by entity, which keeps the order of an entity's values. */
static bool sort(const RecnnFeatureBuilder *builder, RecnnFeatureColumn *column, int32_t n_entities,
                 GError **error) {
  int64_t *first = column->first =
      recnn_memory_new0((size_t)n_entities + 2, sizeof *first, "a feature's offsets", error);
  if (!first)
    return false;
  int32_t *sorted = recnn_memory_new(builder->n, sizeof *sorted, "a feature's values", error);
  if (!sorted)
    return false;
  if (column->tokens)
    column->ids = sorted;
  else
    column->values = (float *)sorted;
  /* first[e + 2] counts, then first[e + 1] runs from the start of e to its end. */
  for (size_t i = 0; i < builder->n; i++)
    first[builder->entities[i] + 2]++;
  for (int32_t e = 1; e <= n_entities; e++)
    first[e + 1] += first[e];
  for (size_t i = 0; i < builder->n; i++) {
    int64_t to = first[builder->entities[i] + 1]++;
    memcpy(sorted + to, (const int32_t *)builder->values + i, sizeof *sorted);
  }
  return true;
}

RecnnFeatureColumn *recnn_feature_builder_finish(RecnnFeatureBuilder *builder, int32_t n_entities,
                                                 GError **error) {
  RecnnFeatureColumn *column = g_new0(RecnnFeatureColumn, 1);
  column->name = g_steal_pointer(&builder->name);
  column->type = builder->type;
  column->n_entities = n_entities;
  column->tokens = g_steal_pointer(&builder->tokens);
  if (!sort(builder, column, n_entities, error)) {
    recnn_feature_column_free(column);
    column = NULL;
  }
  recnn_feature_builder_free(builder);
  return column;
}

void recnn_feature_column_free(RecnnFeatureColumn *column) {
  if (!column)
    return;
  g_free(column->name);
  recnn_id_map_free(column->tokens);
  recnn_memory_free(column->first);
  recnn_memory_free(column->ids);
  recnn_memory_free(column->values);
  g_free(column);
}
