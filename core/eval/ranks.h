/* From a user's scores to the ranks of his relevant items, by counting: no list is ever sorted. Who
 * the user is, where the scores come from and what is done with the ranks is not known here. */
#ifndef RECNN_CORE_EVAL_RANKS_H
#define RECNN_CORE_EVAL_RANKS_H

#include <recnn/abi.h>

/* Indices of items, ascending; repeats count once. */
typedef struct RecnnItemList {
  const int32_t *items;
  int64_t n;
} RecnnItemList;

/* Where the relevant items stand among candidates of the same score that are not relevant. */
typedef enum {
  RECNN_TIES_PESSIMISTIC, /* last: a model that scores all items alike gets nothing for it */
  RECNN_TIES_OPTIMISTIC,  /* first */
  RECNN_TIES_MEAN,        /* at their expected ranks, were the order random: these have fractions */
  RECNN_TIES_RANDOM,      /* in a random order: a function of seed and user */
  RECNN_TIES_ORDER        /* by their numbers, as a stable sort leaves them and lists show them */
} RecnnTies;

/* "pessimistic|optimistic|mean|random|order", for option tables, and the word of one of them. */
#define RECNN_TIES_WORDS "pessimistic|optimistic|mean|random|order"
const char *recnn_ties_name(RecnnTies ties);

typedef struct RecnnTiePolicy {
  RecnnTies ties;
  uint64_t seed;
  const int32_t *numbers; /* of the items, for RECNN_TIES_ORDER; NULL: as they stand */
} RecnnTiePolicy;

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
  double mean_rank_sum; /* of the ranks by the policy "mean" */
} RecnnRanks;

/* Writes the ranks, from 1 and strictly ascending, of the items in `relevant` among the `n_items` -
 * `n_masked` candidates, and to `items` (unless NULL) whose ranks they are.  `scores` has no NaN;
 * those of the `n_masked` items that are not candidates are -INFINITY (a candidate's may be, too).
 * `ranks` and `items` have room for relevant.n numbers; `scratch` is 8-byte aligned.  `user` is for
 * random ties. */
RecnnRanks recnn_ranks_count(const float *scores, int64_t n_items, int64_t n_masked,
                             RecnnItemList relevant, RecnnTiePolicy policy, int64_t user,
                             void *scratch, double *ranks, int32_t *items);

#endif
