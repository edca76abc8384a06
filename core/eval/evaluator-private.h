/* The evaluator from the inside: the request, and the two passes that answer it. */
#ifndef RECNN_CORE_EVAL_EVALUATOR_PRIVATE_H
#define RECNN_CORE_EVAL_EVALUATOR_PRIVATE_H

#include "eval/evaluator.h"
#include "eval/ranker.h"

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
  GArray *rank_requests; /* RecnnRequest */
  GArray *value_requests;
  RecnnRanker *ranker; /* NULL before the first run */
};

/* Turns settings into requests, checked against the model and the part. */
bool recnn__evaluator_request(RecnnEvaluator *evaluator, const RecnnEvalSettings *settings,
                              GError **error);

/* Write one number for each request of their kind to `values`, and the counts to `result`. */
bool recnn__evaluator_rank(RecnnEvaluator *evaluator, double *values, RecnnResult *result,
                           GError **error);
bool recnn__evaluator_value(RecnnEvaluator *evaluator, double *values, RecnnResult *result,
                            GError **error);

#endif
