/* Scores of all items for users: what evaluation and recommend() are built on.  Items are encoded
 * once for each state of the weights; users and items go through in blocks, so memory is bounded by
 * the block, never by users x items.
 *
 * What holds for the bits: a score depends on the model, the user and the item; not on which other
 * users are asked for, nor in what order or number, nor on threads.  Some kernels of BLAS round by
 * the place of a row in a matrix, so every user has a place in the blocks that is his own, and
 * blocks one size. `block_bytes` has no influence either while blocks of the usual size (8 MiB of
 * temporaries, 32 MiB for models that score all items at once) fit into it; a tighter bound makes
 * smaller blocks, and scores may differ in the last bits then. */
#ifndef RECNN_CORE_EVAL_RANKER_H
#define RECNN_CORE_EVAL_RANKER_H

#include <glib.h>

#include "data/query.h"
#include "model/model.h"

typedef struct RecnnRanker RecnnRanker;

/* True when the model can score all items for a user; RECNN_ERROR_UNSUPPORTED says what is missing:
 * it has neither score_items() nor predict(), or asks for a query field that no query makes
 * (data/query.h), or that only a model made for a data set gets, or reads features of interactions,
 * which somebody who asks has to tell. */
bool recnn_ranker_supports(const RecnnModel *model, GError **error);

/* `model` must outlive the ranker.  `block_bytes` bounds a block's temporaries and, once more, the
 * scores of recnn_ranker_block() users; 0 lets both be as small as they can be, 8 MiB and 32 MiB
 * where the model and the items allow.  A bound that even the smallest block exceeds is
 * RECNN_ERROR_MEMORY, found by the first call that needs the block. */
RecnnRanker *recnn_ranker_new(RecnnModel *model, size_t block_bytes, GError **error);
void recnn_ranker_free(RecnnRanker *ranker); /* takes NULL */

/* Lets error texts name users and items by their tokens.  `dataset` must outlive the ranker; NULL
 * ends that. */
void recnn_ranker_set_names(RecnnRanker *ranker, const RecnnDataset *dataset);

/* The histories of users, for models that are asked with one, which may use those up to part `part`
 * of the split: made here where the model needs them.  To be called again for another split. */
bool recnn_ranker_set_history(RecnnRanker *ranker, const RecnnSplit *split, int part,
                              GError **error);

int64_t recnn_ranker_n_items(const RecnnRanker *ranker);
/* How many users are best asked for in one call.  The first call measures what the model takes,
 * with a few tiny blocks.  0 with an error when the model is not supported or the bound is too
 * tight. */
int64_t recnn_ranker_block(RecnnRanker *ranker, GError **error);

/* scores[i * n_items + j] = score of item j for users[i]; any n.  A user about whom the model
 * cannot be asked, such as one without a history, gets the score 0 for every item.  A NaN score is
 * RECNN_ERROR_NUMERIC, naming the model, the user and the item; infinite scores pass. */
bool recnn_ranker_score(RecnnRanker *ranker, const int64_t *users, int64_t n, float *scores,
                        GError **error);

/* scores[j] = score of item items[j] for a user, at a cost that goes with n; for models that do not
 * score all items at once or not at all.  The last bits may differ from those of all items. */
bool recnn_ranker_scores_some(const RecnnRanker *ranker);
bool recnn_ranker_score_some(RecnnRanker *ranker, int64_t user, const int32_t *items, int64_t n,
                             float *scores, GError **error);

/* A user of the data with the history that the ranker has; false when the index is out of range. */
bool recnn_ranker_subject(const RecnnRanker *ranker, int64_t user, RecnnSubject *ret_subject,
                          GError **error);
/* scores[j] = score of item j for somebody who need not be a user of the data.  RECNN_ERROR_DATA
 * says what the model needs to know and is not told.  A model that only recnn_ranker_supports()
 * refuses because it reads features of interactions is asked here with these told. */
bool recnn_ranker_ask(RecnnRanker *ranker, const RecnnSubject *subject, float *scores,
                      GError **error);

/* Pairs of users and items, and where they are interactions of the data the model was made for,
 * these: their rows in the data set (a part's `row`); NULL: they are none. */
typedef struct RecnnExamples {
  const int32_t *users;
  const int32_t *items;
  const int64_t *rows;
} RecnnExamples;

/* predict() for n examples, in blocks.  NaN likewise.  The same list gives the same bits; the last
 * ones may depend on an example's place in it. */
bool recnn_ranker_predict(RecnnRanker *ranker, const RecnnExamples *examples, int64_t n,
                          float *predictions, GError **error);

/* The encodings of the items as the weights are now: a row of `*ret_width` numbers for each, until
 * the next call.  RECNN_ERROR_UNSUPPORTED: the model has none. */
const float *recnn_ranker_encodings(RecnnRanker *ranker, int64_t *ret_width, GError **error);

/* The most bytes that the temporaries of one block took so far. */
size_t recnn_ranker_peak(const RecnnRanker *ranker);

#endif
