/* F1: the harmonic mean of a user's precision and recall; the mean over users is of that, as in
 * Cornac, not the F1 of two means. */
#include "eval/metric.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  int64_t hits = recnn_ranking_hits(ranking, k);
  return 2.0 * (double)hits / (double)(k + ranking->n_relevant);
}

RECNN_METRIC(f1) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "F1",
    .aliases = "FMeasure F-Measure F1Score",
    .doc = "2 hits / (k + |R|), the harmonic mean of Precision and Recall",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = rank,
};
