/* Products of two matrices that are both values: scores as dot products, attention. */
#include "ops/ops-private.h"

enum { TRANSPOSE_A, TRANSPOSE_B };

/* Rows and columns of op(a) and op(b). */
typedef struct Sizes {
  bool ta, tb;
  int64_t m, n, k;
} Sizes;

static Sizes sizes_of(const RecnnOpCall *call) {
  const RecnnTensor *a = call->inputs[0];
  Sizes s = {call->attrs[TRANSPOSE_A].as.i != 0, call->attrs[TRANSPOSE_B].as.i != 0, 0, 0, 0};
  s.m = a->shape[s.ta ? 1 : 0];
  s.k = a->shape[s.ta ? 0 : 1];
  s.n = call->inputs[1]->shape[s.tb ? 0 : 1];
  return s;
}

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *b = call->inputs[1];
  if (!recnn__ops_float32(call, 0, "a") || !recnn__ops_float32(call, 1, "b"))
    return false;
  if (call->inputs[0]->rank != 2)
    return recnn__ops_refuse(call, 0, "a", "a matrix (two axes)");
  Sizes s = sizes_of(call);
  if (b->rank != 2 || b->shape[s.tb ? 1 : 0] != s.k)
    return recnn__ops_refuse(call, 1, "b", "a matrix with %" PRId64 " %s, as a has %" PRId64 " %s",
                             s.k, s.tb ? "columns" : "rows", s.k, s.ta ? "rows" : "columns");
  return recnn__ops_output(call, RECNN_FLOAT32, 2, (int64_t[]){s.m, s.n});
}

static bool forward(RecnnOpCall *call) {
  Sizes s = sizes_of(call);
  RecnnOpMatrix a, b;
  if (!recnn__ops_matrix(call, 0, &a) || !recnn__ops_matrix(call, 1, &b))
    return false;
  return recnn__ops_gemm(call, s.ta, s.tb, s.m, s.n, s.k, 1.0f, a.data, a.ld, b.data, b.ld, 0.0f,
                         recnn__ops_out(call), s.n);
}

/* With y = op(a) op(b): d op(a) = dy op(b)^T and d op(b) = op(a)^T dy, written so that a transposed
 * input gets its gradient transposed. */
static bool backward(RecnnOpCall *call) {
  Sizes s = sizes_of(call);
  const float *dy = recnn__ops_dy(call);
  float *da = recnn__ops_dx(call, 0), *db = recnn__ops_dx(call, 1);
  RecnnOpMatrix a, b;
  if (!recnn__ops_matrix(call, 0, &a) || !recnn__ops_matrix(call, 1, &b))
    return false;
  bool done = true;
  if (da != NULL && !s.ta)
    done = recnn__ops_gemm(call, false, !s.tb, s.m, s.k, s.n, 1.0f, dy, s.n, b.data, b.ld,
                           call->beta[0], da, s.k);
  else if (da != NULL)
    done = recnn__ops_gemm(call, s.tb, true, s.k, s.m, s.n, 1.0f, b.data, b.ld, dy, s.n,
                           call->beta[0], da, s.m);
  if (db != NULL && !s.tb)
    return done && recnn__ops_gemm(call, !s.ta, false, s.k, s.n, s.m, 1.0f, a.data, a.ld, dy, s.n,
                                   call->beta[1], db, s.n);
  if (db != NULL)
    return done && recnn__ops_gemm(call, true, s.ta, s.n, s.k, s.m, 1.0f, dy, s.n, a.data, a.ld,
                                   call->beta[1], db, s.k);
  return done;
}

static void cost(const RecnnOpCall *call, RecnnOpCost *cost) {
  Sizes s = sizes_of(call);
  recnn__ops_products(call, 2.0 * (double)s.m * (double)s.n * (double)s.k, 3, cost);
}

static const RecnnOption attrs[] = {
    {"transpose_a", RECNN_OPTION_BOOL, "false", NULL, "Take a (K, M) transposed"},
    {"transpose_b", RECNN_OPTION_BOOL, "false", NULL, "Take b (N, K) transposed"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput nn[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 3}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput nt[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput tn[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 3}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput tt[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 6}, .low = -1.0, .high = 1.0},
};
static const RecnnAttr a_only[] = {{"transpose_a", {RECNN_OPTION_BOOL, 0, {1}}}};
static const RecnnAttr b_only[] = {{"transpose_b", {RECNN_OPTION_BOOL, 0, {1}}}};
static const RecnnAttr both[] = {{"transpose_a", {RECNN_OPTION_BOOL, 0, {1}}},
                                 {"transpose_b", {RECNN_OPTION_BOOL, 0, {1}}}};
static const RecnnOpSample samples[] = {
    {.name = "a b", .inputs = nn, .n_inputs = 2},
    {.name = "a b^T", .inputs = nt, .n_inputs = 2, .attrs = b_only, .n_attrs = 1},
    {.name = "a^T b", .inputs = tn, .n_inputs = 2, .attrs = a_only, .n_attrs = 1},
    {.name = "a^T b^T", .inputs = tt, .n_inputs = 2, .attrs = both, .n_attrs = 2, .batch = 3},
    {.name = NULL},
};

RECNN_OP(matmul) = {
    .struct_size = sizeof(RecnnOp),
    .name = "matmul",
    .doc = "a (M, K) times b (K, N): (M, N); either may be given transposed",
    .min_inputs = 2,
    .max_inputs = 2,
    .attrs = attrs,
    .flags = RECNN_OP_STRIDED | RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
    .cost = cost,
};
