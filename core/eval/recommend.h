/* The k best items for a user. */
#ifndef RECNN_CORE_EVAL_RECOMMEND_H
#define RECNN_CORE_EVAL_RECOMMEND_H

#include <glib.h>

#include "data/split.h"
#include "eval/ranker.h"

/* What is asked for. */
typedef struct RecnnWish {
  RecnnSubject subject;
  bool has_history;       /* the subject's items are given; otherwise they are the user's own */
  const int32_t *exclude; /* ascending item indices to leave out */
  int64_t n_exclude;
  const int32_t *candidates; /* the only ones to choose from; NULL: all items */
  int64_t n_candidates;
  int64_t k;
} RecnnWish;

/* Writes at most k indices and scores, best first, ties by index.  Returns how many, or -1 with an
 * error: k below 1 or above the number of items, an index out of range, no candidates, somebody
 * about whom the model cannot be asked. */
int64_t recnn_recommend(RecnnRanker *ranker, const RecnnWish *wish, int64_t *ret_items,
                        float *ret_scores, GError **error);

#endif
