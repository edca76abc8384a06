/* What neighbourhood models share: similarities of two sets, and the k nearest of many.  Header
 * only. */
#ifndef RECNN_KIT_NEAREST_H
#define RECNN_KIT_NEAREST_H

#include <math.h>
#include <string.h>

#include <recnn/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A CHOICE option's words, and what they are as its value (as.i). */
#define RECNN_SIMILARITIES "cosine|jaccard|dice"
#define RECNN_COSINE 0
#define RECNN_JACCARD 1
#define RECNN_DICE 2

/* Of two sets with a and b elements, of which `common` are in both; `shrink` is added to the
 * denominator, which lowers what rests on few elements. */
static inline float recnn_similarity(int64_t kind, double shrink, double common, double a,
                                     double b) {
  double size = kind == RECNN_COSINE    ? sqrt(a * b)
                : kind == RECNN_JACCARD ? a + b - common
                                        : 0.5 * (a + b);
  return common > 0.0 ? (float)(common / (size + shrink)) : 0.0f;
}

/* A heap with the farthest on top; of equals, the one with the larger id is farther. */
typedef struct RecnnNearest {
  int64_t k; /* room for */
  int64_t n;
  int32_t *id; /* k of both, the caller's */
  float *similarity;
} RecnnNearest;

static inline bool recnn_nearest_is_farther(const RecnnNearest *nearest, int64_t a, int64_t b) {
  return nearest->similarity[a] < nearest->similarity[b] ||
         (nearest->similarity[a] == nearest->similarity[b] && nearest->id[a] > nearest->id[b]);
}

static inline void recnn_nearest_swap(RecnnNearest *nearest, int64_t a, int64_t b) {
  int32_t id = nearest->id[a];
  float similarity = nearest->similarity[a];
  nearest->id[a] = nearest->id[b];
  nearest->similarity[a] = nearest->similarity[b];
  nearest->id[b] = id;
  nearest->similarity[b] = similarity;
}

/* Takes in another one, and leaves the farthest out when there are k. */
static inline void recnn_nearest_add(RecnnNearest *nearest, int32_t id, float similarity) {
  int64_t at = nearest->n;
  if (nearest->n < nearest->k) {
    nearest->id[at] = id;
    nearest->similarity[at] = similarity;
    nearest->n++;
    for (; at > 0 && recnn_nearest_is_farther(nearest, at, (at - 1) / 2); at = (at - 1) / 2)
      recnn_nearest_swap(nearest, at, (at - 1) / 2);
    return;
  }
  if (nearest->k == 0 || similarity < nearest->similarity[0] ||
      (similarity == nearest->similarity[0] && id > nearest->id[0]))
    return;
  nearest->id[0] = id;
  nearest->similarity[0] = similarity;
  for (at = 0;;) {
    int64_t child = 2 * at + 1;
    if (child + 1 < nearest->n && recnn_nearest_is_farther(nearest, child + 1, child))
      child++;
    if (child >= nearest->n || !recnn_nearest_is_farther(nearest, child, at))
      return;
    recnn_nearest_swap(nearest, at, child);
    at = child;
  }
}

#ifdef __cplusplus
}
#endif

#endif
