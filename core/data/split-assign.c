/* Which part each interaction goes to.  A group (a user, or all rows) is put into order and cut;
 * the random order of a group has a stream of its own, so it depends on nothing but seed and group.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "data/group-private.h"
#include "data/split-private.h"

void recnn__split_counts(int64_t n, const double share[RECNN_N_PARTS],
                         int64_t ret_counts[RECNN_N_PARTS]) {
  int64_t counts[RECNN_N_PARTS] = {n};
  for (int p = RECNN_VALID; p < RECNN_N_PARTS; p++) {
    /* 0.29 * 100 is a little less than 29, and means 29. */
    counts[p] = (int64_t)floor(share[p] * (double)n + 1e-9);
    counts[RECNN_TRAIN] -= counts[p];
  }
  for (int p = RECNN_TEST; p > RECNN_TRAIN && counts[RECNN_TRAIN] > 1; p--) {
    if (share[p] > 0 && counts[p] == 0) {
      counts[p]++;
      counts[RECNN_TRAIN]--;
    }
  }
  memcpy(ret_counts, counts, sizeof counts);
}

enum { SHORT = 16 };

static void insertion_sort(int64_t *rows, int64_t n, const double *timestamp) {
  for (int64_t i = 1; i < n; i++) {
    int64_t row = rows[i], to = i;
    for (; to > 0 && timestamp[rows[to - 1]] > timestamp[row]; to--)
      rows[to] = rows[to - 1];
    rows[to] = row;
  }
}

static void merge(const int64_t *left, const int64_t *middle, const int64_t *end, int64_t *to,
                  const double *timestamp) {
  const int64_t *right = middle;
  while (left < middle && right < end)
    *to++ = timestamp[*right] < timestamp[*left] ? *right++ : *left++;
  memcpy(to, left, (size_t)(middle - left) * sizeof *to);
  to += middle - left;
  memcpy(to, right, (size_t)(end - right) * sizeof *to);
}

void recnn__sort_by_time(int64_t *rows, int64_t n, const double *timestamp, int64_t *scratch) {
  int64_t sorted = 1;
  while (sorted < n && timestamp[rows[sorted - 1]] <= timestamp[rows[sorted]])
    sorted++;
  if (sorted >= n)
    return; /* as logs often are */
  for (int64_t i = 0; i < n; i += SHORT)
    insertion_sort(rows + i, MIN(SHORT, n - i), timestamp);
  int64_t *from = rows, *to = scratch;
  for (int64_t run = SHORT; run < n; run *= 2) {
    for (int64_t i = 0; i < n; i += 2 * run)
      merge(from + i, from + MIN(i + run, n), from + MIN(i + 2 * run, n), to + i, timestamp);
    int64_t *other = from;
    from = to;
    to = other;
  }
  if (from != rows)
    memcpy(rows, from, (size_t)n * sizeof *rows);
}

/* What the steps work on. */
typedef struct Assignment {
  const RecnnDataset *dataset;
  const RecnnSplitPlan *plan;
  uint8_t *label;
  int64_t *first; /* of each user's rows, and one more */
  int64_t *rows;  /* by group */
  int64_t *scratch;
} Assignment;

/* Groups have the streams 0, 1, ..., so this is none of theirs. */
enum { USERS_STREAM = 40 };

/* Part number p of the `k` that fold number `at` is. */
static uint8_t part_of_fold(const RecnnSplitPlan *plan, int64_t at) {
  return at == plan->fold                                       ? RECNN_TEST
         : plan->valid_fold && at == (plan->fold + 1) % plan->k ? RECNN_VALID
                                                                : RECNN_TRAIN;
}

/* Puts a group's rows into the plan's order. */
static void order_rows(const Assignment *a, int64_t *rows, int64_t n, uint64_t group,
                       RecnnRng *rng) {
  recnn_rng_init(rng, a->plan->seed, RECNN_STREAM(RECNN_STREAM_SPLIT, group));
  if (!a->plan->by_time)
    recnn_rng_shuffle(rng, rows, n);
  else if (a->dataset->timestamp)
    recnn__sort_by_time(rows, n, a->dataset->timestamp, a->scratch);
}

/* Orders a group's rows and labels them. */
static void cut(const Assignment *a, int64_t *rows, int64_t n, uint64_t group) {
  const RecnnSplitPlan *plan = a->plan;
  int64_t counts[RECNN_N_PARTS] = {n};
  RecnnRng rng;
  order_rows(a, rows, n, group, &rng);
  if (plan->kind == RECNN_SPLIT_FOLD) {
    /* Short groups begin anywhere, or the first folds would be the largest. */
    uint64_t begin = recnn_rng_below(&rng, (uint64_t)plan->k);
    for (int64_t i = 0; i < n; i++)
      a->label[rows[i]] = part_of_fold(plan, (i + (int64_t)begin) % plan->k);
    return;
  }
  if (plan->kind == RECNN_SPLIT_RATIO)
    recnn__split_counts(n, plan->share, counts);
  else if (n >= 3)
    memcpy(counts, (int64_t[RECNN_N_PARTS]){n - 2, 1, 1}, sizeof counts);
  for (int p = 0; p < RECNN_N_PARTS; p++)
    for (int64_t i = 0; i < counts[p]; i++)
      a->label[*rows++] = (uint8_t)p;
}

/* A held-out user: the first of his rows are known, the others are the part's. */
static void hold_out(const Assignment *a, int64_t user, uint8_t part) {
  int64_t *rows = a->rows + a->first[user], n = a->first[user + 1] - a->first[user];
  RecnnRng rng;
  order_rows(a, rows, n, (uint64_t)user, &rng);
  int64_t asked = MAX((int64_t)floor((1 - a->plan->fold_in) * (double)n + 1e-9), 1);
  for (int64_t i = 0; i < n; i++)
    a->label[rows[i]] = i < n - asked ? RECNN_FOLD_IN : part;
}

/* Users who can be held out, since there is something to know and something to ask, are shuffled;
 * the last ones, or a fold of them, are. */
static bool cut_users(const Assignment *a, GError **error) {
  const RecnnSplitPlan *plan = a->plan;
  int64_t n_users = recnn_dataset_n_users(a->dataset), n = 0, counts[RECNN_N_PARTS] = {0};
  int64_t *users =
      recnn_memory_new((size_t)n_users, sizeof *users, "a split's order of users", error);
  if (!users)
    return false;
  for (int64_t u = 0; u < n_users; u++)
    if (a->first[u + 1] - a->first[u] >= 2)
      users[n++] = u;
  RecnnRng rng;
  recnn_rng_init(&rng, plan->seed, RECNN_STREAM(RECNN_STREAM_SPLIT, UINT64_C(1) << USERS_STREAM));
  recnn_rng_shuffle(&rng, users, n);
  memset(a->label, RECNN_TRAIN, (size_t)a->dataset->n);
  recnn__split_counts(n, plan->share, counts);
  for (int64_t i = 0; i < n; i++) {
    uint8_t part = plan->kind == RECNN_SPLIT_FOLD                  ? part_of_fold(plan, i % plan->k)
                   : i < counts[RECNN_TRAIN]                       ? RECNN_TRAIN
                   : i < counts[RECNN_TRAIN] + counts[RECNN_VALID] ? RECNN_VALID
                                                                   : RECNN_TEST;
    if (part != RECNN_TRAIN)
      hold_out(a, users[i], part);
  }
  recnn_memory_free(users);
  return true;
}

static void cut_times(const Assignment *a) {
  const RecnnSplitPlan *plan = a->plan;
  const double *time = a->dataset->timestamp;
  for (int64_t r = 0; r < a->dataset->n; r++)
    a->label[r] = time[r] >= plan->cut[1]                          ? RECNN_TEST
                  : plan->has_valid_cut && time[r] >= plan->cut[0] ? RECNN_VALID
                                                                   : RECNN_TRAIN;
}

static bool assign_rows(const Assignment *a, GError **error) {
  const RecnnDataset *d = a->dataset;
  int64_t n_users = recnn_dataset_n_users(d);
  if (a->plan->group == RECNN_BY_NONE) {
    for (int64_t r = 0; r < d->n; r++)
      a->rows[r] = r;
    cut(a, a->rows, d->n, 0);
    return true;
  }
  recnn__group_rows(d->user, NULL, d->n, n_users, a->first, a->rows);
  if (a->plan->group == RECNN_BY_WHOLE_USER)
    return cut_users(a, error);
  for (int64_t u = 0; u < n_users; u++)
    cut(a, a->rows + a->first[u], a->first[u + 1] - a->first[u], (uint64_t)u);
  return true;
}

bool recnn__split_assign(const RecnnDataset *dataset, const RecnnSplitPlan *plan, uint8_t *label,
                         GError **error) {
  Assignment a = {.dataset = dataset, .plan = plan, .label = label};
  if (plan->kind == RECNN_SPLIT_CUT) {
    cut_times(&a);
    return true;
  }
  size_t n = (size_t)dataset->n, n_users = (size_t)recnn_dataset_n_users(dataset);
  a.first = recnn_memory_new(n_users + 1, sizeof *a.first, "a split's groups", error);
  a.rows = a.first ? recnn_memory_new(n, sizeof *a.rows, "a split's order", error) : NULL;
  a.scratch = a.rows ? recnn_memory_new(n, sizeof *a.scratch, "a split's order", error) : NULL;
  bool done = a.scratch && assign_rows(&a, error);
  recnn_memory_free(a.first);
  recnn_memory_free(a.rows);
  recnn_memory_free(a.scratch);
  return done;
}
