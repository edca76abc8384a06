/* Histories: what each user did, in time order.  Sequences, rows of autoencoders and answers to
 * queries are windows into one such array; prefixes are never materialised. */
#ifndef RECNN_CORE_DATA_HISTORY_H
#define RECNN_CORE_DATA_HISTORY_H

#include <glib.h>

#include "data/split.h"

typedef struct RecnnHistory {
  int64_t n_users;
  int64_t n_items;
  int64_t longest; /* of all users' histories */
  /* User u's are entries first[u] .. first[u+1]-1 of the two columns: by time where the data has
   * times, those of one time and all others in file order; repeats stay. */
  int64_t *first;
  int32_t *item;
  float *rating; /* NULL: the data has none */
} RecnnHistory;

/* The history in parts `begin` .. `end` - 1 of a split's `part` array together. */
RecnnHistory *recnn_history_new(const RecnnPart *parts, int begin, int end, GError **error);
/* The same with the rows of `more` (NULL: none) besides: what is known of held-out users. */
RecnnHistory *recnn_history_new_with(const RecnnPart *parts, int begin, int end,
                                     const RecnnPart *more, GError **error);
/* The most entries that `n` users have together. */
int64_t recnn_history_most(const RecnnHistory *history, int64_t n);
/* Orders each user's entries by item instead; repeats keep their order. */
bool recnn_history_order_by_item(RecnnHistory *history, GError **error);
void recnn_history_free(RecnnHistory *history); /* takes NULL */

#endif
