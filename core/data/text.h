/* Delimited text, line by line: what all text formats share.  Decompresses gzip and zstd, strips a
 * UTF-8 byte-order mark, takes LF and CRLF, turns lines that are not UTF-8 from Latin-1 into UTF-8,
 * refuses NUL bytes, UTF-16 and lines of more than 16 MiB, and knows file, line and column for
 * error texts. */
#ifndef RECNN_CORE_DATA_TEXT_H
#define RECNN_CORE_DATA_TEXT_H

#include <glib.h>

#include <recnn/service/dataset.h> /* RecnnField, RecnnText */

#define RECNN_TEXT_MAX_LINE ((size_t)16 << 20) /* bytes */

/* How lines are cut into fields; they are UTF-8. */
typedef struct RecnnTextForm {
  /* What is between two fields, of one byte or more; " ": any number of spaces and tabs, which do
   * not count at the ends of a line; "": a line is one field. */
  const char *delimiter;
  /* A field that begins with a double quote ends with one, and may hold delimiters, line ends, and
   * quotes that are doubled, as RFC 4180 has it. */
  bool quotes;
} RecnnTextForm;

RecnnText *recnn_text_new(const char *path, const RecnnTextForm *form, GError **error);
/* With one byte between fields, and without quotes. */
RecnnText *recnn_text_open(const char *path, char delimiter, GError **error);
void recnn_text_close(RecnnText *text); /* takes NULL */

/* The next line's fields.  Empty lines are passed over.  Returns false at the end and on an error
 * (then *error is set: `error` must not be NULL). */
bool recnn_text_next(RecnnText *text, const RecnnField **ret_fields, int32_t *ret_n,
                     GError **error);
int64_t recnn_text_line(const RecnnText *text); /* of the last fields, from 1; 0 before the first */
const char *recnn_text_path(const RecnnText *text);

/* For rows that come from elsewhere, such as a database, but are checked as a file's are: has no
 * lines of its own; `path` and the number of the row go into errors. */
RecnnText *recnn_text_of_rows(const char *path);
void recnn_text_set_line(RecnnText *text, int64_t row);

/* "PATH:LINE", or "PATH" before the first line.  Caller frees. */
char *recnn_text_place(const RecnnText *text);

/* Sets an error "PATH:LINE: column N (NAME): VALUE: expected EXPECTED", where columns count from 1;
 * long and unprintable values are shortened and escaped.  `name` may be NULL; without a field the
 * value is "missing".  Returns false. */
bool recnn_text_fail(const RecnnText *text, int32_t column, const char *name,
                     const RecnnField *field, const char *expected, GError **error);

/* That a line has exactly the fields of `names`. */
bool recnn_text_count(const RecnnText *text, const RecnnField *fields, int32_t n,
                      const char *const *names, int32_t n_names, GError **error);

/* Parse one field with such an error.  A number must be finite, also as a float. */
bool recnn_text_float(const RecnnText *text, int32_t column, const char *name,
                      const RecnnField *field, float *ret_value, GError **error);
/* A timestamp: seconds from -1e11 to 1e11 (about the years -1200 to 5138). */
bool recnn_text_time(const RecnnText *text, int32_t column, const char *name,
                     const RecnnField *field, double *ret_value, GError **error);
/* A token: any text that is not empty. */
bool recnn_text_token(const RecnnText *text, int32_t column, const char *name,
                      const RecnnField *field, GError **error);

#endif
