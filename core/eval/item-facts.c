/* Counts of items in the train part, its long tail, and the features of items as vectors: every
 * word of a token column is an axis, every place of a float_seq column is one.  Single numbers are
 * left out: a year beside words would be all that counts. */
#include "eval/item-facts.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/feature.h"

#define TAIL_SHARE 0.1

static bool is_compared(const RecnnFeatureColumn *column) {
  return column->type != RECNN_FEATURE_FLOAT;
}

bool recnn_item_facts_has_features(const RecnnDataset *dataset) {
  for (guint c = 0; dataset->item_features != NULL && c < dataset->item_features->len; c++)
    if (is_compared(dataset->item_features->pdata[c]))
      return true;
  return false;
}

void recnn_item_facts_free(RecnnItemFacts *facts) {
  if (facts == NULL)
    return;
  recnn_memory_free((void *)facts->count);
  recnn_memory_free((void *)facts->users);
  recnn_memory_free((void *)facts->tail);
  recnn_memory_free((void *)facts->first);
  recnn_memory_free((void *)facts->features);
  recnn_memory_free((void *)facts->weights);
  g_free(facts);
}

/* The items of the tail: of those that occur, the tenth with the smallest counts, at least one; of
 * equal counts those with the smaller index.  All items of smaller counts are in, and of the count
 * at the edge the first ones. */
static void find_tail(RecnnItemFacts *facts, bool *tail, int64_t *by_count, int64_t most) {
  memset(by_count, 0, (size_t)(most + 1) * sizeof *by_count);
  int64_t n = 0;
  for (int64_t i = 0; i < facts->n_items; i++) {
    n += facts->count[i] > 0;
    by_count[facts->count[i]]++;
  }
  int64_t left = MAX((int64_t)((double)n * TAIL_SHARE), 1);
  int64_t edge = 1;
  for (; edge <= most && by_count[edge] <= left; edge++)
    left -= by_count[edge];
  for (int64_t i = 0; i < facts->n_items; i++) {
    int64_t count = facts->count[i];
    tail[i] = count > 0 && (count < edge || (count == edge && left > 0));
    left -= count == edge && left > 0;
  }
}

static bool count_items(RecnnItemFacts *facts, const RecnnPart *train, GError **error) {
  size_t n = (size_t)facts->n_items;
  int64_t *count = recnn_memory_new0(n, sizeof *count, "counts of items", error);
  facts->count = count;
  int64_t *users =
      count != NULL ? recnn_memory_new0(n, sizeof *users, "counts of items", error) : NULL;
  facts->users = users;
  bool *tail = users != NULL ? recnn_memory_new(n, sizeof *tail, "the tail of items", error) : NULL;
  facts->tail = tail;
  if (tail == NULL)
    return false;
  int64_t most = 0;
  for (int64_t r = 0; r < train->rows.n; r++) {
    int64_t times = ++count[train->rows.item[r]];
    most = MAX(most, times);
  }
  for (int64_t u = 0; u < train->rows.n_users; u++) {
    facts->n_users += train->first[u] < train->first[u + 1];
    for (int64_t i = train->first[u]; i < train->first[u + 1]; i++)
      users[train->items[i]]++;
  }
  int64_t *by_count =
      recnn_memory_new((size_t)most + 1, sizeof *by_count, "counts of counts", error);
  if (by_count == NULL)
    return false;
  find_tail(facts, tail, by_count, most);
  recnn_memory_free(by_count);
  return true;
}

/* How many axes a column has. */
static int64_t n_axes(const RecnnFeatureColumn *column) {
  if (recnn_feature_is_token(column->type))
    return recnn_id_map_size(column->tokens);
  int64_t longest = 0;
  for (int32_t e = 0; e < column->n_entities; e++)
    longest = MAX(longest, column->first[e + 1] - column->first[e]);
  return longest;
}

/* Item `item`'s values in a column, from place `n` on; words once, ascending. */
static int64_t add_column(const RecnnFeatureColumn *column, int64_t item, int64_t base,
                          int64_t from, int64_t n, int32_t *features, float *weights) {
  for (int64_t v = column->first[item]; v < column->first[item + 1]; v++) {
    bool is_token = recnn_feature_is_token(column->type);
    int64_t axis = base + (is_token ? column->ids[v] : v - column->first[item]);
    int64_t at = n;
    while (at > from && features[at - 1] > axis)
      at--;
    if (at > from && features[at - 1] == axis)
      continue;
    memmove(features + at + 1, features + at, (size_t)(n - at) * sizeof *features);
    memmove(weights + at + 1, weights + at, (size_t)(n - at) * sizeof *weights);
    features[at] = (int32_t)axis;
    weights[at] = is_token ? 1.0f : column->values[v];
    n++;
  }
  return n;
}

static void normalise(float *weights, int64_t n) {
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += (double)weights[i] * (double)weights[i];
  for (int64_t i = 0; i < n && sum > 0.0; i++)
    weights[i] = (float)((double)weights[i] / sqrt(sum));
}

static bool add_features(RecnnItemFacts *facts, const RecnnDataset *dataset, GError **error) {
  const GPtrArray *columns = dataset->item_features;
  int64_t most = 0;
  for (guint c = 0; c < columns->len; c++) {
    const RecnnFeatureColumn *column = columns->pdata[c];
    if (is_compared(column))
      most += column->first[column->n_entities];
  }
  int64_t *first =
      recnn_memory_new((size_t)facts->n_items + 1, sizeof *first, "the features of items", error);
  facts->first = first;
  int32_t *features = first != NULL ? recnn_memory_new((size_t)most, sizeof *features,
                                                       "the features of items", error)
                                    : NULL;
  facts->features = features;
  float *weights = features != NULL ? recnn_memory_new((size_t)most, sizeof *weights,
                                                       "the features of items", error)
                                    : NULL;
  facts->weights = weights;
  if (weights == NULL)
    return false;
  int64_t *base = g_new(int64_t, columns->len + 1); /* of a column's axes */
  base[0] = 0;
  for (guint c = 0; c < columns->len; c++)
    base[c + 1] = base[c] + (is_compared(columns->pdata[c]) ? n_axes(columns->pdata[c]) : 0);
  first[0] = 0;
  for (int64_t i = 0; i < facts->n_items; i++) {
    int64_t n = first[i];
    for (guint c = 0; c < columns->len; c++)
      if (is_compared(columns->pdata[c]))
        n = add_column(columns->pdata[c], i, base[c], n, n, features, weights);
    normalise(weights + first[i], n - first[i]);
    first[i + 1] = n;
  }
  g_free(base);
  return true;
}

RecnnItemFacts *recnn_item_facts_new(const RecnnSplit *split, bool features, GError **error) {
  RecnnItemFacts *facts = g_new0(RecnnItemFacts, 1);
  facts->struct_size = sizeof *facts;
  facts->n_items = recnn_dataset_n_items(split->dataset);
  if (!count_items(facts, &split->part[RECNN_TRAIN], error) ||
      (features && !add_features(facts, split->dataset, error)))
    g_clear_pointer(&facts, recnn_item_facts_free);
  return facts;
}
