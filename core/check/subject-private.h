/* A model under test: made small, fed with batches that are made from the fields it names, trained
 * and asked for scores. */
#ifndef RECNN_CORE_CHECK_SUBJECT_PRIVATE_H
#define RECNN_CORE_CHECK_SUBJECT_PRIVATE_H

#include "check/plugin-private.h"

/* The sizes of the data that the checks make up: few, and no two alike. */
enum {
  SUBJECT_USERS = 23,
  SUBJECT_ITEMS = 41,
  SUBJECT_FEATURES = 3,
  SUBJECT_CONDITIONS = 5,
  SUBJECT_ROWS = 12 /* of a batch, at the most */
};
/* Those sizes as counts of a model, NULL name at the end. */
extern const RecnnCount recnn__subject_counts[];
int32_t recnn__subject_n_counts(void);

typedef struct Subject {
  RecnnModel *model;
  const RecnnModelClass *model_class;
  RecnnGraph *graph;
  RecnnOptimizer *optimizer; /* NULL for a model that is computed */
  uint64_t step;
} Subject;

/* `options` NULL: the defaults.  Required options get a value that their table allows.  NULL after
 * a failure of the trial. */
Subject *recnn__subject_new(RecnnTrial *trial, const RecnnOptions *options, uint64_t seed);
void recnn__subject_free(Subject *subject); /* takes NULL */

/* The class's options with values for the required ones. */
RecnnOptions *recnn__subject_options(RecnnTrial *trial);

/* `n` rows (0 .. SUBJECT_ROWS) of the fields named (NULL at the end).  Row r is the same whatever n
 * is; other seeds give other rows.  NULL after a failure of the trial: a field that no host has. */
RecnnBatch *recnn__subject_batch(RecnnTrial *trial, const RecnnModel *model,
                                 const char *const *fields, int64_t n, uint64_t seed);
/* How many there are of what an integer field counts: -1 for a field of something else. */
int64_t recnn__subject_limit(const RecnnModel *model, const char *field);
/* The steps of a sequence that the model is made for. */
int64_t recnn__subject_length(const RecnnModel *model);

/* The same, for a model that is computed: interactions that are valid as long as the process. */
const RecnnInteractions *recnn__subject_interactions(void);

/* The loss of a batch, in training or evaluation, without a step.  NULL with the error set where
 * the model refuses. */
const RecnnTensor *recnn__subject_loss(Subject *subject, const RecnnBatch *batch, bool training,
                                       GError **error);
/* `n` steps of the optimizer on one batch, or fit().  The losses go into `ret_losses` (n of them;
 * may be NULL).  False after a failure of the trial. */
bool recnn__subject_train(RecnnTrial *trial, Subject *subject, const RecnnBatch *batch, int64_t n,
                          double *ret_losses);

/* The scores of all items for each of the rows of `query` (which has query_fields), or where there
 * is no score_items() predict() for each pair: n x SUBJECT_ITEMS floats, which the caller frees.
 * NULL with the error set where the model refuses, or returns another shape than it should. */
float *recnn__subject_scores(Subject *subject, const RecnnBatch *query, GError **error);
/* predict() of a batch, n floats; NULL likewise. */
float *recnn__subject_predict(Subject *subject, const RecnnBatch *batch, GError **error);
/* Whether it can score all items for a query that the checks can make. */
bool recnn__subject_ranks(const RecnnModelClass *model_class);
/* The fields of a query: query_fields, or those of predict() without the item. */
const char *const *recnn__subject_query_fields(const RecnnModelClass *model_class);
/* The fields of predict(): "user" and "item", or "features". */
const char *const *recnn__subject_predict_fields(const RecnnModelClass *model_class);

/* All parameters and buffers one after the other; the caller frees. */
void *recnn__subject_weights(const Subject *subject, size_t *ret_size);

#endif
