/* Hit: whether any relevant item stands among the first k. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return ranking->ranks[0] <= (double)k ? 1.0 : 0.0;
}

RECNN_METRIC(hit) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "Hit",
    .aliases = "HR HitRatio HitRate Hit_Ratio Hit_Rate",
    .doc = "1 when a relevant item stands in the first k, else 0",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};
