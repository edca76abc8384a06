/* The k best items for somebody: one row of scores, what is excluded struck out, the rest selected.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/recommend.h"
#include "kernels/topk.h"

static bool check_items(const char *what, const int32_t *items, int64_t n, int64_t n_items,
                        GError **error) {
  for (int64_t i = 0; i < n; i++)
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there are n of them */
    if (items[i] < 0 || items[i] >= n_items)
      return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                             "%s %d is not one of the items, 0 to %" G_GINT64_FORMAT, what,
                             (int)items[i], (gint64)n_items - 1);
  return true;
}

static bool check(const RecnnWish *wish, int64_t n_items, GError **error) {
  if (wish->k < 1 || wish->k > n_items)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "k is %" G_GINT64_FORMAT
                           "; it must be from 1 to the number of items, %" G_GINT64_FORMAT,
                           (gint64)wish->k, (gint64)n_items);
  if (wish->candidates != NULL && wish->n_candidates == 0)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "the list of candidates is empty: there is nothing to choose from");
  return check_items("excluded item", wish->exclude, wish->n_exclude, n_items, error) &&
         check_items("candidate", wish->candidates, wish->n_candidates, n_items, error) &&
         check_items("the history's item", wish->subject.items, wish->subject.n, n_items, error);
}

/* Strikes out all scores but the candidates'. */
static void keep(float *scores, int64_t n_items, const RecnnWish *wish, float *scratch) {
  for (int64_t i = 0; i < n_items; i++)
    scratch[i] = -INFINITY;
  for (int64_t i = 0; i < wish->n_candidates; i++)
    scratch[wish->candidates[i]] = scores[wish->candidates[i]];
  memcpy(scores, scratch, (size_t)n_items * sizeof *scores);
}

static bool score(RecnnRanker *ranker, const RecnnWish *wish, float *scores, GError **error) {
  if (wish->has_history || wish->subject.user < 0)
    return recnn_ranker_ask(ranker, &wish->subject, scores, error);
  RecnnSubject subject;
  if (!recnn_ranker_subject(ranker, wish->subject.user, &subject, error))
    return false;
  if (wish->subject.conditions != NULL) {
    subject.conditions = wish->subject.conditions;
    subject.n_conditions = wish->subject.n_conditions;
  }
  subject.told = wish->subject.told;
  return recnn_ranker_ask(ranker, &subject, scores, error);
}

int64_t recnn_recommend(RecnnRanker *ranker, const RecnnWish *wish, int64_t *ret_items,
                        float *ret_scores, GError **error) {
  int64_t n_items = recnn_ranker_n_items(ranker);
  if (!check(wish, n_items, error))
    return -1;
  /* Twice, for the candidates' scores. */
  float *scores = recnn_memory_new((size_t)n_items, 2 * sizeof *scores, "a user's scores", error);
  if (scores == NULL)
    return -1;
  int64_t n = -1;
  if (score(ranker, wish, scores, error)) {
    if (wish->candidates != NULL)
      keep(scores, n_items, wish, scores + n_items);
    for (int64_t i = 0; i < wish->n_exclude; i++)
      scores[wish->exclude[i]] = -INFINITY;
    n = recnn_topk(scores, n_items, wish->k, ret_items, ret_scores);
  }
  recnn_memory_free(scores);
  return n;
}
