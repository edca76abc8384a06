/* GiniIndex: how unevenly the places in the lists are shared out among all items; 0 where each item
 * has as many, near 1 where one item has them all. */
#include <stdlib.h>

#include "eval/metric.h"

static int by_size(const void *a, const void *b) {
  const int64_t *x = a;
  const int64_t *y = b;
  return (*x > *y) - (*x < *y);
}

static double catalogue(const RecnnShownCounts *shown, int64_t *sorted) {
  int64_t n = shown->n_items;
  for (int64_t i = 0; i < n; i++)
    sorted[i] = shown->count[i];
  qsort(sorted, (size_t)n, sizeof *sorted, by_size);
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += (double)(2 * (i + 1) - n - 1) * (double)sorted[i];
  return sum / (double)shown->total / (double)n;
}

RECNN_METRIC(gini_index) = {
    .name = "GiniIndex",
    .aliases = "Gini Gini_Index",
    .doc = "sum over items i, ascending by how often they are shown, of (2 i - |I| - 1) c_i, over "
           "|I| times the sum of c_i",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = false,
    .catalogue = catalogue,
};
