/* The memory of a pass: what a block needs, and what is kept of all of them. */
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "eval/pass.h"

static int by_size(const void *a, const void *b) {
  const int64_t *x = a;
  const int64_t *y = b;
  return (*x > *y) - (*x < *y);
}

/* The distinct cut-offs of the catalogue's requests, ascending. */
static void find_cutoffs(RecnnPass *pass) {
  const GArray *requests = pass->evaluator->catalogue_requests;
  pass->cutoffs = g_new(int64_t, requests->len + 1);
  int32_t n = 0;
  for (guint r = 0; r < requests->len; r++)
    pass->cutoffs[n++] = recnn__request(requests, r)->k;
  qsort(pass->cutoffs, (size_t)n, sizeof *pass->cutoffs, by_size);
  for (int32_t i = 0; i < n; i++)
    if (i == 0 || pass->cutoffs[i] != pass->cutoffs[i - 1])
      pass->cutoffs[pass->n_cutoffs++] = pass->cutoffs[i];
}

/* What the requests and the details ask of each question. */
static void find_needs(RecnnPass *pass) {
  const RecnnEvaluator *evaluator = pass->evaluator;
  pass->ranks = evaluator->keep_ranks;
  pass->n_listed = evaluator->keep_lists;
  for (int64_t r = 0; r < pass->n_requests; r++) {
    if (pass->requests[r].metric->kind == RECNN_METRIC_RANK)
      pass->ranks = true;
    else
      pass->n_listed = MAX(pass->n_listed, pass->requests[r].k);
  }
  if (pass->n_cutoffs > 0)
    pass->n_listed = MAX(pass->n_listed, pass->cutoffs[pass->n_cutoffs - 1]);
}

/* Zeroed memory to the pointer at `ret_memory`. */
static bool get(void *ret_memory, int64_t count, size_t size, const char *what, GError **error) {
  void *memory = recnn_memory_new0((size_t)count, size, what, error);
  memcpy(ret_memory, &memory, sizeof memory);
  return memory != NULL;
}

static bool make_slices(RecnnPass *pass, GError **error) {
  if (pass->slices == NULL)
    return true;
  int64_t n = pass->slices->n;
  return get(&pass->slice_values, pass->rows * n * pass->n_requests, sizeof(double),
             "a block of slices", error) &&
         get(&pass->in_slice, pass->rows * n, sizeof(bool), "a block of slices", error) &&
         get(&pass->slice_sums, n * pass->n_requests, sizeof(double), "sums of slices", error) &&
         get(&pass->slice_weights, n * pass->n_requests, sizeof(double), "sums of slices", error) &&
         get(&pass->slice_users, n, sizeof(int64_t), "counts of slices", error);
}

static bool make_block(RecnnPass *pass, GError **error) {
  int64_t most_tiles = recnn_parallel_tiles(pass->rows, pass->n_items);
  pass->tile_bytes = recnn__pass_scratch(pass);
  pass->scores = recnn_memory_new((size_t)pass->rows * (size_t)pass->n_items, sizeof(float),
                                  "a block of scores", error);
  return pass->scores != NULL &&
         (pass->evaluator->keep_users || get(&pass->values, pass->rows * pass->n_requests,
                                             sizeof(double), "a block of metrics", error)) &&
         get(&pass->weights, pass->rows * pass->n_requests, sizeof(double), "a block of weights",
             error) &&
         get(&pass->tied, pass->rows, sizeof(bool), "a block of ties", error) &&
         get(&pass->lists, pass->rows * pass->n_listed, sizeof(int64_t), "a block of lists",
             error) &&
         get(&pass->listed, pass->rows, sizeof(int64_t), "a block of lists", error) &&
         get(&pass->n_few, pass->rows, sizeof(int64_t), "counts of candidates", error) &&
         get(&pass->scratch, most_tiles, pass->tile_bytes, "a block of ranks", error) &&
         make_slices(pass, error) &&
         get(&pass->shown, pass->n_cutoffs * pass->n_items, sizeof(int64_t), "counts of items",
             error);
}

/* The questions' users, and in the data set their rows. */
static bool copy_questions(RecnnDetails *details, const RecnnPass *pass, GError **error) {
  const RecnnQuestions *questions = pass->questions;
  const RecnnPart *part = &pass->evaluator->split->part[pass->evaluator->part];
  details->dataset = recnn_dataset_ref(pass->evaluator->split->dataset);
  details->n = questions->n;
  if (!get(&details->users, details->n, sizeof(int64_t), "the users of a result", error))
    return false;
  memcpy(details->users, questions->users, (size_t)details->n * sizeof(int64_t));
  if (questions->rows == NULL)
    return true;
  if (!get(&details->rows, details->n, sizeof(int64_t), "the rows of a result", error))
    return false;
  for (int64_t q = 0; q < details->n; q++)
    details->rows[q] = part->row != NULL ? part->row[questions->rows[q]] : questions->rows[q];
  return true;
}

static bool make_details(RecnnPass *pass, GError **error) {
  const RecnnEvaluator *evaluator = pass->evaluator;
  const RecnnQuestions *questions = pass->questions;
  if (!evaluator->keep_users && !evaluator->keep_ranks && evaluator->keep_lists == 0)
    return true;
  RecnnDetails *details = g_new0(RecnnDetails, 1);
  pass->details = details;
  details->n_values = (int32_t)pass->n_requests;
  details->n_listed = evaluator->keep_lists;
  if (!copy_questions(details, pass, error) ||
      (evaluator->keep_users && !get(&details->values, details->n * pass->n_requests,
                                     sizeof(double), "the numbers of every user", error)) ||
      (details->n_listed > 0 && !get(&details->lists, details->n * details->n_listed,
                                     sizeof(int32_t), "the lists of every user", error)))
    return false;
  if (!evaluator->keep_ranks)
    return true;
  int64_t n = questions->first[questions->n];
  if (!get(&details->first, details->n + 1, sizeof(int64_t), "the ranks of every user", error) ||
      !get(&details->ranks, n, sizeof(double), "the ranks of every user", error) ||
      !get(&details->items, n, sizeof(int32_t), "the ranks of every user", error))
    return false;
  memcpy(details->first, questions->first, (size_t)(details->n + 1) * sizeof(int64_t));
  return true;
}

bool recnn__pass_init(RecnnPass *pass, const RecnnEvaluator *evaluator, int64_t rows,
                      GError **error) {
  const RecnnPart *parts = evaluator->split->part;
  *pass = (RecnnPass){
      .evaluator = evaluator,
      .questions = evaluator->questions,
      .seen = {evaluator->part != RECNN_TRAIN ? &parts[RECNN_TRAIN] : NULL,
               evaluator->part == RECNN_TEST ? &parts[RECNN_VALID] : NULL,
               parts[evaluator->part].fold_in},
      .requests = (const RecnnRequest *)(void *)evaluator->user_requests->data,
      .n_requests = evaluator->user_requests->len,
      .n_items = recnn_ranker_n_items(evaluator->ranker),
      .slices = evaluator->slices,
      .rows = MIN(rows, evaluator->questions->n),
      .room = evaluator->questions->longest,
      .pool_room = evaluator->pool != NULL ? MAX(recnn_pool_most(evaluator->pool), 1) : 0,
  };
  find_cutoffs(pass);
  find_needs(pass);
  pass->sums = g_new0(double, pass->n_requests + 1);
  pass->weight_sums = g_new0(double, pass->n_requests + 1);
  return make_block(pass, error) && make_details(pass, error);
}

RecnnDetails *recnn__pass_finish(RecnnPass *pass, bool keep) {
  recnn_memory_free(pass->scores);
  recnn_memory_free(pass->values);
  recnn_memory_free(pass->weights);
  recnn_memory_free(pass->tied);
  recnn_memory_free(pass->lists);
  recnn_memory_free(pass->listed);
  recnn_memory_free(pass->n_few);
  recnn_memory_free(pass->scratch);
  recnn_memory_free(pass->shown);
  recnn_memory_free(pass->slice_values);
  recnn_memory_free(pass->in_slice);
  recnn_memory_free(pass->slice_sums);
  recnn_memory_free(pass->slice_weights);
  recnn_memory_free(pass->slice_users);
  g_free(pass->sums);
  g_free(pass->weight_sums);
  g_free(pass->cutoffs);
  if (!keep)
    g_clear_pointer(&pass->details, recnn_details_free);
  return pass->details;
}
