/* The files that one data set is read from: one, several that are read one behind the other, or one
 * for each part. */
#ifndef RECNN_CORE_DATA_SOURCES_H
#define RECNN_CORE_DATA_SOURCES_H

#include "base/options.h"

typedef struct RecnnSources {
  char *name;       /* of the data set */
  char *folder;     /* of the first file */
  GPtrArray *paths; /* at least one */
  GArray *parts;    /* int, of each; -1: the data is in one piece */
} RecnnSources;

/* To stand in a format's table of options. */
#define RECNN_SOURCE_OPTIONS                                                                       \
  {"files", RECNN_OPTION_STRING, "", NULL,                                                         \
   "Files of the folder that are read one behind the other: names separated by commas, or a "      \
   "pattern with * and ?, in the order of the names."},                                            \
      {"train", RECNN_OPTION_STRING, "", NULL, "The file of the part train; in the folder."},      \
      {"valid", RECNN_OPTION_STRING, "", NULL, "The file of the part valid, if there is one."}, {  \
    "test", RECNN_OPTION_STRING, "", NULL, "The file of the part test, if there is one."           \
  }

/* What `path` is, by these options: a file; or a folder, from which the options choose, or which
 * holds [NAME.]train.ENDING, valid (or validation, dev, val) and test, where ENDING is one of
 * `endings` (".csv", NULL at the end; NULL: there are none); or the file NAME.train.ENDING, which
 * stands for those beside it.  Packed files may end in .gz or .zst besides. */
bool recnn_sources_find(RecnnSources *sources, const char *path, const RecnnOptions *options,
                        const char *const *endings, GError **error);
void recnn_sources_clear(RecnnSources *sources);

/* What the data set at `path` is called: the last name of it, without its endings.  Caller frees.
 */
char *recnn_sources_name(const char *path);

/* The file by which a folder's format is recognised where options choose from it.  Caller frees;
 * NULL with an error when it is not there. */
char *recnn_sources_first(const char *path, const char *files, const char *train, GError **error);

/* "NAME." of the one NAME.train.ENDING of a folder; NULL with an error. */
char *recnn_sources_prefix(const char *folder, const char *const *endings, GError **error);

/* The path of a file that an option names: in `folder`, unless it is absolute.  Caller frees. */
char *recnn_sources_in(const char *folder, const char *name);
/* The file FOLDER/STEM+ENDING, perhaps packed, for the first of the endings that is there; NULL. */
char *recnn_sources_with_ending(const char *folder, const char *stem, const char *const *endings);

#endif
