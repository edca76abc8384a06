/* MRR: one over the rank of the first relevant item, cut at k as in RecBole and LensKit; Cornac
 * takes it over the whole ranking. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return ranking->ranks[0] <= (double)k ? 1.0 / ranking->ranks[0] : 0.0;
}

static double whole(const RecnnRanking *ranking, int64_t k) {
  (void)k;
  return 1.0 / ranking->ranks[0];
}

#define NAMES .name = "MRR", .aliases = "RecipRank MeanReciprocalRank"

RECNN_METRIC(mrr) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "1 / rank of the first relevant item, 0 when that is beyond k",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};

RECNN_METRIC(mrr_whole) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "1 / rank of the first relevant item",
    .profiles = "cornac",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .whole = true,
    .rank = whole,
};
