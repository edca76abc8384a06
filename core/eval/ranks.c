/* Ranks by counting: the rank of a relevant item is one more than the number of candidates that
 * stand before it.  A few relevant items are counted with one pass over the scores each, which runs
 * at the speed of the vector unit; many with one pass that drops every score into the gap between
 * relevant scores where it belongs. */
#include <math.h>
#include <string.h>

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

/* The scratch memory: the relevant scores, and for each how many scores of all items equal it or
 * lie in the gap above it (the last gap is below them all). */
typedef struct Scratch {
  int64_t *gap;   /* n + 1 */
  int64_t *equal; /* n + 1 */
  float *sorted;  /* n */
} Scratch;

static Scratch lay_out(void *memory, int64_t n) {
  Scratch scratch;
  scratch.gap = memory;
  scratch.equal = scratch.gap + n + 1;
  scratch.sorted = (float *)(scratch.equal + n + 1);
  return scratch;
}

size_t recnn_ranks_scratch(int64_t n) {
  return (size_t)(n + 1) * 2 * sizeof(int64_t) + (size_t)n * sizeof(float);
}

/* Descending.  Shell's sort with Ciura's gaps: the lists are short, and qsort() may allocate. */
static void sort_down(float *x, int64_t n) {
  static const int64_t gaps[] = {1577021, 700898, 311510, 138449, 61533, 27348, 12154, 5402, 2401,
                                 1067,    474,    210,    93,     41,    18,    8,     3,    1};
  for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
    int64_t gap = gaps[g];
    for (int64_t i = gap; i < n; i++) {
      float value = x[i];
      int64_t j = i;
      for (; j >= gap && x[j - gap] < value; j -= gap)
        x[j] = x[j - gap];
      x[j] = value;
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

RecnnRanks recnn_ranks_count(const float *scores, int64_t n_items, int64_t n_masked,
                             RecnnItemList relevant, void *memory, int64_t *ranks) {
  Scratch scratch = lay_out(memory, relevant.n);
  RecnnRanks result = {.n_relevant = 0, .n_candidates = n_items - n_masked, .tied = false};
  int64_t n = 0;
  for (int64_t i = 0; i < relevant.n; i++)
    if (i == 0 || relevant.items[i] != relevant.items[i - 1])
      scratch.sorted[n++] = scores[relevant.items[i]];
  result.n_relevant = n;
  sort_down(scratch.sorted, n);
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
     * then all the other candidates stand before it. */
    int64_t others_greater = greater - first;
    int64_t others = others_greater + equal - (end - first);
    if (others > n_others)
      others = n_others;
    if (others > others_greater)
      result.tied = true;
    for (int64_t i = first; i < end; i++)
      ranks[i] = others + i + 1;
    first = end;
  }
  return result;
}
