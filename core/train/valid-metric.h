/* What a validation is judged by: one number made of metrics and losses, such as "NDCG@10", "loss"
 * or "0.5*RMSE + 0.5*loss". */
#ifndef RECNN_CORE_TRAIN_VALID_METRIC_H
#define RECNN_CORE_TRAIN_VALID_METRIC_H

#include <glib.h>

#include "eval/result.h"

/* The mean loss of the valid part: over samples, and over batches (where a short last batch weighs
 * as much as a full one).  NAN where it is not measured. */
typedef struct RecnnValidLoss {
  double samples;
  double batches;
} RecnnValidLoss;

typedef enum { RECNN_TERM_METRIC, RECNN_TERM_LOSS, RECNN_TERM_LOSS_BATCHES } RecnnTermKind;

typedef struct RecnnValidTerm {
  double weight;
  RecnnTermKind kind;
  const RecnnMetric *metric; /* of TERM_METRIC */
  int64_t k;
  char *name; /* "NDCG@10" */
} RecnnValidTerm;

typedef struct RecnnValidMetric {
  char *label; /* as printed */
  bool higher_is_better;
  bool has_loss;
  int32_t n_terms;
  RecnnValidTerm *terms;
} RecnnValidMetric;

/* Terms are joined by "+", each a name with a weight above 0 and "*" before it or not.  "loss" is
 * the mean over samples, "loss_batches" that over batches.  Terms of which some are better when
 * higher and some when lower make no sum. */
RecnnValidMetric *recnn_valid_metric_parse(const char *text, GError **error);
void recnn_valid_metric_free(RecnnValidMetric *metric); /* takes NULL */

/* NAN where a term is. */
double recnn_valid_metric_value(const RecnnValidMetric *metric, const RecnnResult *result,
                                RecnnValidLoss loss);

#endif
