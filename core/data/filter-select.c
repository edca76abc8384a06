/* The data set that some rows of another one make.  It comes about as a reader's does, row by row,
 * so that writing it and reading it again gives the same. */
#include <string.h>

#include "base/memory.h"
#include "data/feature.h"
#include "data/filter-private.h"

static bool add_rows(RecnnDatasetBuilder *builder, const RecnnDataset *d,
                     const RecnnFilterRows *rows, GError **error) {
  const float *rating = rows->rating ? rows->rating : d->rating;
  const float *label = rows->label ? rows->label : d->label;
  for (int64_t r = 0; r < d->n; r++) {
    if (!rows->keep[r])
      continue;
    const char *user = recnn_id_map_token(d->users, d->user[r]);
    const char *item = recnn_id_map_token(d->items, d->item[r]);
    if (d->given_part)
      recnn_dataset_builder_set_part(builder, d->given_part[r]);
    if (label)
      recnn_dataset_builder_set_label(builder, label[r]);
    if (!recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item),
                                   rating ? rating[r] : 0, d->timestamp ? d->timestamp[r] : 0,
                                   error))
      return false;
  }
  return true;
}

static bool copy_value(RecnnFeatureBuilder *builder, const RecnnFeatureColumn *from, int64_t at,
                       int32_t entity, GError **error) {
  if (!from->tokens)
    return recnn_feature_builder_float(builder, entity, from->values[at], error);
  const char *token = recnn_id_map_token(from->tokens, from->ids[at]);
  return recnn_feature_builder_token(builder, entity, token, strlen(token), error);
}

/* Entity e of the new columns is old[e] of those in `from`. */
static bool copy_features(GPtrArray *to, const GPtrArray *from, const int64_t *old, int32_t n,
                          GError **error) {
  for (guint f = 0; f < from->len; f++) {
    const RecnnFeatureColumn *column = from->pdata[f];
    RecnnFeatureBuilder *builder = recnn_feature_builder_new(column->name, column->type);
    for (int32_t e = 0; e < n; e++) {
      for (int64_t at = column->first[old[e]]; at < column->first[old[e] + 1]; at++) {
        if (!copy_value(builder, column, at, e, error)) {
          recnn_feature_builder_free(builder);
          return false;
        }
      }
    }
    RecnnFeatureColumn *copy = recnn_feature_builder_finish(builder, n, error);
    if (!copy)
      return false;
    g_ptr_array_add(to, copy);
  }
  return true;
}

static bool copy_entities(GPtrArray *to, const RecnnIdMap *new_ids, const GPtrArray *from,
                          const RecnnIdMap *old_ids, GError **error) {
  if (from->len == 0)
    return true;
  int32_t n = recnn_id_map_size(new_ids);
  int64_t *old = recnn_memory_new((size_t)n, sizeof *old, "a filter's ids", error);
  if (!old)
    return false;
  for (int32_t e = 0; e < n; e++) {
    const char *token = recnn_id_map_token(new_ids, e);
    old[e] = recnn_id_map_find(old_ids, token, strlen(token));
  }
  bool ok = copy_features(to, from, old, n, error);
  recnn_memory_free(old);
  return ok;
}

/* An interaction is an entity of its features, of which a column has at most 2^31. */
static bool copy_interactions(RecnnDataset *to, const RecnnDataset *d, const uint8_t *keep,
                              GError **error) {
  if (d->interaction_features->len == 0)
    return true;
  int64_t *old = recnn_memory_new((size_t)to->n, sizeof *old, "a filter's rows", error);
  if (!old)
    return false;
  for (int64_t r = 0, n = 0; r < d->n; r++)
    if (keep[r])
      old[n++] = r;
  bool ok =
      copy_features(to->interaction_features, d->interaction_features, old, (int32_t)to->n, error);
  recnn_memory_free(old);
  return ok;
}

static bool copy_list(RecnnCandidatesBuilder *builder, const RecnnDataset *to,
                      const RecnnDataset *d, int32_t list, GError **error) {
  const RecnnCandidates *c = d->candidates;
  for (int64_t i = c->first[list]; i < c->first[list + 1]; i++) {
    const char *token = recnn_id_map_token(d->items, c->items[i]);
    size_t length = strlen(token);
    if (recnn_id_map_find(to->items, token, length) >= 0 &&
        !recnn_candidates_builder_add(builder, token, length, error))
      return false;
  }
  return true;
}

/* Lists that several interactions share stay shared; those of no interaction are left behind. */
static bool assign_lists(RecnnCandidatesBuilder *builder, const RecnnDataset *to,
                         const RecnnDataset *d, const uint8_t *keep, int32_t *number,
                         GError **error) {
  for (int32_t l = 0; l < d->candidates->n_lists; l++)
    number[l] = -1;
  for (int64_t r = 0, n = 0; r < d->n; r++) {
    if (!keep[r])
      continue;
    int32_t list = d->candidates->list[r];
    if (list >= 0 && number[list] < 0) {
      number[list] = recnn_candidates_builder_begin(builder, d->source, 0, error);
      if (number[list] < 0 || !copy_list(builder, to, d, list, error))
        return false;
    }
    if (list >= 0 && !recnn_candidates_builder_assign(builder, n, number[list], error))
      return false;
    n++;
  }
  return true;
}

static bool copy_candidates(RecnnDataset *to, const RecnnDataset *d, const uint8_t *keep,
                            GError **error) {
  if (!d->candidates)
    return true;
  int32_t *number = recnn_memory_new((size_t)d->candidates->n_lists, sizeof *number,
                                     "a filter's candidates", error);
  if (!number)
    return false;
  RecnnCandidatesBuilder *builder = recnn_candidates_builder_new();
  bool ok = assign_lists(builder, to, d, keep, number, error);
  recnn_memory_free(number);
  if (!ok) {
    recnn_candidates_builder_free(builder);
    return false;
  }
  to->candidates = recnn_candidates_builder_finish(builder, to->n, to->items, error);
  return to->candidates != NULL;
}

RecnnDataset *recnn__filter_select(const RecnnDataset *d, const RecnnFilterRows *rows,
                                   GError **error) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new(
      d->name, d->source, rows->rating || d->rating, d->timestamp != NULL);
  RecnnDataset *to = recnn_dataset_builder_peek(builder);
  to->ordered = d->ordered;
  if (add_rows(builder, d, rows, error) &&
      copy_entities(to->user_features, to->users, d->user_features, d->users, error) &&
      copy_entities(to->item_features, to->items, d->item_features, d->items, error) &&
      copy_interactions(to, d, rows->keep, error) && copy_candidates(to, d, rows->keep, error))
    return recnn_dataset_builder_finish(builder, error);
  recnn_dataset_builder_free(builder);
  return NULL;
}
