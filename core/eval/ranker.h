/* Scores of all items for users: what evaluation and recommend() are built on.  Items are encoded
 * once for each state of the weights; users and items go through in blocks, so memory is bounded by
 * the block, never by users x items. */
#ifndef RECNN_CORE_EVAL_RANKER_H
#define RECNN_CORE_EVAL_RANKER_H

#include <glib.h>

#include "model/model.h"

typedef struct RecnnRanker RecnnRanker;

/* `model` must outlive the ranker.  `block_bytes` bounds the memory of one block's temporaries (0: 32
 * MiB); results do not depend on it. */
RecnnRanker *recnn_ranker_new(RecnnModel *model, size_t block_bytes, GError **error);
void recnn_ranker_free(RecnnRanker *ranker); /* takes NULL */

/* How many users fit into one call. */
int64_t recnn_ranker_block(const RecnnRanker *ranker);

/* scores[i * n_items + j] = score of item j for users[i]; n <= recnn_ranker_block().  A NaN score is
 * RECNN_ERROR_NUMERIC naming the model and the user's index. */
bool recnn_ranker_score(RecnnRanker *ranker, const int64_t *users, int64_t n, float *scores,
                        GError **error);

/* predict() for n (user, item) pairs, in blocks. */
bool recnn_ranker_predict(RecnnRanker *ranker, const int32_t *users, const int32_t *items,
                          int64_t n, float *predictions, GError **error);

/* What the last call found to be the largest use of memory, in bytes. */
size_t recnn_ranker_peak(const RecnnRanker *ranker);

#endif
