/* Value metrics: predictions of the part's rows against their ratings or labels, in the order of
 * rows. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/evaluator-private.h"

#define CHUNK                                                                                      \
  65536 /* rows whose predictions are held at a time, where no metric wants them all               \
         */

typedef struct Values {
  const RecnnEvaluator *evaluator;
  const RecnnPart *part;
  const RecnnRequest *requests;
  int64_t n_requests;
  int64_t size;       /* rows at a time */
  float *predictions; /* size */
  float *targets;     /* size */
  double *values;     /* n_requests */
} Values;

/* The targets of rows first .. first+n-1 as a metric wants them. */
static void fill_targets(const Values *v, bool labels, int64_t first, int64_t n) {
  const RecnnPart *part = v->part;
  if (!labels)
    memcpy(v->targets, part->rows.rating + first, (size_t)n * sizeof *v->targets);
  else if (part->label != NULL)
    memcpy(v->targets, part->label + first, (size_t)n * sizeof *v->targets);
  else
    for (int64_t i = 0; i < n; i++)
      v->targets[i] = part->rows.rating[first + i] >= v->evaluator->label_threshold ? 1.0f : 0.0f;
}

/* What a metric makes of the rows first .. first+n-1, whose predictions are there. */
static bool measure(const Values *v, int64_t r, int64_t first, int64_t n, GError **error) {
  const RecnnMetric *metric = v->requests[r].metric;
  fill_targets(v, metric->labels, first, n);
  if (metric->all != NULL) {
    RecnnValues all = {.struct_size = sizeof all,
                       .predictions = v->predictions,
                       .targets = v->targets,
                       .users = v->part->rows.user,
                       .n = n};
    RecnnError why = RECNN_ERROR_INIT;
    RecnnStatus status = metric->all(&all, &v->values[r], &why);
    return status == RECNN_OK || recnn_error_from_plugin(error, status, &why, metric->name);
  }
  for (int64_t i = 0; i < n; i++) {
    double prediction = (double)v->predictions[i];
    if (metric->probabilities)
      prediction = 1.0 / (1.0 + exp(-prediction));
    v->values[r] += metric->row(prediction, (double)v->targets[i]);
  }
  return true;
}

static bool run(Values *v, GError **error) {
  const RecnnInteractions *rows = &v->part->rows;
  for (int64_t first = 0; first < rows->n; first += v->size) {
    int64_t n = MIN(v->size, rows->n - first);
    RecnnExamples examples = {.users = rows->user + first,
                              .items = rows->item + first,
                              .rows = v->part->row != NULL ? v->part->row + first : NULL};
    int64_t n_asked = v->evaluator->tries ? MIN(n, CHUNK) : n;
    if (!recnn_ranker_predict(v->evaluator->ranker, &examples, n_asked, v->predictions, error))
      return false;
    memset(v->predictions + n_asked, 0, (size_t)(n - n_asked) * sizeof *v->predictions);
    for (int64_t r = 0; r < v->n_requests; r++)
      if (!measure(v, r, first, n, error))
        return false;
    if (v->evaluator->tries)
      break;
  }
  for (int64_t r = 0; r < v->n_requests; r++)
    if (v->requests[r].metric->finish != NULL)
      v->values[r] = v->requests[r].metric->finish(v->values[r], rows->n);
  return true;
}

bool recnn__evaluator_value(RecnnEvaluator *evaluator, double *values, RecnnResult *result,
                            GError **error) {
  const RecnnPart *part = &evaluator->split->part[evaluator->part];
  Values v = {.evaluator = evaluator,
              .part = part,
              .requests = (const RecnnRequest *)(void *)evaluator->value_requests->data,
              .n_requests = evaluator->value_requests->len,
              .size = MIN(part->rows.n, CHUNK),
              .values = values};
  for (int64_t r = 0; r < v.n_requests; r++)
    if (v.requests[r].metric->all != NULL)
      v.size = part->rows.n;
  memset(values, 0, (size_t)v.n_requests * sizeof *values);
  v.predictions =
      recnn_memory_new((size_t)v.size, sizeof *v.predictions, "a block of predictions", error);
  if (v.predictions != NULL)
    v.targets = recnn_memory_new((size_t)v.size, sizeof *v.targets, "a block of targets", error);
  bool done = v.targets != NULL && run(&v, error);
  recnn_memory_free(v.predictions);
  recnn_memory_free(v.targets);
  result->n_rows = part->rows.n;
  return done;
}
