/* NDCG: hits weighed down by the logarithm of their rank (Jarvelin and Kekalainen 2002), against
 * the list that begins with all relevant items, of which min(|R|, k) fit.  Normalising by the hits
 * that were found instead, as some libraries do, gives 1.0 for one hit of ten at rank 1. */
#include <math.h>

#include "eval/metric.h"

static double discount(double rank) { return 1.0 / log2(rank + 1.0); }

static double rank(const RecnnRanking *ranking, int64_t k) {
  int64_t hits = recnn_ranking_hits(ranking, k);
  if (hits == 0)
    return 0.0;
  int64_t ideal_hits = ranking->n_relevant < k ? ranking->n_relevant : k;
  double gain = 0.0;
  double ideal = 0.0;
  for (int64_t i = 0; i < hits; i++)
    gain += discount(ranking->ranks[i]);
  for (int64_t i = 1; i <= ideal_hits; i++)
    ideal += discount((double)i);
  return gain / ideal;
}

RECNN_METRIC(ndcg) = {
    .name = "NDCG",
    .aliases = "ndcg_score",
    .doc = "sum over the hits in the first k of 1 / log2 (rank + 1), over the same sum for ranks "
           "1 .. min (|R|, k)",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};
