/* A metric with an alias that a built-in one is called by, in other letters. */
#define ZOO_NAME "zoo_metric_taken"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return (double)recnn_ranking_hits(ranking, k);
}

static const RecnnMetric metric = {
    .struct_size = sizeof(RecnnMetric),
    .name = "ZooMetric",
    .aliases = "zoo ndcg",
    .doc = "How many there are",
    .kind = RECNN_METRIC_RANK,
    .rank = rank,
};
static const RecnnFeature features[] = {{RECNN_METRIC_KIND, &metric}, {NULL, NULL}};
#include "zoo.h"
