/* A file format: one file each (format-*.c), found in the generated registry. */
#ifndef RECNN_CORE_DATA_FORMAT_H
#define RECNN_CORE_DATA_FORMAT_H

#include <glib.h>

#include "data/dataset.h"

typedef struct RecnnFormat {
  const char *name; /* "atomic", "movielens" */
  const char *doc;
  /* How sure the reader is that `path` (a file or folder that exists) is its own: 0 no .. 100 yes.
   */
  int (*recognise)(const char *path);
  RecnnDataset *(*read)(const char *path, GError **error);
} RecnnFormat;

const RecnnFormat *recnn_format_find(const char *name);
const char **recnn_format_names(void); /* sorted, NULL at the end; caller frees the array */

#endif
