/* What a model has to have to be asked, and what has to be known of somebody it is asked about. */
#include "base/error.h"
#include "eval/ranker-private.h"

static bool has_field(const char *const *fields, const char *name) {
  return fields != NULL && g_strv_contains(fields, name);
}

bool recnn__ranker_can_be_asked(const RecnnModel *model, GError **error) {
  const RecnnModelClass *class = recnn_model_get_class(model);
  RecnnQuerySet queries;
  const char *field;
  if (class->score_items == NULL && class->predict == NULL)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "model %s cannot rank: it has neither score_items() nor predict()",
                           class->name);
  if (class->score_items == NULL)
    return recnn__ranker_has_features(model, error);
  if (class->query_fields == NULL)
    return true;
  if (!recnn_query_set_init(&queries, class->query_fields, NULL, &field))
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "model %s cannot rank: its queries need the field \"%s\", which is none "
                           "that can be made",
                           class->name, field);
  if (queries.needs_history && recnn_model_get_inputs(model) == NULL)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "model %s cannot rank: its queries need histories, and it was not made "
                           "for a data set",
                           class->name);
  return true;
}

bool recnn_ranker_supports(const RecnnModel *model, GError **error) {
  const RecnnModelClass *class = recnn_model_get_class(model);
  const RecnnInputs *inputs = recnn_model_get_inputs(model);
  if (!recnn__ranker_can_be_asked(model, error))
    return false;
  if (class->score_items != NULL || inputs == NULL || inputs->features == NULL)
    return true;
  g_autofree char *missing = recnn_features_missing(inputs->features, 0, NULL);
  return missing == NULL ||
         recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                         "model %s cannot rank for users alone: it reads features of interactions, "
                         "which have to be told: %s",
                         class->name, missing);
}

bool recnn__ranker_has_features(const RecnnModel *model, GError **error) {
  const RecnnModelClass *class = recnn_model_get_class(model);
  return !has_field(class->train_fields, "features") || recnn_model_get_inputs(model) != NULL ||
         recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                         "model %s reads features, and it was not made for a data set",
                         class->name);
}

bool recnn__ranker_check_subject(const RecnnRanker *ranker, const RecnnSubject *subject,
                                 GError **error) {
  const char *why = NULL;
  g_autofree char *missing = NULL;
  const RecnnInputs *inputs = ranker->inputs;
  if (inputs != NULL && inputs->condition != NULL &&
      subject->n_conditions > inputs->most_conditions)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "%" G_GINT64_FORMAT " conditions, expected at most %" G_GINT64_FORMAT
                           ", the most that a user of %s has",
                           (gint64)subject->n_conditions, (gint64)inputs->most_conditions,
                           inputs->dataset->name);
  if (!ranker->pairs)
    why = recnn_query_set_refuses(&ranker->queries, subject);
  else if (ranker->reads_user && subject->user < 0)
    why = "it knows users by index, and this is none of the data's";
  else if (ranker->features != NULL &&
           (missing = recnn_features_missing(ranker->features, subject->user, subject->told)))
    why = "it needs features that nobody has told: ";
  return why == NULL ||
         recnn_error_set(error, RECNN_ERROR_DATA, "model %s cannot be asked about this one: %s%s",
                         ranker->model_class->name, why, missing != NULL ? missing : "");
}
