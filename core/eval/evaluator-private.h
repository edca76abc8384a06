/* The evaluator from the inside: the request, and the passes that answer it. */
#ifndef RECNN_CORE_EVAL_EVALUATOR_PRIVATE_H
#define RECNN_CORE_EVAL_EVALUATOR_PRIVATE_H

#include "eval/evaluator.h"
#include "eval/item-facts.h"
#include "eval/pool.h"
#include "eval/questions.h"
#include "eval/ranker.h"
#include "eval/slices.h"

/* One number asked for. */
typedef struct RecnnRequest {
  const RecnnMetric *metric;
  int64_t k;
} RecnnRequest;

struct RecnnEvaluator {
  RecnnModel *model;
  const RecnnSplit *split;
  int part;
  size_t block_bytes;
  const char *profile; /* NULL: none */
  RecnnTiePolicy policy;
  float label_threshold;
  bool embeddings; /* stand for the items' features */
  char *candidates;
  RecnnPoolKind pool_kind;
  int64_t pool_n;
  bool keep_users;
  bool keep_ranks;
  int64_t keep_lists;
  bool tries;                      /* one block, for its memory */
  bool slicings[RECNN_N_SLICINGS]; /* that are wanted */
  GArray *user_requests;           /* RecnnRequest: of RANK and LIST metrics */
  GArray *catalogue_requests;
  GArray *value_requests;
  RecnnRanker *ranker;       /* NULL before the first run; as what follows */
  RecnnQuestions *questions; /* NULL: nothing about users is asked */
  RecnnSlices *slices;       /* NULL: none */
  RecnnPool *pool;           /* NULL: all items */
  RecnnItemFacts *facts;     /* NULL: no metric asks for them */
};

/* The request number i of a list. */
static inline const RecnnRequest *recnn__request(const GArray *requests, int64_t i) {
  return &g_array_index(requests, RecnnRequest, i);
}

/* Turns settings into requests, checked against the model and the part. */
bool recnn__evaluator_request(RecnnEvaluator *evaluator, const RecnnEvalSettings *settings,
                              GError **error);

/* Write one number for each request of their kind to `values`, and the counts to `result`.  The
 * first does both user and catalogue requests, in this order. */
bool recnn__evaluator_rank(RecnnEvaluator *evaluator, double *values, RecnnResult *result,
                           GError **error);
bool recnn__evaluator_value(RecnnEvaluator *evaluator, double *values, RecnnResult *result,
                            GError **error);

#endif
