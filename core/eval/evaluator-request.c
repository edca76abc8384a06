/* What is asked of an evaluation: names and cut-offs become a list of metrics, and what the model
 * or the data cannot answer is refused before any work is done. */
#include <string.h>

#include "base/error.h"
#include "eval/evaluator-private.h"

#define DEFAULT_K 10 /* or the number of items, where there are fewer */

static bool check_k(const RecnnEvaluator *evaluator, const RecnnMetric *metric, int64_t k,
                    GError **error) {
  int32_t n_items = recnn_dataset_n_items(evaluator->split->dataset);
  if (k >= 1 && k <= n_items)
    return true;
  return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                         "%s@%" G_GINT64_FORMAT ": the cut-off must be from 1 to the number of "
                         "items, %d",
                         metric->name, (gint64)k, (int)n_items);
}

/* A number that was asked for by name. */
static bool check_kind(const RecnnEvaluator *evaluator, const RecnnMetric *metric, GError **error) {
  const RecnnInteractions *rows = &evaluator->split->part[evaluator->part].rows;
  if (metric->kind == RECNN_METRIC_RANK) {
    if (!recnn_ranker_supports(evaluator->model, error)) {
      g_prefix_error(error, "%s: ", metric->name);
      return false;
    }
    return true;
  }
  if (!recnn_model_predicts_ratings(evaluator->model))
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "%s compares ratings, and model %s does not predict any", metric->name,
                           recnn_model_get_class(evaluator->model)->name);
  if (rows->rating == NULL)
    return recnn_error_set(error, RECNN_ERROR_DATA, "%s compares ratings, and data set %s has none",
                           metric->name, evaluator->split->dataset->name);
  return true;
}

static bool add(RecnnEvaluator *evaluator, const RecnnMetric *metric, int64_t k, GError **error) {
  GArray *to =
      metric->kind == RECNN_METRIC_RANK ? evaluator->rank_requests : evaluator->value_requests;
  if (metric->kind == RECNN_METRIC_RANK && !check_k(evaluator, metric, k, error))
    return false;
  for (guint i = 0; i < to->len; i++) {
    const RecnnRequest *have = &g_array_index(to, RecnnRequest, i);
    if (have->metric == metric && have->k == k)
      return true;
  }
  RecnnRequest request = {metric, k};
  g_array_append_val(to, request);
  return true;
}

/* A rank metric at each cut-off, a value metric as it is. */
static bool add_at_all(RecnnEvaluator *evaluator, const RecnnMetric *metric, const int64_t *topk,
                       int32_t n_topk, GError **error) {
  if (metric->kind == RECNN_METRIC_VALUE)
    return add(evaluator, metric, 0, error);
  for (int32_t i = 0; i < n_topk; i++)
    if (!add(evaluator, metric, topk[i], error))
      return false;
  return true;
}

bool recnn__evaluator_request(RecnnEvaluator *evaluator, const RecnnEvalSettings *settings,
                              GError **error) {
  int64_t default_k = MIN(DEFAULT_K, recnn_dataset_n_items(evaluator->split->dataset));
  const int64_t *topk = settings->n_topk > 0 ? settings->topk : &default_k;
  int32_t n_topk = settings->n_topk > 0 ? settings->n_topk : 1;
  const RecnnInteractions *rows = &evaluator->split->part[evaluator->part].rows;
  if (rows->n == 0)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "the %s part of the split (%s) has no rows to evaluate on",
                           recnn_part_name(evaluator->part), evaluator->split->description);
  if (settings->metrics != NULL) {
    for (const char *const *name = settings->metrics; *name != NULL; name++) {
      int64_t k = 0;
      const RecnnMetric *metric = recnn_metric_parse_open(*name, &k, error);
      if (metric == NULL || !check_kind(evaluator, metric, error))
        return false;
      if (k > 0 ? !add(evaluator, metric, k, error)
                : !add_at_all(evaluator, metric, topk, n_topk, error))
        return false;
    }
  } else {
    bool ranks = recnn_model_ranks(evaluator->model);
    bool predicts = recnn_model_predicts_ratings(evaluator->model) && rows->rating != NULL;
    for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++)
      if (((*m)->kind == RECNN_METRIC_RANK ? ranks : predicts) &&
          !add_at_all(evaluator, *m, topk, n_topk, error))
        return false;
  }
  if (evaluator->rank_requests->len + evaluator->value_requests->len == 0)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "model %s can be evaluated by no metric here: it neither ranks nor "
                           "predicts ratings that data set %s has",
                           recnn_model_get_class(evaluator->model)->name,
                           evaluator->split->dataset->name);
  return true;
}
