/* Splits: a data set cut into train, valid and test, by interactions.  The same seed gives the same
 * split on every machine. */
#ifndef RECNN_CORE_DATA_SPLIT_H
#define RECNN_CORE_DATA_SPLIT_H

#include <glib.h>

#include <recnn/kind/model.h>

#include "base/options.h"
#include "data/dataset.h"

/* Where an interaction may go besides the parts: it is history of a user who is held out. */
enum { RECNN_FOLD_IN = RECNN_N_PARTS };

/* A part of a data set: columns of its own, and by user. */
typedef struct RecnnPart {
  const RecnnDataset *dataset; /* borrowed; NULL for a part made by hand */
  RecnnInteractions rows;      /* in the data set's order */
  /* What a row is in the data set: the entity that interaction features have values for, and the
   * interaction that candidates belong to; ascending.  NULL for a part made by hand. */
  int64_t *row;
  float *label; /* of each row; NULL: the data has none */
  /* Items by user, as a CSR matrix: user u's are items[first[u] .. first[u+1]-1], ascending,
   * each once. */
  int64_t *first;
  int32_t *items;
  /* Of a valid or test part with users who are held out as a whole: what is known about them, which
   * is never trained on.  NULL: nothing besides the parts before. */
  const struct RecnnPart *fold_in;
} RecnnPart;

/* The list of items that came with the data for row `r` of the part; NULL: there is none. */
const int32_t *recnn_part_candidates(const RecnnPart *part, int64_t r, int64_t *ret_n);

/* What is done about leaks that a split is found to have (data/audit.h). */
typedef enum { RECNN_AUDIT_OFF, RECNN_AUDIT_WARN, RECNN_AUDIT_ERROR } RecnnAuditPolicy;
typedef struct RecnnAudit RecnnAudit;

typedef struct RecnnSplit {
  RecnnDataset *dataset; /* owned reference */
  RecnnPart part[RECNN_N_PARTS];
  RecnnPart fold_in;   /* all zero where no users are held out */
  char *description;   /* "ratio 0.8:0.1:0.1 by user, random order, seed 42" */
  bool by_time;        /* it says that nothing known is later than what its user is asked about */
  bool by_global_time; /* ... or what anybody is */
  RecnnAuditPolicy audit_policy;
  RecnnAudit *audit; /* NULL: the policy is off */
  gint ref_count;
} RecnnSplit;

/* The options of a split:
 *   given          true: the parts in which the data came, and no other option.  The default
 *                  when the data came in parts and no option is set
 *   ratio          three shares that sum to 1 (default 0.8,0.1,0.1)
 *   leave_one_out  true: a user's last interaction is for test, the one before for validation
 *   cut            one or two points in time
 *   group_by       "user" (default): each user's interactions are split; "none": all together;
 *                  "whole_user": the users are, and of those for valid and test the share `fold_in`
 *                  (default 0.8) of the interactions is known, the rest is the part
 *   order          "random" (default for ratio) or "time" (default for leave_one_out; needs
 *                  timestamps, ties in file order; by user, data that is `ordered` will do)
 *   seed           of the random order (default 42)
 *   audit          "warn" (default): leaks are logged; "error": they are errors; "off"
 * A user with fewer than 3 interactions: leave_one_out leaves them in train; a ratio follows the
 * rule of RecBole: counts are rounded down, train takes the rest, and a share of less than one
 * interaction is rounded up as long as train keeps one.  A user with 1 is not held out. */
const RecnnOption *recnn_split_options(void);
/* `options` is of recnn_split_options(), NULL for the defaults.  Fails when train would be empty,
 * or an option does not fit the data. */
RecnnSplit *recnn_split_new(RecnnDataset *dataset, const RecnnOptions *options, GError **error);

/* k folds of equal size, each the test part of one split: k, valid, group_by, fold_in, order, seed.
 */
const RecnnOption *recnn_fold_options(void);
/* The split whose test part is fold number `fold`, from 0. */
RecnnSplit *recnn_split_new_fold(RecnnDataset *dataset, const RecnnOptions *options, int64_t fold,
                                 GError **error);

RecnnSplit *recnn_split_ref(RecnnSplit *split);
RecnnSplit *recnn_split_unref(RecnnSplit *split); /* takes NULL, returns NULL */

/* What the split's policy does about leaks that are found later on: false with an error, or a
 * message, or nothing. */
bool recnn_split_object(const RecnnSplit *split, const char *leaks, GError **error);

/* Writes the data set as atomic files, with a file of interactions for each part of the split:
 * recnn_dataset_write_atomic() has the details.  Held-out users' fold-in has no place in them. */
bool recnn_split_write_atomic(const RecnnSplit *split, const char *folder, GError **error);

/* "train", "valid", "test", "fold_in" */
const char *recnn_part_name(int part);

#endif
