/* TOP1-max (Hidasi and Karatzoglou, Recurrent Neural Networks with Top-k Gains for Session-based
 * Recommendations, CIKM 2018, equation 7): TOP1 with the scores that were not chosen weighed by
 * their softmax. */
#include "ops/ops-private.h"

static const RecnnOpTargetLoss loss = {true, false, recnn__ops_top1_terms};

static bool forward(RecnnOpCall *call) { return recnn__ops_target_forward(call, &loss, 0.0); }

static bool backward(RecnnOpCall *call) { return recnn__ops_target_backward(call, &loss, 0.0); }

RECNN_OP(top1_max_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "top1_max_loss",
    .doc = "top1_loss with the scores that were not chosen weighed by their softmax, of scores (B, "
           "C), "
           "target int64 (B) and, where an item may be there twice, item int64 (C): a scalar; 0 of "
           "none",
    .min_inputs = 2,
    .max_inputs = 3,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_target_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_target_samples,
};
