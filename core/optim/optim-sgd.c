/* Stochastic gradient descent with PyTorch's semantics (torch.optim.SGD): weight decay added to the
 * gradient, momentum (the first step's is the gradient itself), dampening, Nesterov's variant. */
#include <stdio.h>

#include "base/clones.h"
#include "optim/optimizer.h"

enum { RATE, DECAY, MOMENTUM, REST, NESTEROV };

/* The options, by their place in the table. */
enum {
  OPTION_LEARNING_RATE,
  OPTION_WEIGHT_DECAY,
  OPTION_MOMENTUM,
  OPTION_DAMPENING,
  OPTION_NESTEROV
};

static const RecnnOption options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.001", "(0,inf)", "step size"},
    {"weight_decay", RECNN_OPTION_FLOAT, "0", "[0,inf)", "factor of the weights in the gradient"},
    {"momentum", RECNN_OPTION_FLOAT, "0", "[0,1)", "decay of the direction"},
    {"dampening", RECNN_OPTION_FLOAT, "0", "[0,1]",
     "share of the gradient that momentum leaves out"},
    {"nesterov", RECNN_OPTION_BOOL, "false", NULL, "look ahead by the momentum"},
    {NULL, 0, NULL, NULL, NULL}};

static RecnnStatus check(const RecnnValue *set, RecnnError *error) {
  double momentum = set[OPTION_MOMENTUM].as.f, dampening = set[OPTION_DAMPENING].as.f;
  if (set[OPTION_NESTEROV].as.i == 0 || (momentum > 0.0 && dampening <= 0.0))
    return RECNN_OK;
  error->code = RECNN_ERROR_OPTION;
  (void)snprintf(
      error->message, sizeof error->message,
      "option nesterov: momentum is %g and dampening %g, expected a momentum above 0 and "
      "no dampening",
      momentum, dampening);
  return RECNN_ERROR_OPTION;
}

static int32_t slots(const RecnnValue *set) { return set[OPTION_MOMENTUM].as.f > 0.0 ? 1 : 0; }

static void prepare(const RecnnValue *set, double learning_rate, uint64_t step, double *factor) {
  factor[RATE] = learning_rate;
  factor[DECAY] = set[OPTION_WEIGHT_DECAY].as.f;
  factor[MOMENTUM] = set[OPTION_MOMENTUM].as.f;
  factor[REST] = step == 1 ? 1.0 : 1.0 - set[OPTION_DAMPENING].as.f;
  factor[NESTEROV] = set[OPTION_NESTEROV].as.i != 0 ? 1.0 : 0.0;
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
  const Factors f = {u->scale, (float)u->factor[RATE], (float)u->factor[DECAY],
                     (float)u->factor[MOMENTUM], (float)u->factor[REST]};
  bool ahead = u->factor[NESTEROV] > 0.0;
  int64_t size = u->row_size;
  float *w = u->value;
  float *b = u->slot[0]; /* NULL without momentum */
  if (u->grad != NULL) {
    int64_t at = begin * size;
    some(w + at, b != NULL ? b + at : NULL, u->grad + at, (end - begin) * size, &f, ahead);
    return;
  }
  bool stays = b == NULL && u->factor[DECAY] <= 0.0; /* a row without a gradient */
  for (int64_t row = begin; row < end; row++) {
    int32_t slot = u->row_slot[row];
    int64_t at = row * size;
    float *rows_b = b != NULL ? b + at : NULL;
    if (slot >= 0)
      some(w + at, rows_b, u->row_grad + slot * size, size, &f, ahead);
    else if (!stays)
      idle(w + at, rows_b, size, &f, ahead);
  }
}

RECNN_OPTIMIZER(sgd) = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "sgd",
    .doc = "Stochastic gradient descent with PyTorch's semantics: momentum, Nesterov",
    .options = options,
    .n_slots = 1,
    .slots = slots,
    .check = check,
    .prepare = prepare,
    .update = update,
};
