/* An optimizer with a default outside of its range, behind a metric that is right. */
#define ZOO_NAME "zoo_optimizer_default"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static double rank(const RecnnRanking *ranking, int64_t k) {
  return (double)recnn_ranking_hits(ranking, k);
}

static const RecnnMetric metric = {
    .struct_size = sizeof(RecnnMetric),
    .name = "ZooHits",
    .doc = "How many there are",
    .kind = RECNN_METRIC_RANK,
    .rank = rank,
};

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "1.5", "(0,1]", "how far"},
    {NULL, 0, NULL, NULL, NULL},
};

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  (void)set;
  (void)learning_rate;
  (void)step;
  (void)factor;
}

static void update(const RecnnUpdate *update, int64_t begin, int64_t end) {
  (void)update;
  (void)begin;
  (void)end;
}

static const RecnnOptimizerClass optimizer = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "zoo_optimizer_default",
    .doc = "Leaves everything as it is",
    .options = options,
    .prepare = prepare,
    .update = update,
};
static const RecnnFeature features[] = {
    {RECNN_METRIC_KIND, &metric}, {RECNN_OPTIMIZER_KIND, &optimizer}, {NULL, NULL}};
#include "zoo.h"
