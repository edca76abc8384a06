/* GiniIndex: how unevenly the places in the lists are shared out among all items; 0 where each item
 * has as many, near 1 where one item has them all.
 * RecBole counts its padding item as one that nobody is shown. */
#include <stdlib.h>

#include "eval/metric.h"

static int by_size(const void *a, const void *b) {
  const int64_t *x = a;
  const int64_t *y = b;
  return (*x > *y) - (*x < *y);
}

/* `padding` items, of which nobody is shown any, come before all others. */
static double gini(const RecnnShownCounts *shown, int64_t *sorted, int64_t padding) {
  for (int64_t i = 0; i < shown->n_items; i++)
    sorted[i] = shown->count[i];
  qsort(sorted, (size_t)shown->n_items, sizeof *sorted, by_size);
  int64_t n = shown->n_items + padding;
  double sum = 0.0;
  for (int64_t i = 0; i < shown->n_items; i++)
    sum += (double)(2 * (i + 1 + padding) - n - 1) * (double)sorted[i];
  return sum / (double)shown->total / (double)n;
}

static double catalogue(const RecnnShownCounts *shown, int64_t *sorted) {
  return gini(shown, sorted, 0);
}

static double with_padding(const RecnnShownCounts *shown, int64_t *sorted) {
  return gini(shown, sorted, 1);
}

#define NAMES .name = "GiniIndex", .aliases = "Gini Gini_Index"

RECNN_METRIC(gini_index) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "sum over items i, ascending by how often they are shown, of (2 i - |I| - 1) c_i, over "
           "|I| times the sum of c_i",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = false,
    .catalogue = catalogue,
};

RECNN_METRIC(gini_index_with_padding) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "the same with one more item, which nobody is shown",
    .profiles = "recbole",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = false,
    .catalogue = with_padding,
};
