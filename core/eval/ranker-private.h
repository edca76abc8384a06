/* The ranker from the inside: what its files share. */
#ifndef RECNN_CORE_EVAL_RANKER_PRIVATE_H
#define RECNN_CORE_EVAL_RANKER_PRIVATE_H

#include <glib.h>

#include "data/batch.h"
#include "data/query.h"
#include "eval/block.h"
#include "eval/ranker.h"
#include "graph/graph.h"

/* What it takes to score a few items. */
typedef struct RecnnSomeItems {
  RecnnBatch *query; /* of one user */
  void *encoded;     /* capacity rows of row_bytes */
  int64_t capacity;
  size_t row_bytes;
} RecnnSomeItems;

struct RecnnRanker {
  RecnnModel *model;
  const RecnnModelClass *model_class;
  const RecnnDataset *names; /* NULL: none */
  RecnnGraph *graph;
  size_t limit; /* block_bytes as given */
  int64_t n_users;
  int64_t n_items;

  /* Encodings of all items; NULL before the first. */
  void *encoded;
  RecnnTensor encoded_view; /* (n_items, ...) */
  bool has_version;
  uint64_t version; /* of the weights that were encoded */
  int64_t encode_block;

  /* Who is asked about. */
  RecnnQuerySet queries;       /* empty for pairs */
  const RecnnInputs *inputs;   /* the model's; NULL: none */
  RecnnHistory *history;       /* NULL: none */
  const RecnnSubject *subject; /* somebody given; NULL: users */

  /* Scoring: a block's query, and the plan. */
  RecnnBatch *query;
  int64_t query_most;     /* items that all subjects of a query have room for together */
  RecnnSubject *subjects; /* of the block's places */
  bool pairs;             /* the model has no score_items(): (user, item) rows through predict() */
  bool whole;             /* the model scores all items or none */
  RecnnBlockPlan plan;
  int64_t *places; /* plan.users: which of the users asked for stands there, or -1 */

  /* predict() for given pairs. */
  const RecnnFeatures *features; /* that predict() reads of a pair; NULL: none */
  bool reads_user;               /* predict() knows users by index */
  RecnnBatch *pair_batch;        /* NULL before the first */
  int64_t pair_block;

  RecnnSomeItems some;
};

void recnn__ranker_clear_some(RecnnRanker *ranker);

/* Whether the model can be asked at all, by somebody who tells whatever it needs. */
bool recnn__ranker_can_be_asked(const RecnnModel *model, GError **error);
/* Whether it can be asked about somebody. */
bool recnn__ranker_check_subject(const RecnnRanker *ranker, const RecnnSubject *subject,
                                 GError **error);
/* False when the model reads features and was not made for a data set. */
bool recnn__ranker_has_features(const RecnnModel *model, GError **error);

/* Rows of pairs: users and items, and what else the model reads of them. */
bool recnn__ranker_add_pairs(const RecnnRanker *ranker, RecnnBatch *batch, int64_t rows,
                             GError **error);
/* Fills row `at`; user -1 is nobody of the data, `row` -1 no interaction, `told` may be NULL. */
void recnn__ranker_fill_pair(const RecnnRanker *ranker, RecnnBatch *batch, int64_t at, int64_t user,
                             int64_t item, int64_t row, const int32_t *told);

/* Encodes the items unless that was done for these weights. */
bool recnn__ranker_encode(RecnnRanker *ranker, GError **error);

/* Starts a graph for evaluation. */
void recnn__ranker_begin(RecnnRanker *ranker);
/* False, with the model and the call named, when the graph has failed. */
bool recnn__ranker_check_graph(const RecnnRanker *ranker, const char *call, GError **error);
/* Checks what a call of the model left in the graph: no error, and float32 of `rank` axes with this
 * shape.  `call` goes into the error text.  NULL on failure. */
const RecnnTensor *recnn__ranker_end(RecnnRanker *ranker, const char *call, const RecnnVar *var,
                                     int32_t rank, const int64_t *shape, GError **error);

/* False, with the error set, when one of the n numbers (whose strides are 1) is NaN; the first is
 * then written to `*ret_at`, for recnn__ranker_nan. */
bool recnn__ranker_is_clean(const float *x, int64_t n, int64_t *ret_at);
bool recnn__ranker_nan(const RecnnRanker *ranker, int64_t user, int64_t item, GError **error);
bool recnn__ranker_check_user(const RecnnRanker *ranker, int64_t user, GError **error);

#endif
