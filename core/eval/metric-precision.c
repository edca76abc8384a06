/* Precision: the share of the first k places that relevant items hold.  Divided by k also where
 * there are fewer than k candidates. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return (double)recnn_ranking_hits(ranking, k) / (double)k;
}

RECNN_METRIC(precision) = {
    .name = "Precision",
    .aliases = "Prec",
    .doc = "hits in the first k / k",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};
