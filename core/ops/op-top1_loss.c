/* TOP1 (Hidasi et al., Session-based Recommendations with Recurrent Neural Networks, ICLR 2016,
 * section 3.3): the mean over the scores r that were not chosen of sigmoid (r_j - r_i) + sigmoid
 * (r_j^2), whose second part keeps scores small. */
#include "ops/ops-private.h"

static const RecnnOpTargetLoss loss = {false, false, recnn__ops_top1_terms};

static bool forward(RecnnOpCall *call) { return recnn__ops_target_forward(call, &loss, 0.0); }

static bool backward(RecnnOpCall *call) { return recnn__ops_target_backward(call, &loss, 0.0); }

RECNN_OP(top1_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "top1_loss",
    .doc =
        "The mean over rows, and over the scores x that were not chosen, of sigmoid (x - target's "
        "score) + sigmoid (x^2), of scores (B, C), target int64 (B) and, where an item may be "
        "there twice, item int64 (C): a scalar; 0 of none",
    .min_inputs = 2,
    .max_inputs = 3,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_target_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_target_samples,
};
