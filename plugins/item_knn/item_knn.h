/* What the files of item_knn share. */
#ifndef ITEM_KNN_H
#define ITEM_KNN_H

#include <recnn/plugin.h>

/* item_knn_scores: the sum of the weight rows of a sparse row's items, which are sparse themselves.
 */
extern RECNN_PLUGIN_HIDDEN const RecnnOp item_knn_scores;

#endif
