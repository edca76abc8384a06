/* A file format: one file each (format-*.c), found in the generated registry by the mark that ends
 * it: RECNN_FORMAT(atomic) = {...}; and those of plugins (recnn/kind/format.h), which read through
 * the service recnn.dataset/1 instead of this room's builders. */
#ifndef RECNN_CORE_DATA_FORMAT_H
#define RECNN_CORE_DATA_FORMAT_H

#include <glib.h>

#include <recnn/kind/format.h>

#include "data/dataset.h"

#define RECNN_FORMAT(name) const RecnnFormat recnn__format_##name
typedef struct RecnnFormat {
  const char *name; /* "atomic", "movielens" */
  const char *doc;
  const char *looks_for;      /* what a file or folder of this format has, for error texts */
  const RecnnOption *options; /* NULL: it has none */
  /* How sure the reader is that `path` (a file or folder that exists) is its own: 0 no .. 100 yes.
   */
  int (*recognise)(const char *path);
  /* `options` is of the format's table, NULL when it has none. */
  RecnnDataset *(*read)(const char *path, const RecnnOptions *options, GError **error);
  /* A plugin's, which then has neither of the two; NULL: built in. */
  const RecnnFormatClass *foreign;
} RecnnFormat;

const RecnnFormat *recnn_format_find(const char *name); /* or NULL */
/* Whether a plugin's can be added, and its adding, which does not fail after that. */
bool recnn_format_check(const RecnnFormatClass *format_class, GError **error);
void recnn_format_register(const RecnnFormatClass *format_class);
/* The format of that name, of the plugin of that name where it is not known; with NULL, the one
 * that `path` is in, which is found out. */
const RecnnFormat *recnn_format_for(const char *path, const char *name, GError **error);
/* options: of the format's table, NULL for the defaults. */
RecnnDataset *recnn_format_read(const RecnnFormat *format, const char *path,
                                const RecnnOptions *options, GError **error);
const char **recnn_format_names(void); /* sorted, NULL at the end; caller frees the array */

#endif
