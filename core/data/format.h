/* A file format: one file each (format-*.c), found in the generated registry by the mark that ends
 * it: RECNN_FORMAT(atomic) = {...}; */
#ifndef RECNN_CORE_DATA_FORMAT_H
#define RECNN_CORE_DATA_FORMAT_H

#include <glib.h>

#include "data/dataset.h"

#define RECNN_FORMAT(name) const RecnnFormat recnn__format_##name
typedef struct RecnnFormat {
  const char *name; /* "atomic", "movielens" */
  const char *doc;
  const char *looks_for; /* what a file or folder of this format has, for error texts */
  /* How sure the reader is that `path` (a file or folder that exists) is its own: 0 no .. 100 yes.
   */
  int (*recognise)(const char *path);
  RecnnDataset *(*read)(const char *path, GError **error);
} RecnnFormat;

const RecnnFormat *recnn_format_find(const char *name); /* or NULL */
const char **recnn_format_names(void); /* sorted, NULL at the end; caller frees the array */

#endif
