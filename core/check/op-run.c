/* Runs of an op on its samples.  The values are a function of their place alone, so that layouts,
 * batch sizes and threads can be compared. */
#include "check/op-run-private.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "tensor/tensor.h"

bool recnn__op_run_fail(const OpRun *run, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = g_strdup_vprintf(format, args);
  va_end(args);
  recnn__trial_fail(run->trial, "sample \"%s\": %s", run->sample->name, text);
  g_free(text);
  return false;
}

const RecnnOpSample *recnn__op_samples(RecnnTrial *trial) {
  const RecnnOp *op = trial->descriptor;
  if (op->samples == NULL || op->samples[0].name == NULL)
    recnn__trial_skip(trial, "the op has no samples to run it on");
  return op->samples;
}

bool recnn__op_run_wants_grad(const OpRun *run, int32_t input) {
  const RecnnOpSampleInput *spec = &run->sample->inputs[input];
  return spec->dtype == RECNN_FLOAT32 && !spec->no_grad;
}

bool recnn__op_run_has_gradients(const OpRun *run) {
  bool any = false;
  for (int32_t i = 0; i < run->sample->n_inputs; i++)
    any = any || recnn__op_run_wants_grad(run, i);
  return any && (run->op->backward != NULL || (run->op->flags & RECNN_OP_VIEW) != 0);
}

/* Where element `i`, counted in row-major order, stands. */
static int64_t offset_of(const RecnnTensor *tensor, int64_t i) {
  int64_t offset = 0;
  for (int32_t axis = tensor->rank - 1; axis >= 0; axis--) {
    offset += i % tensor->shape[axis] * tensor->stride[axis];
    i /= tensor->shape[axis];
  }
  return offset;
}

float *recnn__op_run_element(const RecnnTensor *tensor, int64_t i) {
  return (float *)tensor->data + offset_of(tensor, i);
}

double recnn__op_run_largest(const float *x, int64_t n) {
  double most = 0.0;
  for (int64_t i = 0; i < n; i++)
    most = MAX(most, fabs((double)x[i]));
  return most;
}

static void set_layout(RecnnTensor *tensor, OpLayout layout) {
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
static double sample_value(const RecnnOpSampleInput *spec, int32_t input, int64_t i, int64_t n,
                           double n_entries) {
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
static const RecnnOpSampleInput *find_offsets(const RecnnOpSample *sample) {
  for (int32_t i = 0; i < sample->n_inputs; i++)
    if (sample->inputs[i].fill == RECNN_SAMPLE_OFFSETS)
      return &sample->inputs[i];
  return NULL;
}

static void make_input(OpRun *run, int32_t input, int64_t batch, OpLayout layout) {
  const RecnnOpSampleInput *spec = &run->sample->inputs[input];
  const RecnnOpSampleInput *first = &run->sample->inputs[0];
  int64_t own = run->sample->batch > 0 ? run->sample->batch
                : first->rank > 0      ? first->shape[0]
                                       : -1;
  RecnnTensor t = recnn_tensor_view(NULL, spec->dtype, spec->rank, spec->shape);
  const RecnnOpSampleInput *offsets = find_offsets(run->sample);
  int64_t entries = offsets != NULL ? (int64_t)offsets->high : -1;
  if (batch != OP_AS_IS && t.rank > 0) {
    if (t.shape[0] == own)
      t.shape[0] = batch;
    else if (spec == offsets)
      t.shape[0] = batch + 1;
    else if (offsets != NULL && t.rank == 1 && t.shape[0] == entries)
      t.shape[0] = entries * batch / own;
    entries = entries * batch / own;
  }
  if (spec->fill == RECNN_SAMPLE_OFFSETS && spec != offsets)
    entries = (int64_t)spec->high; /* of a matrix that does not grow with the batch */
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
      *recnn__op_run_element(&t, i) = (float)value;
  }
  run->inputs[input] = t;
}

/* Fills the graph's memory with NaN, so that whoever reads what he has not written is found out. */
static void poison(RecnnGraph *graph, int64_t n) {
  float *nan = g_new(float, n);
  for (int64_t i = 0; i < n; i++)
    nan[i] = NAN;
  RecnnTensor t = recnn_tensor_view(nan, RECNN_FLOAT32, 1, &n);
  recnn_graph_reset(graph, 0, true, false);
  RecnnVar *x = recnn_graph_constant(graph, &t);
  for (int i = 0; i < 8; i++)
    x = recnn_graph_apply(graph, "mul", (RecnnVar *[]){x, x}, 2, NULL, 0);
  g_free(nan);
}

OpRun *recnn__op_run_new(RecnnTrial *trial, const RecnnOpSample *sample, int64_t batch,
                         OpLayout layout) {
  const RecnnOp *op = trial->descriptor;
  if (sample->n_inputs > OP_MAX_INPUTS) {
    recnn__trial_fail(trial, "sample \"%s\" has %d inputs, expected at most %d", sample->name,
                      (int)sample->n_inputs, OP_MAX_INPUTS);
    return NULL;
  }
  OpRun *run = g_new0(OpRun, 1);
  int64_t n = 0;
  run->trial = trial;
  run->op = op;
  run->sample = sample;
  for (int32_t i = 0; i < sample->n_inputs; i++) {
    make_input(run, i, batch, layout);
    n += recnn_tensor_count(&run->inputs[i]);
  }
  run->graph = recnn_graph_new(11);
  poison(run->graph, n + 1000);
  return run;
}

void recnn__op_run_free(OpRun *run) {
  if (run == NULL)
    return;
  for (int32_t i = 0; i < run->sample->n_inputs; i++) {
    g_free(run->inputs[i].data);
    g_free(run->grads[i]);
  }
  g_free(run->output.data);
  recnn_graph_free(run->graph);
  g_free(run);
}

/* Whether the graph is well; otherwise the trial has failed. */
static bool is_fine(const OpRun *run) {
  GError *error = NULL;
  if (recnn_graph_check(run->graph, &error))
    return true;
  recnn__op_run_fail(run, "%s", error->message);
  g_error_free(error);
  return false;
}

/* NULL after a failure. */
static RecnnVar *apply(OpRun *run, RecnnVar **vars) {
  const RecnnOpSample *s = run->sample;
  RecnnVar *y = recnn_graph_apply_op(run->graph, run->op, vars, s->n_inputs, s->attrs, s->n_attrs);
  if (!is_fine(run))
    return NULL;
  g_free(run->output.data);
  const RecnnTensor *value = recnn_graph_tensor(y);
  run->output = recnn_tensor_view(NULL, value->dtype, value->rank, value->shape);
  run->output.data = g_malloc(MAX(recnn_tensor_bytes(&run->output), 1));
  recnn_tensor_copy(&run->output, value);
  return y;
}

static void begin(OpRun *run, uint64_t step, bool gradients, RecnnVar **vars) {
  recnn_graph_reset(run->graph, step, !run->sample->inference, gradients);
  for (int32_t i = 0; i < run->sample->n_inputs; i++)
    vars[i] = recnn__op_run_wants_grad(run, i) ? recnn_graph_variable(run->graph, &run->inputs[i])
                                               : recnn_graph_constant(run->graph, &run->inputs[i]);
}

bool recnn__op_run_forward(OpRun *run, uint64_t step) {
  RecnnVar *vars[OP_MAX_INPUTS];
  begin(run, step, false, vars);
  return apply(run, vars) != NULL;
}

/* The weight of element `i` of the output in use `use`: between 0.5 and 1.5, of either sign. */
static float weight(int use, int64_t i) {
  uint32_t words[4];
  recnn_philox(13, RECNN_STREAM(RECNN_STREAM_TEST, use), (uint64_t)i, words);
  float size = 0.5f + (float)words[0] / 4294967296.0f;
  return words[1] & 1 ? size : -size;
}

double recnn__op_run_loss(const OpRun *run) {
  double sum = 0.0;
  for (int64_t i = 0, n = recnn_tensor_count(&run->output); i < n; i++)
    sum += (double)weight(0, i) * (double)((const float *)run->output.data)[i];
  return sum;
}

/* The sum of the op's weighted output, added to `loss`; the weights' memory is the caller's. */
static RecnnVar *add_use(OpRun *run, RecnnVar **vars, int use, bool counts, RecnnVar *loss,
                         float **ret_weights) {
  RecnnVar *y = apply(run, vars);
  if (y == NULL)
    return NULL;
  RecnnTensor w = run->output;
  int64_t n = recnn_tensor_count(&w);
  w.data = *ret_weights = g_new(float, n + 1);
  for (int64_t i = 0; i < n; i++)
    (*ret_weights)[i] = counts ? weight(use, i) : 0.0f;
  RecnnVar *pair[2] = {y, recnn_graph_constant(run->graph, &w)};
  RecnnVar *weighted = recnn_graph_apply(run->graph, "mul", pair, 2, NULL, 0);
  RecnnVar *sum = recnn_graph_apply(run->graph, "sum", &weighted, 1, NULL, 0);
  return loss == NULL ? sum
                      : recnn_graph_apply(run->graph, "add", (RecnnVar *[]){loss, sum}, 2, NULL, 0);
}

static void take_gradients(OpRun *run, RecnnVar **vars) {
  for (int32_t i = 0; i < run->sample->n_inputs; i++) {
    if (!recnn__op_run_wants_grad(run, i))
      continue;
    const RecnnTensor *grad = recnn_graph_grad(vars[i]);
    g_free(run->grads[i]);
    run->grads[i] = g_malloc0(recnn_tensor_bytes(grad) + 1);
    if (grad->data != NULL)
      memcpy(run->grads[i], grad->data, recnn_tensor_bytes(grad));
  }
}

bool recnn__op_run_backward(OpRun *run, uint64_t step, int n_uses, unsigned mask) {
  RecnnVar *vars[OP_MAX_INPUTS];
  RecnnVar *loss = NULL;
  float *weights[4] = {NULL};
  GError *error = NULL;
  begin(run, step, true, vars);
  for (int use = 0; use < n_uses; use++) {
    loss = add_use(run, vars, use, (mask >> use & 1) != 0, loss, &weights[use]);
    if (loss == NULL)
      break;
  }
  bool ok = is_fine(run) && recnn_graph_backward(run->graph, loss, NULL, 0, &error);
  if (ok)
    take_gradients(run, vars);
  else if (error != NULL)
    recnn__op_run_fail(run, "%s", error->message);
  g_clear_error(&error);
  for (int use = 0; use < n_uses; use++)
    g_free(weights[use]);
  return ok;
}

OpRun *recnn__op_run_both_ways(RecnnTrial *trial, const RecnnOpSample *sample, int64_t batch,
                               OpLayout layout) {
  OpRun *run = recnn__op_run_new(trial, sample, batch, layout);
  if (run != NULL && (!recnn__op_run_forward(run, 3) || (recnn__op_run_has_gradients(run) &&
                                                         !recnn__op_run_backward(run, 3, 1, 1)))) {
    recnn__op_run_free(run);
    return NULL;
  }
  return run;
}

bool recnn__op_run_same_bits(const OpRun *a, const OpRun *b, const char *what) {
  if (!recnn_tensor_same_shape(&a->output, &b->output) ||
      memcmp(a->output.data, b->output.data, recnn_tensor_bytes(&a->output)) != 0)
    return recnn__op_run_fail(a, "another output %s", what);
  for (int32_t i = 0; i < a->sample->n_inputs; i++) {
    size_t bytes = (size_t)recnn_tensor_count(&a->inputs[i]) * sizeof(float);
    if (a->grads[i] != NULL && memcmp(a->grads[i], b->grads[i], bytes) != 0)
      return recnn__op_run_fail(a, "another gradient of input %d %s", (int)i, what);
  }
  return true;
}
