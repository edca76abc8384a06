/* Metrics of rankings and lists: scores of all items for a few questions at a time, each question's
 * numbers on any thread, and the sums in the order of the questions. */
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "eval/evaluator-private.h"
#include "eval/pass.h"

/* A list of candidates is short when there are so many times as many items. */
enum { FEW = 4 };

/* Adds up what the block's questions have found out. */
static void add_block(RecnnPass *pass, RecnnResult *result) {
  for (int64_t i = 0; i < pass->n; i++) {
    const double *values = recnn__pass_values(pass, pass->begin + i);
    for (int64_t r = 0; r < pass->n_requests; r++) {
      double weight = pass->weights[i * pass->n_requests + r];
      pass->sums[r] += weight * values[r];
      pass->weight_sums[r] += weight;
    }
    result->tied_users += pass->tied[i];
  }
  if (pass->slices != NULL)
    recnn__pass_add_slices(pass);
  if (pass->n_cutoffs == 0)
    return;
  for (int64_t i = 0; i < pass->n; i++) {
    const int64_t *list = pass->lists + i * pass->n_listed;
    int64_t place = 0;
    for (int32_t c = 0; c < pass->n_cutoffs; c++)
      for (; place < pass->cutoffs[c] && place < pass->listed[i]; place++)
        pass->shown[c * pass->n_items + list[place]]++;
    pass->n_shown += pass->listed[i] > 0;
  }
}

/* Scores what the block's questions are about: all items; or, where only a few are asked for and
 * the model can do with these, the few. */
static bool score_block(RecnnEvaluator *evaluator, RecnnPass *pass, GError **error) {
  RecnnRanker *ranker = evaluator->ranker;
  const int64_t *users = pass->questions->users + pass->begin;
  pass->few = evaluator->pool != NULL && recnn_ranker_scores_some(ranker) &&
              (pass->room + pass->pool_room) * FEW <= pass->n_items;
  if (!pass->few)
    return recnn_ranker_score(ranker, users, pass->n, pass->scores, error);
  for (int64_t i = 0; i < pass->n; i++) {
    float *few;
    const int32_t *items;
    int64_t n = recnn__pass_candidates(pass, pass->begin + i, &items, &few);
    if (!recnn_ranker_score_some(ranker, users[i], items, n, few, error))
      return false;
  }
  return true;
}

static bool run(RecnnEvaluator *evaluator, RecnnPass *pass, RecnnResult *result, GError **error) {
  const RecnnQuestions *questions = evaluator->questions;
  for (pass->begin = 0; pass->begin < questions->n; pass->begin += pass->rows) {
    pass->n = MIN(pass->rows, questions->n - pass->begin);
    if (!score_block(evaluator, pass, error))
      return false;
    pass->n_tiles = recnn_parallel_tiles(pass->n, pass->n_items);
    recnn_parallel(pass->n_tiles, recnn__pass_tile, pass);
    add_block(pass, result);
    if (evaluator->tries)
      break;
  }
  return true;
}

/* One number for each catalogue request; counts of the lists' places become counts of the first k.
 */
static bool finish_catalogue(const RecnnEvaluator *evaluator, RecnnPass *pass, double *values,
                             GError **error) {
  if (pass->n_cutoffs == 0)
    return true;
  int64_t *sorted =
      recnn_memory_new((size_t)pass->n_items, sizeof *sorted, "counts of items", error);
  if (sorted == NULL)
    return false;
  for (int32_t c = 0; c < pass->n_cutoffs; c++) {
    int64_t *count = pass->shown + c * pass->n_items;
    int64_t total = 0;
    for (int64_t i = 0; i < pass->n_items; i++) {
      count[i] += c > 0 ? count[i - pass->n_items] : 0;
      total += count[i];
    }
    RecnnShownCounts shown = {.struct_size = sizeof shown,
                              .count = count,
                              .n_items = pass->n_items,
                              .n_users = pass->n_shown,
                              .total = total};
    for (guint r = 0; r < evaluator->catalogue_requests->len; r++) {
      const RecnnRequest *request = recnn__request(evaluator->catalogue_requests, r);
      if (request->k == pass->cutoffs[c])
        values[r] = request->metric->catalogue(&shown, sorted);
    }
  }
  recnn_memory_free(sorted);
  return true;
}

bool recnn__evaluator_rank(RecnnEvaluator *evaluator, double *values, RecnnResult *result,
                           GError **error) {
  RecnnPass pass;
  int64_t rows = recnn_ranker_block(evaluator->ranker, error);
  if (rows == 0)
    return false;
  bool done = recnn__pass_init(&pass, evaluator, rows, error) &&
              run(evaluator, &pass, result, error) &&
              finish_catalogue(evaluator, &pass, values + pass.n_requests, error);
  for (int64_t r = 0; done && r < pass.n_requests; r++)
    values[r] = pass.sums[r] / pass.weight_sums[r];
  result->n_users = evaluator->questions->n;
  result->n_items = recnn_ranker_n_items(evaluator->ranker);
  if (done && pass.slices != NULL)
    recnn__pass_finish_slices(&pass, result);
  result->details = recnn__pass_finish(&pass, done);
  return done;
}
