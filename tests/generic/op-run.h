/* Runs an op on one of its own samples: inputs in any layout and with any size of the batch axis,
 * the output, and the gradients of a random weighting of the output (so that every element of it
 * matters).  Knows no op by name but `mul` and `sum`, which do the weighting. */
#ifndef RECNN_TESTS_OP_RUN_H
#define RECNN_TESTS_OP_RUN_H

#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/rng.h"
#include "graph/graph.h"
#include "tensor/tensor.h"

#define MAX_INPUTS 8
#define AS_IS (-1) /* the sample's own batch size */

/* How an input lies in memory.  Elements have the same values in each. */
typedef enum {
  LAYOUT_CONTIGUOUS,
  LAYOUT_GAPS,       /* every other element of the last axis */
  LAYOUT_ROWS,       /* rows that are dense but further apart than they are long */
  LAYOUT_TRANSPOSED, /* the first axis is the dense one */
  N_LAYOUTS
} Layout;

typedef struct OpRun {
  const RecnnOp *op;
  const RecnnOpSample *sample;
  RecnnTensor inputs[MAX_INPUTS];
  RecnnGraph *graph;
  RecnnTensor output;       /* of the last forward: contiguous, owned */
  float *grads[MAX_INPUTS]; /* of the last backward: contiguous, owned; NULL where none is wanted */
} OpRun;

static inline bool wants_grad(const OpRun *run, int32_t input) {
  const RecnnOpSampleInput *spec = &run->sample->inputs[input];
  return spec->dtype == RECNN_FLOAT32 && !spec->no_grad;
}

/* Where element `i`, counted in row-major order, stands. */
static inline int64_t offset_of(const RecnnTensor *tensor, int64_t i) {
  int64_t offset = 0;
  for (int32_t axis = tensor->rank - 1; axis >= 0; axis--) {
    offset += i % tensor->shape[axis] * tensor->stride[axis];
    i /= tensor->shape[axis];
  }
  return offset;
}

static inline float *element(const RecnnTensor *tensor, int64_t i) {
  return (float *)tensor->data + offset_of(tensor, i);
}

static inline void set_layout(RecnnTensor *tensor, Layout layout) {
  int64_t step = layout == LAYOUT_GAPS ? 2 : 1;
  if (layout == LAYOUT_TRANSPOSED) {
    for (int32_t axis = 0; axis < tensor->rank; axis++) {
      tensor->stride[axis] = step;
      step *= MAX(tensor->shape[axis], 1);
    }
    return;
  }
  for (int32_t axis = tensor->rank - 1; axis >= 0; axis--) {
    tensor->stride[axis] = step;
    step *= MAX(tensor->shape[axis], 1);
    if (layout == LAYOUT_ROWS && axis == tensor->rank - 1)
      step += 3;
  }
}

/* The value of element `i` of `n`, whatever the layout and the batch size. */
static inline double sample_value(const RecnnOpSampleInput *spec, int32_t input, int64_t i,
                                  int64_t n, double n_entries) {
  uint32_t words[4];
  recnn_philox(7, RECNN_STREAM(RECNN_STREAM_TEST, input), (uint64_t)i, words);
  double u = (words[0] + 0.5) / 4294967296.0;
  switch (spec->fill) {
  case RECNN_SAMPLE_OFFSETS:
    return i == 0 ? 0.0 : floor(n_entries * (double)i / (double)(n - 1));
  case RECNN_SAMPLE_DISTINCT: /* every number of a grid once: 7 is prime to any other power */
    return spec->low + 0.06 * (double)(n % 7 != 0 ? i * 7 % n : i * 11 % n);
  default:
    if (spec->dtype == RECNN_INT64)
      return spec->low + floor(u * (spec->high - spec->low + 1.0));
    return spec->low + u * (spec->high - spec->low);
  }
}

/* A sparse matrix among the inputs: its offsets, one more than the batch has rows, end at the
 * number of entries, and the arrays of the entries have that length.  NULL: there is none. */
static inline const RecnnOpSampleInput *find_offsets(const RecnnOpSample *sample) {
  for (int32_t i = 0; i < sample->n_inputs; i++)
    if (sample->inputs[i].fill == RECNN_SAMPLE_OFFSETS)
      return &sample->inputs[i];
  return NULL;
}

static inline void make_input(OpRun *run, int32_t input, int64_t batch, Layout layout) {
  const RecnnOpSampleInput *spec = &run->sample->inputs[input];
  const RecnnOpSampleInput *first = &run->sample->inputs[0];
  int64_t own = run->sample->batch > 0 ? run->sample->batch
                : first->rank > 0      ? first->shape[0]
                                       : -1;
  RecnnTensor t = recnn_tensor_view(NULL, spec->dtype, spec->rank, spec->shape);
  const RecnnOpSampleInput *offsets = find_offsets(run->sample);
  int64_t entries = offsets != NULL ? (int64_t)offsets->high : -1;
  if (batch != AS_IS && t.rank > 0) {
    if (t.shape[0] == own)
      t.shape[0] = batch;
    else if (spec == offsets)
      t.shape[0] = batch + 1;
    else if (offsets != NULL && t.rank == 1 && t.shape[0] == entries)
      t.shape[0] = entries * batch / own;
    entries = entries * batch / own;
  }
  set_layout(&t, layout);
  int64_t n = recnn_tensor_count(&t);
  int64_t room = 1;
  for (int32_t axis = 0; axis < t.rank; axis++)
    room += MAX(t.shape[axis], 1) * t.stride[axis];
  size_t size = recnn_dtype_size(t.dtype);
  t.data = g_malloc((size_t)room * size);
  memset(t.data, 0xff, (size_t)room * size); /* what lies between elements is NaN, or id -1 */
  for (int64_t i = 0; i < n; i++) {
    double value = sample_value(spec, input, i, n, (double)entries);
    if (t.dtype == RECNN_INT64)
      ((int64_t *)t.data)[offset_of(&t, i)] = (int64_t)value;
    else
      *element(&t, i) = (float)value;
  }
  run->inputs[input] = t;
}

/* Fills the graph's memory with NaN, so that whoever reads what he has not written is found out. */
static inline void poison(RecnnGraph *graph, int64_t n) {
  float *nan = g_new(float, n);
  for (int64_t i = 0; i < n; i++)
    nan[i] = NAN;
  RecnnTensor t = recnn_tensor_view(nan, RECNN_FLOAT32, 1, &n);
  recnn_graph_reset(graph, 0, true, false);
  RecnnVar *x = recnn_graph_constant(graph, &t);
  for (int i = 0; i < 8; i++)
    x = recnn_graph_apply(graph, "mul", (RecnnVar *[]){x, x}, 2, NULL, 0);
  g_assert_nonnull(x);
  g_free(nan);
}

static inline OpRun *op_run_new(const RecnnOp *op, const RecnnOpSample *sample, int64_t batch,
                                Layout layout) {
  OpRun *run = g_new0(OpRun, 1);
  int64_t n = 0;
  run->op = op;
  run->sample = sample;
  g_assert_cmpint(sample->n_inputs, <=, MAX_INPUTS);
  for (int32_t i = 0; i < sample->n_inputs; i++) {
    make_input(run, i, batch, layout);
    n += recnn_tensor_count(&run->inputs[i]);
  }
  run->graph = recnn_graph_new(11);
  poison(run->graph, n + 1000);
  return run;
}

static inline void op_run_free(OpRun *run) {
  for (int32_t i = 0; i < run->sample->n_inputs; i++) {
    g_free(run->inputs[i].data);
    g_free(run->grads[i]);
  }
  g_free(run->output.data);
  recnn_graph_free(run->graph);
  g_free(run);
}

static inline void assert_fine(const OpRun *run) {
  GError *error = NULL;
  if (!recnn_graph_check(run->graph, &error))
    g_error("op %s, sample \"%s\": %s", run->op->name, run->sample->name, error->message);
}

static inline RecnnVar *apply(OpRun *run, RecnnVar **vars) {
  const RecnnOpSample *s = run->sample;
  RecnnVar *y =
      recnn_graph_apply(run->graph, run->op->name, vars, s->n_inputs, s->attrs, s->n_attrs);
  assert_fine(run);
  g_free(run->output.data);
  const RecnnTensor *value = recnn_graph_tensor(y);
  run->output = recnn_tensor_view(NULL, value->dtype, value->rank, value->shape);
  run->output.data = g_malloc(recnn_tensor_bytes(&run->output));
  recnn_tensor_copy(&run->output, value);
  return y;
}

static inline void begin(OpRun *run, uint64_t step, bool gradients, RecnnVar **vars) {
  recnn_graph_reset(run->graph, step, !run->sample->inference, gradients);
  for (int32_t i = 0; i < run->sample->n_inputs; i++)
    vars[i] = wants_grad(run, i) ? recnn_graph_variable(run->graph, &run->inputs[i])
                                 : recnn_graph_constant(run->graph, &run->inputs[i]);
}

/* `step` selects the random numbers. */
static inline void op_run_forward(OpRun *run, uint64_t step) {
  RecnnVar *vars[MAX_INPUTS];
  begin(run, step, false, vars);
  apply(run, vars);
}

/* The weight of element `i` of the output in use `use`: between 0.5 and 1.5, of either sign. */
static inline float weight(int use, int64_t i) {
  uint32_t words[4];
  recnn_philox(13, RECNN_STREAM(RECNN_STREAM_TEST, use), (uint64_t)i, words);
  float size = 0.5f + (float)words[0] / 4294967296.0f;
  return words[1] & 1 ? size : -size;
}

/* The weighted output of the last forward as use 0, in double. */
static inline double op_run_loss(const OpRun *run) {
  double sum = 0.0;
  for (int64_t i = 0, n = recnn_tensor_count(&run->output); i < n; i++)
    sum += (double)weight(0, i) * (double)((const float *)run->output.data)[i];
  return sum;
}

static inline bool has_gradients(const OpRun *run) {
  bool any = false;
  for (int32_t i = 0; i < run->sample->n_inputs; i++)
    any = any || wants_grad(run, i);
  return any && (run->op->backward != NULL || (run->op->flags & RECNN_OP_VIEW) != 0);
}

/* The gradients of the weighted output; the op is applied `n_uses` times to the same inputs, and
 * use u counts where `mask` has bit u. */
static inline void op_run_backward(OpRun *run, uint64_t step, int n_uses, unsigned mask) {
  RecnnVar *vars[MAX_INPUTS];
  RecnnVar *loss = NULL;
  float *weights[4] = {NULL};
  GError *error = NULL;
  begin(run, step, true, vars);
  for (int use = 0; use < n_uses; use++) {
    RecnnVar *y = apply(run, vars);
    RecnnTensor w = run->output;
    int64_t n = recnn_tensor_count(&w);
    w.data = weights[use] = g_new(float, n + 1);
    for (int64_t i = 0; i < n; i++)
      weights[use][i] = mask >> use & 1 ? weight(use, i) : 0.0f;
    RecnnVar *pair[2] = {y, recnn_graph_constant(run->graph, &w)};
    RecnnVar *weighted = recnn_graph_apply(run->graph, "mul", pair, 2, NULL, 0);
    RecnnVar *sum = recnn_graph_apply(run->graph, "sum", &weighted, 1, NULL, 0);
    loss = loss == NULL
               ? sum
               : recnn_graph_apply(run->graph, "add", (RecnnVar *[]){loss, sum}, 2, NULL, 0);
  }
  assert_fine(run);
  bool done = recnn_graph_backward(run->graph, loss, NULL, 0, &error);
  if (!done)
    g_error("op %s, sample \"%s\": %s", run->op->name, run->sample->name, error->message);
  for (int32_t i = 0; i < run->sample->n_inputs; i++) {
    if (!wants_grad(run, i))
      continue;
    const RecnnTensor *grad = recnn_graph_grad(vars[i]);
    g_free(run->grads[i]);
    run->grads[i] = g_malloc0(recnn_tensor_bytes(grad) + 1);
    if (grad->data != NULL)
      memcpy(run->grads[i], grad->data, recnn_tensor_bytes(grad));
  }
  for (int use = 0; use < n_uses; use++)
    g_free(weights[use]);
}

#endif
