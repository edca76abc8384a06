/* The inside of a graph: values on a tape, all of them in one arena. */
#ifndef RECNN_CORE_GRAPH_GRAPH_PRIVATE_H
#define RECNN_CORE_GRAPH_GRAPH_PRIVATE_H

#include "base/arena.h"
#include "base/options.h"
#include "base/trace.h"
#include "graph/graph.h"

/* A gradient that goes to some rows of a parameter: row ids[j] gets rows[j], or scale[j] times
 * rows[source[j]] where those are given. */
typedef struct RowGrad {
  struct RowGrad *next; /* in the order in which backward added them */
  const int64_t *ids;
  const float *rows;
  int64_t n;
  int64_t stride;        /* elements from one row to the next */
  const int64_t *source; /* NULL: j */
  const float *scale;    /* NULL: 1 */
} RowGrad;

struct RecnnVar {
  RecnnTensor value;
  RecnnTensor grad; /* contiguous; data NULL until somebody adds to it */
  bool has_grad;    /* grad has been written (false: its buffer is uninitialised) */
  bool wants_grad;
  int32_t n_inputs;
  const RecnnOp *op; /* NULL: a leaf */
  RecnnParam *param; /* of a leaf that is one */
  RecnnVar **inputs;
  const RecnnTensor **views; /* the inputs as the op saw them: contiguous where it asked for that */
  const RecnnValue *attrs;
  void *saved;
  uint64_t stream;
  RecnnVar *previous; /* on the tape (ops only) */
  RowGrad *first_rows;
  RowGrad *last_rows;
};

typedef struct RecnnParamVar {
  struct RecnnParamVar *next;
  RecnnVar *var;
} RecnnParamVar;

/* A value shown by name, or a draw replaced by recorded numbers. */
typedef struct NamedTensor {
  struct NamedTensor *next;
  const char *name;
  RecnnTensor tensor;
} NamedTensor;

#define GRAPH_MAX_PARTS 16

struct RecnnGraph {
  RecnnArena *arena;
  uint64_t seed;
  uint64_t step;
  uint32_t n_random; /* stochastic calls so far: each has a stream of its own */
  bool training;
  bool gradients;
  bool done;      /* backward has run */
  RecnnVar *last; /* the tape's end */
  RecnnParamVar *params;
  RecnnGraphPart parts[GRAPH_MAX_PARTS];
  int32_t n_parts;
  NamedTensor *outputs;  /* in the arena */
  NamedTensor *replaced; /* draws; owned, kept over resets */
  RecnnError failure;    /* sticky; code RECNN_OK when there is none */
};

/* What an op gets: the public call first. */
typedef struct GraphCall {
  RecnnOpCall call;
  RecnnGraph *graph;
  RecnnVar *var;
} GraphCall;

extern const RecnnOpHost recnn__op_host;

/* Remembers the first failure only; the text is "op NAME: TEXT" where `op` is not NULL. */
void recnn__graph_fail(RecnnGraph *graph, RecnnStatus code, const char *op, const char *text);
/* Arena memory, or NULL with the failure recorded. */
void *recnn__graph_alloc(RecnnGraph *graph, size_t bytes);
/* Fills in a call for forward or backward of `var`. */
void recnn__graph_call(GraphCall *out, RecnnGraph *graph, RecnnVar *var);
/* `tensor` itself when contiguous, or a contiguous copy; NULL with the failure recorded. */
const RecnnTensor *recnn__graph_contiguous(RecnnGraph *graph, const RecnnTensor *tensor);

/* The stream of the next stochastic call of this step. */
uint64_t recnn__graph_stream(RecnnGraph *graph);

/* The buffer of a value's gradient; false with the failure recorded.  With `zero` an unwritten one
 * is filled with zeros and counts as written. */
bool recnn__graph_need_grad(RecnnGraph *graph, RecnnVar *var, bool zero);
/* Sums what was added to rows of the parameter `var` into distinct rows, or into its dense gradient
 * when it has one. */
bool recnn__graph_collect_rows(RecnnGraph *graph, RecnnVar *var);
/* What a call costs, after it. */
RecnnOpCost recnn__graph_cost(const RecnnOpCall *call);
void recnn__graph_trace(const RecnnOpCall *call, RecnnTracePart part, int64_t start);
/* Adds rows to `to`, in order. */
void recnn__graph_scatter(float *to, int64_t row_size, const RowGrad *rows);

/* An op with its attributes' defaults worked out. */
typedef struct OpEntry {
  const RecnnOp *op;
  RecnnOptions *defaults; /* NULL when it has no attributes */
  int32_t n_attrs;
} OpEntry;
const OpEntry *recnn__op_entry(const char *name);
const OpEntry *recnn__op_entry_of(const RecnnOp *op);

#endif
