/* The service "recnn.dataset/1": how a format reads: lines of text in, interactions and features
 * out.  Files may be packed (.gz, .zst); lines are checked and made UTF-8, and errors name file,
 * line and column.
 *
 * All of it belongs to one reading: the thread and the call of recognise() or read() that got it.
 * Errors stick: the first failing call is remembered with its text, later ones do nothing and
 * return false, NULL or -1, so that a reader checks where it likes; the reading fails then,
 * whatever read() returns.  Texts are copied. */
#ifndef RECNN_SERVICE_DATASET_H
#define RECNN_SERVICE_DATASET_H

#include <recnn/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RecnnReading RecnnReading;
typedef struct RecnnText RecnnText; /* a file that is read; closed with the reading at the latest */

/* A field of a line; not terminated, valid until the next line. */
typedef struct RecnnField {
  const char *text;
  size_t length;
} RecnnField;

/* How lines are cut into fields. */
#define RECNN_TEXT_QUOTES 1u /* a field may be in double quotes, as RFC 4180 has it */

/* What all interactions have besides a user and an item. */
#define RECNN_DATASET_RATING 1u
#define RECNN_DATASET_TIMESTAMP 2u
#define RECNN_DATASET_LABEL 4u
#define RECNN_DATASET_PART 8u
/* A user's interactions come in the order of time, whether there are timestamps or not. */
#define RECNN_DATASET_ORDERED 16u

#define RECNN_PART_TRAIN 0
#define RECNN_PART_VALID 1
#define RECNN_PART_TEST 2

typedef struct RecnnRow {
  size_t struct_size;
  RecnnField user; /* tokens: any text that is not empty */
  RecnnField item;
  float rating;     /* finite */
  float label;      /* 0 or 1 */
  double timestamp; /* seconds, from -1e11 to 1e11 */
  int32_t part;     /* RECNN_PART_* */
  uint32_t reserved;
} RecnnRow;

/* What a feature belongs to, and what it is: one value or a list of them for each. */
#define RECNN_FEATURE_OF_USER 0
#define RECNN_FEATURE_OF_ITEM 1
#define RECNN_FEATURE_OF_INTERACTION 2
#define RECNN_FEATURE_TYPE_TOKEN 0
#define RECNN_FEATURE_TYPE_TOKEN_SEQ 1
#define RECNN_FEATURE_TYPE_FLOAT 2
#define RECNN_FEATURE_TYPE_FLOAT_SEQ 3

#define RECNN_DATASET_SERVICE "recnn.dataset/1"
typedef struct RecnnDatasetApi {
  size_t struct_size;
  /* Opens a file.  `delimiter` is what is between two fields, of one byte or more; " ": any number
   * of blanks and tabs; NULL: a line is one field.  `flags`: RECNN_TEXT_*. */
  RecnnText *(*open)(RecnnReading *reading, const char *path, const char *delimiter,
                     uint32_t flags);
  /* The next line that is not empty; false at the end, and after a failure. */
  bool (*next)(RecnnReading *reading, RecnnText *text, const RecnnField **ret_fields,
               int32_t *ret_n);
  void (*close)(RecnnReading *reading, RecnnText *text); /* takes NULL */
  /* The number in a field of the last line, which must be finite; columns count from 1, `name` is
   * for the error. */
  bool (*number)(RecnnReading *reading, RecnnText *text, int32_t column, const char *name,
                 double *ret_value);
  /* Fails with "PATH:LINE: column N (NAME): VALUE: expected EXPECTED".  Column 0: the line as such.
   * `text` NULL: the path that is read.  Returns false, for `return fail (...)`. */
  bool (*fail)(RecnnReading *reading, RecnnText *text, int32_t column, const char *name,
               const char *expected);
  /* Says once, before the first row, what rows have: RECNN_DATASET_*. */
  bool (*columns)(RecnnReading *reading, uint32_t flags);
  /* Adds an interaction.  `text` (may be NULL) is what it comes from, for errors.  Returns its
   * number, from 0; -1 after a failure. */
  int64_t (*add)(RecnnReading *reading, RecnnText *text, const RecnnRow *row);
  /* The index of a user or item (`of`), which is added when it is new. */
  int32_t (*entity)(RecnnReading *reading, int32_t of, const char *token, size_t length);
  /* A feature, to be given values: its number, or -1. */
  int32_t (*feature)(RecnnReading *reading, int32_t of, int32_t type, const char *name);
  /* A value, in any order of entities: the index of a user or item, the number of an interaction.
   * An entity has one value at the most, in a list any number. */
  bool (*token)(RecnnReading *reading, int32_t feature, int64_t entity, const char *token,
                size_t length);
  bool (*value)(RecnnReading *reading, int32_t feature, int64_t entity, float value);
  /* The number that all of `text` is, as C and JSON write it, whatever the locale is; false: it is
   * none, or is not finite.  No part of the reading: any thread, and nothing is remembered. */
  bool (*parse)(const char *text, size_t length, double *ret_value);
} RecnnDatasetApi;

#ifdef __cplusplus
}
#endif

#endif
