/* Stochastic gradient descent with PyTorch's semantics (torch.optim.SGD): weight decay added to the
 * gradient, momentum (the first step's is the gradient itself), dampening, Nesterov's variant. */
#include "base/clones.h"
#include "base/error.h"
#include "optim/optimizer.h"

enum { RATE, DECAY, MOMENTUM, REST, NESTEROV };

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.001", "(0,inf)", "step size"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0", "[0,inf)", "factor of the weights in the gradient"},
    {"momentum", RECNN_OPTION_FLOAT, "0", "[0,1)", "decay of the direction"},
    {"dampening", RECNN_OPTION_FLOAT, "0", "[0,1]",
     "share of the gradient that momentum leaves out"},
    {"nesterov", RECNN_OPTION_BOOL, "false", NULL, "look ahead by the momentum"},
    {NULL, 0, NULL, NULL, NULL}};

static bool check(const RecnnOptions *set, GError **error) {
  if (!recnn_options_bool(set, "nesterov") ||
      (recnn_options_float(set, "momentum") > 0.0 && recnn_options_float(set, "dampening") <= 0.0))
    return true;
  return recnn_error_set(error, RECNN_ERROR_OPTION,
                         "sgd: option nesterov: momentum is %g and dampening %g, expected a "
                         "momentum above 0 and no dampening",
                         recnn_options_float(set, "momentum"),
                         recnn_options_float(set, "dampening"));
}

static int32_t slots(const RecnnOptions *set) {
  return recnn_options_float(set, "momentum") > 0.0 ? 1 : 0;
}

static void prepare(const RecnnOptions *set, double learning_rate, uint64_t step, double *factor) {
  factor[RATE] = learning_rate;
  factor[DECAY] = recnn_options_float(set, "weight_decay");
  factor[MOMENTUM] = recnn_options_float(set, "momentum");
  factor[REST] = step == 1 ? 1.0 : 1.0 - recnn_options_float(set, "dampening");
  factor[NESTEROV] = recnn_options_bool(set, "nesterov") ? 1.0 : 0.0;
}

typedef struct Factors {
  float scale, rate, decay, momentum, rest;
} Factors;

RECNN_CLONES
static void plain(float *restrict w, const float *restrict g, int64_t n, const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++)
    w[i] -= f.rate * (g[i] * f.scale + f.decay * w[i]);
}

RECNN_CLONES
static void heavy(float *restrict w, float *restrict b, const float *restrict g, int64_t n,
                  const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = g[i] * f.scale + f.decay * w[i];
    b[i] = f.momentum * b[i] + f.rest * gi;
    w[i] -= f.rate * b[i];
  }
}

RECNN_CLONES
static void nesterov(float *restrict w, float *restrict b, const float *restrict g, int64_t n,
                     const Factors *factors) {
  const Factors f = *factors;
  for (int64_t i = 0; i < n; i++) {
    float gi = g[i] * f.scale + f.decay * w[i];
    b[i] = f.momentum * b[i] + f.rest * gi;
    w[i] -= f.rate * (gi + f.momentum * b[i]);
  }
}

/* A row without a gradient: the gradient is 0. */
static void idle(float *w, float *b, int64_t n, const Factors *f, bool ahead) {
  for (int64_t i = 0; i < n; i++) {
    float gi = f->decay * w[i];
    if (b == NULL) {
      w[i] -= f->rate * gi;
      continue;
    }
    b[i] = f->momentum * b[i] + f->rest * gi;
    w[i] -= f->rate * (ahead ? gi + f->momentum * b[i] : b[i]);
  }
}

static void some(float *w, float *b, const float *g, int64_t n, const Factors *f, bool ahead) {
  if (b == NULL)
    plain(w, g, n, f);
  else if (ahead)
    nesterov(w, b, g, n, f);
  else
    heavy(w, b, g, n, f);
}

static void update(const RecnnUpdate *u, int64_t begin, int64_t end) {
  const RecnnParam *param = u->param;
  const Factors f = {u->scale, (float)u->factor[RATE], (float)u->factor[DECAY],
                     (float)u->factor[MOMENTUM], (float)u->factor[REST]};
  bool ahead = u->factor[NESTEROV] > 0.0;
  int64_t size = recnn_param_row_size(param);
  float *w = param->value.data;
  float *b = u->slot[0]; /* NULL without momentum */
  if (param->grad_kind == RECNN_GRAD_DENSE) {
    int64_t at = begin * size;
    some(w + at, b != NULL ? b + at : NULL, (const float *)param->grad.data + at,
         (end - begin) * size, &f, ahead);
    return;
  }
  bool stays = b == NULL && u->factor[DECAY] <= 0.0; /* a row without a gradient */
  for (int64_t row = begin; row < end; row++) {
    int32_t slot = param->row_slot[row];
    int64_t at = row * size;
    float *rows_b = b != NULL ? b + at : NULL;
    if (slot >= 0)
      some(w + at, rows_b, param->row_values + slot * size, size, &f, ahead);
    else if (!stays)
      idle(w + at, rows_b, size, &f, ahead);
  }
}

RECNN_OPTIMIZER(sgd) = {
    .name = "sgd",
    .doc = "Stochastic gradient descent with PyTorch's semantics: momentum, Nesterov",
    .options = options,
    .n_slots = 1,
    .slots = slots,
    .check = check,
    .prepare = prepare,
    .update = update,
};
