/* GAUC: the share of (relevant, other) pairs of candidates that the ranking has in the right order,
 * users weighted by their relevant items, as in RecBole.  A pair of equal scores counts half,
 * whatever the tie policy: an area has no other.  A user without other candidates has no
 * pairs and does not count.  (Zhu et al., Optimized Cost per Click in Taobao Display Advertising,
 * KDD 2017, weight users by impressions and look at labelled rows: that is UserAUC.) */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  (void)k;
  double n = (double)ranking->n_candidates;
  double relevant = (double)ranking->n_relevant;
  if (n == relevant)
    return 0.0;
  /* Rank i of r relevant ones has n - rank candidates behind it, of which r - i are relevant. */
  double right = relevant * n - ranking->mean_rank_sum - 0.5 * relevant * (relevant - 1.0);
  return right / (relevant * (n - relevant));
}

static double weight(const RecnnRanking *ranking) {
  return ranking->n_candidates > ranking->n_relevant ? (double)ranking->n_relevant : 0.0;
}

RECNN_METRIC(gauc) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "GAUC",
    .doc = "share of the pairs of a relevant and another candidate that are ranked in this order, "
           "ties 1/2; users weigh |R|",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .whole = true,
    .rank = rank,
    .weight = weight,
};
