/* NDCG: hits weighed down by the logarithm of their rank (Jarvelin and Kekalainen 2002), against
 * the list that begins with all relevant items, of which min(|R|, k) fit.
 *
 * LensKit discounts by max (log2 rank, 1), the paper's own formula, so ranks 1 and 2 weigh the
 * same. LibRecommender normalises by the hits that were found: one hit of ten at rank 1 has 1.0. */
#include <math.h>

#include "eval/metric.h"

static double discount(double rank) { return 1.0 / log2(rank + 1.0); }

static double clipped_discount(double rank) { return 1.0 / log2(rank < 2.0 ? 2.0 : rank); }

static double ndcg(const RecnnRanking *ranking, int64_t k, double (*weight)(double rank),
                   int64_t ideal_hits) {
  int64_t hits = recnn_ranking_hits(ranking, k);
  if (hits == 0)
    return 0.0;
  double gain = 0.0;
  double ideal = 0.0;
  for (int64_t i = 0; i < hits; i++)
    gain += weight(ranking->ranks[i]);
  for (int64_t i = 1; i <= ideal_hits; i++)
    ideal += weight((double)i);
  return gain / ideal;
}

static double rank(const RecnnRanking *ranking, int64_t k) {
  return ndcg(ranking, k, discount, MIN(ranking->n_relevant, k));
}

static double clipped(const RecnnRanking *ranking, int64_t k) {
  return ndcg(ranking, k, clipped_discount, MIN(ranking->n_relevant, k));
}

static double of_hits(const RecnnRanking *ranking, int64_t k) {
  return ndcg(ranking, k, discount, recnn_ranking_hits(ranking, k));
}

#define NAMES .name = "NDCG", .aliases = "ndcg_score"

RECNN_METRIC(ndcg) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "sum over the hits in the first k of 1 / log2 (rank + 1), over the same sum for ranks "
           "1 .. min (|R|, k)",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};

RECNN_METRIC(ndcg_clipped) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "sum over the hits in the first k of 1 / log2 (max (rank, 2)), over the same sum for "
           "ranks 1 .. min (|R|, k)",
    .profiles = "lenskit",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = clipped,
};

RECNN_METRIC(ndcg_of_hits) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "sum over the hits in the first k of 1 / log2 (rank + 1), over the same sum for ranks "
           "1 .. hits",
    .profiles = "librecommender",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = of_hits,
};
