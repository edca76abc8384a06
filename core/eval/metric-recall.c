/* Recall: how much of what a user liked stands among the first k.  Divided by all relevant items,
 * as RecBole and Cornac do; LensKit and the code of Mult-VAE divide by min (|R|, k), so that a
 * perfect list has 1 at every k. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return (double)recnn_ranking_hits(ranking, k) / (double)ranking->n_relevant;
}

static double of_what_fits(const RecnnRanking *ranking, int64_t k) {
  return (double)recnn_ranking_hits(ranking, k) / (double)MIN(ranking->n_relevant, k);
}

#define NAMES .name = "Recall", .aliases = "Rec"

RECNN_METRIC(recall) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "hits in the first k / |R|, R being the user's relevant items",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};

RECNN_METRIC(recall_of_what_fits) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "hits in the first k / min (|R|, k)",
    .profiles = "lenskit multvae",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = of_what_fits,
};
