/* MAP: the mean of the precisions at the ranks of the hits.  Divided by min(|R|, k) as in RecBole
 * and LensKit, so that a perfect list scores 1 at every k; LibRecommender divides by the hits,
 * Cornac goes through the whole ranking. */
#include "eval/metric.h"

static double precisions(const RecnnRanking *ranking, int64_t hits) {
  double sum = 0.0;
  for (int64_t i = 0; i < hits; i++)
    sum += (double)(i + 1) / ranking->ranks[i];
  return sum;
}

static double rank(const RecnnRanking *ranking, int64_t k) {
  return precisions(ranking, recnn_ranking_hits(ranking, k)) / (double)MIN(ranking->n_relevant, k);
}

static double of_hits(const RecnnRanking *ranking, int64_t k) {
  int64_t hits = recnn_ranking_hits(ranking, k);
  return hits > 0 ? precisions(ranking, hits) / (double)hits : 0.0;
}

static double whole(const RecnnRanking *ranking, int64_t k) {
  (void)k;
  return precisions(ranking, ranking->n_relevant) / (double)ranking->n_relevant;
}

#define NAMES .name = "MAP", .aliases = "MeanAveragePrecision AveragePrecision"

RECNN_METRIC(map) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "sum over the hits in the first k of (hits up to there / rank) / min (|R|, k)",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};

RECNN_METRIC(map_of_hits) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "mean over the hits in the first k of hits up to there / rank",
    .profiles = "librecommender",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = of_hits,
};

RECNN_METRIC(map_whole) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "mean over the relevant items of relevant ones up to there / rank",
    .profiles = "cornac",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .whole = true,
    .rank = whole,
};
