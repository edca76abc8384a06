/* One layer of gated recurrent units (Cho et al., Learning Phrase Representations using RNN
 * Encoder-Decoder, EMNLP 2014), in the form and gate order (r, z, n) of PyTorch's nn.GRU.
 *
 * Only valid steps are computed: they are packed, sequence after sequence, and one product makes
 * all their input projections.  Sequences do not know each other, so each tile of them runs through
 * time by itself, its longest first, and no thread waits for another between steps.  Sorted by
 * length, sequences are dealt to the tiles like cards, so that all have about as much to do. */
#include <string.h>

#include "kernels/blas.h"
#include "kernels/panels.h"
#include "kernels/vecmath.h"
#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { X, W_IH, W_HH, B_IH, B_HH, LENGTH };

/* What forward leaves for backward.  Packed arrays have one row a valid step.  A row of gates has
 * n, r, z and the hidden part of n, each of the hidden size: so the gates that the input takes part
 * in lie side by side, and those of the hidden state too.  Backward writes the gates' gradients
 * over them. */
typedef struct Packed {
  RecnnOpCall *call;
  int64_t n_rows; /* sequences */
  int64_t width;  /* steps of the padded sequences */
  int64_t n;      /* valid steps of all */
  int64_t in;
  int64_t hidden;
  int64_t n_tiles;
  int64_t tile;    /* sequences of one, at most */
  bool whole;      /* there is no padding */
  int64_t *length; /* (n_rows) */
  int64_t *start;  /* (n_rows) where a sequence's packed rows begin */
  int64_t *order;  /* (n_rows) longest first; tile i has numbers i, i + n_tiles, ... of it */
  float *x;        /* (n, in); where the whole input is valid, the input itself */
  float *w_ih;     /* (3 hidden, in) in the order n, r, z */
  float *gates;    /* (n, 4 hidden) */
  float *before;   /* (n, hidden) the state before */
  float *scratch;  /* (n_tiles, tile, 4 hidden) */
  float *panels;   /* of w_hh, as forward or backward multiplies with it; NULL: BLAS does it */
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

/* Longest first, equal ones in their order: a counting sort.  `count` has width + 1 zeros. */
static void sort_by_length(Packed *p, int64_t *count) {
  for (int64_t row = 0; row < p->n_rows; row++)
    count[p->width - p->length[row] + 1]++; /* the longest are the first kind */
  for (int64_t i = 1; i <= p->width; i++)
    count[i] += count[i - 1];
  for (int64_t row = 0; row < p->n_rows; row++)
    p->order[count[p->width - p->length[row]]++] = row;
}

static float *floats(RecnnOpCall *call, int64_t n) {
  return call->host->scratch(call, (size_t)n * sizeof(float));
}

static int64_t *integers(RecnnOpCall *call, int64_t n) {
  return call->host->scratch(call, (size_t)n * sizeof(int64_t));
}

static bool order_sequences(Packed *p, const int64_t *lengths) {
  int64_t *count = integers(p->call, p->width + 1);
  p->length = integers(p->call, p->n_rows);
  p->start = integers(p->call, p->n_rows);
  p->order = integers(p->call, p->n_rows);
  if (count == NULL || p->length == NULL || p->start == NULL || p->order == NULL)
    return false;
  for (int64_t row = 0; row < p->n_rows; row++) {
    p->length[row] = lengths != NULL ? lengths[row] : p->width;
    p->start[row] = p->n;
    p->n += p->length[row];
  }
  p->whole = p->n == p->n_rows * p->width;
  memset(count, 0, (size_t)(p->width + 1) * sizeof *count);
  sort_by_length(p, count);
  return true;
}

static Packed *pack(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  const int64_t *lengths;
  if (!recnn__ops_lengths(call, LENGTH, x->shape[0], x->shape[1], &lengths))
    return NULL;
  Packed *p = call->host->scratch(call, sizeof *p);
  if (p == NULL)
    return NULL;
  *p = (Packed){.call = call,
                .n_rows = x->shape[0],
                .width = x->shape[1],
                .in = x->shape[2],
                .hidden = call->output->shape[2]};
  if (!order_sequences(p, lengths))
    return NULL;
  /* Each tile's product packs the weights anew: large tiles where there are enough of them. */
  p->tile = p->n_rows >= 2048 ? 256 : p->n_rows >= 256 ? 128 : 64;
  p->n_tiles = (p->n_rows + p->tile - 1) / p->tile;
  p->x = p->whole ? (float *)x->data : floats(call, p->n * p->in);
  p->w_ih = floats(call, 3 * p->hidden * p->in);
  p->gates = floats(call, p->n * 4 * p->hidden);
  p->before = floats(call, p->n * p->hidden);
  p->scratch = floats(call, p->n_tiles * p->tile * 4 * p->hidden);
  bool ok = p->x != NULL && p->w_ih != NULL && p->gates != NULL && p->before != NULL &&
            p->scratch != NULL;
  return ok ? p : NULL;
}

/* The sequence that is number i of a tile, and how many the tile has. */
static int64_t row_of(const Packed *p, int64_t tile, int64_t i) {
  return p->order[tile + i * p->n_tiles];
}

static int64_t rows_of(const Packed *p, int64_t tile) {
  return (p->n_rows - tile + p->n_tiles - 1) / p->n_tiles;
}

/* The cell for one row.  `gates` has the input's projections and `gh` those of the state, both
 * without biases; gates and the new state are written over them and over the old one. */
RECNN_CLONES
static void cell(const RecnnOpCall *call, float *gates, const float *gh, int64_t h, float *state) {
  const float *b_ih = recnn__ops_in(call, B_IH), *b_hh = recnn__ops_in(call, B_HH);
  float *restrict n = gates, *restrict r = gates + h, *restrict z = gates + 2 * h;
  float *restrict hn = gates + 3 * h;
  for (int64_t i = 0; i < 2 * h; i++)
    r[i] = (r[i] + b_ih[i]) + (gh[i] + b_hh[i]);
  recnn_vector_sigmoid(r, r, 2 * h);
  for (int64_t i = 0; i < h; i++) {
    hn[i] = gh[2 * h + i] + b_hh[2 * h + i];
    n[i] = (n[i] + b_ih[2 * h + i]) + r[i] * hn[i];
  }
  recnn_vector_tanh(n, n, h);
  for (int64_t i = 0; i < h; i++)
    state[i] = n[i] + z[i] * (state[i] - n[i]);
}

/* Rows of a step lie a sequence apart, too far for the processor to see the next one coming. */
static void expect(const float *row, int64_t n) {
  for (int64_t i = 0; i < n; i += 16)
    __builtin_prefetch(row + i, 1);
}

/* c (rows, n) = x (rows, k) w_hh^T, or + x w_hh. */
static void recur(const Packed *p, bool forward, int64_t rows, const float *x, float *c) {
  int64_t h = p->hidden, k = forward ? h : 3 * h, n = forward ? 3 * h : h;
  if (p->panels != NULL) {
    RecnnPanelsProduct product = {!forward, rows, n, k, x, k, p->panels, c, n};
    recnn_panels_multiply(&product, 0, rows, 0, n);
  } else {
    recnn_blas_sgemm(false, forward, rows, n, k, 1.0f, x, k, recnn__ops_in(p->call, W_HH), h,
                     forward ? 0.0f : 1.0f, c, n);
  }
}

/* Every step multiplies with the same weights. */
static bool lay_out(RecnnOpCall *call, Packed *p, bool forward) {
  int64_t h = p->hidden, k = forward ? h : 3 * h, n = forward ? 3 * h : h;
  return recnn__ops_panels(call, MIN(p->tile, p->n_rows), forward, n, k, recnn__ops_in(call, W_HH),
                           h, &p->panels);
}

static void forward_tile(void *context, int64_t tile) {
  const Packed *p = context;
  int64_t h = p->hidden, n = rows_of(p, tile);
  size_t state_bytes = (size_t)h * sizeof(float);
  float *state = p->scratch + tile * p->tile * 4 * h;
  float *gh = state + p->tile * h;
  memset(state, 0, (size_t)n * state_bytes);
  memset(gh, 0, (size_t)n * 3 * state_bytes);
  for (int64_t t = 0; t < p->width; t++) {
    for (; n > 0 && p->length[row_of(p, tile, n - 1)] <= t; n--) {
      int64_t row = row_of(p, tile, n - 1);
      memset(recnn__ops_out(p->call) + (row * p->width + t) * h, 0,
             (size_t)(p->width - t) * state_bytes);
    }
    if (t > 0 && n > 0)
      recur(p, true, n, state, gh);
    for (int64_t i = 0; i < n; i++) {
      int64_t row = row_of(p, tile, i), at = p->start[row] + t;
      if (i + 1 < n)
        expect(p->gates + (p->start[row_of(p, tile, i + 1)] + t) * 4 * h, 3 * h);
      memcpy(p->before + at * h, state + i * h, state_bytes);
      cell(p->call, p->gates + at * 4 * h, gh + i * 3 * h, h, state + i * h);
      memcpy(recnn__ops_out(p->call) + (row * p->width + t) * h, state + i * h, state_bytes);
    }
  }
}

static void gather_x(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Packed *p = data;
  for (int64_t row = begin; row < end; row++)
    memcpy(p->x + p->start[row] * p->in, recnn__ops_in(call, X) + row * p->width * p->in,
           (size_t)(p->length[row] * p->in) * sizeof(float));
}

static bool forward(RecnnOpCall *call) {
  Packed *p = pack(call);
  if (p == NULL)
    return false;
  int64_t h = p->hidden, part = h * p->in;
  const float *w_ih = recnn__ops_in(call, W_IH);
  memcpy(p->w_ih, w_ih + 2 * part, (size_t)part * sizeof *w_ih);
  memcpy(p->w_ih + part, w_ih, (size_t)(2 * part) * sizeof *w_ih);
  if (!p->whole)
    recnn__ops_rows(call, p->n_rows, p->width * p->in, gather_x, p);
  if (!recnn__ops_gemm(call, false, true, p->n, 3 * h, p->in, 1.0f, p->x, p->in, p->w_ih, p->in,
                       0.0f, p->gates, 4 * h))
    return false;
  if (!lay_out(call, p, true))
    return false;
  call->host->parallel(call, p->n_tiles, forward_tile, p);
  call->saved = p;
  return true;
}

/* One row of the cell's backward.  `dh` is the state's gradient, which becomes that part of the
 * earlier state's that does not go through the gates; the gradients of r, z and n as the hidden
 * state sees them go to `dgh` too. */
RECNN_CLONES
static void cell_backward(float *gates, const float *before, const float *dy, int64_t h,
                          float *restrict dh, float *restrict dgh) {
  float *restrict n = gates, *restrict r = gates + h, *restrict z = gates + 2 * h;
  float *restrict hn = gates + 3 * h;
  for (int64_t i = 0; i < h; i++) {
    float d = dh[i] + dy[i];
    float dn = d * (1.0f - z[i]) * (1.0f - n[i] * n[i]);
    float dr = dn * hn[i] * r[i] * (1.0f - r[i]);
    float dz = d * (before[i] - n[i]) * z[i] * (1.0f - z[i]);
    float dhn = dn * r[i];
    dh[i] = d * z[i];
    n[i] = dn;
    r[i] = dgh[i] = dr;
    z[i] = dgh[h + i] = dz;
    hn[i] = dgh[2 * h + i] = dhn;
  }
}

static void backward_tile(void *context, int64_t tile) {
  const Packed *p = context;
  int64_t h = p->hidden, n = 0, n_rows = rows_of(p, tile);
  float *carry = p->scratch + tile * p->tile * 4 * h; /* (tile, h): the later steps' part */
  float *dgh = carry + p->tile * h;
  memset(carry, 0, (size_t)(n_rows * h) * sizeof *carry);
  for (int64_t t = p->width - 1; t >= 0; t--) {
    while (n < n_rows && p->length[row_of(p, tile, n)] > t)
      n++;
    for (int64_t i = 0; i < n; i++) {
      int64_t row = row_of(p, tile, i), at = p->start[row] + t;
      if (i + 1 < n) {
        int64_t next = row_of(p, tile, i + 1), place = p->start[next] + t;
        expect(p->gates + place * 4 * h, 4 * h);
        expect(p->before + place * h, h);
        expect(recnn__ops_dy(p->call) + (next * p->width + t) * h, h);
      }
      cell_backward(p->gates + at * 4 * h, p->before + at * h,
                    recnn__ops_dy(p->call) + (row * p->width + t) * h, h, carry + i * h,
                    dgh + i * 3 * h);
    }
    if (t > 0 && n > 0)
      recur(p, false, n, dgh, carry);
  }
}

RECNN_CLONES
static void add_gates(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                      double *sums) {
  const Packed *p = data;
  int64_t width = 4 * p->hidden;
  (void)call;
  for (int64_t row = begin; row < end; row++)
    for (int64_t k = 0; k < width; k++)
      sums[k] += (double)p->gates[row * width + k];
}

static bool put_biases(RecnnOpCall *call, const Packed *p) {
  int64_t h = p->hidden;
  float *b_ih = recnn__ops_dx(call, B_IH), *b_hh = recnn__ops_dx(call, B_HH);
  if (b_ih == NULL && b_hh == NULL)
    return true;
  const double *sums = recnn__ops_column_sums(call, p->n, 4 * h, 4 * h, add_gates, p);
  if (sums == NULL)
    return false;
  if (b_ih != NULL) {
    recnn__ops_put_sums(b_ih, call->beta[B_IH], sums + h, 2 * h);
    recnn__ops_put_sums(b_ih + 2 * h, call->beta[B_IH], sums, h);
  }
  if (b_hh != NULL)
    recnn__ops_put_sums(b_hh, call->beta[B_HH], sums + h, 3 * h);
  return true;
}

static bool put_weights(RecnnOpCall *call, const Packed *p) {
  int64_t h = p->hidden, part = h * p->in;
  float *dw = recnn__ops_dx(call, W_IH);
  if (recnn__ops_dx(call, W_HH) != NULL &&
      !recnn__ops_gemm(call, true, false, 3 * h, h, p->n, 1.0f, p->gates + h, 4 * h, p->before, h,
                       call->beta[W_HH], recnn__ops_dx(call, W_HH), h))
    return false;
  if (dw == NULL)
    return true;
  float *turned = floats(call, 3 * part);
  if (turned == NULL || !recnn__ops_gemm(call, true, false, 3 * h, p->in, p->n, 1.0f, p->gates,
                                         4 * h, p->x, p->in, 0.0f, turned, p->in))
    return false;
  recnn_vector_accumulate(dw, call->beta[W_IH], turned + part, 2 * part);
  recnn_vector_accumulate(dw + 2 * part, call->beta[W_IH], turned, part);
  return true;
}

static void spread_dx(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Packed *p = data;
  for (int64_t row = begin; row < end; row++) {
    float *dx = recnn__ops_dx(call, X) + row * p->width * p->in;
    int64_t n = p->length[row] * p->in;
    recnn_vector_accumulate(dx, call->beta[X], p->x + p->start[row] * p->in, n);
    if (call->beta[X] == 0.0f)
      memset(dx + n, 0, (size_t)(p->width * p->in - n) * sizeof *dx);
  }
}

static bool put_x(RecnnOpCall *call, const Packed *p) {
  float *dx = recnn__ops_dx(call, X);
  if (dx == NULL)
    return true;
  /* The packed inputs are not needed any more. */
  if (!recnn__ops_gemm(call, false, false, p->n, p->in, 3 * p->hidden, 1.0f, p->gates,
                       4 * p->hidden, p->w_ih, p->in, p->whole ? call->beta[X] : 0.0f,
                       p->whole ? dx : p->x, p->in))
    return false;
  if (!p->whole)
    recnn__ops_rows(call, p->n_rows, p->width * p->in, spread_dx, p);
  return true;
}

static bool backward(RecnnOpCall *call) {
  Packed *p = call->saved;
  p->call = call; /* forward's is gone */
  if (!lay_out(call, p, false))
    return false;
  call->host->parallel(call, p->n_tiles, backward_tile, p);
  return put_weights(call, p) && put_biases(call, p) && put_x(call, p);
}

#define GRU_INPUTS(B, L, I, H)                                                                     \
  {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {B, L, I}, .low = -1.0, .high = 1.0},               \
      {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3 * (H), I}, .low = -0.7, .high = 0.7},        \
      {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3 * (H), H}, .low = -0.7, .high = 0.7},        \
      {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {3 * (H)}, .low = -0.5, .high = 0.5}, {         \
    .dtype = RECNN_FLOAT32, .rank = 1, .shape = {3 * (H)}, .low = -0.5, .high = 0.5                \
  }
/* Of the steps that are there; the backward goes through the states, whoever wants a gradient. */
static void cost(const RecnnOpCall *call, RecnnOpCost *cost) {
  const RecnnTensor *x = call->inputs[X];
  double hidden = (double)call->output->shape[2], in = (double)x->shape[2];
  double steps = (double)(x->shape[0] * x->shape[1]);
  if (call->n_inputs > LENGTH) {
    const int64_t *length = call->inputs[LENGTH]->data;
    steps = 0.0;
    for (int64_t i = 0; i < x->shape[0]; i++)
      steps += (double)length[i];
  }
  double of_input = 1.0, of_states = 1.0;
  if (call->output_grad != NULL) {
    of_input = (double)(call->wanted[X] + call->wanted[W_IH]);
    of_states = 1.0 + (double)call->wanted[W_HH];
  }
  cost->operations = 6.0 * steps * hidden * (of_input * in + of_states * hidden);
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
    .cost = cost,
};
