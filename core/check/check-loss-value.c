/* A loss on scores that are made up: its value, its gradients, and what it makes of NaN. */
#include <math.h>

#include "base/rng.h"
#include "check/plugin-private.h"
#include "losses/losses.h"
#include "tensor/tensor.h"

enum { ROWS = 4, ITEMS = 6, DRAWN = 5, MOST = ROWS + DRAWN };

/* Numbers to put a loss on; row i chose item i, and rows have item i and the one behind it. */
typedef struct Numbers {
  RecnnTrial *trial;
  const RecnnLossClass *loss;
  RecnnOptions *options;
  RecnnGraph *graph;
  int64_t rows;
  int64_t columns; /* of the scores; 0: they are vectors */
  float score[2][ROWS * MOST];
  float target[ROWS];
  int64_t chosen[ROWS];
  int64_t item[MOST];
  int64_t row_start[ROWS + 1];
  int64_t row_item[2 * ROWS];
  float row_value[2 * ROWS];
  RecnnVar *var[2];  /* of score */
  double largest[2]; /* of their gradients, in any of the rows that were looked at */
} Numbers;

static RecnnVar *constant(Numbers *n, void *data, int32_t dtype, int64_t length) {
  const RecnnTensor tensor = recnn_tensor_view(data, dtype, 1, &length);
  return recnn_graph_constant(n->graph, &tensor);
}

static RecnnVar *scores(Numbers *n, int i) {
  const int64_t shape[2] = {n->rows, n->columns};
  const RecnnTensor tensor =
      recnn_tensor_view(n->score[i], RECNN_FLOAT32, n->columns > 0 ? 2 : 1, shape);
  return recnn_graph_variable(n->graph, &tensor);
}

/* The value, NULL with a failure of the trial. */
static RecnnVar *value_of(Numbers *n) {
  uint32_t form = n->loss->form;
  bool drawn = form == RECNN_LOSS_LISTWISE && recnn_loss_samples(n->loss);
  RecnnLossInput in = {.struct_size = sizeof in, .n_items = ITEMS};
  GError *error = NULL;
  RecnnBatch *batch = recnn_batch_new();
  recnn_graph_reset(n->graph, 1, true, true);
  batch->size = n->rows;
  in.batch = batch;
  in.score = n->var[0] = scores(n, 0);
  n->var[1] = NULL;
  if (form == RECNN_LOSS_PAIRWISE)
    in.negative = n->var[1] = scores(n, 1);
  if (form == RECNN_LOSS_POINTWISE)
    in.target = constant(n, n->target, RECNN_FLOAT32, n->rows);
  if (form == RECNN_LOSS_LISTWISE)
    in.target = constant(n, n->chosen, RECNN_INT64, n->rows);
  if (drawn) {
    in.item = constant(n, n->item, RECNN_INT64, n->columns);
    in.n_drawn = DRAWN;
  }
  if (form == RECNN_LOSS_ROWS) {
    in.row_start = constant(n, n->row_start, RECNN_INT64, n->rows + 1);
    in.row_item = constant(n, n->row_item, RECNN_INT64, 2 * n->rows);
    in.row_value = constant(n, n->row_value, RECNN_FLOAT32, 2 * n->rows);
  }
  RecnnVar *value = n->loss->value(recnn_options_values(n->options), n->graph, &in);
  recnn_batch_free(batch);
  if (!recnn_graph_check(n->graph, &error)) {
    recnn__trial_fail_error(n->trial, "value()", error);
    return NULL;
  }
  const RecnnTensor *is = recnn_graph_tensor(value);
  if (is == NULL) {
    recnn__trial_fail(n->trial, "value() returned NULL and did not say why");
  } else if (is->dtype != RECNN_FLOAT32 || recnn_tensor_count(is) != 1) {
    char *shape = recnn_tensor_describe(is);
    recnn__trial_fail(n->trial, "value() returned %s, expected one float32 number", shape);
    g_free(shape);
    return NULL;
  }
  return value;
}

static double number(const RecnnVar *value) {
  return value != NULL ? (double)*(const float *)recnn_graph_tensor(value)->data : (double)NAN;
}

/* Central differences against the gradient that backward gives. */
static bool differentiate(Numbers *n, int which) {
  const float h = 1.0f / 128.0f;
  int64_t count = n->rows * (n->columns > 0 ? n->columns : 1);
  for (int64_t i = 0; i < count; i++) {
    float *x = &n->score[which][i], before = *x;
    RecnnVar *value = value_of(n);
    if (value == NULL || !recnn_graph_backward(n->graph, value, NULL, 0, NULL))
      return recnn__trial_fail(
          n->trial, "there is no gradient of its value: it does not depend on the scores");
    const RecnnTensor *gradient = recnn_graph_grad(n->var[which]);
    double is = gradient->data != NULL ? (double)((const float *)gradient->data)[i] : 0.0;
    *x = before + h;
    double above = number(value_of(n));
    *x = before - h;
    double below = number(value_of(n));
    *x = before;
    double slope = (above - below) / (2.0 * (double)h);
    n->largest[which] = fmax(n->largest[which], fabs(is));
    if (!(fabs(is - slope) <= 2e-3 + 1e-2 * fabs(slope)))
      return recnn__trial_fail(n->trial,
                               "the gradient of %s at element %d is %g; differences give %g",
                               which == 0 ? "score" : "negative", (int)i, is, slope);
  }
  return true;
}

/* Of some rows it may well be 0, such as a pair that is in the right order, but not of all. */
static void check_largest(Numbers *n) {
  for (int i = 0; i < (n->loss->form == RECNN_LOSS_PAIRWISE ? 2 : 1); i++)
    if (!(n->largest[i] > 1e-4))
      recnn__trial_fail(n->trial, "its gradient is 0: the value does not depend on the scores");
}

static void fill(Numbers *n, int64_t rows) {
  uint32_t form = n->loss->form;
  RecnnRng rng;
  recnn_rng_init(&rng, 1, RECNN_STREAM(RECNN_STREAM_TEST, 2));
  n->rows = rows;
  n->columns = form == RECNN_LOSS_LISTWISE && recnn_loss_samples(n->loss) ? rows + DRAWN
               : form >= RECNN_LOSS_LISTWISE                              ? ITEMS
                                                                          : 0;
  for (int i = 0; i < 2 * ROWS * MOST; i++)
    n->score[i / (ROWS * MOST)][i % (ROWS * MOST)] = (float)(3.0 * recnn_rng_double(&rng) - 1.5);
  for (int64_t i = 0; i < ROWS; i++) {
    n->target[i] = i % 2 == 0 ? 1.0f : 0.0f;
    n->chosen[i] = i;
    for (int64_t j = 2 * i; j < 2 * i + 2; j++) {
      n->row_item[j] = j - i;
      n->row_value[j] = 1.0f;
    }
  }
  for (int64_t i = 0; i <= ROWS; i++)
    n->row_start[i] = 2 * i;
  for (int64_t i = 0; i < MOST; i++)
    n->item[i] = i < rows ? i : (i - rows + 1) % ITEMS; /* a row's own target may be drawn */
}

static bool look(Numbers *n, int64_t rows) {
  fill(n, rows);
  double value = number(value_of(n));
  if (n->trial->failure != NULL)
    return false;
  if (!isfinite(value))
    return recnn__trial_fail(n->trial, "its value of %d rows is %g, expected a finite number",
                             (int)rows, value);
  if (!differentiate(n, 0) || (n->loss->form == RECNN_LOSS_PAIRWISE && !differentiate(n, 1)))
    return false;
  for (int64_t i = 0; i < n->rows * MAX(n->columns, 1); i++)
    n->score[0][i] = NAN;
  value = number(value_of(n));
  return n->trial->failure == NULL &&
         (!isfinite(value) ||
          recnn__trial_fail(n->trial, "with NaN for all scores its value is %g", value));
}

static void run(RecnnTrial *trial) {
  static const RecnnOption none[] = {{NULL, 0, NULL, NULL, NULL}};
  Numbers *n = g_new0(Numbers, 1);
  GError *error = NULL;
  n->trial = trial;
  n->loss = trial->descriptor;
  n->graph = recnn_graph_new(1);
  n->options =
      recnn_options_new(n->loss->options != NULL ? n->loss->options : none, n->loss->name, &error);
  if (n->options == NULL)
    recnn__trial_fail_error(trial, "options", error);
  else if (!recnn_options_complete(n->options, &error)) {
    recnn__trial_skip(trial, "%s", error->message);
    g_error_free(error);
  } else if (look(n, ROWS) && look(n, 1))
    check_largest(n);
  recnn_options_free(n->options);
  recnn_graph_free(n->graph);
  g_free(n);
}

RECNN_CHECK(loss_value) = {
    .kind = RECNN_LOSS_KIND,
    .rank = 10,
    .name = "value",
    .doc = "Of four rows and of one it is a finite number whose gradients agree with finite "
           "differences, and NaN does not get lost",
    .run = run,
};
