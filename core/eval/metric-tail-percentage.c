/* TailPercentage: the share of the list that the long tail has: of the items with interactions in
 * train, the tenth with the fewest (RecBole's default). */
#include "eval/metric.h"

static double list(const RecnnShown *shown, int64_t k) {
  (void)k;
  int64_t n = 0;
  for (int64_t i = 0; i < shown->n; i++)
    n += shown->facts->tail[shown->items[i]];
  return shown->n > 0 ? (double)n / (double)shown->n : 0.0;
}

RECNN_METRIC(tail_percentage) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "TailPercentage",
    .aliases = "Tail_Percentage",
    .doc = "share of the first k that belongs to the least popular tenth of the items in train",
    .kind = RECNN_METRIC_LIST,
    .higher_is_better = true,
    .list = list,
};
