/* Pools: the text that names one, given lists, and drawing without replacement.
 */
#include "eval/pool.h"

#include <string.h>

#include "base/alias.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/rng.h"

#define MOST 1000000 /* that can be asked for */

struct RecnnPool {
  const RecnnSplit *split;
  int part;
  RecnnPoolKind kind;
  int64_t n;
  uint64_t seed;
  int64_t n_items;
  int64_t most;
  RecnnAlias *alias; /* POPULAR */
};

bool recnn_pool_parse(const char *text, RecnnPoolKind *ret_kind, int64_t *ret_n, GError **error) {
  *ret_n = 0;
  *ret_kind = RECNN_POOL_ALL;
  if (text == NULL || strcmp(text, "all") == 0 || strcmp(text, "full") == 0)
    return true;
  *ret_kind = RECNN_POOL_GIVEN;
  if (strcmp(text, "given") == 0)
    return true;
  *ret_kind = g_str_has_prefix(text, "pop") ? RECNN_POOL_POPULAR : RECNN_POOL_UNIFORM;
  if ((g_str_has_prefix(text, "uni") || g_str_has_prefix(text, "pop")) &&
      recnn_parse_int(text + 3, strlen(text + 3), ret_n) && *ret_n >= 1 && *ret_n <= MOST)
    return true;
  return recnn_error_set(error, RECNN_ERROR_OPTION,
                         "candidates: got \"%s\", expected \"all\", \"given\", or \"uniN\" or "
                         "\"popN\" with N from 1 to %d, such as \"uni100\"",
                         text, MOST);
}

static bool make_alias(RecnnPool *pool, GError **error) {
  const RecnnInteractions *train = &pool->split->part[RECNN_TRAIN].rows;
  double *count =
      recnn_memory_new0((size_t)pool->n_items, sizeof *count, "the popularity of items", error);
  for (int64_t r = 0; count != NULL && r < train->n; r++)
    count[train->item[r]] += 1.0;
  if (count != NULL)
    pool->alias = recnn_alias_new(count, pool->n_items, "the popularity of items", error);
  recnn_memory_free(count);
  return pool->alias != NULL;
}

RecnnPool *recnn_pool_new(const RecnnSplit *split, int part, RecnnPoolKind kind, int64_t n,
                          uint64_t seed, GError **error) {
  RecnnPool *pool = g_new0(RecnnPool, 1);
  pool->split = split;
  pool->part = part;
  pool->kind = kind;
  pool->n = n;
  pool->seed = seed;
  pool->n_items = recnn_dataset_n_items(split->dataset);
  pool->most = MIN(n, pool->n_items);
  for (int64_t r = 0; kind == RECNN_POOL_GIVEN && r < split->part[part].rows.n; r++) {
    int64_t length = 0;
    (void)recnn_part_candidates(&split->part[part], r, &length);
    pool->most = MAX(pool->most, length);
  }
  if (kind == RECNN_POOL_POPULAR && !make_alias(pool, error))
    g_clear_pointer(&pool, recnn_pool_free);
  return pool;
}

void recnn_pool_free(RecnnPool *pool) {
  if (pool == NULL)
    return;
  recnn_alias_free(pool->alias);
  g_free(pool);
}

int64_t recnn_pool_most(const RecnnPool *pool) { return pool->most; }

/* Sets the marks of all items that a user has; returns how many there are. */
static int64_t mark_known(const RecnnPool *pool, int64_t user, uint8_t *marks, uint8_t value) {
  int64_t n = 0;
  for (int p = 0; p <= RECNN_N_PARTS; p++) {
    const RecnnSplit *split = pool->split;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a pool has a split */
    const RecnnPart *part = p < RECNN_N_PARTS ? &split->part[p] : split->part[pool->part].fold_in;
    for (int64_t i = part != NULL ? part->first[user] : 0;
         part != NULL && i < part->first[user + 1]; i++) {
      n += marks[part->items[i]] != value;
      marks[part->items[i]] = value;
    }
  }
  return n;
}

static inline int32_t draw(const RecnnPool *pool, const uint32_t words[4]) {
  if (pool->kind == RECNN_POOL_POPULAR)
    return (int32_t)recnn_alias_draw(pool->alias, words);
  /* floor (x * n / 2^64) for a 64-bit x, by halves */
  uint64_t n = (uint64_t)pool->n_items;
  return (int32_t)((words[0] * n + (words[1] * n >> 32)) >> 32);
}

/* Fills up with items that are not marked, each as likely as any other. */
static int64_t draw_rest(const RecnnPool *pool, RecnnRng *rng, uint8_t *marks, int64_t n,
                         int32_t *items) {
  int64_t left = 0;
  for (int64_t i = 0; i < pool->n_items; i++)
    left += marks[i] == 0;
  for (int64_t i = 0; i < pool->n_items && n < pool->n && left > 0; i++) {
    if (marks[i] != 0)
      continue;
    if (recnn_rng_below(rng, (uint64_t)left) < (uint64_t)(pool->n - n)) {
      marks[i] = 1;
      items[n++] = (int32_t)i;
    }
    left--;
  }
  return n;
}

static int64_t take_given(const RecnnPool *pool, int64_t row, uint8_t *marks, int32_t *items) {
  const RecnnPart *part = &pool->split->part[pool->part];
  int32_t own = part->rows.item[row];
  int64_t length = 0;
  const int32_t *list = recnn_part_candidates(part, row, &length);
  int64_t n = 0;
  marks[own] = 1;
  for (int64_t i = 0; list != NULL && i < length; i++) {
    if (marks[list[i]] != 0)
      continue;
    marks[list[i]] = 1;
    items[n++] = list[i];
  }
  for (int64_t i = 0; i < n; i++)
    marks[items[i]] = 0;
  marks[own] = 0;
  return n;
}

static int64_t take_drawn(const RecnnPool *pool, int64_t user, uint8_t *marks, int32_t *items) {
  enum { DRAWS = 32 };
  uint32_t words[4 * DRAWS];
  uint64_t stream = RECNN_STREAM(RECNN_STREAM_CANDIDATES, user * RECNN_N_PARTS + pool->part);
  int64_t known = mark_known(pool, user, marks, 1);
  int64_t n = 0;
  /* Most draws hit something new while most items are neither known nor drawn; popularity may
   * insist on what is. */
  int64_t rounds = pool->n_items - known > 2 * pool->n ? pool->n / DRAWS * 4 + 8 : 0;
  for (int64_t round = 0; round < rounds && n < pool->n; round++) {
    recnn_philox_fill(pool->seed, stream, (uint64_t)(round * DRAWS), words, 4 * DRAWS);
    for (int i = 0; i < DRAWS && n < pool->n; i++) {
      int32_t item = draw(pool, words + 4 * i);
      if (marks[item] == 0) {
        marks[item] = 1;
        items[n++] = item;
      }
    }
  }
  if (n < pool->n) {
    RecnnRng rng;
    recnn_rng_init(&rng, pool->seed, stream);
    rng.counter = UINT64_C(1) << 40; /* behind all of the above */
    n = draw_rest(pool, &rng, marks, n, items);
  }
  for (int64_t i = 0; i < n; i++)
    marks[items[i]] = 0;
  mark_known(pool, user, marks, 0);
  return n;
}

int64_t recnn_pool_take(const RecnnPool *pool, int64_t user, int64_t row, uint8_t *marks,
                        int32_t *items) {
  return pool->kind == RECNN_POOL_GIVEN ? take_given(pool, row, marks, items)
                                        : take_drawn(pool, user, marks, items);
}
