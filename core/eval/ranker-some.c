/* A user's scores of a few items: the rows of their encodings are gathered and go through
 * score_items() by themselves, so that a short list of candidates costs what it is long. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/ranker-private.h"
#include "tensor/tensor.h"

bool recnn_ranker_scores_some(const RecnnRanker *ranker) { return !ranker->whole; }

/* Room for one question, and for the encodings of as many items as a block has. */
static bool make_room(RecnnRanker *ranker, GError **error) {
  RecnnSomeItems *some = &ranker->some;
  if (some->capacity == ranker->plan.items)
    return true;
  int64_t capacity = ranker->plan.items;
  size_t row_bytes = recnn_tensor_bytes(&ranker->encoded_view) / (size_t)ranker->n_items;
  recnn__ranker_clear_some(ranker);
  some->row_bytes = row_bytes;
  some->query = recnn_batch_new();
  int64_t most = ranker->history != NULL ? ranker->history->longest : 0;
  if (!recnn_query_set_prepare(&ranker->queries, some->query, ranker->inputs, 1, most, error))
    return false;
  some->encoded =
      recnn_memory_new((size_t)capacity, row_bytes, "the encodings of a few items", error);
  if (some->encoded == NULL)
    return false;
  some->capacity = capacity;
  return true;
}

void recnn__ranker_clear_some(RecnnRanker *ranker) {
  recnn_batch_free(ranker->some.query);
  recnn_memory_free(ranker->some.encoded);
  ranker->some = (RecnnSomeItems){0};
}

static bool score_few(RecnnRanker *ranker, const int32_t *items, int64_t n, float *scores,
                      GError **error) {
  const RecnnSomeItems *some = &ranker->some;
  for (int64_t i = 0; i < n; i++)
    memcpy((char *)some->encoded + (size_t)i * some->row_bytes,
           (const char *)ranker->encoded + (size_t)items[i] * some->row_bytes, some->row_bytes);
  RecnnTensor view = ranker->encoded_view;
  view.data = some->encoded;
  view.shape[0] = n;
  recnn__ranker_begin(ranker);
  const RecnnVar *var = recnn_model_score_items(ranker->model, ranker->graph, some->query,
                                                recnn_graph_constant(ranker->graph, &view));
  const int64_t shape[2] = {1, n};
  const RecnnTensor *block = recnn__ranker_end(ranker, "score_items", var, 2, shape, error);
  if (block == NULL)
    return false;
  for (int64_t i = 0; i < n; i++)
    scores[i] = ((const float *)block->data)[i * block->stride[1]];
  return true;
}

/* For a model without score_items(). */
static bool score_pairs(RecnnRanker *ranker, int64_t user, const int32_t *items, int64_t n,
                        float *scores, GError **error) {
  int32_t *users = recnn_memory_new((size_t)n, sizeof *users, "a user's pairs", error);
  if (users == NULL)
    return false;
  for (int64_t i = 0; i < n; i++)
    users[i] = (int32_t)user;
  const RecnnExamples examples = {.users = users, .items = items};
  bool done = recnn_ranker_predict(ranker, &examples, n, scores, error);
  recnn_memory_free(users);
  return done;
}

bool recnn_ranker_score_some(RecnnRanker *ranker, int64_t user, const int32_t *items, int64_t n,
                             float *scores, GError **error) {
  g_return_val_if_fail(recnn_ranker_scores_some(ranker), false);
  if (recnn_ranker_block(ranker, error) == 0 || !recnn__ranker_check_user(ranker, user, error))
    return false;
  if (ranker->pairs)
    return score_pairs(ranker, user, items, n, scores, error);
  RecnnSubject subject = recnn_subject_of(ranker->history, user);
  if (recnn_query_set_refuses(&ranker->queries, &subject) != NULL) {
    memset(scores, 0, (size_t)n * sizeof *scores);
    return true;
  }
  if (!recnn__ranker_encode(ranker, error) || !make_room(ranker, error))
    return false;
  recnn_query_set_fill(&ranker->queries, ranker->some.query, ranker->inputs, &subject, 1);
  for (int64_t first = 0; first < n; first += ranker->some.capacity)
    if (!score_few(ranker, items + first, MIN(ranker->some.capacity, n - first), scores + first,
                   error))
      return false;
  int64_t at = 0;
  return recnn__ranker_is_clean(scores, n, &at) ||
         recnn__ranker_nan(ranker, user, items[at], error);
}
