/* What the files of user_knn share. */
#ifndef USER_KNN_H
#define USER_KNN_H

#include <recnn/plugin.h>

/* user_knn_scores: what the users most like a sparse row have chosen. */
extern RECNN_PLUGIN_HIDDEN const RecnnOp user_knn_scores;

#endif
