/* An optimizer's bits: the same at any number of threads, however the rows are cut into pieces,
 * with a gradient of all rows or of those alone that have one, and after the state was moved to
 * another optimizer.  Values stay finite. */
#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "check/plugin-private.h"
#include "tensor/tensor.h"

enum { ROWS = 5003, SIZE = 7, STEPS = 4, TABLE = ROWS * SIZE, GIVEN = ROWS / 3 };

typedef struct Case {
  bool rows;    /* the gradient is one of rows */
  int threads;  /* that it is worked out on */
  bool resumed; /* after half of the steps the state moves to another optimizer */
} Case;

typedef struct Work {
  RecnnParam *param;
  RecnnOptimizer *optimizer;
  float *gradient; /* GIVEN rows */
} Work;

/* Row i of those that have a gradient: another one each time, and each once. */
static int64_t row_of(int64_t i, int step) { return (3 * i + step) % ROWS; }

static void set_gradient(Work *work, int step, bool rows) {
  RecnnParam *param = work->param;
  float *dense = param->grad.data;
  memset(dense, 0, TABLE * sizeof *dense);
  for (int64_t r = 0; r < ROWS; r++)
    param->row_slot[r] = -1;
  for (int64_t i = 0; i < GIVEN; i++) {
    int64_t row = row_of(i, step);
    for (int64_t j = 0; j < SIZE; j++)
      work->gradient[i * SIZE + j] = (float)sin((double)(1 + i * SIZE + j) * (1.0 + step));
    memcpy(dense + row * SIZE, work->gradient + i * SIZE, SIZE * sizeof *dense);
    param->row_slot[row] = (int32_t)i;
    param->row_ids[i] = row;
  }
  param->grad_kind = rows ? RECNN_GRAD_ROWS : RECNN_GRAD_DENSE;
  param->n_rows = GIVEN;
  param->row_values = work->gradient;
}

static RecnnOptimizer *new_optimizer(const RecnnOptimizerClass *class, RecnnParam **param,
                                     GError **error) {
  RecnnOptions *options = recnn_options_new(class->options, class->name, error);
  RecnnOptimizer *optimizer = NULL;
  if (options != NULL && recnn_options_complete(options, error))
    optimizer = recnn_optimizer_new(class, options, param, 1, error);
  recnn_options_free(options);
  return optimizer;
}

static bool begin(Work *work, const RecnnOptimizerClass *class, GError **error) {
  const int64_t shape[2] = {ROWS, SIZE};
  *work = (Work){.gradient = g_new(float, GIVEN *SIZE)};
  work->param = recnn_param_new("table", RECNN_FLOAT32, 2, shape, true, error);
  if (work->param == NULL || !recnn_param_need_grad(work->param, error) ||
      !recnn_param_need_rows(work->param, GIVEN, error))
    return false;
  float *value = work->param->value.data;
  for (int64_t i = 0; i < TABLE; i++)
    value[i] = (float)cos((double)i);
  return (work->optimizer = new_optimizer(class, &work->param, error)) != NULL;
}

static void end(Work *work) {
  recnn_optimizer_free(work->optimizer);
  recnn_param_free(work->param);
  g_free(work->gradient);
}

/* As a checkpoint does it: the slots and the count of steps. */
static bool resume(Work *work, const RecnnOptimizerClass *class, GError **error) {
  RecnnOptimizer *next = new_optimizer(class, &work->param, error);
  if (next == NULL)
    return false;
  for (int32_t s = 0; s < RECNN_OPTIMIZER_MAX_SLOTS; s++) {
    const float *from = recnn_optimizer_slot(work->optimizer, 0, s);
    if (from != NULL)
      memcpy(recnn_optimizer_slot(next, 0, s), from, TABLE * sizeof *from);
  }
  recnn_optimizer_set_steps(next, 0, recnn_optimizer_steps(work->optimizer, 0));
  recnn_optimizer_free(work->optimizer);
  work->optimizer = next;
  return true;
}

/* The values after some steps, which the caller frees; NULL after a failure of the trial. */
static float *values_of(RecnnTrial *trial, const Case *c) {
  const RecnnOptimizerClass *class = trial->descriptor;
  GError *error = NULL;
  Work work = {0};
  double norm;
  bool ok = recnn_parallel_set_threads(c->threads, &error) && begin(&work, class, &error);
  for (int step = 0; ok && step < STEPS; step++) {
    set_gradient(&work, step, c->rows);
    ok = (!c->resumed || step != STEPS / 2 || resume(&work, class, &error)) &&
         recnn_optimizer_step(work.optimizer, 0.0, &norm, &error);
  }
  float *values = ok ? g_memdup2(work.param->value.data, TABLE * sizeof *values) : NULL;
  end(&work);
  if (!ok)
    recnn__trial_fail_error(trial, "a step", error);
  return values;
}

static int32_t count_slots(const RecnnOptimizerClass *class, const RecnnOptions *options) {
  return class->slots != NULL ? class->slots(recnn_options_values(options)) : class->n_slots;
}

/* The steps as the host does them, but with each row a piece of its own. */
static void step_by_row(const RecnnOptimizerClass *class, const RecnnOptions *options, Work *work,
                        float *const *slot) {
  const RecnnValue *set = recnn_options_values(options);
  double factor[RECNN_OPTIMIZER_MAX_FACTORS] = {0};
  RecnnUpdate update = {.struct_size = sizeof update,
                        .name = work->param->name,
                        .n_rows = ROWS,
                        .row_size = SIZE,
                        .value = work->param->value.data,
                        .grad = work->param->grad.data,
                        .scale = 1.0f,
                        .slot = slot,
                        .factor = factor};
  for (int step = 0; step < STEPS; step++) {
    set_gradient(work, step, false);
    class->prepare(set, recnn_options_float(options, "learning_rate"), (uint64_t)step + 1, factor);
    for (int64_t row = 0; row < ROWS; row++)
      class->update(&update, row, row + 1);
  }
}

static float *values_by_row(RecnnTrial *trial) {
  const RecnnOptimizerClass *class = trial->descriptor;
  GError *error = NULL;
  Work work = {0};
  float *slot[RECNN_OPTIMIZER_MAX_SLOTS] = {NULL};
  RecnnOptions *options = recnn_options_new(class->options, class->name, &error);
  bool ok = options != NULL && begin(&work, class, &error);
  for (int32_t s = 0, n = ok ? count_slots(class, options) : 0; s < n; s++) {
    slot[s] = g_new0(float, TABLE);
    for (int64_t i = 0; class->begin_with != NULL && i < TABLE; i++)
      slot[s][i] = (float)class->begin_with(recnn_options_values(options), s);
  }
  if (ok)
    step_by_row(class, options, &work, slot);
  float *values = ok ? g_memdup2(work.param->value.data, TABLE * sizeof *values) : NULL;
  for (int32_t s = 0; s < RECNN_OPTIMIZER_MAX_SLOTS; s++)
    g_free(slot[s]);
  recnn_options_free(options);
  end(&work);
  if (!ok)
    recnn__trial_fail_error(trial, "a step", error);
  return values;
}

/* Frees `others`. */
static void compare_values(RecnnTrial *trial, const float *values, float *others,
                           const char *where) {
  int64_t i = 0;
  /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): bits are meant */
  while (others != NULL && i < TABLE && memcmp(&values[i], &others[i], sizeof *values) == 0)
    i++;
  if (others != NULL && i < TABLE)
    recnn__trial_fail(trial, "row %d, element %d is %.9g, but %.9g %s, after %d steps",
                      (int)(i / SIZE), (int)(i % SIZE), (double)values[i], (double)others[i], where,
                      STEPS);
  g_free(others);
}

static void compare(RecnnTrial *trial, const float *values, const Case *c, const char *where) {
  compare_values(trial, values, values_of(trial, c), where);
}

static void check_values(RecnnTrial *trial, const float *values) {
  int64_t moved = 0;
  for (int64_t i = 0; i < TABLE; i++) {
    if (!isfinite(values[i])) {
      recnn__trial_fail(trial, "row %d, element %d is %g after %d steps, expected a finite number",
                        (int)(i / SIZE), (int)(i % SIZE), (double)values[i], STEPS);
      return;
    }
    moved += values[i] != (float)cos((double)i) ? 1 : 0;
  }
  if (moved == 0)
    recnn__trial_fail(trial, "no value has changed after %d steps", STEPS);
}

static void run(RecnnTrial *trial) {
  const RecnnOptimizerClass *class = trial->descriptor;
  int before = recnn_parallel_threads();
  bool rows_only = (class->flags & RECNN_OPTIMIZER_ROWS_ONLY) != 0;
  for (int rows = 0; rows < 2 && trial->failure == NULL; rows++) {
    float *values = values_of(trial, &(Case){rows == 1, 1, false});
    if (values == NULL)
      break;
    check_values(trial, values);
    compare(trial, values, &(Case){rows == 1, 2, false}, "with 2 threads");
    compare(trial, values, &(Case){rows == 1, 4, false}, "with 4 threads");
    compare(trial, values, &(Case){rows == 1, 1, true}, "when its state was saved between");
    if (rows == 0)
      compare_values(trial, values, values_by_row(trial), "when each row is a piece of its own");
    if (rows == 0 && !rows_only)
      compare(trial, values, &(Case){true, 1, false}, "when the gradient is one of rows");
    g_free(values);
  }
  (void)recnn_parallel_set_threads(before, NULL);
}

RECNN_CHECK(optimizer_bits) = {
    .kind = RECNN_OPTIMIZER_KIND,
    .rank = 10,
    .name = "bits",
    .doc = "Steps are the same bits at 1, 2 and 4 threads, with gradients of all rows or of some, "
           "and after the state was saved",
    .run = run,
};
