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

/* Orders a group's rows and labels them. */
static void cut(int64_t *rows, int64_t n, uint64_t group, const RecnnDataset *dataset,
                const RecnnSplitPlan *plan, uint8_t *label, int64_t *scratch) {
  int64_t counts[RECNN_N_PARTS] = {n};
  if (!plan->leave_one_out)
    recnn__split_counts(n, plan->share, counts);
  else if (n >= 3)
    memcpy(counts, (int64_t[RECNN_N_PARTS]){n - 2, 1, 1}, sizeof counts);

  if (plan->by_time && dataset->timestamp) {
    recnn__sort_by_time(rows, n, dataset->timestamp, scratch);
  } else if (!plan->by_time) {
    RecnnRng rng;
    recnn_rng_init(&rng, plan->seed, RECNN_STREAM(RECNN_STREAM_SPLIT, group));
    recnn_rng_shuffle(&rng, rows, n);
  }
  for (int p = 0; p < RECNN_N_PARTS; p++)
    for (int64_t i = 0; i < counts[p]; i++)
      label[*rows++] = (uint8_t)p;
}

bool recnn__split_assign(const RecnnDataset *dataset, const RecnnSplitPlan *plan, uint8_t *label,
                         GError **error) {
  size_t n = (size_t)dataset->n, n_users = (size_t)recnn_dataset_n_users(dataset);
  bool done = false;
  int64_t *first = recnn_memory_new(n_users + 1, sizeof *first, "a split's groups", error);
  int64_t *rows = first ? recnn_memory_new(n, sizeof *rows, "a split's order", error) : NULL;
  int64_t *scratch = rows ? recnn_memory_new(n, sizeof *scratch, "a split's order", error) : NULL;
  if (scratch && plan->by_user) {
    recnn__group_rows(dataset->user, NULL, dataset->n, (int64_t)n_users, first, rows);
    for (size_t u = 0; u < n_users; u++)
      cut(rows + first[u], first[u + 1] - first[u], u, dataset, plan, label, scratch);
    done = true;
  } else if (scratch) {
    for (size_t r = 0; r < n; r++)
      rows[r] = (int64_t)r;
    cut(rows, dataset->n, 0, dataset, plan, label, scratch);
    done = true;
  }
  recnn_memory_free(first);
  recnn_memory_free(rows);
  recnn_memory_free(scratch);
  return done;
}
