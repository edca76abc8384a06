/* What every op must do, checked with its own samples: the gradient is that of the value, the bits
 * do not depend on threads or strides, an empty batch works, gradients accumulate, draws repeat.  A
 * new op is tested by being there. */
#include "generic/op-run.h"

#include "base/parallel.h"

#define FOR_SAMPLES(op, s) for (const RecnnOpSample *s = (op)->samples; s->name != NULL; s++)
#define LARGE 4099 /* rows: enough for every op to be cut into tiles */

static void describe(const void *data) {
  const RecnnOp *op = data;
  int n = 0;
  g_assert_cmpuint(strlen(op->doc), >, 10);
  g_assert_nonnull(op->samples);
  FOR_SAMPLES(op, s) {
    g_assert_cmpint(s->n_inputs, >=, op->min_inputs);
    if (op->max_inputs >= 0)
      g_assert_cmpint(s->n_inputs, <=, op->max_inputs);
    n++;
  }
  g_assert_cmpint(n, >=, 2);
  for (const RecnnOption *a = op->attrs; a != NULL && a->name != NULL; a++)
    g_assert_cmpuint(strlen(a->doc), >, 5);
}

/* Moves one element by `h`, and back; the weighted output in between. */
static double loss_at(OpRun *run, float *x, float h, float *ret_x) {
  float before = *x;
  *x = before + h;
  *ret_x = *x;
  op_run_forward(run, 3);
  *x = before;
  return op_run_loss(run);
}

static double largest(const float *x, int64_t n) {
  double most = 0.0;
  for (int64_t i = 0; i < n; i++)
    most = MAX(most, fabs((double)x[i]));
  return most;
}

/* Central differences of the float32 op, weighted in double.  Where the two one-sided differences
 * disagree there is a kink (a ReLU's) within the step, and the element is passed over; that must be
 * rare. */
static void differentiate(OpRun *run, int32_t input) {
  int64_t n = recnn_tensor_count(&run->inputs[input]);
  double scale = largest(run->grads[input], n);
  int64_t n_kinks = 0;
  if (scale < 1e-3)
    g_error("op %s, sample \"%s\": the gradient of input %d is zero: the sample tests nothing",
            run->op->name, run->sample->name, (int)input);
  op_run_forward(run, 3);
  double here = op_run_loss(run);
  for (int64_t i = 0; i < n; i++) {
    float *x = element(&run->inputs[input], i);
    float above, below, at = *x;
    double high = loss_at(run, x, 5e-3f, &above);
    double low = loss_at(run, x, -5e-3f, &below);
    double slope = (high - low) / ((double)above - (double)below);
    double right = (high - here) / ((double)above - (double)at);
    double left = (here - low) / ((double)at - (double)below);
    double difference = fabs(slope - (double)run->grads[input][i]);
    if (difference <= 2e-3 * scale)
      continue;
    if (!(fabs(right - left) > 0.1 * scale))
      g_error("op %s, sample \"%s\": the gradient of input %d at element %" G_GINT64_FORMAT
              " is %g; differences give %g",
              run->op->name, run->sample->name, (int)input, i, (double)run->grads[input][i], slope);
    n_kinks++;
  }
  g_assert_cmpint(n_kinks, <=, 1 + n / 20);
}

static void gradients(const void *data) {
  const RecnnOp *op = data;
  FOR_SAMPLES(op, s) {
    OpRun *run = op_run_new(op, s, AS_IS, LAYOUT_CONTIGUOUS);
    if (has_gradients(run)) {
      op_run_backward(run, 3, 1, 1);
      for (int32_t i = 0; i < s->n_inputs; i++)
        if (wants_grad(run, i))
          differentiate(run, i);
    }
    op_run_free(run);
  }
}

static OpRun *both_ways(const RecnnOp *op, const RecnnOpSample *sample, int64_t batch,
                        Layout layout) {
  OpRun *run = op_run_new(op, sample, batch, layout);
  op_run_forward(run, 3);
  if (has_gradients(run))
    op_run_backward(run, 3, 1, 1);
  return run;
}

static void assert_same_bits(const OpRun *a, const OpRun *b, const char *what) {
  bool same = recnn_tensor_same_shape(&a->output, &b->output) &&
              memcmp(a->output.data, b->output.data, recnn_tensor_bytes(&a->output)) == 0;
  if (!same)
    g_error("op %s, sample \"%s\": another output %s", a->op->name, a->sample->name, what);
  for (int32_t i = 0; i < a->sample->n_inputs; i++) {
    size_t bytes = (size_t)recnn_tensor_count(&a->inputs[i]) * sizeof(float);
    if (a->grads[i] != NULL && memcmp(a->grads[i], b->grads[i], bytes) != 0)
      g_error("op %s, sample \"%s\": another gradient of input %d %s", a->op->name, a->sample->name,
              (int)i, what);
  }
}

static void strides(const void *data) {
  static const char *const names[] = {"", "with gaps between elements", "with gaps between rows",
                                      "with transposed inputs"};
  const RecnnOp *op = data;
  FOR_SAMPLES(op, s) {
    OpRun *plain = both_ways(op, s, AS_IS, LAYOUT_CONTIGUOUS);
    for (Layout layout = LAYOUT_GAPS; layout < N_LAYOUTS; layout++) {
      OpRun *run = both_ways(op, s, AS_IS, layout);
      assert_same_bits(plain, run, names[layout]);
      op_run_free(run);
    }
    op_run_free(plain);
  }
}

static void threads(const void *data) {
  static const int counts[] = {2, 4};
  const RecnnOp *op = data;
  GError *error = NULL;
  FOR_SAMPLES(op, s) {
    recnn_parallel_set_threads(1, &error);
    g_assert_no_error(error);
    OpRun *alone = both_ways(op, s, LARGE, LAYOUT_CONTIGUOUS);
    for (int i = 0; i < 2; i++) {
      recnn_parallel_set_threads(counts[i], &error);
      g_assert_no_error(error);
      OpRun *run = both_ways(op, s, LARGE, LAYOUT_CONTIGUOUS);
      assert_same_bits(alone, run, counts[i] == 2 ? "with 2 threads" : "with 4 threads");
      op_run_free(run);
    }
    op_run_free(alone);
  }
}

static void assert_zero(const OpRun *run, const float *x, int64_t n, const char *what) {
  for (int64_t i = 0; i < n; i++)
    if (x[i] != 0.0f)
      g_error("op %s, sample \"%s\": %s is %g with an empty batch, expected 0", run->op->name,
              run->sample->name, what, (double)x[i]);
}

static void empty_batch(const void *data) {
  const RecnnOp *op = data;
  FOR_SAMPLES(op, s) {
    if (s->no_empty)
      continue;
    OpRun *run = both_ways(op, s, 0, LAYOUT_CONTIGUOUS);
    int64_t n = recnn_tensor_count(&run->output);
    if (run->output.dtype == RECNN_FLOAT32)
      assert_zero(run, run->output.data, n, "the output");
    for (int32_t i = 0; i < s->n_inputs; i++)
      if (run->grads[i] != NULL)
        assert_zero(run, run->grads[i], recnn_tensor_count(&run->inputs[i]), "a gradient");
    op_run_free(run);
  }
}

/* A value that is used twice gets the sum of both gradients. */
static void accumulation(const void *data) {
  const RecnnOp *op = data;
  FOR_SAMPLES(op, s) {
    OpRun *runs[3];
    if (!has_gradients(runs[0] = op_run_new(op, s, AS_IS, LAYOUT_CONTIGUOUS))) {
      op_run_free(runs[0]);
      continue;
    }
    for (unsigned i = 0; i < 3; i++) {
      if (i > 0)
        runs[i] = op_run_new(op, s, AS_IS, LAYOUT_CONTIGUOUS);
      op_run_backward(runs[i], 3, 2, i + 1);
    }
    for (int32_t i = 0; i < s->n_inputs; i++) {
      if (runs[0]->grads[i] == NULL)
        continue;
      int64_t n = recnn_tensor_count(&runs[0]->inputs[i]);
      double scale = largest(runs[2]->grads[i], n);
      g_assert_cmpfloat(largest(runs[0]->grads[i], n), >, 0.0);
      g_assert_cmpfloat(largest(runs[1]->grads[i], n), >, 0.0);
      for (int64_t j = 0; j < n; j++) {
        double sum = (double)runs[0]->grads[i][j] + (double)runs[1]->grads[i][j];
        g_assert_cmpfloat_with_epsilon((double)runs[2]->grads[i][j], sum, 1e-5 * scale + 1e-6);
      }
    }
    for (int i = 0; i < 3; i++)
      op_run_free(runs[i]);
  }
}

static bool same_output(const OpRun *a, const OpRun *b) {
  return memcmp(a->output.data, b->output.data, recnn_tensor_bytes(&a->output)) == 0;
}

/* The same step draws the same; another step draws otherwise; in evaluation nothing is drawn, and
 * an op that is not stochastic never draws. */
static void draws(const void *data) {
  const RecnnOp *op = data;
  bool drew = false;
  FOR_SAMPLES(op, s) {
    OpRun *a = op_run_new(op, s, AS_IS, LAYOUT_CONTIGUOUS);
    OpRun *b = op_run_new(op, s, AS_IS, LAYOUT_CONTIGUOUS);
    op_run_forward(a, 3);
    op_run_forward(b, 3);
    g_assert_true(same_output(a, b));
    op_run_free(b);
    b = op_run_new(op, s, AS_IS, LAYOUT_CONTIGUOUS);
    op_run_forward(b, 4);
    bool same = same_output(a, b);
    drew = drew || !same;
    if (s->inference || (op->flags & RECNN_OP_STOCHASTIC) == 0)
      g_assert_true(same);
    op_run_free(a);
    op_run_free(b);
  }
  g_assert_true(drew == ((op->flags & RECNN_OP_STOCHASTIC) != 0));
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*check)(const void *op);
  } checks[] = {{"description", describe}, {"gradients", gradients}, {"strides", strides},
                {"threads", threads},      {"empty", empty_batch},   {"accumulation", accumulation},
                {"draws", draws}};
  g_test_init(&argc, &argv, NULL);
  const char **names = recnn_op_names();
  for (int i = 0; names[i] != NULL; i++)
    for (size_t j = 0; j < G_N_ELEMENTS(checks); j++) {
      char *path = g_strdup_printf("/ops/%s/%s", names[i], checks[j].name);
      g_test_add_data_func(path, recnn_op_find(names[i]), checks[j].check);
      g_free(path);
    }
  g_free(names);
  return g_test_run();
}
