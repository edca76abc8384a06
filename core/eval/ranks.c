/* Ranks by counting: the rank of a relevant item is one more than the number of candidates that
 * stand before it.  A few relevant items are counted with one pass over the scores each, which runs
 * at the speed of the vector unit; many with one pass that drops every score into the gap between
 * relevant scores where it belongs. */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "eval/ranks.h"
#include "kernels/vector.h"

/* Above so many relevant items one binary search per score is cheaper than one pass per item. */
#define MANY 96

int64_t recnn_ranks_mask(float *scores, RecnnItemList seen_a, RecnnItemList seen_b,
                         RecnnItemList relevant) {
  int64_t a = 0;
  int64_t b = 0;
  int64_t r = 0;
  int64_t masked = 0;
  while (a < seen_a.n || b < seen_b.n) {
    int32_t item;
    if (b == seen_b.n || (a < seen_a.n && seen_a.items[a] <= seen_b.items[b]))
      item = seen_a.items[a];
    else
      item = seen_b.items[b];
    while (a < seen_a.n && seen_a.items[a] == item)
      a++;
    while (b < seen_b.n && seen_b.items[b] == item)
      b++;
    while (r < relevant.n && relevant.items[r] < item)
      r++;
    if (r < relevant.n && relevant.items[r] == item)
      continue;
    scores[item] = -INFINITY;
    masked++;
  }
  return masked;
}

/* The scratch memory: the relevant scores with their items, and for each how many scores of all
 * items equal it or lie in the gap above it (the last gap is below them all). */
typedef struct Scratch {
  int64_t *gap;   /* n + 1 */
  int64_t *equal; /* n + 1 */
  float *sorted;  /* n */
  int32_t *items; /* n */
} Scratch;

static Scratch lay_out(void *memory, int64_t n) {
  Scratch scratch;
  scratch.gap = memory;
  scratch.equal = scratch.gap + n + 1;
  scratch.sorted = (float *)(scratch.equal + n + 1);
  scratch.items = (int32_t *)(scratch.sorted + n);
  return scratch;
}

size_t recnn_ranks_scratch(int64_t n) {
  return (size_t)(n + 1) * 2 * sizeof(int64_t) + (size_t)n * (sizeof(float) + sizeof(int32_t));
}

const char *recnn_ties_name(RecnnTies ties) {
  static const char *const names[] = {"pessimistic", "optimistic", "mean", "random", "order"};
  return names[ties];
}

static inline bool behind(float score, int32_t item, float other_score, int32_t other_item) {
  return score < other_score || (score == other_score && item > other_item);
}

/* By score descending, then by item.  Shell's sort with Ciura's gaps: the lists are short, and
 * qsort() may allocate. */
static void sort_down(Scratch scratch, int64_t n) {
  static const int64_t gaps[] = {1577021, 700898, 311510, 138449, 61533, 27348, 12154, 5402, 2401,
                                 1067,    474,    210,    93,     41,    18,    8,     3,    1};
  float *x = scratch.sorted;
  int32_t *items = scratch.items;
  for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
    int64_t gap = gaps[g];
    for (int64_t i = gap; i < n; i++) {
      float value = x[i];
      int32_t item = items[i];
      int64_t j = i;
      for (; j >= gap && behind(x[j - gap], items[j - gap], value, item); j -= gap) {
        x[j] = x[j - gap];
        items[j] = items[j - gap];
      }
      x[j] = value;
      items[j] = item;
    }
  }
}

/* How many of the descending `sorted` are greater than `value`. */
static inline int64_t count_greater(const float *sorted, int64_t n, float value) {
  const float *from = sorted;
  while (n > 1) {
    int64_t half = n / 2;
    from += from[half - 1] > value ? half : 0;
    n -= half;
  }
  return from - sorted + (n == 1 && from[0] > value ? 1 : 0);
}

/* Fills equal[i] with how many scores are sorted[i], and gap[i] with how many lie above it and
 * below sorted[i - 1].  Of equal relevant scores the first gets the counts. */
static void bin(const float *scores, int64_t n_items, Scratch scratch, int64_t n) {
  memset(scratch.gap, 0, (size_t)(n + 1) * sizeof *scratch.gap);
  memset(scratch.equal, 0, (size_t)(n + 1) * sizeof *scratch.equal);
  for (int64_t i = 0; i < n_items; i++) {
    int64_t place = count_greater(scratch.sorted, n, scores[i]);
    bool equal = place < n && scratch.sorted[place] == scores[i];
    scratch.equal[place] += equal;
    scratch.gap[place] += !equal;
  }
}

/* A group of candidates with one score, of which `relevant` are relevant: `before` candidates stand
 * before them all. */
typedef struct Group {
  int64_t before;
  int64_t relevant;
  int64_t others;
} Group;

/* Draws which places of the group its relevant items have, and which of them has which. */
static void draw_ranks(Group group, uint64_t seed, int64_t user, int64_t first, double *ranks,
                       int32_t *items) {
  RecnnRng rng;
  recnn_rng_init(&rng, seed, RECNN_STREAM(RECNN_STREAM_TIES, user));
  rng.counter = (uint64_t)first << 32; /* every group of a user has numbers of its own */
  int64_t taken = 0;
  int64_t size = group.relevant + group.others;
  for (int64_t place = 0; taken < group.relevant; place++)
    if (recnn_rng_below(&rng, (uint64_t)(size - place)) < (uint64_t)(group.relevant - taken))
      ranks[taken++] = (double)(group.before + place + 1);
  for (int64_t i = group.relevant - 1; i > 0; i--) {
    int64_t j = (int64_t)recnn_rng_below(&rng, (uint64_t)(i + 1));
    int32_t item = items[i];
    items[i] = items[j];
    items[j] = item;
  }
}

/* A row of scores, of which `n_masked` are -INFINITY. */
typedef struct Row {
  const float *scores;
  int64_t n;
  int64_t n_masked;
} Row;

/* Among all candidates of their score by number.  Masked items cannot be told from candidates with
 * -INFINITY: there the relevant ones come last. */
static void place_in_order(Group group, const Row *row, const int32_t *numbers, double *ranks,
                           const int32_t *items) {
  for (int64_t j = 0; j < group.relevant; j++) {
    float score = row->scores[items[j]];
    int64_t before = 0;
    for (int64_t i = 0; i < row->n; i++)
      before += row->scores[i] == score &&
                (numbers != NULL ? numbers[i] < numbers[items[j]] : i < items[j]);
    if (score == -INFINITY && row->n_masked > 0)
      before = group.others + j;
    ranks[j] = (double)(group.before + before + 1);
  }
}

/* Writes the ranks of a group's relevant items, of which the first is number `first`. */
static void place(Group group, RecnnTiePolicy policy, const Row *row, int64_t user, int64_t first,
                  double *ranks, int32_t *items) {
  if (policy.ties == RECNN_TIES_ORDER && group.others > 0) {
    place_in_order(group, row, policy.numbers, ranks, items);
    return;
  }
  if (policy.ties == RECNN_TIES_RANDOM && group.others > 0) {
    draw_ranks(group, policy.seed, user, first, ranks, items);
    return;
  }
  /* The j-th of r drawn out of n places is expected at j (n + 1) / (r + 1). */
  double step = (double)(group.relevant + group.others + 1) / (double)(group.relevant + 1);
  int64_t before = group.before + (policy.ties == RECNN_TIES_PESSIMISTIC ? group.others : 0);
  for (int64_t j = 1; j <= group.relevant; j++)
    ranks[j - 1] = policy.ties == RECNN_TIES_MEAN ? (double)group.before + (double)j * step
                                                  : (double)(before + j);
}

RecnnRanks recnn_ranks_count(const float *scores, int64_t n_items, int64_t n_masked,
                             RecnnItemList relevant, RecnnTiePolicy policy, int64_t user,
                             void *memory, double *ranks, int32_t *items) {
  Scratch scratch = lay_out(memory, relevant.n);
  const Row row = {scores, n_items, n_masked};
  RecnnRanks result = {.n_relevant = 0, .n_candidates = n_items - n_masked, .tied = false};
  int64_t n = 0;
  for (int64_t i = 0; i < relevant.n; i++) {
    if (i > 0 && relevant.items[i] == relevant.items[i - 1])
      continue;
    scratch.sorted[n] = scores[relevant.items[i]];
    scratch.items[n++] = relevant.items[i];
  }
  result.n_relevant = n;
  sort_down(scratch, n);
  bool many = n > MANY;
  if (many)
    bin(scores, n_items, scratch, n);

  int64_t n_others = result.n_candidates - n; /* candidates that are not relevant */
  int64_t above = 0; /* of all items, greater than the relevant score at hand: counted by bin() */
  for (int64_t first = 0; first < n;) {
    int64_t end = first + 1; /* the relevant items first .. end-1 have the same score */
    while (end < n && scratch.sorted[end] == scratch.sorted[first])
      end++;
    int64_t greater;
    int64_t equal;
    if (many) {
      above += scratch.gap[first];
      greater = above;
      equal = scratch.equal[first];
      above += equal;
    } else {
      recnn_vector_count_above(scores, n_items, scratch.sorted[first], &greater, &equal);
    }
    /* Masked items are -INFINITY: they were counted only where the relevant score is that too, and
     * then all the other candidates stand before it or are tied with it. */
    Group group = {.before = greater, .relevant = end - first, .others = equal - (end - first)};
    int64_t others_before = greater - first;
    if (others_before + group.others > n_others)
      group.others = n_others - others_before;
    result.tied = result.tied || group.others > 0;
    result.mean_rank_sum +=
        (double)group.relevant *
        ((double)group.before + 0.5 * (double)(group.relevant + group.others + 1));
    place(group, policy, &row, user, first, ranks + first, scratch.items + first);
    first = end;
  }
  if (items != NULL)
    memcpy(items, scratch.items, (size_t)n * sizeof *items);
  return result;
}
