/* Evaluation of a model on a part of a split: full ranking over all items with the seen ones masked
 * (test masks train and valid, valid masks train), and value metrics on the part's ratings.
 *
 * Ties are counted against the model: among equal scores the relevant item comes last. */
#ifndef RECNN_CORE_EVAL_EVALUATOR_H
#define RECNN_CORE_EVAL_EVALUATOR_H

#include <glib.h>

#include "data/split.h"
#include "eval/metric.h"
#include "model/model.h"

typedef struct RecnnResultValue {
  char *name; /* "NDCG@10" */
  const RecnnMetric *metric;
  int64_t k; /* 0 for value metrics */
  double value;
} RecnnResultValue;

typedef struct RecnnResult {
  char *model;
  char *part; /* "test" */
  int32_t n_values;
  RecnnResultValue *values;
  int64_t n_users;   /* ranked: those with an interaction in the part */
  int64_t n_rows;    /* compared with ratings */
  int64_t tied_users; /* whose ranks another tie policy could change */
  double seconds;
} RecnnResult;

typedef struct RecnnEvalSettings {
  const int64_t *topk; /* cut-offs, each from 1 to the number of items */
  int32_t n_topk;
  /* NULL at the end: metric names with or without "@k".  NULL: all rank metrics (when the model can
   * rank) at each cut-off, and all value metrics (when it predicts ratings). */
  const char *const *metrics;
  size_t block_bytes; /* 0: the ranker's default */
} RecnnEvalSettings;

RecnnResult *recnn_evaluate(RecnnModel *model, const RecnnSplit *split, int part,
                            const RecnnEvalSettings *settings, GError **error);
void recnn_result_free(RecnnResult *result); /* takes NULL */
/* By name in any case, aliases too ("hr@10"); NAN with an error when it was not computed. */
double recnn_result_get(const RecnnResult *result, const char *name, GError **error);
/* A table for people: a row per metric, a column per cut-off.  Caller frees. */
char *recnn_result_text(const RecnnResult *result);

/* True when the model is trained to predict ratings, so that value metrics make sense. */
bool recnn_model_predicts_ratings(const RecnnModel *model);
/* True when it can rank all items for a user. */
bool recnn_model_ranks(const RecnnModel *model);

#endif
