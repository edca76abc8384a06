/* ShannonEntropy: of the distribution of the places in the lists over items, in nats.  RecBole
 * divides it by the number of items that are shown at all: that is what its profile does. */
#include <math.h>

#include "eval/metric.h"

static double entropy(const RecnnShownCounts *shown, int64_t *ret_distinct) {
  double sum = 0.0;
  *ret_distinct = 0;
  for (int64_t i = 0; i < shown->n_items; i++) {
    if (shown->count[i] == 0)
      continue;
    double p = (double)shown->count[i] / (double)shown->total;
    sum -= p * log(p);
    (*ret_distinct)++;
  }
  return sum;
}

static double catalogue(const RecnnShownCounts *shown, int64_t *sorted) {
  (void)sorted;
  int64_t distinct;
  return entropy(shown, &distinct);
}

static double by_distinct(const RecnnShownCounts *shown, int64_t *sorted) {
  (void)sorted;
  int64_t distinct;
  double sum = entropy(shown, &distinct);
  return sum / (double)distinct;
}

#define NAMES .name = "ShannonEntropy", .aliases = "Entropy Shannon_Entropy"

RECNN_METRIC(shannon_entropy) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "- sum over items of p log p, p being an item's share of all places in the lists",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = true,
    .catalogue = catalogue,
};

RECNN_METRIC(shannon_entropy_by_distinct) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "- sum over items of p log p, over the number of items that are shown",
    .profiles = "recbole",
    .kind = RECNN_METRIC_CATALOGUE,
    .higher_is_better = true,
    .catalogue = by_distinct,
};
