/* ItemCoverage: how much of the catalogue anybody is shown.  RecBole counts its padding item as one
 * that nobody is shown, LibRecommender gives per cent. */
#include "eval/metric.h"

static double n_shown(const RecnnShownCounts *shown) {
  int64_t n = 0;
  for (int64_t i = 0; i < shown->n_items; i++)
    n += shown->count[i] > 0;
  return (double)n;
}

static double catalogue(const RecnnShownCounts *shown, int64_t *sorted) {
  (void)sorted;
  return n_shown(shown) / (double)shown->n_items;
}

static double with_padding(const RecnnShownCounts *shown, int64_t *sorted) {
  (void)sorted;
  return n_shown(shown) / (double)(shown->n_items + 1);
}

static double per_cent(const RecnnShownCounts *shown, int64_t *sorted) {
  return 100.0 * catalogue(shown, sorted);
}

#define NAMES .name = "ItemCoverage", .aliases = "Coverage Item_Coverage"

RECNN_METRIC(item_coverage) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "share of all items that stand in the first k of at least one user",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = true,
    .catalogue = catalogue,
};

RECNN_METRIC(item_coverage_with_padding) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "items that stand in the first k of at least one user / (|I| + 1)",
    .profiles = "recbole",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = true,
    .catalogue = with_padding,
};

RECNN_METRIC(item_coverage_per_cent) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "per cent of all items that stand in the first k of at least one user",
    .profiles = "librecommender",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = true,
    .catalogue = per_cent,
};
