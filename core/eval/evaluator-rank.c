/* Rank metrics: scores of all items for a few users at a time, each user's ranks and numbers on any
 * thread, and the sums over users in their order. */
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "eval/evaluator-private.h"
#include "eval/ranks.h"

typedef struct Pass {
  const RecnnPart *part;
  const RecnnPart *seen[2]; /* whose items are masked; NULL: none */
  const RecnnRequest *requests;
  int64_t n_requests;
  int64_t n_items;
  int64_t n_tiles;
  size_t tile_bytes; /* of a tile's scratch memory */
  int64_t room;      /* for ranks, in front of it */

  const int64_t *users; /* of the block at hand */
  int64_t n;
  float *scores;  /* n x n_items */
  double *values; /* n x n_requests */
  bool *tied;     /* n */
  char *scratch;  /* n_tiles x tile_bytes */
} Pass;

static RecnnItemList items_of(const RecnnPart *part, int64_t user) {
  if (part == NULL)
    return (RecnnItemList){NULL, 0};
  return (RecnnItemList){part->items + part->first[user],
                         part->first[user + 1] - part->first[user]};
}

static void rank_user(const Pass *pass, int64_t i, int64_t *ranks, void *scratch) {
  int64_t user = pass->users[i];
  float *scores = pass->scores + i * pass->n_items;
  RecnnItemList relevant = items_of(pass->part, user);
  int64_t masked = recnn_ranks_mask(scores, items_of(pass->seen[0], user),
                                    items_of(pass->seen[1], user), relevant);
  RecnnRanks counted = recnn_ranks_count(scores, pass->n_items, masked, relevant, scratch, ranks);
  RecnnRanking ranking = {
      .ranks = ranks, .n_relevant = counted.n_relevant, .n_candidates = counted.n_candidates};
  for (int64_t r = 0; r < pass->n_requests; r++)
    pass->values[i * pass->n_requests + r] =
        pass->requests[r].metric->rank(&ranking, pass->requests[r].k);
  pass->tied[i] = counted.tied;
}

static void rank_tile(void *context, int64_t tile) {
  const Pass *pass = context;
  char *memory = pass->scratch + (size_t)tile * pass->tile_bytes;
  int64_t *ranks = (int64_t *)memory;
  int64_t begin;
  int64_t end;
  recnn_parallel_share(pass->n, pass->n_tiles, tile, &begin, &end);
  for (int64_t i = begin; i < end; i++)
    rank_user(pass, i, ranks, ranks + pass->room);
}

/* The users with a row in the part, and the longest list among them. */
static int64_t *list_users(const RecnnPart *part, int64_t *ret_n, int64_t *ret_longest,
                           GError **error) {
  int64_t *users =
      recnn_memory_new((size_t)part->rows.n_users, sizeof *users, "the users to evaluate", error);
  *ret_n = 0;
  *ret_longest = 0;
  for (int64_t u = 0; users != NULL && u < part->rows.n_users; u++) {
    int64_t length = part->first[u + 1] - part->first[u];
    if (length > 0)
      users[(*ret_n)++] = u;
    *ret_longest = MAX(*ret_longest, length);
  }
  return users;
}

/* The memory of a block of `rows` users. */
static bool make_room(Pass *pass, int64_t rows, int64_t longest, GError **error) {
  int64_t most_tiles = recnn_parallel_tiles(rows, pass->n_items);
  pass->room = longest;
  pass->tile_bytes =
      ((size_t)longest * sizeof(int64_t) + recnn_ranks_scratch(longest) + 63) / 64 * 64;
  pass->scores = recnn_memory_new((size_t)rows * (size_t)pass->n_items, sizeof(float),
                                  "a block of scores", error);
  if (pass->scores == NULL)
    return false;
  pass->values = recnn_memory_new((size_t)(rows * pass->n_requests), sizeof(double),
                                  "a block of metrics", error);
  pass->tied = pass->values != NULL
                   ? recnn_memory_new((size_t)rows, sizeof(bool), "a block of ties", error)
                   : NULL;
  pass->scratch = pass->tied != NULL ? recnn_memory_new((size_t)most_tiles, pass->tile_bytes,
                                                        "a block of ranks", error)
                                     : NULL;
  return pass->scratch != NULL;
}

static bool run(RecnnEvaluator *evaluator, Pass *pass, const int64_t *users, int64_t n_users,
                int64_t rows, double *sums, RecnnResult *result, GError **error) {
  for (int64_t u = 0; u < n_users; u += rows) {
    pass->users = users + u;
    pass->n = MIN(rows, n_users - u);
    if (!recnn_ranker_score(evaluator->ranker, pass->users, pass->n, pass->scores, error))
      return false;
    pass->n_tiles = recnn_parallel_tiles(pass->n, pass->n_items);
    recnn_parallel(pass->n_tiles, rank_tile, pass);
    for (int64_t i = 0; i < pass->n; i++) {
      for (int64_t r = 0; r < pass->n_requests; r++)
        sums[r] += pass->values[i * pass->n_requests + r];
      result->tied_users += pass->tied[i];
    }
  }
  return true;
}

bool recnn__evaluator_rank(RecnnEvaluator *evaluator, double *values, RecnnResult *result,
                           GError **error) {
  const RecnnPart *parts = evaluator->split->part;
  Pass pass = {
      .part = &parts[evaluator->part],
      .seen = {evaluator->part != RECNN_TRAIN ? &parts[RECNN_TRAIN] : NULL,
               evaluator->part == RECNN_TEST ? &parts[RECNN_VALID] : NULL},
      .requests = (const RecnnRequest *)(void *)evaluator->rank_requests->data,
      .n_requests = evaluator->rank_requests->len,
      .n_items = recnn_ranker_n_items(evaluator->ranker),
  };
  int64_t n_users;
  int64_t longest;
  int64_t rows = recnn_ranker_block(evaluator->ranker, error);
  if (rows == 0)
    return false;
  int64_t *users = list_users(pass.part, &n_users, &longest, error);
  rows = MIN(rows, n_users);
  memset(values, 0, (size_t)pass.n_requests * sizeof *values);
  bool done = users != NULL && make_room(&pass, rows, longest, error) &&
              run(evaluator, &pass, users, n_users, rows, values, result, error);
  for (int64_t r = 0; r < pass.n_requests; r++)
    values[r] /= (double)n_users;
  result->n_users = n_users;
  result->n_items = pass.n_items;
  recnn_memory_free(users);
  recnn_memory_free(pass.scores);
  recnn_memory_free(pass.values);
  recnn_memory_free(pass.tied);
  recnn_memory_free(pass.scratch);
  return done;
}
