/* The categorical fields of click models: which columns of the data they are made of, how many
 * values each has, and the values of an example.  An example is a user, an item and, for features
 * of interactions, a row of the data set.
 *
 * A column becomes these fields:
 *   user, item   one: the index; behind the last, one for somebody who is not in the data
 *   token        one: the token's index; behind the last, one for no value
 *   float        one: the bucket, of buckets that have as many entities each as ties allow; behind
 *                the last, one for no value
 *   token_seq    one for each token: 1 where the entity has it, else 0 */
#ifndef RECNN_CORE_DATA_FEATURES_H
#define RECNN_CORE_DATA_FEATURES_H

#include <glib.h>

#include "data/dataset.h"

#define RECNN_MAX_FEATURES 256 /* fields */

typedef enum { RECNN_OF_USER, RECNN_OF_ITEM, RECNN_OF_INTERACTION } RecnnFeatureOf;

typedef struct RecnnFeatureField {
  const char *name; /* "user", "age"; of the column */
  RecnnFeatureOf of;
  const RecnnFeatureColumn *column; /* NULL: the index of the user or item itself */
  int32_t token;                    /* of a token_seq's: which one; otherwise -1 */
  int32_t size;                     /* values are 0 .. size-1 */
  float *edges; /* of a float's: bucket b has what is above edges[b-1] and up to edges[b] */
  int32_t n_edges;
} RecnnFeatureField;

typedef struct RecnnFeatures {
  int32_t n;
  RecnnFeatureField *fields;
  bool of_interactions; /* there are some of interactions */
} RecnnFeatures;

/* `names`: columns, separated by commas: "user", "item", or the name of a feature, with "user.",
 * "item." or "interaction." before it where more than one of these has it.  "auto": user, item and
 * the token features of interactions, or where there are none, of users and items.  `n_buckets`:
 * of a float, at most.  The dataset must outlive the result. */
RecnnFeatures *recnn_features_new(const RecnnDataset *dataset, const char *names, int64_t n_buckets,
                                  GError **error);
void recnn_features_free(RecnnFeatures *features); /* takes NULL */

/* What is told about somebody, in place of what the data has: one value a field, -1 where nothing
 * is told. */
#define RECNN_NOT_TOLD (-1)
/* Sets what is told of one column: tokens, each with its length; none, or "" alone: no value.
 * Features of items are the candidates' own and cannot be told. */
bool recnn_features_tell(const RecnnFeatures *features, const char *name, const char *const *tokens,
                         const size_t *lengths, int64_t n, int32_t *told, GError **error);
/* The columns that answers about somebody need and nobody has told, as "a, b"; NULL: none.
 * `user` is -1 for somebody who is not in the data, `told` NULL where nothing is told.  Caller
 * frees. */
char *recnn_features_missing(const RecnnFeatures *features, int64_t user, const int32_t *told);

/* The fields' values for an example, n of them.  user -1: not in the data; row -1: none.  What is
 * neither told nor known has no value. */
void recnn_features_fill(const RecnnFeatures *features, int64_t user, int64_t item, int64_t row,
                         const int32_t *told, int64_t *ret_values);

#endif
