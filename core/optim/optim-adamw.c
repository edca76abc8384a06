/* AdamW (Loshchilov and Hutter, ICLR 2019) with PyTorch's semantics (torch.optim.AdamW): the decay
 * is taken off the weights themselves and is no part of the gradient. */
#include "optim/adam-private.h"

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.001", "(0,inf)", "step size"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0.01", "[0,inf)",
     "share of the weights, times the step size, that a step takes off"},
    {"beta1", RECNN_OPTION_FLOAT, "0.9", "[0,1)", "decay of the first moment"},
    {"beta2", RECNN_OPTION_FLOAT, "0.999", "[0,1)", "decay of the second moment"},
    {"epsilon", RECNN_OPTION_FLOAT, "1e-8", "(0,inf)", "added to the denominator"},
    {NULL, 0, NULL, NULL, NULL}};

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  double shrink = 1.0 - learning_rate * set[ADAM_WEIGHT_DECAY].as.f;
  recnn__adam_prepare(set, learning_rate, step, 0.0, shrink, factor);
}

RECNN_OPTIMIZER(adamw) = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "adamw",
    .doc = "AdamW with PyTorch's semantics: dense, weight decay apart from the gradient",
    .options = options,
    .n_slots = 2,
    .prepare = prepare,
    .update = recnn__adam_update,
};
