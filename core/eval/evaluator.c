/* The evaluator: owns the request and the ranker, runs the passes that the request needs. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/trace.h"
#include "data/audit.h"
#include "eval/evaluator-private.h"
#include "eval/profile.h"

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

bool recnn_model_predicts_labels(const RecnnModel *model) {
  const RecnnModelClass *class = recnn_model_get_class(model);
  if (class->predict == NULL)
    return false;
  if (class->loss == NULL && class->default_loss != NULL && strcmp(class->default_loss, "bce") == 0)
    return true;
  return has(class->train_fields, "label") && !has(class->train_fields, "rating");
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
  const RecnnProfile *profile = NULL;
  if (settings->profile != NULL && (profile = recnn_profile_find(settings->profile, error)) == NULL)
    return NULL;
  const char *candidates = settings->candidates;
  if (candidates == NULL && profile != NULL)
    candidates = profile->candidates;
  RecnnEvaluator *evaluator = g_new0(RecnnEvaluator, 1);
  evaluator->model = model;
  evaluator->split = split;
  evaluator->part = part;
  evaluator->block_bytes = settings->block_bytes;
  evaluator->profile = profile != NULL ? profile->name : NULL;
  evaluator->policy = (RecnnTiePolicy){.ties = settings->ties, .seed = settings->seed};
  const RecnnInputs *inputs = recnn_model_get_inputs(model);
  evaluator->label_threshold = settings->has_label_threshold ? settings->label_threshold
                               : inputs != NULL              ? inputs->label_threshold
                                                             : RECNN_LABEL_THRESHOLD;
  evaluator->embeddings = settings->embeddings;
  evaluator->candidates = g_strdup(candidates != NULL ? candidates : "all");
  evaluator->keep_users = settings->keep_users;
  evaluator->keep_ranks = settings->keep_ranks;
  evaluator->keep_lists = MIN(settings->keep_lists, recnn_dataset_n_items(split->dataset));
  evaluator->user_requests = g_array_new(FALSE, FALSE, sizeof(RecnnRequest));
  evaluator->catalogue_requests = g_array_new(FALSE, FALSE, sizeof(RecnnRequest));
  evaluator->value_requests = g_array_new(FALSE, FALSE, sizeof(RecnnRequest));
  for (const char *const *name = settings->slices; name != NULL && *name != NULL; name++) {
    RecnnSliceKind kind;
    if (!recnn_slice_kind_find(*name, &kind, error)) {
      recnn_evaluator_free(evaluator);
      return NULL;
    }
    evaluator->slicings[kind] = true;
  }
  if (!recnn_pool_parse(candidates, &evaluator->pool_kind, &evaluator->pool_n, error) ||
      !recnn__evaluator_request(evaluator, settings, error)) {
    recnn_evaluator_free(evaluator);
    return NULL;
  }
  return evaluator;
}

void recnn_evaluator_free(RecnnEvaluator *evaluator) {
  if (evaluator == NULL)
    return;
  recnn_ranker_free(evaluator->ranker);
  recnn_questions_free(evaluator->questions);
  recnn_slices_free(evaluator->slices);
  recnn_pool_free(evaluator->pool);
  recnn_item_facts_free(evaluator->facts);
  g_free(evaluator->candidates);
  g_array_unref(evaluator->user_requests);
  g_array_unref(evaluator->catalogue_requests);
  g_array_unref(evaluator->value_requests);
  g_free(evaluator);
}

static bool make_ranker(RecnnEvaluator *evaluator, GError **error) {
  evaluator->ranker = recnn_ranker_new(evaluator->model, evaluator->block_bytes, error);
  if (evaluator->ranker == NULL)
    return false;
  recnn_ranker_set_names(evaluator->ranker, evaluator->split->dataset);
  if (evaluator->user_requests->len + evaluator->catalogue_requests->len > 0 &&
      !recnn_ranker_set_history(evaluator->ranker, evaluator->split, evaluator->part, error)) {
    g_clear_pointer(&evaluator->ranker, recnn_ranker_free);
    return false;
  }
  return true;
}

static bool has_slices(const RecnnEvaluator *evaluator) {
  bool any = false;
  for (int kind = 0; kind < RECNN_N_SLICINGS; kind++)
    any = any || evaluator->slicings[kind];
  return any;
}

/* What does not change from run to run, made by the first one that needs it; and the embeddings. */
static bool prepare(RecnnEvaluator *evaluator, GError **error) {
  if (evaluator->ranker == NULL && !make_ranker(evaluator, error))
    return false;
  guint n_lists = evaluator->catalogue_requests->len;
  bool facts = false;
  bool features = false;
  for (guint r = 0; r < evaluator->user_requests->len; r++) {
    const RecnnMetric *metric = recnn__request(evaluator->user_requests, r)->metric;
    facts = facts || metric->kind == RECNN_METRIC_LIST;
    features = features || metric->features;
  }
  if (facts && evaluator->facts == NULL) {
    evaluator->facts =
        recnn_item_facts_new(evaluator->split, features && !evaluator->embeddings, error);
    if (evaluator->facts == NULL)
      return false;
  }
  if (features && evaluator->embeddings &&
      !recnn_item_facts_set_embeddings(evaluator->facts, evaluator->ranker, error))
    return false;
  if (evaluator->user_requests->len + n_lists == 0 || evaluator->questions != NULL)
    return true;
  RecnnPoolKind kind = evaluator->pool_kind;
  RecnnQuestions *questions =
      recnn_questions_new(evaluator->split, evaluator->part, kind == RECNN_POOL_GIVEN, error);
  if (questions != NULL && kind != RECNN_POOL_ALL) {
    evaluator->pool = recnn_pool_new(evaluator->split, evaluator->part, kind, evaluator->pool_n,
                                     evaluator->policy.seed, error);
    if (evaluator->pool == NULL)
      g_clear_pointer(&questions, recnn_questions_free);
  }
  if (questions != NULL && has_slices(evaluator)) {
    evaluator->slices = recnn_slices_new(evaluator->split, questions, evaluator->slicings, error);
    if (evaluator->slices == NULL)
      g_clear_pointer(&questions, recnn_questions_free);
  }
  evaluator->questions = questions;
  return questions != NULL;
}

static void add_values(RecnnResult *result, const GArray *requests, const double *values) {
  for (guint i = 0; i < requests->len; i++) {
    const RecnnRequest *request = recnn__request(requests, i);
    RecnnResultValue *to = &result->values[result->n_values++];
    to->name = recnn_metric_label(request->metric, request->k);
    to->metric = request->metric;
    to->k = request->k;
    to->value = values[i];
  }
}

/* Of the split, and of the model on it. */
static char *find_leaks(const RecnnEvaluator *evaluator) {
  const RecnnAudit *audit = evaluator->split->audit;
  if (audit == NULL)
    return NULL;
  char *of_split = recnn_audit_leaks(audit);
  char *of_model = recnn_model_leak(evaluator->model);
  if (of_split == NULL || of_model == NULL)
    return of_split != NULL ? of_split : of_model;
  char *both = g_strconcat(of_split, "; ", of_model, NULL);
  g_free(of_split);
  g_free(of_model);
  return both;
}

static RecnnResult *evaluate(RecnnEvaluator *evaluator, GError **error) {
  gint64 start = g_get_monotonic_time();
  if (!prepare(evaluator, error))
    return NULL;
  guint n_users = evaluator->user_requests->len;
  guint n_catalogue = evaluator->catalogue_requests->len;
  guint n_value = evaluator->value_requests->len;
  double *values = g_new0(double, n_users + n_catalogue + n_value);
  RecnnResult *result = g_new0(RecnnResult, 1);
  result->model = g_strdup(recnn_model_get_class(evaluator->model)->name);
  result->part = g_strdup(recnn_part_name(evaluator->part));
  result->profile = g_strdup(evaluator->profile);
  result->candidates = g_strdup(evaluator->candidates);
  result->leaks = find_leaks(evaluator);
  result->ties = recnn_ties_name(evaluator->policy.ties);
  result->values = g_new0(RecnnResultValue, n_users + n_catalogue + n_value);
  double *of_rows = values + n_users + n_catalogue;
  if ((n_users + n_catalogue > 0 && !recnn__evaluator_rank(evaluator, values, result, error)) ||
      (n_value > 0 && !recnn__evaluator_value(evaluator, of_rows, result, error))) {
    g_clear_pointer(&result, recnn_result_free);
  } else {
    add_values(result, evaluator->user_requests, values);
    add_values(result, evaluator->catalogue_requests, values + n_users);
    add_values(result, evaluator->value_requests, of_rows);
    result->peak_bytes = recnn_ranker_peak(evaluator->ranker);
    result->seconds = (double)(g_get_monotonic_time() - start) * 1e-6;
  }
  g_free(values);
  return result;
}

RecnnResult *recnn_evaluator_run(RecnnEvaluator *evaluator, GError **error) {
  int64_t start = recnn_trace_now();
  RecnnResult *result = evaluate(evaluator, error);
  recnn_trace_add(RECNN_TRACE_PHASE, "evaluation", start, 0.0, 0.0);
  return result;
}

RecnnResult *recnn_evaluator_try(RecnnEvaluator *evaluator, GError **error) {
  evaluator->tries = true;
  RecnnResult *result = recnn_evaluator_run(evaluator, error);
  evaluator->tries = false;
  for (int32_t i = 0; result != NULL && i < result->n_values; i++)
    result->values[i].value = NAN;
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
