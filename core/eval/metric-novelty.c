/* Novelty: how surprising the list is to somebody who knows what others have: the mean
 * self-information (Zhou, Kuscsik, Liu, Medo, Wakeling, Zhang: Solving the apparent
 * diversity-accuracy dilemma of recommender systems, PNAS 2010).  An item that nobody has counts as
 * if one user had it. */
#include <math.h>

#include "eval/metric.h"

static double list(const RecnnShown *shown, int64_t k) {
  (void)k;
  double sum = 0.0;
  for (int64_t i = 0; i < shown->n; i++) {
    int64_t users = shown->facts->users[shown->items[i]];
    sum += log2((double)shown->facts->n_users / (double)(users > 0 ? users : 1));
  }
  return shown->n > 0 ? sum / (double)shown->n : 0.0;
}

RECNN_METRIC(novelty) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "Novelty",
    .aliases = "SelfInformation",
    .doc = "mean over the first k of log2 (users in train / users in train who have the item)",
    .kind = RECNN_METRIC_LIST,
    .higher_is_better = true,
    .list = list,
};
