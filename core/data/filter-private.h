/* The steps of a filter: which rows stay, and the data set of them. */
#ifndef RECNN_CORE_DATA_FILTER_PRIVATE_H
#define RECNN_CORE_DATA_FILTER_PRIVATE_H

#include "data/filter.h"

/* What the rows of the data set become. */
typedef struct RecnnFilterRows {
  uint8_t *keep; /* 1: the row stays */
  float *rating; /* NULL: as they are */
  float *label;  /* NULL: as they are */
} RecnnFilterRows;

typedef enum {
  RECNN_REPEATS_ALL,
  RECNN_REPEATS_FIRST,
  RECNN_REPEATS_LAST,
  RECNN_REPEATS_SUM
} RecnnRepeats;

/* Of several rows of one user, item and part one stays: the first or the last by time, where there
 * are timestamps, by row where not.  SUM: the last, with the sum of the ratings (rows->rating; each
 * row counts 1 where there are none) and label 1 where any row has it. */
bool recnn__filter_repeats(const RecnnDataset *dataset, RecnnRepeats repeats, RecnnFilterRows *rows,
                           GError **error);

/* Takes rows out until each user and item that has any has at least so many. */
bool recnn__filter_core(const RecnnDataset *dataset, int64_t min_user, int64_t min_item,
                        uint8_t *keep, GError **error);

/* The data set of the rows that stay, of which there is one at least. */
RecnnDataset *recnn__filter_select(const RecnnDataset *dataset, const RecnnFilterRows *rows,
                                   GError **error);

#endif
