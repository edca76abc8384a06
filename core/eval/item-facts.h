/* What metrics of lists know of the items (metric.h), gathered from a split. */
#ifndef RECNN_CORE_EVAL_ITEM_FACTS_H
#define RECNN_CORE_EVAL_ITEM_FACTS_H

#include <glib.h>

#include "data/split.h"
#include "eval/metric.h"
#include "eval/ranker.h"

/* `features`: the features of items too.  NULL when memory runs out. */
RecnnItemFacts *recnn_item_facts_new(const RecnnSplit *split, bool features, GError **error);
/* In the place of features: the ranker's encodings of the items, as the weights are now. */
bool recnn_item_facts_set_embeddings(RecnnItemFacts *facts, RecnnRanker *ranker, GError **error);
void recnn_item_facts_free(RecnnItemFacts *facts); /* takes NULL */

/* True when the data set has features of items that can be compared: words, or vectors. */
bool recnn_item_facts_has_features(const RecnnDataset *dataset);

#endif
