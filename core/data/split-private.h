/* The steps of a split: its plan, which part each interaction goes to, then the parts. */
#ifndef RECNN_CORE_DATA_SPLIT_PRIVATE_H
#define RECNN_CORE_DATA_SPLIT_PRIVATE_H

#include "data/split.h"

typedef enum {
  RECNN_SPLIT_RATIO,
  RECNN_SPLIT_GIVEN,
  RECNN_SPLIT_LEAVE_ONE_OUT,
  RECNN_SPLIT_CUT, /* by points in time */
  RECNN_SPLIT_FOLD
} RecnnSplitKind;

typedef enum { RECNN_BY_USER, RECNN_BY_NONE, RECNN_BY_WHOLE_USER } RecnnSplitGroup;

/* A split's options, checked. */
typedef struct RecnnSplitPlan {
  RecnnSplitKind kind;
  RecnnSplitGroup group;
  double share[RECNN_N_PARTS];
  double cut[2]; /* the first time of valid, and of test */
  bool has_valid_cut;
  int64_t k, fold; /* fold number `fold` of k, from 0 */
  bool valid_fold; /* the one behind it is for validation */
  bool by_time;
  double fold_in; /* of WHOLE_USER */
  uint64_t seed;
  RecnnAuditPolicy audit;
} RecnnSplitPlan;

/* Reads and checks the options of recnn_split_options (); NULL: the defaults. */
bool recnn__split_plan(RecnnSplitPlan *plan, const RecnnOptions *options,
                       const RecnnDataset *dataset, GError **error);
/* The same of recnn_fold_options (), for one fold. */
bool recnn__split_plan_fold(RecnnSplitPlan *plan, const RecnnOptions *options, int64_t fold,
                            const RecnnDataset *dataset, GError **error);
char *recnn__split_describe(const RecnnSplitPlan *plan);

/* label[r]: the part of interaction r, or RECNN_FOLD_IN. */
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
