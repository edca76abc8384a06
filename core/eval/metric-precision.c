/* Precision: the share of the first k places that relevant items hold.  Divided by k also where
 * there are fewer than k candidates, as RecBole and Cornac do; LensKit divides by the list's
 * length. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return (double)recnn_ranking_hits(ranking, k) / (double)k;
}

static double of_list(const RecnnRanking *ranking, int64_t k) {
  return (double)recnn_ranking_hits(ranking, k) / (double)MIN(ranking->n_candidates, k);
}

#define NAMES .name = "Precision", .aliases = "Prec"

RECNN_METRIC(precision) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "hits in the first k / k",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};

RECNN_METRIC(precision_of_list) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "hits in the first k / the length of the list",
    .profiles = "lenskit",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = of_list,
};
