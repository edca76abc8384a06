/* Evaluation of a model on a part of a split: ranking of each user's relevant items among a pool of
 * others (all that he has not seen, unless told otherwise: test masks train and valid, valid masks
 * train, train nothing), and predictions against the part's ratings or labels.
 *
 * What counts, where frameworks differ:
 *   users     those with a relevant item in the part; the mean is over them.  With given candidates
 *             each row with a list is a question of its own, and the mean is over these
 *   relevant  a user's distinct items in the part, whatever their rating; those with label 1 where
 *             the data has labels.  An item that he has seen before and that is in the part again
 *             stays a candidate and is relevant (as in RecBole)
 *   ties      against the model, unless told otherwise (ranks.h)
 *   sums      in double, in the order of users and rows: the same bits at any number of threads and
 *             for any block that ranker.h says gives the same scores
 * docs/EVALUATION.md has all of it. */
#ifndef RECNN_CORE_EVAL_EVALUATOR_H
#define RECNN_CORE_EVAL_EVALUATOR_H

#include <glib.h>

#include "data/split.h"
#include "eval/ranks.h"
#include "eval/result.h"
#include "model/model.h"

#define RECNN_LABEL_THRESHOLD 4.0f

typedef struct RecnnEvalSettings {
  const int64_t *topk; /* cut-offs, each from 1 to the number of items; none: 10 or all */
  int32_t n_topk;
  /* NULL at the end: metric names, with "@k" or at each of topk; "all" stands for all that apply.
   * NULL: all rank metrics (when the model can rank), and all value metrics (when it predicts
   * ratings, or labels, and the part has some). */
  const char *const *metrics;
  const char *profile; /* whose definitions (profile.h); NULL: ours */
  RecnnTies ties;      /* 0: against the model */
  const char
      *candidates; /* "all", "given", "uniN", "popN" (pool.h); NULL: the profile's, or "all" */
  uint64_t seed;   /* of candidates and of random ties */
  /* A rating from here on is label 1, where the data has no labels.  By default as the model was
   * trained (data/inputs.h), or from RECNN_LABEL_THRESHOLD on. */
  bool has_label_threshold;
  float label_threshold;
  bool embeddings;    /* Diversity compares the model's embeddings of items, not their features */
  size_t block_bytes; /* 0: the ranker's default */
  /* What the result keeps beyond the means; none of it changes any number. */
  bool keep_users;           /* every user's numbers */
  bool keep_ranks;           /* the ranks of the relevant items */
  int64_t keep_lists;        /* the first so many items of every user */
  const char *const *slices; /* names of slicings (slices.h), NULL at the end; NULL: none */
} RecnnEvalSettings;

/* An evaluation that can be run again and again as the model learns.  Everything about the request
 * is checked here; `settings` (NULL: defaults) is not kept, `model` and `split` must outlive it. */
typedef struct RecnnEvaluator RecnnEvaluator;
RecnnEvaluator *recnn_evaluator_new(RecnnModel *model, const RecnnSplit *split, int part,
                                    const RecnnEvalSettings *settings, GError **error);
RecnnResult *recnn_evaluator_run(RecnnEvaluator *evaluator, GError **error);
/* One block of it, to see what memory a run takes; the result's numbers are all NAN. */
RecnnResult *recnn_evaluator_try(RecnnEvaluator *evaluator, GError **error);
void recnn_evaluator_free(RecnnEvaluator *evaluator); /* takes NULL */

/* The three in one. */
RecnnResult *recnn_evaluate(RecnnModel *model, const RecnnSplit *split, int part,
                            const RecnnEvalSettings *settings, GError **error);

/* True when the model is trained to predict ratings, so that RMSE makes sense. */
bool recnn_model_predicts_ratings(const RecnnModel *model);
/* True when predict() gives the logit of a label, so that LogLoss makes sense. */
bool recnn_model_predicts_labels(const RecnnModel *model);
/* True when it can rank all items for a user. */
bool recnn_model_ranks(const RecnnModel *model);
/* True when a metric is among those that are computed where none is named. */
bool recnn_metric_is_usual(const RecnnMetric *metric, const RecnnModel *model,
                           const RecnnPart *part);
/* False with an error when the model was made for other numbers of users and items. */
bool recnn_model_suits(const RecnnModel *model, const RecnnSplit *split, GError **error);

#endif
