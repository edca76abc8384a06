/* Lion: every weight moves by the learning rate, in the direction that an average of gradients has.
 * It keeps one number a weight, where Adam keeps two.
 *
 * Chen et al.: Symbolic Discovery of Optimization Algorithms, NeurIPS 2023, program 1. */
#include <recnn/plugin.h>

/* The options, by their place in the table; the factors of a step. */
enum { OPTION_LEARNING_RATE, OPTION_WEIGHT_DECAY, OPTION_BETA1, OPTION_BETA2 };
enum { STEP, SHRINK, BETA1, REST1, BETA2, REST2 };

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.0001", "(0,inf)", "how far a weight moves in a step"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0", "[0,inf)",
     "share of a weight, times the learning rate, that a step takes away"},
    {"beta1", RECNN_OPTION_FLOAT, "0.9", "[0,1)", "decay of the average that gives the direction"},
    {"beta2", RECNN_OPTION_FLOAT, "0.99", "[0,1)", "decay of the average that is kept"},
    {NULL, 0, NULL, NULL, NULL},
};

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  (void)step; /* no correction of a bias: only the sign counts */
  factor[STEP] = learning_rate;
  factor[SHRINK] = 1.0 - learning_rate * set[OPTION_WEIGHT_DECAY].as.f;
  factor[BETA1] = set[OPTION_BETA1].as.f;
  factor[REST1] = 1.0 - factor[BETA1];
  factor[BETA2] = set[OPTION_BETA2].as.f;
  factor[REST2] = 1.0 - factor[BETA2];
}

static float sign(float x) { return (float)((x > 0.0f) - (x < 0.0f)); }

/* One row; `grad` NULL: its gradient is zero, and it moves by what it remembers. */
static void row_step(const RecnnUpdate *update, int64_t row, const float *grad) {
  const double *f = update->factor;
  float step = (float)f[STEP], shrink = (float)f[SHRINK];
  float beta1 = (float)f[BETA1], rest1 = (float)f[REST1];
  float beta2 = (float)f[BETA2], rest2 = (float)f[REST2];
  float *value = update->value + row * update->row_size;
  float *mean = update->slot[0] + row * update->row_size;
  for (int64_t i = 0; i < update->row_size; i++) {
    float g = grad != NULL ? grad[i] * update->scale : 0.0f;
    value[i] = shrink * value[i] - step * sign(beta1 * mean[i] + rest1 * g);
    mean[i] = beta2 * mean[i] + rest2 * g;
  }
}

static void update(const RecnnUpdate *update, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row++)
    row_step(update, row, recnn_update_gradient(update, row));
}

static const RecnnOptimizerClass lion = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "lion",
    .doc = "Steps of one length, in the direction of the gradients' average (Chen et al. 2023)",
    .options = options,
    .n_slots = 1,
    .prepare = prepare,
    .update = update,
};

static const RecnnFeature features[] = {{RECNN_OPTIMIZER_KIND, &lion}, {NULL, NULL}};
RECNN_PLUGIN("lion", "1.0.0", "Apache-2.0", "The optimizer Lion", features);
