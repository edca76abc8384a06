/* Tables and queries of a SQLite file, as rows of text. */
#ifndef RECNN_CORE_DATA_SQLITE_PRIVATE_H
#define RECNN_CORE_DATA_SQLITE_PRIVATE_H

#include "data/text.h"

typedef struct RecnnSqlite RecnnSqlite;

/* Opens a file for reading; closed with recnn__sqlite_close. */
RecnnSqlite *recnn__sqlite_open(const char *path, GError **error);
void recnn__sqlite_close(RecnnSqlite *db); /* takes NULL */
/* The file's only table (or view); NULL with an error that lists them.  Caller frees. */
char *recnn__sqlite_only_table(RecnnSqlite *db, GError **error);

typedef struct RecnnSqliteRows RecnnSqliteRows;

/* The rows of a table (or view), or where that is NULL, of a query. */
RecnnSqliteRows *recnn__sqlite_rows(RecnnSqlite *db, const char *table, const char *query,
                                    GError **error);
void recnn__sqlite_rows_free(RecnnSqliteRows *rows); /* takes NULL */
const char *const *recnn__sqlite_names(const RecnnSqliteRows *rows, int32_t *ret_n);
/* For errors: its line is the number of the row. */
const RecnnText *recnn__sqlite_text(const RecnnSqliteRows *rows);
/* The next row, valid until the one after; false at the end and on an error, as recnn_text_next.
 * NULL is an empty field, numbers are text that reads back to the same number. */
bool recnn__sqlite_next(RecnnSqliteRows *rows, const RecnnField **ret_fields, GError **error);

#endif
