/* Queries: what a model is asked with, the fields that score_items() reads.  A row of the batch is
 * somebody with a history.  A group of fields is one file (query-*.c), found in the generated
 * registry by the mark that ends it: RECNN_QUERY(sequence) = {...};  Training on users and on
 * prefixes of their histories fills its fields the same way. */
#ifndef RECNN_CORE_DATA_QUERY_H
#define RECNN_CORE_DATA_QUERY_H

#include <glib.h>

#include "data/batch.h"
#include "data/history.h"
#include "data/inputs.h"

/* Who asks. */
typedef struct RecnnSubject {
  int64_t user;              /* 0 .. users-1; -1: nobody of the data */
  const int32_t *items;      /* what they did, in time order */
  const float *ratings;      /* of these; NULL: none */
  int64_t n;                 /* of them; may be 0 */
  const int32_t *conditions; /* told ones; NULL: the user's own */
  int64_t n_conditions;
  const int32_t *told; /* values of features (features.h); NULL: none are told */
} RecnnSubject;

/* A user with the history that there is of him. */
RecnnSubject recnn_subject_of(const RecnnHistory *history, int64_t user);

#define RECNN_QUERY(name) const RecnnQuery recnn__query_##name
typedef struct RecnnQuery {
  const char *name;
  const char *doc;
  const char *const *fields; /* that it fills, NULL at the end; no two queries share one */
  bool needs_history;
  /* Of how much of a history is known to answers: true, all that came before; false, what the model
   * was trained on. */
  bool recent;
  /* Adds the field to a batch with room for `capacity` subjects, who have at most `most` items
   * together. */
  bool (*prepare)(const char *field, RecnnBatch *batch, const RecnnInputs *inputs, int64_t capacity,
                  int64_t most, GError **error);
  /* Why the subject cannot be asked about; NULL: it can. */
  const char *(*refuses)(const RecnnSubject *subject);
  /* Fills rows 0 .. n-1 of the fields that the batch has.  A subject that refuses() has a fault
   * with gets any valid row. */
  void (*fill)(RecnnBatch *batch, const RecnnInputs *inputs, const RecnnSubject *subjects,
               int64_t n);
} RecnnQuery;

/* The query that fills a field, or NULL. */
const RecnnQuery *recnn_query_find(const char *field);

/* The queries that a set of fields takes, each once: at most RECNN_MAX_QUERIES. */
#define RECNN_MAX_QUERIES 8
typedef struct RecnnQuerySet {
  const char *const *fields;
  const RecnnQuery *queries[RECNN_MAX_QUERIES];
  int32_t n;
  bool needs_history;
  bool recent;
} RecnnQuerySet;

/* False when a field is none that can be asked with; `*ret_field` (may be NULL) is the first such.
 * `fields` must outlive the set; those in `except` (NULL at the end, or NULL) are left out. */
bool recnn_query_set_init(RecnnQuerySet *set, const char *const *fields, const char *const *except,
                          const char **ret_field);
bool recnn_query_set_prepare(const RecnnQuerySet *set, RecnnBatch *batch, const RecnnInputs *inputs,
                             int64_t capacity, int64_t most, GError **error);
const char *recnn_query_set_refuses(const RecnnQuerySet *set, const RecnnSubject *subject);
void recnn_query_set_fill(const RecnnQuerySet *set, RecnnBatch *batch, const RecnnInputs *inputs,
                          const RecnnSubject *subjects, int64_t n);

/* The last part whose interactions an answer about part `part` of a split may use, plus 1: what was
 * before it for the recent, train for the others. */
int recnn_query_set_parts(const RecnnQuerySet *set, int part);

#endif
