/* The parts of the reader of atomic files. */
#ifndef RECNN_CORE_DATA_ATOMIC_PRIVATE_H
#define RECNN_CORE_DATA_ATOMIC_PRIVATE_H

#include "data/dataset.h"
#include "data/text.h"

/* The first line of an atomic file: fields "name:type". */
typedef struct RecnnAtomicHeader {
  int32_t n;
  char **names; /* NULL at the end */
  RecnnFeatureType *types;
} RecnnAtomicHeader;

/* Reads the first line.  Clear it with recnn__atomic_header_clear, after a failure too. */
bool recnn__atomic_header_read(RecnnAtomicHeader *header, RecnnText *text, GError **error);
void recnn__atomic_header_clear(RecnnAtomicHeader *header);
int32_t recnn__atomic_header_find(const RecnnAtomicHeader *header, const char *name); /* -1: none */

/* What is wrong with the header, as an error at line 1: PROBLEM; found: a:token, b:float. */
bool recnn__atomic_header_fail(const RecnnAtomicHeader *header, const RecnnText *text,
                               const char *problem, GError **error);

/* Reads the table of users or items at `path` (NULL: there is none): its ids from the column
 * `id_name`, or else from `usual_name` or else from the first column of type token; all other
 * columns are features. */
bool recnn__atomic_entities_read(const char *path, const char *id_name, const char *usual_name,
                                 RecnnIdMap *map, GPtrArray *features, GError **error);

#endif
