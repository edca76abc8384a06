/* The k best items for a user: one row of scores, what is excluded struck out, the rest selected.
 */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/recommend.h"
#include "kernels/topk.h"

int64_t recnn_recommend(RecnnRanker *ranker, int64_t user, const int32_t *exclude,
                        int64_t n_exclude, int64_t k, int64_t *ret_items, float *ret_scores,
                        GError **error) {
  int64_t n_items = recnn_ranker_n_items(ranker);
  if (k < 1 || k > n_items) {
    recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                    "k is %" G_GINT64_FORMAT
                    "; it must be from 1 to the number of items, %" G_GINT64_FORMAT,
                    (gint64)k, (gint64)n_items);
    return -1;
  }
  for (int64_t i = 0; i < n_exclude; i++) {
    if (exclude[i] < 0 || exclude[i] >= n_items) {
      recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                      "excluded item %d is not one of the items, 0 to %" G_GINT64_FORMAT,
                      (int)exclude[i], (gint64)n_items - 1);
      return -1;
    }
  }
  float *scores = recnn_memory_new((size_t)n_items, sizeof *scores, "a user's scores", error);
  if (scores == NULL)
    return -1;
  int64_t n = -1;
  if (recnn_ranker_score(ranker, &user, 1, scores, error)) {
    for (int64_t i = 0; i < n_exclude; i++)
      scores[exclude[i]] = -INFINITY;
    n = recnn_topk(scores, n_items, k, ret_items, ret_scores);
  }
  recnn_memory_free(scores);
  return n;
}
