/* The ranker: users and items go through the model block by block (block.h says how they are cut),
 * into the caller's rows of scores. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/ranker-private.h"
#include "tensor/tensor.h"

/* Scores items first .. first+n-1 for the `n_users` users in the query batch. */
static const RecnnTensor *score_block(RecnnRanker *ranker, int64_t n_users, int64_t first,
                                      int64_t n, GError **error) {
  recnn__ranker_begin(ranker);
  if (ranker->pairs) {
    int64_t n_pairs = n_users * n;
    const RecnnVar *var = recnn_model_predict(ranker->model, ranker->graph, ranker->query);
    return recnn__ranker_end(ranker, "predict", var, 1, &n_pairs, error);
  }
  RecnnVar *items = NULL;
  if (!ranker->whole) {
    RecnnTensor view = ranker->encoded_view;
    view.data =
        (char *)view.data + recnn_tensor_bytes(&view) / (size_t)ranker->n_items * (size_t)first;
    view.shape[0] = n;
    items = recnn_graph_constant(ranker->graph, &view);
  }
  const int64_t shape[2] = {n_users, n};
  const RecnnVar *var = recnn_model_score_items(ranker->model, ranker->graph, ranker->query, items);
  return recnn__ranker_end(ranker, "score_items", var, 2, shape, error);
}

/* Gives the next users of the list places in a block.  User u's place is u modulo the number of
 * places, so that his row stands at the same height of the same matrices whoever else is there.
 * `at` has, for each place, how far the list has been looked through.  Returns how many found one.
 */
static int64_t take_places(RecnnRanker *ranker, const int64_t *users, int64_t n, int64_t *at) {
  int64_t n_places = ranker->plan.users;
  int64_t taken = 0;
  for (int64_t place = 0; place < n_places; place++) {
    while (at[place] < n && users[at[place]] % n_places != place)
      at[place]++;
    ranker->places[place] = at[place] < n ? at[place]++ : -1;
    taken += ranker->places[place] >= 0;
  }
  return taken;
}

/* Who the i-th of those asked for is. */
static RecnnSubject subject_at(const RecnnRanker *ranker, const int64_t *users, int64_t i) {
  return ranker->subject != NULL ? *ranker->subject : recnn_subject_of(ranker->history, users[i]);
}

/* Fills the query batch: with the users of a block, or for predict() with each of them before each
 * of the items first .. first+n-1.  Nobody's place goes to user 0, without a history. */
static void fill_query(RecnnRanker *ranker, const int64_t *users, const int64_t *places,
                       int64_t n_places, int64_t first, int64_t n) {
  static const int32_t any = 0;
  static const RecnnSubject nobody = {.conditions = &any, .n_conditions = 1};
  for (int64_t p = 0; p < n_places; p++)
    ranker->subjects[p] = places[p] >= 0 ? subject_at(ranker, users, places[p]) : nobody;
  if (!ranker->pairs) {
    recnn_query_set_fill(&ranker->queries, ranker->query, ranker->inputs, ranker->subjects,
                         n_places);
    return;
  }
  recnn_batch_set_size(ranker->query, n_places * n);
  for (int64_t p = 0; p < n_places; p++) {
    const RecnnSubject *subject = &ranker->subjects[p];
    for (int64_t i = 0; i < n; i++)
      recnn__ranker_fill_pair(ranker, ranker->query, p * n + i, subject->user, first + i, -1,
                              subject->told);
  }
}

/* A new query batch with room for blocks of this size, and for `most` items of its subjects'. */
static bool make_query(RecnnRanker *ranker, int64_t n_users, int64_t n_items, int64_t most,
                       GError **error) {
  int64_t rows = ranker->pairs ? n_users * n_items : n_users;
  recnn_batch_free(ranker->query);
  ranker->query = recnn_batch_new();
  ranker->query_most = most;
  ranker->subjects = g_renew(RecnnSubject, ranker->subjects, n_users);
  if (!ranker->pairs)
    return recnn_query_set_prepare(&ranker->queries, ranker->query, ranker->inputs, rows, most,
                                   error);
  return recnn__ranker_add_pairs(ranker, ranker->query, rows, error);
}

/* The user with the longest history, or just the first: what blocks are measured with. */
static int64_t longest_user(const RecnnRanker *ranker) {
  const RecnnHistory *history = ranker->history;
  for (int64_t u = 0; history != NULL && u < history->n_users; u++)
    if (history->first[u + 1] - history->first[u] == history->longest)
      return u;
  return 0;
}

/* Cuts the work by what a block takes. */
static bool plan_block(RecnnRanker *ranker, const RecnnBlockCost *cost, GError **error) {
  RecnnBlockPlan plan;
  if (!recnn_block_plan(cost, ranker->n_items, ranker->whole, ranker->limit, &plan))
    return recnn_error_set(
        error, RECNN_ERROR_MEMORY,
        "model %s: %" G_GSIZE_FORMAT " bytes are not enough to score a block of %" G_GINT64_FORMAT
        " users and %" G_GINT64_FORMAT
        " items, which takes %.0f, and to keep a row of %" G_GINT64_FORMAT " scores",
        ranker->model_class->name, ranker->limit, (gint64)plan.users, (gint64)plan.items,
        recnn_block_bytes(cost, plan.users, plan.items), (gint64)ranker->n_items);
  int64_t most = ranker->history != NULL ? recnn_history_most(ranker->history, plan.users) : 0;
  if (!make_query(ranker, plan.users, plan.items, most, error))
    return false;
  ranker->places = g_renew(int64_t, ranker->places, plan.users);
  ranker->plan = plan;
  return true;
}

/* By how much a block of the plan is beyond the limit: large products may need working space that
 * the tiny ones had no use for. */
static bool try_block(RecnnRanker *ranker, const int64_t *users, size_t *ret_beyond,
                      GError **error) {
  const RecnnSubject *subject = ranker->subject;
  *ret_beyond = 0;
  if (ranker->limit == 0)
    return true;
  for (int64_t i = 0; i < ranker->plan.users; i++)
    ranker->places[i] = i == 0 ? 0 : -1;
  int64_t n_items = MIN(ranker->plan.items, ranker->n_items);
  ranker->subject = NULL;
  fill_query(ranker, users, ranker->places, ranker->plan.users, 0, n_items);
  ranker->subject = subject;
  if (score_block(ranker, ranker->plan.users, 0, n_items, error) == NULL)
    return false;
  size_t peak = recnn_graph_peak(ranker->graph);
  recnn_graph_free(ranker->graph);
  ranker->graph = recnn_graph_new(0);
  *ret_beyond = peak > ranker->limit ? peak - ranker->limit : 0;
  return true;
}

/* Finds out what a block takes by running four tiny ones, and cuts the work accordingly. */
static bool make_plan(RecnnRanker *ranker, GError **error) {
  const int64_t longest[2] = {longest_user(ranker), longest_user(ranker)};
  const int64_t places[2] = {0, 1};
  const int64_t users[2] = {1, 2};
  const RecnnSubject *subject = ranker->subject;
  const int64_t step = ranker->whole ? ranker->n_items : RECNN_BLOCK_ITEMS;
  const int64_t items[2] = {MIN(step, ranker->n_items), MIN(2 * step, ranker->n_items)};
  double bytes[2][2];
  int64_t most = ranker->history != NULL ? users[1] * ranker->history->longest : 0;
  if (!recnn__ranker_encode(ranker, error) || !make_query(ranker, users[1], items[1], most, error))
    return false;
  for (int u = 0; u < 2; u++) {
    for (int i = 0; i < 2; i++) {
      recnn_graph_free(ranker->graph); /* its peak is of all steps it ever ran */
      ranker->graph = recnn_graph_new(0);
      ranker->subject = NULL;
      fill_query(ranker, longest, places, users[u], 0, items[i]);
      ranker->subject = subject;
      if (score_block(ranker, users[u], 0, items[i], error) == NULL)
        return false;
      bytes[u][i] = (double)recnn_graph_peak(ranker->graph);
    }
  }
  recnn_graph_free(ranker->graph);
  ranker->graph = recnn_graph_new(0);
  RecnnBlockCost cost = recnn_block_fit(users, items, bytes);
  size_t beyond = 0;
  do {
    if (!plan_block(ranker, &cost, error) || !try_block(ranker, longest, &beyond, error))
      return false;
    cost.fixed += beyond > 0 ? (double)MAX(beyond, ranker->limit / 64) : 0.0; /* soon an end */
  } while (beyond > 0);
  return true;
}

RecnnRanker *recnn_ranker_new(RecnnModel *model, size_t block_bytes, GError **error) {
  RecnnRanker *ranker = g_new0(RecnnRanker, 1);
  const RecnnModelClass *class = recnn_model_get_class(model);
  ranker->model = model;
  ranker->model_class = class;
  ranker->graph = recnn_graph_new(0);
  ranker->limit = block_bytes;
  ranker->n_users = recnn_model_get_count(model, "users");
  ranker->n_items = recnn_model_get_count(model, "items");
  ranker->pairs = class->score_items == NULL;
  ranker->whole = !ranker->pairs && class->encode_items == NULL;
  ranker->inputs = recnn_model_get_inputs(model);
  ranker->features = ranker->inputs != NULL ? ranker->inputs->features : NULL;
  ranker->reads_user = ranker->features == NULL || g_strv_contains(class->train_fields, "user");
  if (!ranker->pairs && class->query_fields != NULL)
    (void)recnn_query_set_init(&ranker->queries, class->query_fields, NULL,
                               NULL); /* see supports */
  if (ranker->n_users < 1 || ranker->n_items < 1) {
    recnn_error_set(error, RECNN_ERROR_DATA,
                    "model %s was made for %" G_GINT64_FORMAT " users and %" G_GINT64_FORMAT
                    " items; at least one of each is needed to score",
                    class->name, (gint64)ranker->n_users, (gint64)ranker->n_items);
    recnn_ranker_free(ranker);
    return NULL;
  }
  return ranker;
}

void recnn_ranker_free(RecnnRanker *ranker) {
  if (ranker == NULL)
    return;
  recnn_batch_free(ranker->query);
  recnn_batch_free(ranker->pair_batch);
  recnn__ranker_clear_some(ranker);
  recnn_memory_free(ranker->encoded);
  g_free(ranker->places);
  g_free(ranker->subjects);
  recnn_history_free(ranker->history);
  recnn_graph_free(ranker->graph);
  g_free(ranker);
}

void recnn_ranker_set_names(RecnnRanker *ranker, const RecnnDataset *dataset) {
  ranker->names = dataset;
}

bool recnn_ranker_set_history(RecnnRanker *ranker, const RecnnSplit *split, int part,
                              GError **error) {
  if (!ranker->queries.needs_history)
    return true;
  int end = recnn_query_set_parts(&ranker->queries, part);
  RecnnHistory *history =
      recnn_history_new_with(split->part, 0, end, split->part[part].fold_in, error);
  /* What is asked as a set need not be sorted again and again. */
  if (history != NULL && !ranker->queries.recent && !recnn_history_order_by_item(history, error))
    g_clear_pointer(&history, recnn_history_free);
  if (history == NULL)
    return false;
  recnn_history_free(ranker->history);
  ranker->history = history;
  ranker->plan = (RecnnBlockPlan){0};
  recnn__ranker_clear_some(ranker);
  return true;
}

int64_t recnn_ranker_n_items(const RecnnRanker *ranker) { return ranker->n_items; }

static bool has_plan(RecnnRanker *ranker, GError **error) {
  return ranker->plan.rows > 0 || make_plan(ranker, error);
}

int64_t recnn_ranker_block(RecnnRanker *ranker, GError **error) {
  if (!recnn_ranker_supports(ranker->model, error) || !has_plan(ranker, error))
    return 0;
  return ranker->plan.rows;
}

size_t recnn_ranker_peak(const RecnnRanker *ranker) { return recnn_graph_peak(ranker->graph); }

/* Copies a block's scores of items first .. first+n-1 to the rows of the users they are for. */
static bool take_scores(RecnnRanker *ranker, const RecnnTensor *block, const int64_t *users,
                        int64_t first, int64_t n, float *scores, GError **error) {
  int64_t down = ranker->pairs ? n * block->stride[0] : block->stride[0];
  int64_t across = ranker->pairs ? block->stride[0] : block->stride[1];
  for (int64_t p = 0; p < ranker->plan.users; p++) {
    if (ranker->places[p] < 0)
      continue;
    const float *from = (const float *)block->data + p * down;
    float *to = scores + ranker->places[p] * ranker->n_items + first;
    int64_t at = 0;
    if (recnn_query_set_refuses(&ranker->queries, &ranker->subjects[p]) != NULL) {
      memset(to, 0, (size_t)n * sizeof *to);
      continue;
    }
    if (across == 1)
      memcpy(to, from, (size_t)n * sizeof *to);
    else
      for (int64_t i = 0; i < n; i++)
        to[i] = from[i * across];
    if (!recnn__ranker_is_clean(to, n, &at))
      return recnn__ranker_nan(ranker, users[ranker->places[p]], first + at, error);
  }
  return true;
}

/* Scores for n users, or for the one subject that the ranker has. */
static bool score(RecnnRanker *ranker, const int64_t *users, int64_t n, float *scores,
                  GError **error) {
  int64_t at[RECNN_BLOCK_WHOLE_USERS] = {0};
  if (!recnn__ranker_encode(ranker, error))
    return false;
  while (take_places(ranker, users, n, at) > 0) {
    for (int64_t first = 0; first < ranker->n_items; first += ranker->plan.items) {
      int64_t width = MIN(ranker->plan.items, ranker->n_items - first);
      if (ranker->pairs || first == 0)
        fill_query(ranker, users, ranker->places, ranker->plan.users, first, width);
      const RecnnTensor *block = score_block(ranker, ranker->plan.users, first, width, error);
      if (block == NULL || !take_scores(ranker, block, users, first, width, scores, error))
        return false;
    }
  }
  return true;
}

static bool check_history(const RecnnRanker *ranker, GError **error) {
  return !ranker->queries.needs_history || ranker->history != NULL || ranker->subject != NULL ||
         recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                         "model %s is asked with histories, and none were set",
                         ranker->model_class->name);
}

bool recnn_ranker_score(RecnnRanker *ranker, const int64_t *users, int64_t n, float *scores,
                        GError **error) {
  if (!check_history(ranker, error) || recnn_ranker_block(ranker, error) == 0)
    return false;
  for (int64_t i = 0; i < n; i++)
    if (!recnn__ranker_check_user(ranker, users[i], error))
      return false;
  return score(ranker, users, n, scores, error);
}

bool recnn_ranker_subject(const RecnnRanker *ranker, int64_t user, RecnnSubject *ret_subject,
                          GError **error) {
  if (!recnn__ranker_check_user(ranker, user, error))
    return false;
  *ret_subject = recnn_subject_of(ranker->history, user);
  return true;
}

bool recnn_ranker_ask(RecnnRanker *ranker, const RecnnSubject *subject, float *scores,
                      GError **error) {
  const int64_t user = MAX(subject->user, 0);
  if (!recnn__ranker_can_be_asked(ranker->model, error) || !has_plan(ranker, error) ||
      !recnn__ranker_check_user(ranker, user, error) ||
      !recnn__ranker_check_subject(ranker, subject, error))
    return false;
  if (subject->n > ranker->query_most &&
      !make_query(ranker, ranker->plan.users, ranker->plan.items, subject->n, error))
    return false;
  ranker->subject = subject;
  bool done = score(ranker, &user, 1, scores, error);
  ranker->subject = NULL;
  return done;
}
