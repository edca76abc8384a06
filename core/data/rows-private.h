/* Rows of tables to a data set: what all formats of one interaction a line share.  The columns may
 * differ from file to file; what a row has may not, but for features and candidates. */
#ifndef RECNN_CORE_DATA_ROWS_PRIVATE_H
#define RECNN_CORE_DATA_ROWS_PRIVATE_H

#include "data/columns-private.h"
#include "data/dataset.h"
#include "data/feature.h"
#include "data/text.h"

typedef struct RecnnRows RecnnRows;

/* time_unit: seconds of one unit of the times. */
RecnnRows *recnn__rows_new(const char *name, const char *source, double time_unit);
void recnn__rows_free(RecnnRows *rows); /* takes NULL */

/* The rows that follow are of this file (read until the next call or the end) and part (-1: there
 * are none), and have these columns, which are taken over. */
bool recnn__rows_begin(RecnnRows *rows, const RecnnText *text, RecnnColumns *columns, int part,
                       GError **error);
/* A row of columns->n fields. */
bool recnn__rows_add(RecnnRows *rows, const RecnnField *fields, GError **error);
/* All rows of the text that are left. */
bool recnn__rows_add_all(RecnnRows *rows, RecnnText *text, GError **error);

/* For tables of users and items, between the last row and the end. */
RecnnDataset *recnn__rows_peek(RecnnRows *rows);
RecnnDataset *recnn__rows_finish(RecnnRows *rows, GError **error); /* frees the rows */

/* The words of a list: "[a, b]", the words of which may be in quotes, or "a|b", or words separated
 * by blanks; with `words` only the last.  Calls `add` for each. */
typedef bool (*RecnnListAdd)(void *data, const char *word, size_t length, GError **error);
bool recnn__list_each(const RecnnField *field, bool words, RecnnListAdd add, void *data,
                      GError **error);

/* A field's value or values for an entity, by the feature's type.  An empty field is no value. */
bool recnn__feature_add(RecnnFeatureBuilder *builder, RecnnFeatureType type, bool words,
                        int32_t entity, const RecnnText *text, int32_t column, const char *name,
                        const RecnnField *field, GError **error);

#endif
