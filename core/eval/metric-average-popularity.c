/* AveragePopularity: how often the items that a user is shown occur in the train part. */
#include "eval/metric.h"

static double list(const RecnnShown *shown, int64_t k) {
  (void)k;
  int64_t sum = 0;
  for (int64_t i = 0; i < shown->n; i++)
    sum += shown->facts->count[shown->items[i]];
  return shown->n > 0 ? (double)sum / (double)shown->n : 0.0;
}

RECNN_METRIC(average_popularity) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "AveragePopularity",
    .aliases = "AvgPopularity Average_Popularity",
    .doc = "mean over the first k of the item's interactions in train",
    .kind = RECNN_METRIC_LIST,
    .higher_is_better = false,
    .list = list,
};
