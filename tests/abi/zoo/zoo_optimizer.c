/* An optimizer without a learning rate. */
#define ZOO_NAME "zoo_optimizer"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static void prepare(const RecnnValue *options, double learning_rate, uint64_t step,
                    double *factor) {
  (void)options;
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
    .name = "zoo_optimizer",
    .doc = "Leaves everything as it is",
    .options = ZOO_NO_OPTIONS,
    .prepare = prepare,
    .update = update,
};
static const RecnnFeature features[] = {{RECNN_OPTIMIZER_KIND, &optimizer}, {NULL, NULL}};
#include "zoo.h"
