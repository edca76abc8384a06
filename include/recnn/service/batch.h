/* The service "recnn.batch/1": what a model reads of its input.  A batch is a set of named tensors;
 * which names there are follows from what the model declared (train_fields, query_fields).
 *
 *   user      int64 (B)    user index, 0 .. users-1
 *   item      int64 (B)    item index, 0 .. items-1
 *   neg_item  int64 (B)    an item that the user is not known to like
 *   rating    float32 (B)  the interaction's value
 *   label     float32 (B)  0 or 1: whether it is a hit
 *   row_start int64 (B+1)  users' interactions as a sparse matrix over all items: row b
 *   row_item  int64 (n)    has entries row_start[b] .. row_start[b+1]-1 of these two,
 *   row_value float32 (n)  each item at most once
 *   features  int64 (B,F)  one index a categorical field; the config counts are
 *                          "features" (F) and "features.0", ... (the fields' sizes)
 *   sequence  int64 (B,L)  item indices plus 1 in time order; 0 pads on the right
 *   length    int64 (B)    valid steps, 1 .. L; where it is absent, all L are
 *   target    int64 (B)    the index of the item that comes next
 *   target_step int64 (T)  where a model that can (shares_prefixes) learns from all steps at once:
 *                          the targets are T then, not B, and each comes behind a step; step t of
 *                          row b is number b L + t, they are in rising order, and "target" is
 *                          int64 (T); no field that is named in train_fields
 *   condition int64 (B)    0 .. conditions-1
 *   condition_start, condition_item, condition_value
 *                          like the three of rows, a sparse matrix over the conditions: somebody
 *                          may have several, each with the same value, and a row sums to 1
 *
 * A batch is read by one thread at a time, the one that was given it.
 */
#ifndef RECNN_SERVICE_BATCH_H
#define RECNN_SERVICE_BATCH_H

#include <recnn/service/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RecnnBatch RecnnBatch; /* valid during the call it is passed to */

#define RECNN_BATCH_SERVICE "recnn.batch/1"
typedef struct RecnnBatchApi {
  size_t struct_size;
  int64_t (*size)(const RecnnBatch *batch); /* B */
  /* A read-only view, valid as long as the batch; NULL when there is no such field. */
  const RecnnTensor *(*field)(const RecnnBatch *batch, const char *name);
} RecnnBatchApi;

#ifdef __cplusplus
}
#endif

#endif
