/* What is in a data set, and what may be wrong with it, as a text for people. */
#ifndef RECNN_CORE_DATA_DESCRIBE_H
#define RECNN_CORE_DATA_DESCRIBE_H

#include <glib.h>

#include "data/dataset.h"

/* Counts, density, quantiles of how many interactions users and items have, ratings, the span of
 * time, parts, features, and what a reader of results should know: repeated and identical rows,
 * users with a single interaction, times or ratings that are all the same.  Caller frees; NULL with
 * an error. */
char *recnn_dataset_describe(const RecnnDataset *dataset, GError **error);

#endif
