/* MAP: the mean of the precisions at the ranks of the hits.  Divided by min(|R|, k) as in RecBole,
 * so that a perfect list scores 1 at every k; gorse divides by |R|. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  int64_t hits = recnn_ranking_hits(ranking, k);
  double sum = 0.0;
  for (int64_t i = 0; i < hits; i++)
    sum += (double)(i + 1) / ranking->ranks[i];
  return sum / (double)(ranking->n_relevant < k ? ranking->n_relevant : k);
}

RECNN_METRIC(map) = {
    .name = "MAP",
    .aliases = "MeanAveragePrecision",
    .doc = "sum over the hits in the first k of (hits up to there / rank) / min (|R|, k)",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};
