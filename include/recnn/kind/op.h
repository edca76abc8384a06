/* The kind "recnn.op/1": a differentiable operation.  One op is one file that ends in one constant
 * RecnnOp.  The driver (core/graph) calls it through this struct alone and knows none by name, so a
 * built-in op and a plugin's are the same thing.
 *
 * What the driver promises: inputs are contiguous (unless RECNN_OP_STRIDED is set), output and
 * gradient buffers always are; everything handed out lives until the graph is reset (the
 * RecnnOpCall itself during the call only); an op is called on one thread and may spread work with
 * host->parallel.  Calls of the same op on different graphs may overlap.
 *
 * What an op promises: the same bits at any number of threads, no allocator call, and no state of
 * its own outside the call.
 *
 * Ops share one name space; a plugin's op is best named after the plugin ("narm_attention"). */
#ifndef RECNN_KIND_OP_H
#define RECNN_KIND_OP_H

#include <recnn/kind/option.h>
#include <recnn/service/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_OP_KIND "recnn.op/1"
typedef struct RecnnOp RecnnOp;
typedef struct RecnnOpCall RecnnOpCall;

/* Work of one tile; `context` is what was given to parallel().  Any thread. */
typedef void (*RecnnTileFn)(void *context, int64_t tile);

/* What the driver lends an op.  From the thread that the op was called on, never from inside a
 * tile, unless it says otherwise.  Grows at the end only. */
typedef struct RecnnOpHost {
  size_t struct_size;
  /* Records that the call cannot be done: `text` says the offending value and what was expected
   * (the driver adds the op's name and copies it).  Returns false, for `return host->fail (...)`.
   */
  bool (*fail)(RecnnOpCall *call, RecnnStatus code, const char *text);
  /* `bytes` of uninitialised memory, 64-byte aligned, until the graph is reset; NULL (with the
   * failure recorded) when there is none. */
  void *(*scratch)(RecnnOpCall *call, size_t bytes);
  /* Runs tile(context, 0 .. n_tiles-1), each once, in any order and on any thread, and returns when
   * all are done.  How work is cut into tiles must depend on the shapes alone. */
  void (*parallel)(RecnnOpCall *call, int64_t n_tiles, RecnnTileFn tile, void *context);
  /* Adds a gradient to rows of input `input` (shape V x ...): row ids[j] gets rows[j].  `ids` is
   * int64 of n elements, `rows` has n x (elements of a row), last axis contiguous; both must live
   * until the graph is reset.  A parameter keeps such a gradient sparse.  Negative ids are skipped.
   */
  void (*add_rows)(RecnnOpCall *call, int32_t input, const RecnnTensor *ids,
                   const RecnnTensor *rows);
  /* Four random 32-bit words: a pure function of the graph's seed, of this call's place in the
   * graph (`call->stream`) and of `counter`.  Forward and backward see the same.  Any thread. */
  void (*random)(const RecnnOpCall *call, uint64_t counter, uint32_t words[4]);
  /* The same for many: fills `n` words with those of counters first/4, first/4 + 1, ...; `first`
   * must be a multiple of 4.  Any thread. */
  void (*random_fill)(const RecnnOpCall *call, uint64_t first, uint32_t *words, int64_t n);
  /* c (m x n) = alpha * op(a) (m x k) * op(b) (k x n) + beta * c, row major with the leading
   * dimensions lda, ldb, ldc; op transposes where the flag is set.  Runs on all threads with tiles
   * that depend on m, n and k alone. */
  void (*gemm)(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
               const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c,
               int64_t ldc);
  /* add_rows with indirection: row ids[j] of the input gets scale[j] * rows[source[j]].  All three
   * arrays have as many elements as `ids` and must live until the graph is reset. */
  void (*add_scaled_rows)(RecnnOpCall *call, int32_t input, const RecnnTensor *ids,
                          const RecnnTensor *rows, const int64_t *source, const float *scale);
} RecnnOpHost;

struct RecnnOpCall {
  size_t struct_size;
  const RecnnOpHost *host;
  const RecnnOp *op;
  int32_t n_inputs;
  bool training; /* dropout drops, batch norm uses the batch */
  const RecnnTensor *const *inputs;
  /* In the order of op->attrs; options left out hold their default. */
  const RecnnValue *attrs;
  /* shape(): to be filled in (dtype, rank, shape).  forward(): the buffer to write every element
   * of. backward(): the value that forward wrote. */
  RecnnTensor *output;
  /* Whatever forward wants to keep for backward (from host->scratch). */
  void *saved;
  uint64_t stream;

  /* backward() only. */
  const RecnnTensor *output_grad; /* contiguous; read only */
  /* One view an input, contiguous; its data is NULL where no gradient is wanted.  An op *adds* into
   * these, except that with RECNN_OP_BETA it must write
   *   input_grads[i] = beta[i] * input_grads[i] + gradient
   * where beta is 0 (the buffer is uninitialised: do not read it) or 1. */
  const RecnnTensor *input_grads;
  const float *beta;
  /* True where a gradient is wanted, also where add_rows will take it (then input_grads[i].data may
   * be NULL). */
  const bool *wanted;
};

/* Flags. */
#define RECNN_OP_STOCHASTIC 1u /* forward draws random numbers while training */
#define RECNN_OP_STRIDED 2u    /* takes inputs of any strides */
#define RECNN_OP_BETA 4u       /* backward honours call->beta */
/* The output is a view of input 0, which comes with any strides: forward only sets output->data and
 * strides, and the driver lets the output's gradient be the same view of the input's, for which it
 * calls forward on that.  No backward. */
#define RECNN_OP_VIEW 8u
/* Input i (bit i) takes its gradient through add_rows, never through input_grads. */
#define RECNN_OP_ROWS(i) (UINT32_C(0x10000) << (i))
/* Every input but the first does so. */
#define RECNN_OP_ROWS_REST 16u
#define RECNN_OP_ROWS_MASK UINT32_C(0xffff0000)

/* A tiny input with which the generic tests run an op. */
#define RECNN_SAMPLE_UNIFORM 0 /* floats, or integers, uniform between low and high */
/* int64, from 0 rising to high: the row starts of a CSR matrix (of the first, where there are
 * several, the rows are the batch) */
#define RECNN_SAMPLE_OFFSETS 1
#define RECNN_SAMPLE_DISTINCT 2 /* floats, no two closer than 0.05: for max and sort */
typedef struct RecnnOpSampleInput {
  int32_t dtype;
  int32_t rank;
  int64_t shape[RECNN_MAX_RANK];
  int32_t fill; /* RECNN_SAMPLE_* */
  double low;
  double high;
  bool no_grad; /* a float input whose gradient the op does not give, such as a target */
} RecnnOpSampleInput;

typedef struct RecnnOpSample {
  const char *name; /* NULL ends the list */
  const RecnnOpSampleInput *inputs;
  int32_t n_inputs;
  const RecnnAttr *attrs;
  int32_t n_attrs;
  bool inference; /* run with training off */
  bool no_empty;  /* the batch axis may not be empty */
  /* The size of the batch axis: the tests empty or enlarge the first axis of every input where it
   * has this size.  0: the size of the first input's first axis. */
  int64_t batch;
} RecnnOpSample;

/* What a call must cost at least, for a profile. */
typedef struct RecnnOpCost {
  double operations; /* floating point: a multiplication and an addition are two */
  double bytes;      /* that move between memory and processor, each value once */
} RecnnOpCost;

struct RecnnOp {
  size_t struct_size;
  const char *name; /* [a-z][a-z0-9_]* */
  const char *doc;  /* what it computes, with shapes */
  int32_t min_inputs;
  int32_t max_inputs;       /* -1: any number */
  const RecnnOption *attrs; /* ends with a NULL name; NULL: none */
  uint32_t flags;
  /* Checks inputs and attrs and fills in call->output's dtype, rank and shape. */
  bool (*shape)(RecnnOpCall *call);
  bool (*forward)(RecnnOpCall *call);
  bool (*backward)(RecnnOpCall *call); /* NULL: no input has a gradient (or a view) */
  const RecnnOpSample *samples;
  /* Corrects the cost of forward, or of backward (call->output_grad is there then).  It comes as
   * the shapes tell it: one operation an element, inputs read, output and wanted gradients written;
   * of inputs that take rows, as much as the output has.  NULL: that is right.  Called after
   * forward or backward, and only while a profile is made. */
  void (*cost)(const RecnnOpCall *call, RecnnOpCost *cost);
};

#ifdef __cplusplus
}
#endif

#endif
