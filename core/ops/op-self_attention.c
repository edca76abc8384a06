/* Scaled dot-product self-attention with several heads (Vaswani et al., Attention is all you need,
 * NeurIPS 2017), between the projections: queries, keys and values stand side by side in the input.
 * Dropout on the weights as in PyTorch. */
#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "kernels/blas.h"
#include "kernels/vecmath.h"
#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { HEADS, DROPOUT, CAUSAL };

typedef struct Shape {
  int64_t n; /* sequences */
  int64_t steps;
  int64_t size; /* of all heads */
  int64_t heads;
  int64_t head; /* size of one */
  float scale;  /* of the scores */
  bool causal;
} Shape;

static Shape shape_of(const RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  Shape s = {x->shape[0],
             x->shape[1],
             x->shape[2] / 3,
             call->attrs[HEADS].as.i,
             x->shape[2] / 3 / call->attrs[HEADS].as.i,
             0.0f,
             call->attrs[CAUSAL].as.i != 0};
  s.scale = (float)(1.0 / sqrt((double)s.head));
  return s;
}

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  int64_t heads = call->attrs[HEADS].as.i;
  if (!recnn__ops_float32(call, 0, "qkv"))
    return false;
  if (x->rank != 3 || x->shape[1] < 1 || x->shape[2] < 1 || x->shape[2] % (3 * heads) != 0)
    return recnn__ops_refuse(
        call, 0, "qkv", "(B, L, 3 E) with L at least 1 and E a multiple of the %" PRId64 " heads",
        heads);
  return recnn__ops_output(call, RECNN_FLOAT32, 3,
                           (int64_t[]){x->shape[0], x->shape[1], x->shape[2] / 3});
}

/* Queries, keys and values of a head, rows 3 * size apart; the head's weights. */
typedef struct Head {
  const float *q, *k, *v;
  float *weights; /* (steps, steps) after softmax, before dropout */
  int64_t number; /* of sequence and head: whose random numbers */
} Head;

static Head head_of(const RecnnOpCall *call, const Shape *s, float *weights, int64_t sequence,
                    int64_t head) {
  const float *x = recnn__ops_in(call, 0) + sequence * s->steps * 3 * s->size + head * s->head;
  int64_t number = sequence * s->heads + head;
  return (Head){x, x + s->size, x + 2 * s->size, weights + number * s->steps * s->steps, number};
}

/* The weights as dropout leaves them, in `out`. */
static void drop(const RecnnOpCall *call, const RecnnOpTail *tail, const Shape *s, const Head *h,
                 float *out) {
  int64_t n = s->steps * s->steps;
  memcpy(out, h->weights, (size_t)n * sizeof *out);
  recnn__ops_tail_forward(call, tail, h->number, 0, n, out);
}

static RecnnOpTail tail_of(const RecnnOpCall *call, const Shape *s) {
  return recnn__ops_tail(call, NULL, &call->attrs[DROPOUT], s->steps * s->steps);
}

/* Less the largest of a row, over the steps that it sees; 0 for the others. */
RECNN_CLONES
static void lower(float *scores, int64_t steps, bool causal) {
  for (int64_t t = 0; t < steps; t++) {
    float *row = scores + t * steps;
    int64_t n = causal ? t + 1 : steps;
    float most = recnn__ops_largest(row, n);
    for (int64_t i = 0; i < n; i++)
      row[i] -= most;
    for (int64_t i = n; i < steps; i++)
      row[i] = 0.0f;
  }
}

/* Exponentials become shares. */
RECNN_CLONES
static void share_out(float *w, int64_t steps, bool causal) {
  for (int64_t t = 0; t < steps; t++) {
    float *row = w + t * steps;
    int64_t n = causal ? t + 1 : steps;
    float scale = (float)(1.0 / recnn__ops_lane_sum(row, n));
    for (int64_t i = 0; i < n; i++)
      row[i] *= scale;
    for (int64_t i = n; i < steps; i++)
      row[i] = 0.0f;
  }
}

typedef struct Work {
  Shape s;
  RecnnOpTail tail;
  float *weights; /* of all heads */
  float *scratch; /* (tiles, 2, steps, steps) */
  int64_t n_tiles;
  RecnnOpCall *call;
} Work;

static void forward_tile(void *context, int64_t tile) {
  const Work *w = context;
  const Shape *s = &w->s;
  int64_t begin, end, L = s->steps, ld = 3 * s->size;
  float *dropped = w->scratch + tile * 2 * L * L, *scores = dropped + L * L;
  recnn_parallel_share(s->n, w->n_tiles, tile, &begin, &end);
  for (int64_t i = begin; i < end; i++) {
    for (int64_t head = 0; head < s->heads; head++) {
      Head h = head_of(w->call, s, w->weights, i, head);
      float *y = recnn__ops_out(w->call) + i * L * s->size + head * s->head;
      recnn_blas_sgemm(false, true, L, L, s->head, s->scale, h.q, ld, h.k, ld, 0.0f, scores, L);
      lower(scores, L, s->causal);
      recnn_vector_exp(h.weights, scores, L * L);
      share_out(h.weights, L, s->causal);
      const float *used = h.weights;
      if (w->tail.drops) {
        drop(w->call, &w->tail, s, &h, dropped);
        used = dropped;
      }
      recnn_blas_sgemm(false, false, L, s->head, L, 1.0f, used, L, h.v, ld, 0.0f, y, s->size);
    }
  }
}

static bool forward(RecnnOpCall *call) {
  Work *w = call->host->scratch(call, sizeof *w);
  if (w == NULL)
    return false;
  w->s = shape_of(call);
  w->tail = tail_of(call, &w->s);
  w->call = call;
  int64_t square = w->s.steps * w->s.steps;
  w->n_tiles = recnn_parallel_tiles(w->s.n, 8 * square * w->s.size);
  w->weights = call->host->scratch(call, (size_t)(w->s.n * w->s.heads * square) * sizeof(float));
  w->scratch = call->host->scratch(call, (size_t)(w->n_tiles * 2 * square) * sizeof(float));
  if (w->weights == NULL || w->scratch == NULL)
    return false;
  call->host->parallel(call, w->n_tiles, forward_tile, w);
  call->saved = w;
  return true;
}

/* Softmax's backward, row by row: dw becomes the scores' gradient. */
RECNN_CLONES
static void unweigh(float *restrict dw, const float *restrict w, int64_t steps) {
  for (int64_t t = 0; t < steps; t++, dw += steps, w += steps) {
    float dot = (float)recnn_vector_dot(dw, w, steps);
    for (int64_t i = 0; i < steps; i++)
      dw[i] = w[i] * (dw[i] - dot);
  }
}

static void backward_tile(void *context, int64_t tile) {
  const Work *w = context;
  const Shape *s = &w->s;
  RecnnOpCall *call = w->call;
  int64_t begin, end, L = s->steps, ld = 3 * s->size;
  float *dropped = w->scratch + tile * 2 * L * L;
  float *dw = dropped + L * L;
  float beta = call->beta[0];
  recnn_parallel_share(s->n, w->n_tiles, tile, &begin, &end);
  for (int64_t i = begin; i < end; i++) {
    for (int64_t head = 0; head < s->heads; head++) {
      Head h = head_of(call, s, w->weights, i, head);
      const float *dy = recnn__ops_dy(call) + i * L * s->size + head * s->head;
      float *dq = recnn__ops_dx(call, 0) + i * L * ld + head * s->head;
      float *dk = dq + s->size, *dv = dq + 2 * s->size;
      const float *used = h.weights;
      if (w->tail.drops) {
        drop(call, &w->tail, s, &h, dropped);
        used = dropped;
      }
      recnn_blas_sgemm(true, false, L, s->head, L, 1.0f, used, L, dy, s->size, beta, dv, ld);
      recnn_blas_sgemm(false, true, L, L, s->head, 1.0f, dy, s->size, h.v, ld, 0.0f, dw, L);
      if (w->tail.drops)
        recnn__ops_tail_backward(call, &w->tail, h.number, 0, L * L, dropped, dw, 0.0f, dw);
      unweigh(dw, h.weights, L);
      recnn_blas_sgemm(false, false, L, s->head, L, s->scale, dw, L, h.k, ld, beta, dq, ld);
      recnn_blas_sgemm(true, false, L, s->head, L, s->scale, dw, L, h.q, ld, beta, dk, ld);
    }
  }
}

static bool backward(RecnnOpCall *call) {
  Work *w = call->saved;
  if (recnn__ops_dx(call, 0) == NULL)
    return true;
  w->call = call; /* forward's is gone */
  call->host->parallel(call, w->n_tiles, backward_tile, w);
  return true;
}

/* Two products, both of values that the backward goes through on both sides. */
static void cost(const RecnnOpCall *call, RecnnOpCost *cost) {
  Shape s = shape_of(call);
  double forward = 4.0 * (double)(s.n * s.steps) * (double)(s.steps * s.size);
  cost->operations = call->output_grad != NULL ? 2.0 * forward : forward;
}

static const RecnnOption attrs[] = {
    {"heads", RECNN_OPTION_INT, "1", "[1,1024]", "Into how many parts E is cut"},
    {"dropout", RECNN_OPTION_FLOAT, "0", "[0,1)",
     "Probability of dropping an attention weight while training"},
    {"causal", RECNN_OPTION_BOOL, "false", NULL, "A step sees itself and earlier ones only"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput four[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {3, 4, 12}, .low = -1.5, .high = 1.5},
};
static const RecnnOpSampleInput longer[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {2, 7, 6}, .low = -1.5, .high = 1.5},
};
static const RecnnAttr two_heads[] = {{"heads", {RECNN_OPTION_INT, 0, {2}}}};
static const RecnnAttr causal[] = {{"causal", {RECNN_OPTION_BOOL, 0, {1}}}};
static const RecnnAttr dropped[] = {{"heads", {RECNN_OPTION_INT, 0, {2}}},
                                    {"dropout", {RECNN_OPTION_FLOAT, 0, {.f = 0.4}}}};
static const RecnnOpSample samples[] = {
    {.name = "two heads", .inputs = four, .n_inputs = 1, .attrs = two_heads, .n_attrs = 1},
    {.name = "causal", .inputs = longer, .n_inputs = 1, .attrs = causal, .n_attrs = 1},
    {.name = "dropout", .inputs = four, .n_inputs = 1, .attrs = dropped, .n_attrs = 2},
    {.name = NULL},
};

RECNN_OP(self_attention) = {
    .struct_size = sizeof(RecnnOp),
    .name = "self_attention",
    .doc = "softmax (q k^T / sqrt (size of a head)) v for every head, of qkv (B, L, 3 E), queries, "
           "keys and values side by side: (B, L, E)",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = attrs,
    .flags = RECNN_OP_BETA | RECNN_OP_STOCHASTIC,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
    .cost = cost,
};
