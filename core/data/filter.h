/* Filters: a data set from a part of another one's interactions.
 *
 * What is asked for is done in this order, whatever the order of the options:
 *   duplicates           repeated pairs of user and item (of one part, where the data came in
 * parts) users, items         only interactions of these rating, timestamp    only interactions
 * whose values lie in an interval min_user, min_item   only users (sessions) and items with so many
 * interactions; dropping one may take others below the number, and that goes on until it holds for
 * all label_threshold      labels from ratings Nothing that comes later undoes what came before, so
 * filtering the result again changes nothing.
 *
 * The new data set numbers users and items in the order in which its interactions have them; those
 * without interactions are dropped.  Features, labels, given parts, the order and candidates come
 * along; candidates that are no items any more are dropped from their lists. */
#ifndef RECNN_CORE_DATA_FILTER_H
#define RECNN_CORE_DATA_FILTER_H

#include <glib.h>

#include "base/options.h"
#include "data/dataset.h"

const RecnnOption *recnn_filter_options(void);

/* `users` and `items` are tokens that end with NULL, or NULL for all; one that the data does not
 * have is an error, and so is a filter that leaves nothing. */
RecnnDataset *recnn_dataset_filter(const RecnnDataset *dataset, const RecnnOptions *options,
                                   const char *const *users, const char *const *items,
                                   GError **error);

#endif
