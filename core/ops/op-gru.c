/* One layer of gated recurrent units (Cho et al., Learning Phrase Representations using RNN
 * Encoder-Decoder, EMNLP 2014), in the form and gate order (r, z, n) of PyTorch's nn.GRU.
 *
 * Only valid steps are computed: sequences are sorted by length and their steps packed, step by
 * step, so that one product makes all input projections.  Sequences do not know each other, so each
 * tile of them runs through time by itself: no thread waits for another between steps. */
#include <string.h>

#include "kernels/blas.h"
#include "kernels/gemm.h"
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

enum { X, W_IH, W_HH, B_IH, B_HH, LENGTH };

#define TILE 64 /* sequences */

/* What forward leaves for backward.  Packed arrays have one row a valid step, step by step. */
typedef struct Packed {
  int64_t n_rows;  /* sequences */
  int64_t n_steps; /* the longest */
  int64_t n;       /* valid steps of all */
  int64_t in;
  int64_t hidden;
  int64_t *order;  /* (n_rows) sequences, longest first */
  int64_t *active; /* (n_steps) how many are that long */
  int64_t *offset; /* (n_steps) where a step's rows begin */
  float *x;        /* (n, in) */
  float *gi;       /* (n, 3 hidden) input projections; in backward their gradient */
  float *gh;       /* the same of the hidden state: only backward's gradient of them is whole */
  float *gates;    /* (n, 4 hidden): r, z, n, and the hidden part of n */
  float *before;   /* (n, hidden) the state before */
  float *state;    /* (n, hidden); in backward its gradient from outside */
  float *scratch;  /* (tiles, TILE, 3 hidden) */
} Packed;

static bool weights_fit(RecnnOpCall *call, int64_t in, int64_t hidden) {
  static const char *const names[] = {"x", "w_ih", "w_hh", "b_ih", "b_hh"};
  for (int32_t i = W_IH; i <= B_HH; i++) {
    const RecnnTensor *t = call->inputs[i];
    bool matrix = i <= W_HH;
    int64_t columns = i == W_IH ? in : hidden;
    if (t->dtype != RECNN_FLOAT32 || t->rank != (matrix ? 2 : 1) || t->shape[0] != 3 * hidden ||
        (matrix && t->shape[1] != columns))
      return matrix
                 ? recnn__ops_refuse(call, i, names[i],
                                     "float32 (%" PRId64 ", %" PRId64 "), three times the hidden "
                                     "size by the input",
                                     3 * hidden, columns)
                 : recnn__ops_refuse(call, i, names[i], "float32 (%" PRId64 ")", 3 * hidden);
  }
  return true;
}

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  if (!recnn__ops_float32(call, X, "x"))
    return false;
  if (x->rank != 3 || x->shape[1] < 1)
    return recnn__ops_refuse(call, X, "x", "(B, L, I) with L at least 1");
  const RecnnTensor *w = call->inputs[W_HH];
  if (w->rank != 2)
    return recnn__ops_refuse(call, W_HH, "w_hh", "(3 H, H)");
  if (!weights_fit(call, x->shape[2], w->shape[1]))
    return false;
  if (call->n_inputs > LENGTH && !recnn__ops_length_shape(call, LENGTH, x->shape[0]))
    return false;
  return recnn__ops_output(call, RECNN_FLOAT32, 3,
                           (int64_t[]){x->shape[0], x->shape[1], w->shape[1]});
}

/* Longest first, equal ones in their order: a counting sort. */
static void sort_by_length(Packed *p, const int64_t *lengths, int64_t width) {
  memset(p->active, 0, (size_t)width * sizeof *p->active);
  for (int64_t row = 0; row < p->n_rows; row++)
    p->active[(lengths != NULL ? lengths[row] : width) - 1]++;
  for (int64_t t = width - 2; t >= 0; t--) /* how many are at least t + 1 long */
    p->active[t] += p->active[t + 1];
  for (int64_t row = 0; row < p->n_rows; row++) {
    int64_t length = lengths != NULL ? lengths[row] : width;
    /* behind all longer ones, which active[length] counts; offset counts its equals so far */
    int64_t longer = length < width ? p->active[length] : 0;
    p->order[longer + p->offset[length - 1]++] = row;
  }
  p->n = 0;
  p->n_steps = 0;
  for (int64_t t = 0; t < width; t++) {
    p->offset[t] = p->n;
    p->n += p->active[t];
    if (p->active[t] > 0)
      p->n_steps = t + 1;
  }
}

static float *floats(RecnnOpCall *call, int64_t n) {
  return call->host->scratch(call, (size_t)n * sizeof(float));
}

static Packed *pack(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  int64_t width = x->shape[1];
  const int64_t *lengths;
  if (!recnn__ops_lengths(call, LENGTH, x->shape[0], width, &lengths))
    return NULL;
  Packed *p = call->host->scratch(call, sizeof *p);
  if (p == NULL)
    return NULL;
  *p = (Packed){.n_rows = x->shape[0], .in = x->shape[2], .hidden = call->output->shape[2]};
  p->order = call->host->scratch(call, (size_t)p->n_rows * sizeof *p->order);
  p->active = call->host->scratch(call, (size_t)width * sizeof *p->active);
  p->offset = call->host->scratch(call, (size_t)width * sizeof *p->offset);
  if (p->order == NULL || p->active == NULL || p->offset == NULL)
    return NULL;
  memset(p->offset, 0, (size_t)width * sizeof *p->offset);
  sort_by_length(p, lengths, width);
  int64_t tiles = (p->n_rows + TILE - 1) / TILE;
  p->x = floats(call, p->n * p->in);
  p->gi = floats(call, p->n * 3 * p->hidden);
  p->gates = floats(call, p->n * 4 * p->hidden);
  p->before = floats(call, p->n * p->hidden);
  p->state = floats(call, p->n * p->hidden);
  p->scratch = floats(call, tiles * TILE * 3 * p->hidden);
  bool ok = p->x != NULL && p->gi != NULL && p->gates != NULL && p->before != NULL &&
            p->state != NULL && p->scratch != NULL;
  return ok ? p : NULL;
}

/* The rows of tile `tile` at step t: the packed row of the first, and how many. */
static int64_t rows_at(const Packed *p, int64_t tile, int64_t t, int64_t *ret_first) {
  int64_t begin = tile * TILE;
  *ret_first = p->offset[t] + begin;
  return MIN(p->active[t], begin + TILE) - begin;
}

/* The cell for one row: reads the projections gi and gh, writes gates and state. */
RECNN_CLONES
static void cell(const float *gi, const float *gh, const float *before, int64_t h, float *gates,
                 float *state) {
  float *r = gates, *z = gates + h, *n = gates + 2 * h, *hn = gates + 3 * h;
  for (int64_t i = 0; i < 2 * h; i++)
    gates[i] = gi[i] + gh[i];
  recnn_vector_sigmoid(gates, gates, 2 * h);
  for (int64_t i = 0; i < h; i++) {
    hn[i] = gh[2 * h + i];
    n[i] = gi[2 * h + i] + r[i] * hn[i];
  }
  recnn_vector_tanh(n, n, h);
  for (int64_t i = 0; i < h; i++)
    state[i] = n[i] + z[i] * (before[i] - n[i]);
}

typedef struct Run {
  RecnnOpCall *call;
  Packed *p;
} Run;

static void forward_tile(void *context, int64_t tile) {
  const Run *run = context;
  const Packed *p = run->p;
  int64_t h = p->hidden;
  float *gh = p->scratch + tile * TILE * 3 * h;
  const float *b_hh = recnn__ops_in(run->call, B_HH);
  for (int64_t t = 0; t < p->n_steps; t++) {
    int64_t first, earlier;
    int64_t n = rows_at(p, tile, t, &first);
    if (n <= 0)
      break;
    for (int64_t i = 0; i < n; i++)
      memcpy(gh + i * 3 * h, b_hh, (size_t)(3 * h) * sizeof *gh);
    if (t == 0) {
      memset(p->before + first * h, 0, (size_t)(n * h) * sizeof *gh);
    } else {
      rows_at(p, tile, t - 1, &earlier);
      memcpy(p->before + first * h, p->state + earlier * h, (size_t)(n * h) * sizeof *gh);
      recnn_blas_sgemm(false, true, n, 3 * h, h, 1.0f, p->before + first * h, h,
                       recnn__ops_in(run->call, W_HH), h, 1.0f, gh, 3 * h);
    }
    for (int64_t i = 0; i < n; i++)
      cell(p->gi + (first + i) * 3 * h, gh + i * 3 * h, p->before + (first + i) * h, h,
           p->gates + (first + i) * 4 * h, p->state + (first + i) * h);
  }
}

/* Copies the valid steps of `from` (B, L, width) into packed rows. */
static void gather_steps(const Packed *p, const float *from, int64_t n_steps, int64_t width,
                         float *to) {
  for (int64_t t = 0; t < p->n_steps; t++)
    for (int64_t i = 0; i < p->active[t]; i++)
      memcpy(to + (p->offset[t] + i) * width, from + (p->order[i] * n_steps + t) * width,
             (size_t)width * sizeof *to);
}

static void spread_output(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Packed *p = data;
  int64_t width = call->output->shape[1], h = p->hidden;
  for (int64_t i = begin; i < end; i++) {
    float *y = recnn__ops_out(call) + p->order[i] * width * h;
    for (int64_t t = 0; t < width; t++) {
      if (t < p->n_steps && i < p->active[t])
        memcpy(y + t * h, p->state + (p->offset[t] + i) * h, (size_t)h * sizeof *y);
      else
        memset(y + t * h, 0, (size_t)h * sizeof *y);
    }
  }
}

static bool forward(RecnnOpCall *call) {
  Packed *p = pack(call);
  if (p == NULL)
    return false;
  Run run = {call, p};
  int64_t h3 = 3 * p->hidden;
  const float *b_ih = recnn__ops_in(call, B_IH);
  gather_steps(p, recnn__ops_in(call, X), call->output->shape[1], p->in, p->x);
  for (int64_t i = 0; i < p->n; i++)
    memcpy(p->gi + i * h3, b_ih, (size_t)h3 * sizeof *p->gi);
  recnn_gemm(false, true, p->n, h3, p->in, 1.0f, p->x, p->in, recnn__ops_in(call, W_IH), p->in,
             1.0f, p->gi, h3);
  call->host->parallel(call, (p->n_rows + TILE - 1) / TILE, forward_tile, &run);
  recnn__ops_rows(call, p->n_rows, call->output->shape[1] * p->hidden, spread_output, p);
  call->saved = p;
  return true;
}

/* One row of the cell's backward: `dh` is the state's gradient, which becomes that part of the
 * earlier state's that does not go through the gates. */
RECNN_CLONES
static void cell_backward(const float *gates, const float *before, int64_t h, float *dh, float *dgi,
                          float *dgh) {
  const float *r = gates, *z = gates + h, *n = gates + 2 * h, *hn = gates + 3 * h;
  for (int64_t i = 0; i < h; i++) {
    float dn = dh[i] * (1.0f - z[i]) * (1.0f - n[i] * n[i]);
    float dr = dn * hn[i] * r[i] * (1.0f - r[i]);
    float dz = dh[i] * (before[i] - n[i]) * z[i] * (1.0f - z[i]);
    dgi[i] = dgh[i] = dr;
    dgi[h + i] = dgh[h + i] = dz;
    dgi[2 * h + i] = dn;
    dgh[2 * h + i] = dn * r[i];
    dh[i] *= z[i];
  }
}

static void backward_tile(void *context, int64_t tile) {
  const Run *run = context;
  const Packed *p = run->p;
  int64_t h = p->hidden;
  float *carry = p->scratch + tile * TILE * 3 * h; /* (TILE, h): the later steps' part */
  int64_t later = 0;                               /* rows that carry has */
  for (int64_t t = p->n_steps - 1; t >= 0; t--) {
    int64_t first;
    int64_t n = rows_at(p, tile, t, &first);
    if (n <= 0)
      continue;
    memset(carry + later * h, 0, (size_t)((n - later) * h) * sizeof *carry);
    later = n;
    for (int64_t i = 0; i < n; i++) {
      const float *from_outside = p->state + (first + i) * h;
      float *dh = carry + i * h;
      for (int64_t k = 0; k < h; k++)
        dh[k] += from_outside[k];
      cell_backward(p->gates + (first + i) * 4 * h, p->before + (first + i) * h, h, dh,
                    p->gi + (first + i) * 3 * h, p->gh + (first + i) * 3 * h);
    }
    if (t > 0)
      recnn_blas_sgemm(false, false, n, h, 3 * h, 1.0f, p->gh + first * 3 * h, 3 * h,
                       recnn__ops_in(run->call, W_HH), h, 1.0f, carry, h);
  }
}

typedef struct Sums {
  const float *rows;
  int64_t width;
} Sums;

static void add_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                     double *sums) {
  const Sums *s = data;
  (void)call;
  for (int64_t row = begin; row < end; row++)
    for (int64_t k = 0; k < s->width; k++)
      sums[k] += (double)s->rows[row * s->width + k];
}

static bool put_bias(RecnnOpCall *call, int32_t input, const Packed *p, const float *rows) {
  Sums s = {rows, 3 * p->hidden};
  if (recnn__ops_dx(call, input) == NULL)
    return true;
  const double *sums = recnn__ops_column_sums(call, p->n, s.width, s.width, add_rows, &s);
  if (sums == NULL)
    return false;
  recnn__ops_put_sums(recnn__ops_dx(call, input), call->beta[input], sums, s.width);
  return true;
}

typedef struct Spread {
  const Packed *p;
  const float *dx; /* packed */
} Spread;

static void spread_dx(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Spread *s = data;
  const Packed *p = s->p;
  int64_t width = call->output->shape[1];
  float beta = call->beta[X];
  for (int64_t i = begin; i < end; i++) {
    float *dx = recnn__ops_dx(call, X) + p->order[i] * width * p->in;
    for (int64_t t = 0; t < width; t++, dx += p->in) {
      bool valid = t < p->n_steps && i < p->active[t];
      const float *from = s->dx + (valid ? (p->offset[t] + i) * p->in : 0);
      for (int64_t k = 0; k < p->in; k++)
        RECNN_OP_PUT(dx[k], beta, valid ? from[k] : 0.0f);
    }
  }
}

static bool backward(RecnnOpCall *call) {
  Packed *p = call->saved;
  Run run = {call, p};
  int64_t h = p->hidden, h3 = 3 * h;
  p->gh = floats(call, p->n * h3);
  if (p->gh == NULL)
    return false;
  gather_steps(p, recnn__ops_dy(call), call->output->shape[1], h, p->state);
  call->host->parallel(call, (p->n_rows + TILE - 1) / TILE, backward_tile, &run);
  if (recnn__ops_dx(call, W_IH) != NULL)
    recnn_gemm(true, false, h3, p->in, p->n, 1.0f, p->gi, h3, p->x, p->in, call->beta[W_IH],
               recnn__ops_dx(call, W_IH), p->in);
  if (recnn__ops_dx(call, W_HH) != NULL)
    recnn_gemm(true, false, h3, h, p->n, 1.0f, p->gh, h3, p->before, h, call->beta[W_HH],
               recnn__ops_dx(call, W_HH), h);
  if (!put_bias(call, B_IH, p, p->gi) || !put_bias(call, B_HH, p, p->gh))
    return false;
  if (recnn__ops_dx(call, X) == NULL)
    return true;
  Spread spread = {p, p->x}; /* the inputs are not needed any more */
  recnn_gemm(false, false, p->n, p->in, h3, 1.0f, p->gi, h3, recnn__ops_in(call, W_IH), p->in, 0.0f,
             p->x, p->in);
  recnn__ops_rows(call, p->n_rows, call->output->shape[1] * p->in, spread_dx, &spread);
  return true;
}

#define GRU_INPUTS(B, L, I, H)                                                                     \
  {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {B, L, I}, .low = -1.0, .high = 1.0},               \
      {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3 * (H), I}, .low = -0.7, .high = 0.7},        \
      {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3 * (H), H}, .low = -0.7, .high = 0.7},        \
      {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {3 * (H)}, .low = -0.5, .high = 0.5}, {         \
    .dtype = RECNN_FLOAT32, .rank = 1, .shape = {3 * (H)}, .low = -0.5, .high = 0.5                \
  }
static const RecnnOpSampleInput whole[] = {GRU_INPUTS(2, 3, 4, 5)};
static const RecnnOpSampleInput packed[] = {
    GRU_INPUTS(7, 4, 2, 3), {.dtype = RECNN_INT64, .rank = 1, .shape = {7}, .low = 1, .high = 4}};
static const RecnnOpSampleInput brief[] = {GRU_INPUTS(8, 2, 3, 2)};
static const RecnnOpSample samples[] = {
    {.name = "all steps", .inputs = whole, .n_inputs = 5, .batch = 2},
    {.name = "lengths", .inputs = packed, .n_inputs = 6, .batch = 7},
    {.name = "two steps", .inputs = brief, .n_inputs = 5, .batch = 8},
    {.name = NULL},
};

RECNN_OP(gru) = {
    .struct_size = sizeof(RecnnOp),
    .name = "gru",
    .doc = "The states of a layer of gated recurrent units over x (B, L, I), with w_ih (3 H, I), "
           "w_hh (3 H, H), b_ih and b_hh (3 H), gates in the order r, z, n: (B, L, H); with length "
           "int64 (B) steps behind a sequence's end are not computed and zero",
    .min_inputs = 5,
    .max_inputs = 6,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
