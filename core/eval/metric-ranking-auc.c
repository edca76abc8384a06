/* Cornac's AUC: of rankings, not of labelled rows: the share of the pairs of a relevant and another
 * candidate that are ranked in this order, the mean over users.  By the default tie policy equal
 * scores are pairs in the wrong order, as there. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  (void)k;
  double n_others = (double)(ranking->n_candidates - ranking->n_relevant);
  double right = 0.0;
  for (int64_t i = 0; i < ranking->n_relevant; i++)
    right += (double)(ranking->n_candidates - (ranking->n_relevant - 1 - i)) - ranking->ranks[i];
  return n_others > 0.0 ? right / ((double)ranking->n_relevant * n_others) : 0.0;
}

/* Without others there are no pairs. */
static double weight(const RecnnRanking *ranking) {
  return ranking->n_candidates > ranking->n_relevant ? 1.0 : 0.0;
}

RECNN_METRIC(ranking_auc) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "AUC",
    .doc = "share of the pairs of a relevant and another candidate that are ranked in this order",
    .profiles = "cornac",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .whole = true,
    .rank = rank,
    .weight = weight,
};
