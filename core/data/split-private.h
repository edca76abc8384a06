/* The steps of a split: which part each interaction goes to, then the parts. */
#ifndef RECNN_CORE_DATA_SPLIT_PRIVATE_H
#define RECNN_CORE_DATA_SPLIT_PRIVATE_H

#include "data/split.h"

/* A split's options, checked. */
typedef struct RecnnSplitPlan {
  bool given;
  double share[RECNN_N_PARTS];
  bool leave_one_out;
  bool by_user;
  bool by_time;
  uint64_t seed;
} RecnnSplitPlan;

/* label[r]: the part of interaction r. */
bool recnn__split_assign(const RecnnDataset *dataset, const RecnnSplitPlan *plan, uint8_t *label,
                         GError **error);

/* The numbers of interactions that n of them give to each part. */
void recnn__split_counts(int64_t n, const double share[RECNN_N_PARTS],
                         int64_t ret_counts[RECNN_N_PARTS]);

/* Sorts row numbers by their timestamps; rows of one time keep their order.  `scratch` has room for
 * n numbers. */
void recnn__sort_by_time(int64_t *rows, int64_t n, const double *timestamp, int64_t *scratch);

/* Fills a zeroed part with the interactions that are labelled `which`; what a failure leaves behind
 * is freed by recnn__part_clear. */
bool recnn__part_fill(RecnnPart *part, const RecnnDataset *dataset, const uint8_t *label, int which,
                      GError **error);
void recnn__part_clear(RecnnPart *part);

#endif
