/* What is done with one question's scores: mask or pick the candidates, count ranks, take the list,
 * ask the metrics. */
#include "eval/pass.h"

#include "base/parallel.h"
#include "kernels/topk.h"

/* A tile's scratch memory. */
typedef struct Scratch {
  double *ranks;       /* room */
  double *sliced;      /* room: the ranks of a slice */
  void *count;         /* what recnn_ranks_count needs */
  int32_t *rank_items; /* room */
  int32_t *pool;       /* room + pool_room: candidates, the relevant ones last */
  int32_t *places;     /* room: where in it these are */
  float *scores;       /* room + pool_room */
  uint8_t *marks;      /* n_items, where there is a pool; zero between questions */
} Scratch;

/* Where the next `bytes` of `memory` are (NULL: nowhere), of which `*at` are taken. */
static void *take(char *memory, size_t *at, size_t bytes) {
  void *piece = memory != NULL ? memory + *at : NULL;
  *at += (bytes + 7) / 8 * 8;
  return piece;
}

static Scratch lay_out(const RecnnPass *pass, char *memory, size_t *ret_bytes) {
  size_t room = (size_t)pass->room;
  size_t pool = pass->pool_room > 0 ? room + (size_t)pass->pool_room : 0;
  size_t at = 0;
  Scratch scratch;
  scratch.ranks = take(memory, &at, room * sizeof(double));
  scratch.sliced = take(memory, &at, room * sizeof(double));
  scratch.count = take(memory, &at, recnn_ranks_scratch(pass->room));
  scratch.rank_items = take(memory, &at, room * sizeof(int32_t));
  scratch.pool = take(memory, &at, pool * sizeof(int32_t));
  scratch.places = take(memory, &at, room * sizeof(int32_t));
  scratch.scores = take(memory, &at, pool * sizeof(float));
  scratch.marks = take(memory, &at, pool > 0 ? (size_t)pass->n_items : 0);
  *ret_bytes = (at + 63) / 64 * 64;
  return scratch;
}

size_t recnn__pass_scratch(const RecnnPass *pass) {
  size_t bytes;
  (void)lay_out(pass, NULL, &bytes);
  return bytes;
}

double *recnn__pass_values(const RecnnPass *pass, int64_t q) {
  if (pass->values != NULL)
    return pass->values + (q - pass->begin) * pass->n_requests;
  return pass->details->values + q * pass->n_requests;
}

static RecnnItemList items_of(const RecnnPart *part, int64_t user) {
  if (part == NULL)
    return (RecnnItemList){NULL, 0};
  return (RecnnItemList){part->items + part->first[user],
                         part->first[user + 1] - part->first[user]};
}

/* A question's candidates as a row of scores. */
typedef struct Row {
  float *scores;
  int64_t n;              /* scores */
  int64_t masked;         /* of them, -INFINITY */
  RecnnItemList relevant; /* their places in the row */
  const int32_t *items;   /* of the places; NULL: place i is item i */
} Row;

static Row whole_row(const RecnnPass *pass, int64_t q, float *scores) {
  int64_t user = pass->questions->users[q];
  RecnnItemList relevant = recnn_question_relevant(pass->questions, q);
  int64_t masked = recnn_ranks_mask(scores, items_of(pass->seen[0], user),
                                    items_of(pass->seen[1], user), relevant);
  /* Who has a fold-in has nothing in the parts before, so none is counted twice. */
  masked +=
      recnn_ranks_mask(scores, items_of(pass->seen[2], user), (RecnnItemList){NULL, 0}, relevant);
  return (Row){scores, pass->n_items, masked, relevant, NULL};
}

/* The pool's items and the relevant ones, which come behind them; returns their number. */
static int64_t take_pool(const RecnnPass *pass, int64_t q, uint8_t *marks, int32_t *items) {
  RecnnItemList relevant = recnn_question_relevant(pass->questions, q);
  int64_t row = pass->questions->rows != NULL ? pass->questions->rows[q] : -1;
  int64_t n = recnn_pool_take(pass->evaluator->pool, pass->questions->users[q], row, marks, items);
  for (int64_t i = 0; i < relevant.n; i++)
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): laid out where there is a pool */
    items[n + i] = relevant.items[i];
  return n + relevant.n;
}

/* Where a question's few candidates and their scores are kept: in its row of scores, of which they
 * take half at most. */
static float *few_scores(const RecnnPass *pass, int64_t q) {
  return pass->scores + (q - pass->begin) * pass->n_items;
}

static int32_t *few_items(const RecnnPass *pass, int64_t q) {
  return (int32_t *)(void *)(few_scores(pass, q) + pass->room + pass->pool_room);
}

int64_t recnn__pass_candidates(const RecnnPass *pass, int64_t q, const int32_t **ret_items,
                               float **ret_scores) {
  size_t bytes;
  Scratch scratch = lay_out(pass, pass->scratch, &bytes);
  int64_t n = take_pool(pass, q, scratch.marks, few_items(pass, q));
  *ret_items = few_items(pass, q);
  *ret_scores = few_scores(pass, q);
  pass->n_few[q - pass->begin] = n;
  return n;
}

/* Only their scores. */
static Row picked_row(const RecnnPass *pass, int64_t q, const Scratch *scratch) {
  int64_t n_relevant = recnn_question_relevant(pass->questions, q).n;
  int64_t n = pass->n_few[q - pass->begin];
  Row row = {few_scores(pass, q), n, 0, {scratch->places, n_relevant}, few_items(pass, q)};
  if (!pass->few) {
    row.n = n = take_pool(pass, q, scratch->marks, scratch->pool);
    for (int64_t i = 0; i < n; i++)
      /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): laid out where there is a pool */
      scratch->scores[i] = row.scores[scratch->pool[i]];
    row.scores = scratch->scores;
    row.items = scratch->pool;
  }
  for (int64_t i = 0; i < n_relevant; i++)
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): laid out where there is a pool */
    scratch->places[i] = (int32_t)(n - n_relevant + i);
  return row;
}

/* Returns whose the ranks are. */
static const int32_t *rank(const RecnnPass *pass, int64_t q, const Row *row, const Scratch *scratch,
                           RecnnRanking *ret_ranking) {
  double *ranks = scratch->ranks;
  int32_t *items = scratch->rank_items;
  RecnnDetails *details = pass->details;
  if (details != NULL && details->ranks != NULL) {
    ranks = details->ranks + details->first[q];
    items = details->items + details->first[q];
  }
  RecnnTiePolicy policy = pass->evaluator->policy;
  policy.numbers = row->items;
  RecnnRanks counted = recnn_ranks_count(row->scores, row->n, row->masked, row->relevant, policy,
                                         pass->questions->users[q], scratch->count, ranks, items);
  for (int64_t i = 0; row->items != NULL && i < counted.n_relevant; i++)
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): one of the two buffers */
    items[i] = row->items[items[i]];
  pass->tied[q - pass->begin] = counted.tied;
  *ret_ranking = (RecnnRanking){sizeof(RecnnRanking), ranks, counted.n_relevant,
                                counted.n_candidates, counted.mean_rank_sum};
  return items;
}

static void list(const RecnnPass *pass, int64_t q, const Row *row) {
  int64_t *items = pass->lists + (q - pass->begin) * pass->n_listed;
  int64_t n = recnn_topk(row->scores, row->n, pass->n_listed, items, NULL);
  for (int64_t i = 0; row->items != NULL && i < n; i++)
    items[i] = row->items[items[i]];
  pass->listed[q - pass->begin] = n;
  RecnnDetails *details = pass->details;
  for (int64_t i = 0; details != NULL && i < details->n_listed; i++)
    details->lists[q * details->n_listed + i] = i < n ? (int32_t)items[i] : -1;
}

static void answer(const RecnnPass *pass, int64_t q, const Scratch *scratch) {
  int64_t i = q - pass->begin;
  float *scores = pass->scores + i * pass->n_items;
  Row row =
      pass->evaluator->pool == NULL ? whole_row(pass, q, scores) : picked_row(pass, q, scratch);
  RecnnRanking ranking = {0};
  pass->tied[i] = false;
  const int32_t *items = pass->ranks ? rank(pass, q, &row, scratch, &ranking) : NULL;
  if (pass->n_listed > 0)
    list(pass, q, &row);
  double *values = recnn__pass_values(pass, q);
  for (int64_t r = 0; r < pass->n_requests; r++) {
    const RecnnMetric *metric = pass->requests[r].metric;
    int64_t k = pass->requests[r].k;
    double weight = 1.0;
    if (metric->kind == RECNN_METRIC_RANK) {
      values[r] = metric->rank(&ranking, k);
      weight = metric->weight != NULL ? metric->weight(&ranking) : 1.0;
    } else {
      RecnnShown shown = {.struct_size = sizeof shown,
                          .items = pass->lists + i * pass->n_listed,
                          .n = MIN(k, pass->listed[i]),
                          .facts = pass->evaluator->facts};
      values[r] = metric->list(&shown, k);
    }
    pass->weights[i * pass->n_requests + r] = weight;
  }
  if (pass->slices != NULL)
    recnn__pass_slice(pass, q, &ranking, items, scratch->sliced);
}

void recnn__pass_tile(void *context, int64_t tile) {
  const RecnnPass *pass = context;
  size_t bytes;
  Scratch scratch = lay_out(pass, pass->scratch + (size_t)tile * pass->tile_bytes, &bytes);
  int64_t begin;
  int64_t end;
  recnn_parallel_share(pass->n, pass->n_tiles, tile, &begin, &end);
  for (int64_t i = begin; i < end; i++)
    answer(pass, pass->begin + i, &scratch);
}
