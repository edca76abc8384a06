/* Recall: how much of what a user liked stands among the first k.  Divided by all relevant items,
 * as RecBole, Cornac and gorse do; LensKit divides by min(|R|, k). */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return (double)recnn_ranking_hits(ranking, k) / (double)ranking->n_relevant;
}

RECNN_METRIC(recall) = {
    .name = "Recall",
    .aliases = "Rec",
    .doc = "hits in the first k / |R|, R being the user's relevant items",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};
