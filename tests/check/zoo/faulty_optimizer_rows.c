/* Forgets that rows without a gradient move on, unless the gradient is one of all rows. */
#include <recnn/plugin.h>

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.1", "(0,inf)", "How far a value moves."},
    {NULL, 0, NULL, NULL, NULL},
};

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  (void)set;
  (void)step;
  factor[0] = learning_rate;
}

static void update(const RecnnUpdate *update, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row++) {
    const float *grad = recnn_update_gradient(update, row);
    for (int64_t i = 0; grad != NULL && i < update->row_size; i++) {
      float *moment = &update->slot[0][row * update->row_size + i];
      *moment = 0.9f * *moment + grad[i] * update->scale;
      update->value[row * update->row_size + i] -= (float)update->factor[0] * *moment;
    }
  }
}

static const RecnnOptimizerClass optimizer = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "faulty_optimizer_rows",
    .doc = "Momentum that forgets some rows.",
    .options = options,
    .n_slots = 1,
    .prepare = prepare,
    .update = update,
};
static const RecnnFeature features[] = {{RECNN_OPTIMIZER_KIND, &optimizer}, {NULL, NULL}};
RECNN_PLUGIN("faulty_optimizer_rows", "1.0.0", "Apache-2.0", "Forgets some rows", features);
