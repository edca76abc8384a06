/* MRR: one over the rank of the first relevant item, cut at k as in RecBole and gorse; Cornac takes
 * it over the whole ranking. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return ranking->ranks[0] <= (double)k ? 1.0 / ranking->ranks[0] : 0.0;
}

RECNN_METRIC(mrr) = {
    .name = "MRR",
    .aliases = "RecipRank MeanReciprocalRank",
    .doc = "1 / rank of the first relevant item, 0 when that is beyond k",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};
