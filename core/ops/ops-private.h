/* What the ops share: the mark that registers one, error texts, loops over tiles, sums in a fixed
 * order, matrices for BLAS, and the tail (activation and dropout) that an affine op carries.
 *
 * An op knows tensors, kernels and its own RecnnOpCall.  It knows no graph, no model and no other
 * op, and keeps nothing between calls but what it hangs on call->saved. */
#ifndef RECNN_CORE_OPS_PRIVATE_H
#define RECNN_CORE_OPS_PRIVATE_H

#include <inttypes.h>

#include <glib.h>

#include <recnn/kind/op.h>

#include "base/clones.h"
#include "tensor/tensor.h"

/* Ends an op's file: RECNN_OP(relu) = {...};  The registry is generated from it. */
#define RECNN_OP(name) const RecnnOp recnn__op_##name

/* dst = beta * dst + value, where beta is 0 (dst is uninitialised) or 1.  The compiler takes the
 * choice out of a loop. */
#define RECNN_OP_PUT(dst, beta, value) ((dst) = ((beta) == 0.0f ? 0.0f : (dst)) + (value))

static inline const float *recnn__ops_in(const RecnnOpCall *call, int32_t input) {
  return call->inputs[input]->data;
}
static inline float *recnn__ops_out(const RecnnOpCall *call) { return call->output->data; }
static inline const float *recnn__ops_dy(const RecnnOpCall *call) {
  return call->output_grad->data;
}
/* Where the gradient of an input goes; NULL where none is wanted. */
static inline float *recnn__ops_dx(const RecnnOpCall *call, int32_t input) {
  return call->wanted[input] ? call->input_grads[input].data : NULL;
}

/* Errors (check.c).  All return false, for `return recnn__ops_...`. */
bool recnn__ops_fail(RecnnOpCall *call, RecnnStatus code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* "NAME is float32 (3, 4); expected ...": an input of the wrong dtype, rank or shape. */
bool recnn__ops_refuse(RecnnOpCall *call, int32_t input, const char *name, const char *expected,
                       ...) G_GNUC_PRINTF(4, 5);
/* True for float32 of any shape; otherwise fails. */
bool recnn__ops_float32(RecnnOpCall *call, int32_t input, const char *name);
/* Sets the output of shape(). */
bool recnn__ops_output(RecnnOpCall *call, int32_t dtype, int32_t rank, const int64_t *shape);
bool recnn__ops_output_scalar(RecnnOpCall *call);

/* Tiles (tile.c).  Calls work (call, data, begin, end) for consecutive ranges that make up 0 ..
 * n-1, on all threads.  The ranges depend on n and cost (elementary operations for each) alone. */
typedef void (*RecnnOpRangeFn)(const RecnnOpCall *call, const void *data, int64_t begin,
                               int64_t end);
void recnn__ops_rows(RecnnOpCall *call, int64_t n, int64_t cost, RecnnOpRangeFn work,
                     const void *data);
/* The same for single elements: every range but the last has a multiple of 64, so that it is whole
 * vectors and whole groups of random numbers. */
void recnn__ops_elements(RecnnOpCall *call, int64_t n, int64_t cost, RecnnOpRangeFn work,
                         const void *data);

/* Sums.  term() returns the sum over begin .. end-1. */
typedef double (*RecnnOpTermFn)(const RecnnOpCall *call, const void *data, int64_t begin,
                                int64_t end);
double recnn__ops_sum(RecnnOpCall *call, int64_t n, int64_t cost, RecnnOpTermFn term,
                      const void *data);
/* add() adds rows begin .. end-1 into `sums`, `width` numbers that begin at zero.  The result is
 * scratch; NULL, with the failure recorded, when there is no memory. */
typedef void (*RecnnOpAddFn)(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                             double *sums);
const double *recnn__ops_column_sums(RecnnOpCall *call, int64_t n_rows, int64_t width, int64_t cost,
                                     RecnnOpAddFn add, const void *data);
/* y = beta * y + x, and the sum of x, in eight interleaved partial sums. */
void recnn__ops_put_sums(float *y, float beta, const double *x, int64_t n);
double recnn__ops_lane_sum(const float *x, int64_t n);

/* An input as rows of its last axis, in a form that BLAS takes: rows `ld` elements apart, each
 * contiguous.  Copies to scratch when the strides allow no such view (matrix.c). */
typedef struct RecnnOpMatrix {
  const float *data;
  int64_t rows;
  int64_t columns;
  int64_t ld;
} RecnnOpMatrix;
bool recnn__ops_matrix(RecnnOpCall *call, int32_t input, RecnnOpMatrix *ret_matrix);
/* recnn_gemm, or where that is faster in pieces along k, with scratch for them.  False, with the
 * failure recorded, when there is no memory. */
bool recnn__ops_gemm(RecnnOpCall *call, bool transpose_a, bool transpose_b, int64_t m, int64_t n,
                     int64_t k, float alpha, const float *a, int64_t lda, const float *b,
                     int64_t ldb, float beta, float *c, int64_t ldc);
/* op(b) (k x n) laid out as panels (kernels/panels.h) for products of `rows` rows and more; NULL
 * where BLAS does them as well.  False, with the failure recorded, when there is no memory. */
bool recnn__ops_panels(RecnnOpCall *call, int64_t rows, bool transpose_b, int64_t n, int64_t k,
                       const float *b, int64_t ldb, float **ret_panels);
/* The cost of `forward` operations, or in a backward as many for each input (a bit of `inputs`)
 * that wants a gradient, each of which is a product of that size (cost.c). */
void recnn__ops_products(const RecnnOpCall *call, double forward, uint32_t inputs,
                         RecnnOpCost *cost);
/* Where row `row` (all axes but the last, counted together) of a tensor begins, in elements. */
int64_t recnn__ops_row_offset(const RecnnTensor *tensor, int64_t row);

/* The tail of an affine op (tail.c): y = dropout (activation (y)), applied to rows that are still
 * in the cache.  Dropout's mask is never stored: it is a pure function of the element's place. */
typedef enum { /* the places of the words in RECNN_OP_TAIL_ATTRS */
               RECNN_OP_NONE,
               RECNN_OP_RELU,
               RECNN_OP_TANH,
               RECNN_OP_SELU
} RecnnOpActivation;
typedef struct RecnnOpTail {
  RecnnOpActivation activation;
  bool drops;
  uint32_t threshold; /* a random word below it drops */
  float scale;        /* of what is kept: 1 / (1 - p) */
  int64_t row_words;  /* random words that a row owns: a multiple of 4 */
} RecnnOpTail;
#define RECNN_OP_TAIL_ATTRS                                                                        \
  {"activation", RECNN_OPTION_CHOICE, "none", "none|relu|tanh|selu",                               \
   "What is applied to the result"},                                                               \
  {                                                                                                \
    "dropout", RECNN_OPTION_FLOAT, "0", "[0,1)",                                                   \
        "Probability of dropping an element of the result while training"                          \
  }
/* `activation` and `dropout` are the attributes' values; NULL for none. */
RecnnOpTail recnn__ops_tail(const RecnnOpCall *call, const RecnnValue *activation,
                            const RecnnValue *dropout, int64_t width);
static inline bool recnn__ops_tail_is_empty(const RecnnOpTail *tail) {
  return tail->activation == RECNN_OP_NONE && !tail->drops;
}
/* Columns first .. first+n-1 of row `row`, in place; `first` is a multiple of 4, as the tiles of a
 * product and the ranges of recnn__ops_elements are. */
void recnn__ops_tail_forward(const RecnnOpCall *call, const RecnnOpTail *tail, int64_t row,
                             int64_t first, int64_t n, float *y);
/* g = beta * g + dy times the tail's derivative, for n columns of row `row` from column `first` on;
 * `y` is what forward wrote. */
void recnn__ops_tail_backward(const RecnnOpCall *call, const RecnnOpTail *tail, int64_t row,
                              int64_t first, int64_t n, const float *y, const float *dy, float beta,
                              float *g);

/* Rows of a sparse matrix (B, N), as three inputs from `first` on: starts int64 (B + 1), items
 * int64 (nnz) and values float32 (nnz) (sparse.c). */
typedef struct RecnnOpSparse {
  int64_t n_rows;
  int64_t n; /* entries */
  const int64_t *start;
  const int64_t *item;
  const float *value;
} RecnnOpSparse;
/* Checks the shapes; `n_rows` -1 for any. */
bool recnn__ops_sparse_shape(RecnnOpCall *call, int32_t first, int64_t n_rows);
/* Checks that the starts rise from 0 to nnz and that every item is in 0 .. n_columns-1. */
bool recnn__ops_sparse(RecnnOpCall *call, int32_t first, int64_t n_columns,
                       RecnnOpSparse *ret_sparse);

/* Losses of logits (B, N) against sparse rows, without a dense target (rows-loss.c). */
typedef struct RecnnOpRowsLoss {
  /* The loss of one row: `x` has n logits; the row's entries are k items with values. */
  double (*row)(const float *x, int64_t n, const int64_t *item, const float *value, int64_t k);
  /* g = beta * g + share * derivative */
  void (*gradient)(float *g, float beta, float share, const float *x, int64_t n,
                   const int64_t *item, const float *value, int64_t k);
  bool per_element; /* the mean is over B * N elements, otherwise over B rows */
} RecnnOpRowsLoss;
bool recnn__ops_rows_loss_shape(RecnnOpCall *call);
bool recnn__ops_rows_loss_forward(RecnnOpCall *call, const RecnnOpRowsLoss *loss);
bool recnn__ops_rows_loss_backward(RecnnOpCall *call, const RecnnOpRowsLoss *loss);
extern const RecnnOption recnn__ops_rows_loss_attrs[];
extern const RecnnOpSample recnn__ops_rows_loss_samples[];

/* Sequences (B, L, ...) with an optional last input `length` int64 (B) (sequence.c). */
bool recnn__ops_length_shape(RecnnOpCall *call, int32_t input, int64_t n_rows);
/* Checks that every length is in 1 .. n_steps; NULL when the input is not there, and all steps are
 * valid. */
bool recnn__ops_lengths(RecnnOpCall *call, int32_t input, int64_t n_rows, int64_t n_steps,
                        const int64_t **ret_lengths);

/* Steps by number, input int64 (T): step t of sequence b is b L + t. */
typedef struct RecnnOpPicks {
  int64_t n;
  const int64_t *step; /* (T) */
  int64_t *first;      /* (B + 1) sequence b's are order[first[b]] .. order[first[b + 1] - 1] */
  int64_t *order;      /* (T) by sequence; those of one in their order */
} RecnnOpPicks;
bool recnn__ops_picks_shape(RecnnOpCall *call, int32_t input);
/* Checks that every number is in 0 .. B L - 1, and sorts them; NULL with the failure recorded. */
RecnnOpPicks *recnn__ops_picks(RecnnOpCall *call, int32_t input, int64_t n_rows, int64_t n_steps);

/* Steps a (B, L, H) and one vector a sequence, b (B, H): the first two inputs. */
bool recnn__ops_steps_shape(RecnnOpCall *call);
extern const RecnnOpSample recnn__ops_steps_samples[];

/* Softmax in pieces (exponentials.c): the largest of x, exp (x - below), and the sum of that, added
 * up in lanes and in double. */
float recnn__ops_largest(const float *x, int64_t n);
void recnn__ops_exp_below(float *y, const float *x, float below, int64_t n); /* y is not x */
double recnn__ops_exp_sum(const float *x, float below, int64_t n);
void recnn__ops_softmax(float *y, const float *x, int64_t n); /* of a row; y is not x */

/* Pooling over the steps of x (B, L, F) (pool.c): work gets ranges of rows. */
bool recnn__ops_pool_shape(RecnnOpCall *call);
bool recnn__ops_pool_run(RecnnOpCall *call, RecnnOpRangeFn work, const void *data);
extern const RecnnOpSample recnn__ops_pool_samples[];

/* SELU (op-selu.c): its two constants, as the paper and PyTorch have them. */
#define RECNN_OP_SELU_SCALE 1.0507009873554804934193349852946f
#define RECNN_OP_SELU_ALPHA 1.6732632423543772848170429916717f
void recnn__ops_selu(float *y, const float *x, int64_t n); /* y may be x */

/* Ops of one input, element by element (unary.c). */
typedef struct RecnnOpUnary {
  int64_t cost; /* of one element, in elementary operations */
  void (*value)(const RecnnOpCall *call, float *y, const float *x, int64_t n);
  /* dx = beta * dx + dy * y'(x), given y too */
  void (*gradient)(const RecnnOpCall *call, float *dx, float beta, const float *dy, const float *x,
                   const float *y, int64_t n);
} RecnnOpUnary;
bool recnn__ops_unary_shape(RecnnOpCall *call);
bool recnn__ops_unary_forward(RecnnOpCall *call, const RecnnOpUnary *op);
bool recnn__ops_unary_backward(RecnnOpCall *call, const RecnnOpUnary *op);
extern const RecnnOpSample recnn__ops_unary_samples[];

/* Ops of two inputs, element by element; b has a's shape, or is a vector that goes with every row
 * of a's last axis (binary.c). */
typedef struct RecnnOpBinary {
  void (*value)(float *y, const float *a, const float *b, int64_t n);
  /* g = beta * g + dy * (derivative by a, or by b) */
  void (*gradient_a)(float *g, float beta, const float *dy, const float *a, const float *b,
                     int64_t n);
  void (*gradient_b)(float *g, float beta, const float *dy, const float *a, const float *b,
                     int64_t n);
} RecnnOpBinary;
bool recnn__ops_binary_shape(RecnnOpCall *call);
bool recnn__ops_binary_forward(RecnnOpCall *call, const RecnnOpBinary *op);
bool recnn__ops_binary_backward(RecnnOpCall *call, const RecnnOpBinary *op);
extern const RecnnOpSample recnn__ops_binary_samples[];

/* Losses: the mean of a term over two inputs of one shape, a scalar; 0 of no elements (loss.c). */
typedef struct RecnnOpLoss {
  const char *names[2];                                       /* of the inputs, for error texts */
  double (*terms)(const float *a, const float *b, int64_t n); /* their sum */
  /* g = beta * g + share * (derivative of the term by a, or by b) */
  void (*gradient_a)(float *g, float beta, float share, const float *a, const float *b, int64_t n);
  void (*gradient_b)(float *g, float beta, float share, const float *a, const float *b, int64_t n);
} RecnnOpLoss;
bool recnn__ops_loss_shape(RecnnOpCall *call, const RecnnOpLoss *loss);
bool recnn__ops_loss_forward(RecnnOpCall *call, const RecnnOpLoss *loss);
bool recnn__ops_loss_backward(RecnnOpCall *call, const RecnnOpLoss *loss);

/* Losses of scores (B, C) against the column target int64 (B) that was chosen, with an optional
 * last input item int64 (C): a column of the same item as the target's is none that was not chosen.
 * The mean over rows; a row in which all was chosen counts 0 (target-loss.c). */
typedef struct RecnnOpTargetLoss {
  bool softmax;   /* scores weigh as their softmax has it; otherwise alike */
  bool logarithm; /* minus the logarithm of the mean term, rather than the term */
  /* The terms of n scores x that were not chosen where the target's is `target`, with their
   * derivatives by x and by the target's score.  Must be finite for any finite scores. */
  void (*terms)(const float *x, float target, int64_t n, float *term, float *by_x,
                float *by_target);
} RecnnOpTargetLoss;
bool recnn__ops_target_shape(RecnnOpCall *call);
/* `penalty` times the weighed mean of the squares of what was not chosen is added. */
bool recnn__ops_target_forward(RecnnOpCall *call, const RecnnOpTargetLoss *loss, double penalty);
bool recnn__ops_target_backward(RecnnOpCall *call, const RecnnOpTargetLoss *loss, double penalty);
extern const RecnnOpSample recnn__ops_target_samples[];
/* TOP1's term, sigmoid (x - target) + sigmoid (x * x), as RecnnOpTargetLoss wants it (top1.c). */
void recnn__ops_top1_terms(const float *x, float target, int64_t n, float *term, float *by_x,
                           float *by_target);
/* Fails where a target is no column; 1 for columns first .. first+n-1 that were not chosen, 0 for
 * the others; and the largest score of those among begin .. end-1. */
bool recnn__ops_target_check(RecnnOpCall *call);
void recnn__ops_target_mask(const RecnnOpCall *call, int64_t target, int64_t first, int64_t n,
                            float *mask);
float recnn__ops_target_most(const RecnnOpCall *call, const float *x, int64_t target, int64_t begin,
                             int64_t end);

#endif
