/* From a user's scores to the ranks of his relevant items, by counting: no list is ever sorted. Who
 * the user is, where the scores come from and what is done with the ranks is not known here.
 *
 * The tie policy is pessimistic: among equal scores the relevant items come last, so a model that
 * gives every item the same score gets nothing for it. */
#ifndef RECNN_CORE_EVAL_RANKS_H
#define RECNN_CORE_EVAL_RANKS_H

#include <recnn/abi.h>

/* Indices of items, ascending; repeats count once. */
typedef struct RecnnItemList {
  const int32_t *items;
  int64_t n;
} RecnnItemList;

/* Sets the scores of the items in `seen_a` or `seen_b` to -INFINITY, and returns how many items
 * that were.  An item that is in `relevant` too stays: it is still asked for. */
int64_t recnn_ranks_mask(float *scores, RecnnItemList seen_a, RecnnItemList seen_b,
                         RecnnItemList relevant);

/* What recnn_ranks_count needs to work with, in bytes, for lists of up to `n` relevant items. */
size_t recnn_ranks_scratch(int64_t n);

typedef struct RecnnRanks {
  int64_t n_relevant;   /* distinct ones: so many ranks were written */
  int64_t n_candidates; /* items that were ranked */
  bool tied;            /* some relevant item shares its score with one that is not */
} RecnnRanks;

/* Writes the ranks, from 1 and strictly ascending, of the items in `relevant` among the `n_items` -
 * `n_masked` candidates.  `scores` has no NaN; those of the `n_masked` items that are not
 * candidates are -INFINITY (a candidate's may be, too).  `ranks` has room for relevant.n numbers;
 * `scratch` is 8-byte aligned. */
RecnnRanks recnn_ranks_count(const float *scores, int64_t n_items, int64_t n_masked,
                             RecnnItemList relevant, void *scratch, int64_t *ranks);

#endif
