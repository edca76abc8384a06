/* ItemCoverage: how much of the catalogue anybody is shown. */
#include "eval/metric.h"

static double catalogue(const RecnnShownCounts *shown, int64_t *sorted) {
  (void)sorted;
  int64_t n = 0;
  for (int64_t i = 0; i < shown->n_items; i++)
    n += shown->count[i] > 0;
  return (double)n / (double)shown->n_items;
}

RECNN_METRIC(item_coverage) = {
    .name = "ItemCoverage",
    .aliases = "Coverage Item_Coverage",
    .doc = "share of all items that stand in the first k of at least one user",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = true,
    .catalogue = catalogue,
};
