/* The numbers of users out of results, and their differences. */
#include "eval/result-compare.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

double *recnn_result_numbers(const RecnnResult *result, const char *metric, int64_t *ret_n,
                             GError **error) {
  int32_t at = recnn_result_find(result, metric, error);
  if (at < 0)
    return NULL;
  const RecnnDetails *details = result->details;
  if (details == NULL || details->values == NULL) {
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                    "the numbers of every user were not kept when model %s was evaluated",
                    result->model);
    return NULL;
  }
  if (at >= details->n_values) {
    recnn_error_set(error, RECNN_ERROR_ARGUMENT, "%s is no mean over users: there is one of it",
                    result->values[at].name);
    return NULL;
  }
  double *numbers =
      recnn_memory_new((size_t)details->n, sizeof *numbers, "the numbers of users", error);
  for (int64_t q = 0; numbers != NULL && q < details->n; q++)
    numbers[q] = details->values[q * details->n_values + at];
  *ret_n = details->n;
  return numbers;
}

static bool same_numbers(const int64_t *a, const int64_t *b, int64_t n) {
  if (a == NULL || b == NULL)
    return a == b;
  return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

static bool same_questions(const RecnnResult *result, const RecnnResult *other) {
  const RecnnDetails *a = result->details;
  const RecnnDetails *b = other->details;
  return strcmp(result->part, other->part) == 0 &&
         strcmp(result->candidates, other->candidates) == 0 && a->dataset == b->dataset &&
         a->n == b->n && same_numbers(a->users, b->users, a->n) &&
         same_numbers(a->rows, b->rows, a->n);
}

double *recnn_result_differences(const RecnnResult *result, const RecnnResult *other,
                                 const char *metric, int64_t *ret_n, GError **error) {
  int64_t n;
  double *numbers = recnn_result_numbers(result, metric, &n, error);
  if (numbers == NULL)
    return NULL;
  double *others = recnn_result_numbers(other, metric, &n, error);
  if (others != NULL && !same_questions(result, other)) {
    recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                    "models %s (on %s, %" G_GINT64_FORMAT
                    " users, candidates %s) and %s (on %s, %" G_GINT64_FORMAT
                    " users, candidates %s) were not evaluated on the same users of the same data",
                    result->model, result->part, (gint64)result->details->n, result->candidates,
                    other->model, other->part, (gint64)other->details->n, other->candidates);
    recnn_memory_free(others);
    others = NULL;
  }
  if (others == NULL) {
    recnn_memory_free(numbers);
    return NULL;
  }
  for (int64_t i = 0; i < n; i++)
    numbers[i] -= others[i];
  recnn_memory_free(others);
  *ret_n = n;
  return numbers;
}
