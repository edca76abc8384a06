/* Steps that depend on how the rows are cut into pieces. */
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
  float piece = 1.0f - (float)update->factor[0] * (float)(end - begin) * 1e-5f;
  for (int64_t i = begin * update->row_size; i < end * update->row_size; i++)
    update->value[i] *= piece;
}

static const RecnnOptimizerClass optimizer = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "faulty_optimizer",
    .doc = "Shrinks all values.",
    .options = options,
    .prepare = prepare,
    .update = update,
};
static const RecnnFeature features[] = {{RECNN_OPTIMIZER_KIND, &optimizer}, {NULL, NULL}};
RECNN_PLUGIN("faulty_optimizer", "1.0.0", "Apache-2.0", "Depends on the pieces", features);
