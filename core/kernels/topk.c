/* The k best of n: a heap of the best so far with the worst of them on top, kept in the caller's
 * array of indices.  Most scores of a long row lose against the top, so blocks of them are compared
 * with it at once before any is looked at. */
#include "kernels/topk.h"

#include <math.h>

#include "base/clones.h"

#define BLOCK 32

/* True when item a comes behind item b: a lower score, or the same and a higher index. */
static inline bool behind(const float *scores, int64_t a, int64_t b) {
  return scores[a] < scores[b] || (scores[a] == scores[b] && a > b);
}

static void sink_down(const float *scores, int64_t *heap, int64_t size, int64_t at) {
  const int64_t item = heap[at];
  for (int64_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && behind(scores, heap[child + 1], heap[child])) {
      child++;
    }
    if (!behind(scores, heap[child], item)) {
      break;
    }
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = item;
}

/* The first block from `begin` on that holds a score above `limit`; the end of the last whole block
 * when there is none. */
RECNN_CLONES static int64_t skip_blocks(const float *scores, int64_t begin, int64_t n,
                                        float limit) {
  int64_t i = begin;
  for (; i + BLOCK <= n; i += BLOCK) {
    int any = 0;
    for (int j = 0; j < BLOCK; j++) {
      any |= scores[i + j] > limit;
    }
    if (any) {
      break;
    }
  }
  return i;
}

int64_t recnn_topk(const float *scores, int64_t n, int64_t k, int64_t *indices, float *values) {
  int64_t size = 0, i = 0;
  if (k <= 0) {
    return 0;
  }
  for (; i < n && size < k; i++) {
    if (scores[i] > -INFINITY) { /* not for NaN either */
      indices[size++] = i;
    }
  }
  for (int64_t at = size / 2 - 1; at >= 0; at--) {
    sink_down(scores, indices, size, at);
  }
  while (i < n) {
    i = skip_blocks(scores, i, n, scores[indices[0]]);
    const int64_t end = n - i < BLOCK ? n : i + BLOCK;
    for (; i < end; i++) {
      /* An equal one has a higher index, so it comes behind. */
      if (scores[i] > scores[indices[0]]) {
        indices[0] = i;
        sink_down(scores, indices, size, 0);
      }
    }
  }
  /* The worst goes to the end, one after the other. */
  for (int64_t left = size - 1; left > 0; left--) {
    const int64_t worst = indices[0];
    indices[0] = indices[left];
    sink_down(scores, indices, left, 0);
    indices[left] = worst;
  }
  for (int64_t j = 0; values != NULL && j < size; j++) {
    values[j] = scores[indices[j]];
  }
  return size;
}
