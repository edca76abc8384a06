/* Cross entropy of a softmax over very many classes, estimated from a few that are drawn (Bengio
 * and Senecal, Quick training of probabilistic neural nets by importance sampling, AISTATS 2003;
 * Jean et al., On using very large target vocabulary for neural machine translation, ACL 2015).
 *
 * One set of S classes is drawn for the whole batch, with replacement, from a distribution q.  A
 * drawn logit has log (S q) taken from it, which makes the sum of the exponentials an unbiased
 * estimate of that over all classes; what hit a row's own target is left out of that row, since the
 * target's term is there itself.  The layer's weight and bias get gradients for the drawn rows and
 * the targets' alone. */
#include <math.h>
#include <string.h>

#include "kernels/vecmath.h"
#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { X, WEIGHT, BIAS, TARGET };
enum { SAMPLES, DISTRIBUTION };
enum { UNIFORM, LOG_UNIFORM };

/* What forward leaves for backward. */
typedef struct Saved {
  int64_t n_classes;
  int64_t n_samples;
  int64_t n_rows;
  int64_t size;
  int64_t *ids;  /* the drawn classes, and behind them the rows' targets */
  float *weight; /* (n_samples, size) the drawn rows */
  float *offset; /* (n_samples) their bias - log (S q) */
  float *share;  /* (n_rows, n_samples) of the softmax */
  float *own;    /* (n_rows) the target's share, less 1 */
} Saved;

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X], *weight = call->inputs[WEIGHT];
  const RecnnTensor *bias = call->inputs[BIAS], *target = call->inputs[TARGET];
  if (!recnn__ops_float32(call, X, "x") || !recnn__ops_float32(call, WEIGHT, "weight"))
    return false;
  if (x->rank != 2 || x->shape[1] < 1)
    return recnn__ops_refuse(call, X, "x", "(B, K) with K at least 1");
  if (weight->rank != 2 || weight->shape[0] < 1 || weight->shape[1] != x->shape[1])
    return recnn__ops_refuse(call, WEIGHT, "weight",
                             "(N, %" PRId64 ") with N at least 1, as x has %" PRId64 " columns",
                             x->shape[1], x->shape[1]);
  if (bias->dtype != RECNN_FLOAT32 || bias->rank != 1 || bias->shape[0] != weight->shape[0])
    return recnn__ops_refuse(call, BIAS, "bias", "float32 (%" PRId64 "), one a row of weight",
                             weight->shape[0]);
  if (target->dtype != RECNN_INT64 || target->rank != 1 || target->shape[0] != x->shape[0])
    return recnn__ops_refuse(call, TARGET, "target", "int64 (%" PRId64 "), one a row of x",
                             x->shape[0]);
  return recnn__ops_output_scalar(call);
}

/* Draws the classes and looks up what goes with them. */
static bool draw(RecnnOpCall *call, Saved *s) {
  uint32_t *words = call->host->scratch(call, (size_t)(2 * s->n_samples) * sizeof *words);
  if (words == NULL)
    return false;
  call->host->random_fill(call, 0, words, 2 * s->n_samples);
  bool zipf = call->attrs[DISTRIBUTION].as.i == LOG_UNIFORM;
  double log_all = log((double)s->n_classes + 1.0);
  for (int64_t j = 0; j < s->n_samples; j++) {
    double u = ((double)words[2 * j] + (double)words[2 * j + 1] * 0x1p-32) * 0x1p-32;
    double place = zipf ? exp(u * log_all) - 1.0 : u * (double)s->n_classes;
    int64_t id = CLAMP((int64_t)place, 0, s->n_classes - 1);
    double q = zipf ? log1p(1.0 / ((double)id + 1.0)) / log_all : 1.0 / (double)s->n_classes;
    s->ids[j] = id;
    s->offset[j] = (float)((double)recnn__ops_in(call, BIAS)[id] - log((double)s->n_samples * q));
    memcpy(s->weight + j * s->size, recnn__ops_in(call, WEIGHT) + id * s->size,
           (size_t)s->size * sizeof *s->weight);
  }
  return true;
}

static bool take_targets(RecnnOpCall *call, Saved *s) {
  const int64_t *target = call->inputs[TARGET]->data;
  for (int64_t row = 0; row < s->n_rows; row++) {
    if (target[row] < 0 || target[row] >= s->n_classes)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "the target of row %" PRId64 " is %" PRId64
                             ", out of range: there are classes 0 to %" PRId64,
                             row, target[row], s->n_classes - 1);
    s->ids[s->n_samples + row] = target[row];
  }
  return true;
}

/* One row's logits become its shares of the softmax; returns the loss. */
RECNN_CLONES
static double row_loss(const Saved *s, float logit, int64_t target, float *share, float *own) {
  float most = logit;
  for (int64_t j = 0; j < s->n_samples; j++) {
    share[j] = s->ids[j] == target ? -INFINITY : share[j] + s->offset[j];
    most = share[j] > most ? share[j] : most;
  }
  for (int64_t j = 0; j < s->n_samples; j++)
    share[j] -= most;
  recnn_vector_exp(share, share, s->n_samples);
  double mine = exp((double)logit - (double)most);
  double sum = mine + recnn__ops_lane_sum(share, s->n_samples);
  recnn_vector_scale(share, (float)(1.0 / sum), s->n_samples);
  *own = (float)(mine / sum - 1.0);
  return (double)most + log(sum) - (double)logit;
}

static double losses(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Saved *s = data;
  double sum = 0.0;
  for (int64_t row = begin; row < end; row++) {
    int64_t target = s->ids[s->n_samples + row];
    const float *x = recnn__ops_in(call, X) + row * s->size;
    const float *w = recnn__ops_in(call, WEIGHT) + target * s->size;
    double dot = 0.0;
    for (int64_t i = 0; i < s->size; i++)
      dot += (double)x[i] * (double)w[i];
    float logit = (float)(dot + (double)recnn__ops_in(call, BIAS)[target]);
    sum += row_loss(s, logit, target, s->share + row * s->n_samples, &s->own[row]);
  }
  return sum;
}

static bool allocate(RecnnOpCall *call, Saved *s) {
  size_t n = (size_t)s->n_samples, rows = (size_t)s->n_rows;
  s->ids = call->host->scratch(call, (n + rows) * sizeof *s->ids);
  s->weight = call->host->scratch(call, n * (size_t)s->size * sizeof *s->weight);
  s->offset = call->host->scratch(call, n * sizeof *s->offset);
  s->share = call->host->scratch(call, rows * n * sizeof *s->share);
  s->own = call->host->scratch(call, rows * sizeof *s->own);
  return s->ids != NULL && s->weight != NULL && s->offset != NULL && s->share != NULL &&
         s->own != NULL;
}

static bool forward(RecnnOpCall *call) {
  Saved *s = call->host->scratch(call, sizeof *s);
  if (s == NULL)
    return false;
  *s = (Saved){.n_classes = call->inputs[WEIGHT]->shape[0],
               .n_samples = call->attrs[SAMPLES].as.i,
               .n_rows = call->inputs[X]->shape[0],
               .size = call->inputs[X]->shape[1]};
  if (!allocate(call, s) || !take_targets(call, s) || !draw(call, s) ||
      !recnn__ops_gemm(call, false, true, s->n_rows, s->n_samples, s->size, 1.0f,
                       recnn__ops_in(call, X), s->size, s->weight, s->size, 0.0f, s->share,
                       s->n_samples))
    return false;
  double sum = recnn__ops_sum(call, s->n_rows, 8 * s->n_samples, losses, s);
  recnn__ops_out(call)[0] = s->n_rows > 0 ? (float)(sum / (double)s->n_rows) : 0.0f;
  call->saved = s;
  return true;
}

/* Shares become the logits' gradients. */
static void scale(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Saved *s = data;
  float by = recnn__ops_dy(call)[0] / (float)s->n_rows;
  recnn_vector_scale(s->share + begin * s->n_samples, by, (end - begin) * s->n_samples);
  recnn_vector_scale(s->own + begin, by, end - begin);
}

static void add_own(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Saved *s = data;
  for (int64_t row = begin; row < end; row++)
    recnn_vector_axpy(recnn__ops_dx(call, X) + row * s->size, s->own[row],
                      recnn__ops_in(call, WEIGHT) + s->ids[s->n_samples + row] * s->size, s->size);
}

static bool put_x(RecnnOpCall *call, const Saved *s) {
  if (!recnn__ops_gemm(call, false, false, s->n_rows, s->size, s->n_samples, 1.0f, s->share,
                       s->n_samples, s->weight, s->size, call->beta[X], recnn__ops_dx(call, X),
                       s->size))
    return false;
  recnn__ops_rows(call, s->n_rows, s->size, add_own, s);
  return true;
}

static bool add_weight(RecnnOpCall *call, const Saved *s, const RecnnTensor *ids) {
  int64_t n = s->n_samples + s->n_rows;
  float *rows = call->host->scratch(call, (size_t)(n * s->size) * sizeof *rows);
  if (rows == NULL ||
      !recnn__ops_gemm(call, true, false, s->n_samples, s->size, s->n_rows, 1.0f, s->share,
                       s->n_samples, recnn__ops_in(call, X), s->size, 0.0f, rows, s->size))
    return false;
  for (int64_t row = 0; row < s->n_rows; row++) {
    float *to = rows + (s->n_samples + row) * s->size;
    memcpy(to, recnn__ops_in(call, X) + row * s->size, (size_t)s->size * sizeof *to);
    recnn_vector_scale(to, s->own[row], s->size);
  }
  RecnnTensor tensor = recnn_tensor_view(rows, RECNN_FLOAT32, 2, (int64_t[]){n, s->size});
  call->host->add_rows(call, WEIGHT, ids, &tensor);
  return true;
}

static bool add_bias(RecnnOpCall *call, const Saved *s, const RecnnTensor *ids) {
  int64_t n = s->n_samples + s->n_rows;
  float *rows = call->host->scratch(call, (size_t)n * sizeof *rows);
  if (rows == NULL)
    return false;
  memset(rows, 0, (size_t)s->n_samples * sizeof *rows);
  for (int64_t row = 0; row < s->n_rows; row++)
    recnn_vector_add(rows, s->share + row * s->n_samples, s->n_samples);
  memcpy(rows + s->n_samples, s->own, (size_t)s->n_rows * sizeof *rows);
  RecnnTensor tensor = recnn_tensor_view(rows, RECNN_FLOAT32, 1, &n);
  call->host->add_rows(call, BIAS, ids, &tensor);
  return true;
}

static bool backward(RecnnOpCall *call) {
  const Saved *s = call->saved;
  int64_t n = s->n_samples + s->n_rows;
  if (s->n_rows == 0)
    return true;
  RecnnTensor ids = recnn_tensor_view(s->ids, RECNN_INT64, 1, &n);
  recnn__ops_rows(call, s->n_rows, s->n_samples, scale, s);
  return (!call->wanted[WEIGHT] || add_weight(call, s, &ids)) &&
         (!call->wanted[BIAS] || add_bias(call, s, &ids)) &&
         (recnn__ops_dx(call, X) == NULL || put_x(call, s));
}

/* Every row with every drawn class, and with its own; the rows of those are read or added to. */
static void cost(const RecnnOpCall *call, RecnnOpCost *cost) {
  double rows = (double)call->inputs[X]->shape[0], size = (double)call->inputs[X]->shape[1];
  double samples = (double)call->attrs[SAMPLES].as.i;
  recnn__ops_products(call, 2.0 * rows * size * (samples + 1.0), 1u << X | 1u << WEIGHT, cost);
  cost->bytes += (samples + rows) * size * sizeof(float);
}

static const RecnnOption attrs[] = {
    {"samples", RECNN_OPTION_INT, NULL, "[1,16777216]", "Classes that are drawn for the batch"},
    {"distribution", RECNN_OPTION_CHOICE, "uniform", "uniform|log_uniform",
     "What they are drawn from; log_uniform draws class i with log ((i + 2) / (i + 1)) / log (N + "
     "1)"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput small[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {9, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {9}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 8},
};
static const RecnnOpSampleInput hits[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {7, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {2, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {7}, .low = 0, .high = 1},
};
static const RecnnAttr four[] = {{"samples", {RECNN_OPTION_INT, 0, {4}}}};
static const RecnnAttr six[] = {{"samples", {RECNN_OPTION_INT, 0, {6}}},
                                {"distribution", {RECNN_OPTION_STRING, 0, {.s = "log_uniform"}}}};
static const RecnnOpSample samples[] = {
    {.name = "uniform", .inputs = small, .n_inputs = 4, .attrs = four, .n_attrs = 1},
    {.name = "log uniform", .inputs = small, .n_inputs = 4, .attrs = six, .n_attrs = 2},
    {.name = "many hits", .inputs = hits, .n_inputs = 4, .attrs = six, .n_attrs = 2},
    {.name = NULL},
};

RECNN_OP(sampled_softmax_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "sampled_softmax_loss",
    .doc = "An estimate, from drawn classes, of the mean of -log softmax (x weight^T + bias) at "
           "the classes target int64 (B), of x (B, K), weight (N, K) and bias (N): a scalar; 0 of "
           "none",
    .min_inputs = 4,
    .max_inputs = 4,
    .attrs = attrs,
    .flags = RECNN_OP_BETA | RECNN_OP_STOCHASTIC | RECNN_OP_ROWS(WEIGHT) | RECNN_OP_ROWS(BIAS),
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
    .cost = cost,
};
