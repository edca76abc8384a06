/* A data set: interactions as columns, the id maps of users and items, and feature columns of
 * users, items and interactions. */
#ifndef RECNN_CORE_DATA_DATASET_H
#define RECNN_CORE_DATA_DATASET_H

#include <glib.h>

#include "base/options.h"
#include "data/candidates.h"
#include "data/idmap.h"

/* The parts that a data set is cut into, or came in. */
enum { RECNN_TRAIN = 0, RECNN_VALID = 1, RECNN_TEST = 2, RECNN_N_PARTS = 3 };

/* A feature of users, items or interactions (the entities): one value or list of values an entity,
 * at the entity's index. */
typedef enum {
  RECNN_FEATURE_TOKEN,
  RECNN_FEATURE_TOKEN_SEQ,
  RECNN_FEATURE_FLOAT,
  RECNN_FEATURE_FLOAT_SEQ
} RecnnFeatureType;

typedef struct RecnnFeatureColumn {
  char *name;
  RecnnFeatureType type;
  int32_t n_entities;
  RecnnIdMap *tokens; /* TOKEN types: the words; NULL otherwise */
  /* Entity e's values are number first[e] .. first[e+1]-1 of `values` (FLOAT types) or `ids` (TOKEN
   * types).  An entity without a row has none. */
  int64_t *first;
  int32_t *ids;
  float *values;
} RecnnFeatureColumn;

typedef struct RecnnDataset {
  char *name;   /* "ml-100k" */
  char *source; /* the path it was read from, or "generated" */
  char *filter; /* what it was filtered by; NULL: by nothing */
  RecnnIdMap *users;
  RecnnIdMap *items;
  int64_t n; /* interactions, in file order */
  int32_t *user;
  int32_t *item;
  float *rating;            /* NULL: the data has none */
  double *timestamp;        /* NULL: the data has none; seconds */
  float *label;             /* NULL: the data has none; 1 or 0: the item was clicked or not */
  uint8_t *given_part;      /* NULL: the data is in one piece; RECNN_TRAIN, _VALID or _TEST */
  bool ordered;             /* a user's interactions are in the order of time, timestamps or not */
  GPtrArray *user_features; /* RecnnFeatureColumn */
  GPtrArray *item_features;
  GPtrArray *interaction_features; /* of `n` entities, the interactions */
  RecnnCandidates *candidates;     /* NULL: the data has none */
  gint ref_count;
} RecnnDataset;

/* Reads `path`: a folder that holds NAME.inter [NAME.user NAME.item] or u.data [u.user u.item], or
 * one of these files, which stands for the data set it belongs to.  `format` names a reader, NULL
 * lets every reader look at the path and say whether it is its own. */
RecnnDataset *recnn_dataset_read(const char *path, const char *format, GError **error);
RecnnDataset *recnn_dataset_ref(RecnnDataset *dataset);
RecnnDataset *recnn_dataset_unref(RecnnDataset *dataset); /* takes NULL, returns NULL */

int32_t recnn_dataset_n_users(const RecnnDataset *dataset);
int32_t recnn_dataset_n_items(const RecnnDataset *dataset);

/* For readers and generators: an empty data set, rows added one by one, and the end, which trims
 * and checks.  A data set has ratings (timestamps, labels, parts) in all rows or none; numbers are
 * finite, labels 0 or 1. */
typedef struct RecnnDatasetBuilder RecnnDatasetBuilder;
RecnnDatasetBuilder *recnn_dataset_builder_new(const char *name, const char *source,
                                               bool has_rating, bool has_timestamp);
bool recnn_dataset_builder_add(RecnnDatasetBuilder *builder, const char *user, size_t user_length,
                               const char *item, size_t item_length, float rating, double timestamp,
                               GError **error);
/* The part and the label of the rows that are added from now on.  The first call comes before the
 * first row: it makes the column. */
void recnn_dataset_builder_set_part(RecnnDatasetBuilder *builder, int part);
void recnn_dataset_builder_set_label(RecnnDatasetBuilder *builder, float label);
/* The data set under construction: its id maps, to add entities without interactions to; its
 * features, which are added when all entities are known; `ordered`; `candidates`. */
RecnnDataset *recnn_dataset_builder_peek(RecnnDatasetBuilder *builder);
/* Frees the builder, in failure too.  A data set without interactions is an error. */
RecnnDataset *recnn_dataset_builder_finish(RecnnDatasetBuilder *builder, GError **error);
void recnn_dataset_builder_free(RecnnDatasetBuilder *builder); /* takes NULL */

/* Writes FOLDER/NAME.inter, or where the data came in parts NAME.train.inter and so on, .user and
 * .item as atomic files, each all or nothing; makes the folder when it is missing.  Reading them
 * gives the same data set, to the last bit of every number, but that interactions are in the order
 * of the parts, that `ordered` has to be said, and that an empty list of candidates is none.
 * Tokens and names that atomic files cannot hold (empty, or with a tab or a line's end in them, or
 * with a space in a token_seq) are an error. */
bool recnn_dataset_write_atomic(const RecnnDataset *dataset, const char *folder, GError **error);

#endif
