/* Data sets that are written down row by row, in the parts that they came in. */
#ifndef RECNN_TESTS_ROWS_DATA_H
#define RECNN_TESTS_ROWS_DATA_H

#include <string.h>

#include <glib.h>

#include "data/split.h"

typedef struct DataRow {
  const char *user;
  const char *item;
  float rating;
  double time;
  int part;
} DataRow;

static inline RecnnDataset *rows_data(const DataRow *rows, int64_t n, bool has_rating,
                                      bool has_time) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder =
      recnn_dataset_builder_new("rows", "DIR/rows", has_rating, has_time);
  for (int64_t r = 0; r < n; r++) {
    recnn_dataset_builder_set_part(builder, rows[r].part);
    recnn_dataset_builder_add(builder, rows[r].user, strlen(rows[r].user), rows[r].item,
                              strlen(rows[r].item), rows[r].rating, rows[r].time, &error);
    g_assert_no_error(error);
  }
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  return dataset;
}

/* The parts that it came in. */
static inline RecnnSplit *rows_split(RecnnDataset *dataset) {
  GError *error = NULL;
  RecnnSplit *split = recnn_split_new(dataset, NULL, &error);
  g_assert_no_error(error);
  return split;
}

#endif
