/* The k best items for a user. */
#ifndef RECNN_CORE_EVAL_RECOMMEND_H
#define RECNN_CORE_EVAL_RECOMMEND_H

#include <glib.h>

#include "data/split.h"
#include "eval/ranker.h"

/* `exclude` is an ascending list of item indices to leave out.  Writes at most k indices and
 * scores, best first, ties by index.  Returns how many, or -1 with an error (k below 1 or above the
 * number of items; a user out of range). */
int64_t recnn_recommend(RecnnRanker *ranker, int64_t user, const int32_t *exclude,
                        int64_t n_exclude, int64_t k, int64_t *ret_items, float *ret_scores,
                        GError **error);

#endif
