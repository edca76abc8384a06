/* Splits: a data set cut into train, valid and test, by interactions.  The same seed gives the same
 * split on every machine. */
#ifndef RECNN_CORE_DATA_SPLIT_H
#define RECNN_CORE_DATA_SPLIT_H

#include <glib.h>

#include <recnn/kind/model.h>

#include "base/options.h"
#include "data/dataset.h"

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
} RecnnPart;

/* The list of items that came with the data for row `r` of the part; NULL: there is none. */
const int32_t *recnn_part_candidates(const RecnnPart *part, int64_t r, int64_t *ret_n);

typedef struct RecnnSplit {
  RecnnDataset *dataset; /* owned reference */
  RecnnPart part[RECNN_N_PARTS];
  char *description; /* "ratio 0.8:0.1:0.1 by user, random order, seed 42" */
  gint ref_count;
} RecnnSplit;

/* The options of a split:
 *   given          true: the parts in which the data came, and no other option.  The default
 *                  when the data came in parts and no option is set
 *   ratio          three shares that sum to 1 (default 0.8,0.1,0.1)
 *   leave_one_out  true: a user's last interaction is for test, the one before for validation
 *   group_by       "user" (default): each user's interactions are split; "none": all together
 *   order          "random" (default for ratio) or "time" (default, and the only one, for
 *                  leave_one_out; needs timestamps, ties in file order; by user, data that is
 *                  `ordered` will do)
 *   seed           of the random order (default 42)
 * A user with fewer than 3 interactions: leave_one_out leaves them in train; a ratio follows the
 * rule of RecBole: counts are rounded down, train takes the rest, and a share of less than one
 * interaction is rounded up as long as train keeps one. */
const RecnnOption *recnn_split_options(void);
/* `options` is of recnn_split_options(), NULL for the defaults.  Fails when train would be empty,
 * or an option does not fit the data. */
RecnnSplit *recnn_split_new(RecnnDataset *dataset, const RecnnOptions *options, GError **error);
RecnnSplit *recnn_split_ref(RecnnSplit *split);
RecnnSplit *recnn_split_unref(RecnnSplit *split); /* takes NULL, returns NULL */

/* "train", "valid", "test" */
const char *recnn_part_name(int part);

#endif
