/* Evaluation of a model on a part of a split: full ranking over all items with the seen ones masked
 * (test masks train and valid, valid masks train, train nothing), and value metrics on the part's
 * ratings.
 *
 * What counts, where frameworks differ:
 *   users     those with a row in the part; the mean is over them
 *   relevant  a user's distinct items in the part, whatever their rating.  An item that he has seen
 *             before and that is in the part again stays a candidate and is relevant (as in
 * RecBole) ties      against the model: among equal scores the relevant items come last sums in
 * double, in the order of users and rows: the same bits at any number of threads and for any block
 * that ranker.h says gives the same scores */
#ifndef RECNN_CORE_EVAL_EVALUATOR_H
#define RECNN_CORE_EVAL_EVALUATOR_H

#include <glib.h>

#include "data/split.h"
#include "eval/result.h"
#include "model/model.h"

typedef struct RecnnEvalSettings {
  const int64_t *topk; /* cut-offs, each from 1 to the number of items; none: 10 or all */
  int32_t n_topk;
  /* NULL at the end: metric names, with "@k" or at each of topk.  NULL: all rank metrics (when the
   * model can rank), and all value metrics (when it predicts ratings and the part has some). */
  const char *const *metrics;
  size_t block_bytes; /* 0: the ranker's default */
} RecnnEvalSettings;

/* An evaluation that can be run again and again as the model learns.  Everything about the request
 * is checked here; `settings` (NULL: defaults) is not kept, `model` and `split` must outlive it. */
typedef struct RecnnEvaluator RecnnEvaluator;
RecnnEvaluator *recnn_evaluator_new(RecnnModel *model, const RecnnSplit *split, int part,
                                    const RecnnEvalSettings *settings, GError **error);
RecnnResult *recnn_evaluator_run(RecnnEvaluator *evaluator, GError **error);
void recnn_evaluator_free(RecnnEvaluator *evaluator); /* takes NULL */

/* The three in one. */
RecnnResult *recnn_evaluate(RecnnModel *model, const RecnnSplit *split, int part,
                            const RecnnEvalSettings *settings, GError **error);

/* True when the model is trained to predict ratings, so that value metrics make sense. */
bool recnn_model_predicts_ratings(const RecnnModel *model);
/* True when it can rank all items for a user. */
bool recnn_model_ranks(const RecnnModel *model);
/* False with an error when the model was made for other numbers of users and items. */
bool recnn_model_suits(const RecnnModel *model, const RecnnSplit *split, GError **error);

#endif
