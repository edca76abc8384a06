/* Tables with a header: their delimiter is found out, the first line names the columns. */
#ifndef RECNN_CORE_DATA_HEADER_PRIVATE_H
#define RECNN_CORE_DATA_HEADER_PRIVATE_H

#include "data/rows-private.h"
#include "data/sources.h"

/* The usual options of a table with a header. */
#define RECNN_HEADER_OPTIONS                                                                       \
  {                                                                                                \
    "delimiter", RECNN_OPTION_STRING, "", NULL,                                                    \
        "What is between two fields; empty: the first of tab, comma, semicolon and | that the "    \
        "header has."                                                                              \
  }

/* Opens a table and reads its header, into names that the caller frees (g_strfreev).  delimiter:
 * "" to find it out. */
RecnnText *recnn__header_open(const char *path, const char *delimiter, char ***ret_names,
                              int32_t *ret_n, GError **error);
/* Whether the file begins with a header that has both a user and an item, by their usual names. */
bool recnn__header_recognise(const char *path);

/* Reads all files of the sources into one data set's rows.  adjust: NULL, or what adds to the
 * columns of each file. */
typedef bool (*RecnnAdjustColumns)(RecnnColumns *columns, const RecnnText *text, GError **error);
bool recnn__header_read_rows(RecnnRows *rows, const RecnnSources *sources,
                             const RecnnOptions *options, RecnnAdjustColumns adjust,
                             GError **error);

/* Reads a table of users or items ("user", "item"), whose id column has the name `id`, or where
 * that is not there, a usual one.  wanted: as the option features has it. */
typedef struct RecnnEntityTable {
  const char *path;
  const char *delimiter;
  const char *what;
  const char *id;     /* NULL: by its usual names */
  const char *wanted; /* features; NULL: those that `choose` says */
  RecnnAdjustColumns choose;
} RecnnEntityTable;
bool recnn__entity_table_read(const RecnnEntityTable *table, RecnnIdMap *map, GPtrArray *features,
                              GError **error);

#endif
