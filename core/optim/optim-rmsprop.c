/* RMSprop (Hinton, lecture 6e of Neural Networks for Machine Learning, 2012) with PyTorch's
 * semantics (torch.optim.RMSprop): weight decay added to the gradient, momentum over the scaled
 * gradient, the variance instead of the second moment when centered. */
#include <math.h>

#include "base/clones.h"
#include "optim/optimizer.h"

enum { RATE, DECAY, ALPHA, MOMENTUM, EPSILON, CENTERED };
enum { SQUARE, BUFFER, MEAN };

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.01", "(0,inf)", "step size"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0", "[0,inf)", "factor of the weights in the gradient"},
    {"alpha", RECNN_OPTION_FLOAT, "0.99", "[0,1)", "decay of the squares' mean"},
    {"momentum", RECNN_OPTION_FLOAT, "0", "[0,1)", "decay of the direction"},
    {"centered", RECNN_OPTION_BOOL, "false", NULL,
     "divide by the deviation from the mean gradient"},
    {"epsilon", RECNN_OPTION_FLOAT, "1e-8", "(0,inf)", "added to the denominator"},
    {NULL, 0, NULL, NULL, NULL}};

static int32_t slots(const RecnnOptions *set) {
  return recnn_options_bool(set, "centered")          ? 3
         : recnn_options_float(set, "momentum") > 0.0 ? 2
                                                      : 1;
}

static void prepare(const RecnnOptions *set, double learning_rate, uint64_t step, double *factor) {
  (void)step;
  factor[RATE] = learning_rate;
  factor[DECAY] = recnn_options_float(set, "weight_decay");
  factor[ALPHA] = recnn_options_float(set, "alpha");
  factor[MOMENTUM] = recnn_options_float(set, "momentum");
  factor[EPSILON] = recnn_options_float(set, "epsilon");
  factor[CENTERED] = recnn_options_bool(set, "centered") ? 1.0 : 0.0;
}

typedef struct Factors {
  float scale, rate, decay, alpha, rest, momentum, epsilon;
  bool centered;
} Factors;

/* One row or many; `g` NULL stands for zeros, `buffer` NULL for no momentum. */
RECNN_CLONES
static void rmsprop(float *restrict w, float *restrict square, float *restrict buffer,
                    float *restrict mean, const float *restrict g, int64_t n,
                    const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = (g != NULL ? g[i] * f.scale : 0.0f) + f.decay * w[i];
    square[i] = f.alpha * square[i] + f.rest * gi * gi;
    float variance = square[i];
    if (f.centered) {
      mean[i] = mean[i] + f.rest * (gi - mean[i]);
      variance -= mean[i] * mean[i];
    }
    float direction = gi / (sqrtf(variance) + f.epsilon);
    if (buffer != NULL)
      direction = buffer[i] = f.momentum * buffer[i] + direction;
    w[i] -= f.rate * direction;
  }
}

static void update(const RecnnUpdate *u, int64_t begin, int64_t end) {
  const RecnnParam *param = u->param;
  const double *d = u->factor;
  const Factors f = {u->scale,          (float)d[RATE],          (float)d[DECAY],
                     (float)d[ALPHA],   (float)(1.0 - d[ALPHA]), (float)d[MOMENTUM],
                     (float)d[EPSILON], d[CENTERED] > 0.0};
  int64_t size = recnn_param_row_size(param);
  float *buffer = d[MOMENTUM] > 0.0 ? u->slot[BUFFER] : NULL;
  bool dense = param->grad_kind == RECNN_GRAD_DENSE;
  int64_t step = dense ? end - begin : 1;
  for (int64_t row = begin; row < end; row += step) {
    int64_t at = row * size;
    const float *g = dense                       ? (const float *)param->grad.data + at
                     : param->row_slot[row] >= 0 ? param->row_values + param->row_slot[row] * size
                                                 : NULL;
    rmsprop((float *)param->value.data + at, u->slot[SQUARE] + at,
            buffer != NULL ? buffer + at : NULL, f.centered ? u->slot[MEAN] + at : NULL, g,
            step * size, &f);
  }
}

RECNN_OPTIMIZER(rmsprop) = {
    .name = "rmsprop",
    .doc = "RMSprop with PyTorch's semantics: momentum, centered",
    .options = options,
    .n_slots = 3,
    .slots = slots,
    .prepare = prepare,
    .update = update,
};
