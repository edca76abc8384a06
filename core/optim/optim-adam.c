/* Adam (Kingma and Ba 2015) with PyTorch's semantics (torch.optim.Adam, weight decay coupled: added
 * to the gradient). */
#include "optim/adam-private.h"

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.001", "(0,inf)", "step size"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0", "[0,inf)", "factor of the weights in the gradient"},
    {"beta1", RECNN_OPTION_FLOAT, "0.9", "[0,1)", "decay of the first moment"},
    {"beta2", RECNN_OPTION_FLOAT, "0.999", "[0,1)", "decay of the second moment"},
    {"epsilon", RECNN_OPTION_FLOAT, "1e-8", "(0,inf)", "added to the denominator"},
    {NULL, 0, NULL, NULL, NULL}};

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  recnn__adam_prepare(set, learning_rate, step, set[ADAM_WEIGHT_DECAY].as.f, 1.0, factor);
}

RECNN_OPTIMIZER(adam) = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "adam",
    .doc = "Adam with PyTorch's semantics: dense, weight decay added to the gradient",
    .options = options,
    .n_slots = 2,
    .prepare = prepare,
    .update = recnn__adam_update,
};
