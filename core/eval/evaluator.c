/* The evaluator: owns the request and the ranker, runs the passes that the request needs. */
#include <string.h>

#include "base/error.h"
#include "eval/evaluator-private.h"

static bool has(const char *const *fields, const char *name) {
  return fields != NULL && g_strv_contains(fields, name);
}

bool recnn_model_predicts_ratings(const RecnnModel *model) {
  const RecnnModelClass *class = recnn_model_get_class(model);
  if (class->predict == NULL)
    return false;
  if (class->train_fields != NULL)
    return has(class->train_fields, "rating");
  return class->default_loss != NULL && strcmp(class->default_loss, "mse") == 0;
}

bool recnn_model_ranks(const RecnnModel *model) { return recnn_ranker_supports(model, NULL); }

bool recnn_model_suits(const RecnnModel *model, const RecnnSplit *split, GError **error) {
  int64_t users = recnn_model_get_count(model, "users");
  int64_t items = recnn_model_get_count(model, "items");
  int64_t n_users = recnn_dataset_n_users(split->dataset);
  int64_t n_items = recnn_dataset_n_items(split->dataset);
  if (users == n_users && items == n_items)
    return true;
  return recnn_error_set(error, RECNN_ERROR_DATA,
                         "model %s was made for %" G_GINT64_FORMAT " users and %" G_GINT64_FORMAT
                         " items, data set %s has %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT,
                         recnn_model_get_class(model)->name, (gint64)users, (gint64)items,
                         split->dataset->name, (gint64)n_users, (gint64)n_items);
}

RecnnEvaluator *recnn_evaluator_new(RecnnModel *model, const RecnnSplit *split, int part,
                                    const RecnnEvalSettings *settings, GError **error) {
  static const RecnnEvalSettings defaults = {0};
  g_return_val_if_fail(part >= 0 && part < RECNN_N_PARTS, NULL);
  if (settings == NULL)
    settings = &defaults;
  if (!recnn_model_suits(model, split, error))
    return NULL;
  RecnnEvaluator *evaluator = g_new0(RecnnEvaluator, 1);
  evaluator->model = model;
  evaluator->split = split;
  evaluator->part = part;
  evaluator->block_bytes = settings->block_bytes;
  evaluator->rank_requests = g_array_new(FALSE, FALSE, sizeof(RecnnRequest));
  evaluator->value_requests = g_array_new(FALSE, FALSE, sizeof(RecnnRequest));
  if (!recnn__evaluator_request(evaluator, settings, error)) {
    recnn_evaluator_free(evaluator);
    return NULL;
  }
  return evaluator;
}

void recnn_evaluator_free(RecnnEvaluator *evaluator) {
  if (evaluator == NULL)
    return;
  recnn_ranker_free(evaluator->ranker);
  g_array_unref(evaluator->rank_requests);
  g_array_unref(evaluator->value_requests);
  g_free(evaluator);
}

static void add_values(RecnnResult *result, const GArray *requests, const double *values) {
  for (guint i = 0; i < requests->len; i++) {
    const RecnnRequest *request = &g_array_index(requests, RecnnRequest, i);
    RecnnResultValue *to = &result->values[result->n_values++];
    to->name = recnn_metric_label(request->metric, request->k);
    to->metric = request->metric;
    to->k = request->k;
    to->value = values[i];
  }
}

RecnnResult *recnn_evaluator_run(RecnnEvaluator *evaluator, GError **error) {
  gint64 start = g_get_monotonic_time();
  if (evaluator->ranker == NULL) {
    evaluator->ranker = recnn_ranker_new(evaluator->model, evaluator->block_bytes, error);
    if (evaluator->ranker == NULL)
      return NULL;
    recnn_ranker_set_names(evaluator->ranker, evaluator->split->dataset);
    if (evaluator->rank_requests->len > 0 &&
        !recnn_ranker_set_history(evaluator->ranker, evaluator->split, evaluator->part, error)) {
      g_clear_pointer(&evaluator->ranker, recnn_ranker_free);
      return NULL;
    }
  }
  guint n_rank = evaluator->rank_requests->len;
  guint n_value = evaluator->value_requests->len;
  double *values = g_new0(double, n_rank + n_value);
  RecnnResult *result = g_new0(RecnnResult, 1);
  result->model = g_strdup(recnn_model_get_class(evaluator->model)->name);
  result->part = g_strdup(recnn_part_name(evaluator->part));
  result->values = g_new0(RecnnResultValue, n_rank + n_value);
  if ((n_rank > 0 && !recnn__evaluator_rank(evaluator, values, result, error)) ||
      (n_value > 0 && !recnn__evaluator_value(evaluator, values + n_rank, result, error))) {
    g_clear_pointer(&result, recnn_result_free);
  } else {
    add_values(result, evaluator->rank_requests, values);
    add_values(result, evaluator->value_requests, values + n_rank);
    result->peak_bytes = recnn_ranker_peak(evaluator->ranker);
    result->seconds = (double)(g_get_monotonic_time() - start) * 1e-6;
  }
  g_free(values);
  return result;
}

RecnnResult *recnn_evaluate(RecnnModel *model, const RecnnSplit *split, int part,
                            const RecnnEvalSettings *settings, GError **error) {
  RecnnEvaluator *evaluator = recnn_evaluator_new(model, split, part, settings, error);
  if (evaluator == NULL)
    return NULL;
  RecnnResult *result = recnn_evaluator_run(evaluator, error);
  recnn_evaluator_free(evaluator);
  return result;
}
