/* The steps of generating data: the world (who and what there is), the events (who touches what
 * when, and how they rate it), the features (what can be seen of the world).
 *
 * Whatever reaches the data is computed with whole numbers and with + - * / sqrt in double, which
 * IEEE 754 rounds the same way everywhere; log, exp and their like differ between C libraries. */
#ifndef RECNN_CORE_DATA_SYNTHETIC_PRIVATE_H
#define RECNN_CORE_DATA_SYNTHETIC_PRIVATE_H

#include "base/rng.h"
#include "data/synthetic.h"

enum { RECNN_TASTE = 6 }; /* dimensions of taste inside of groups */

typedef struct RecnnSyntheticItem {
  int32_t group;
  int32_t second; /* another group it appeals to; -1: none */
  double weight;  /* share of popularity, the same for all time */
  double release; /* -1 .. 1, in lengths of the time line, which begins at 0 */
  double quality; /* what everybody's ratings have in common */
  double taste[RECNN_TASTE];
} RecnnSyntheticItem;

typedef struct RecnnSyntheticUser {
  int32_t first, later, side; /* groups: interest moves from the first to a later one */
  int32_t n;                  /* interactions */
  double begin, span;         /* on the time line, 0 .. 1 */
  double mood;                /* what all ratings of the user have in common */
  double taste[RECNN_TASTE];
} RecnnSyntheticUser;

/* Items by group, with the sums of their weights, to draw from. */
typedef struct RecnnSyntheticGroups {
  int64_t *first; /* group g's entries are first[g] .. first[g+1]-1; group n_groups: all items */
  int32_t *items;
  double *sums; /* up to and with each entry, from 0 in each group */
} RecnnSyntheticGroups;

typedef struct RecnnSyntheticWorld {
  int32_t n_users, n_items, n_groups;
  double per_user, drift, noise;
  uint64_t seed;
  RecnnSyntheticUser *users;
  RecnnSyntheticItem *items;
  RecnnSyntheticGroups groups;
} RecnnSyntheticWorld;

bool recnn__synthetic_world_make(RecnnSyntheticWorld *world, GError **error);
void recnn__synthetic_world_clear(RecnnSyntheticWorld *world);

/* Adds all interactions, in the order of time. */
bool recnn__synthetic_events(const RecnnSyntheticWorld *world, RecnnDatasetBuilder *builder,
                             GError **error);

/* Adds users and items without interactions, and the features of all. */
bool recnn__synthetic_features(const RecnnSyntheticWorld *world, RecnnDataset *dataset,
                               GError **error);

/* Streams: one for each step and entity. */
typedef enum {
  RECNN_SYNTHETIC_ITEM,
  RECNN_SYNTHETIC_USER,
  RECNN_SYNTHETIC_EVENTS,
  RECNN_SYNTHETIC_ITEM_FEATURES,
  RECNN_SYNTHETIC_USER_FEATURES
} RecnnSyntheticStep;
RecnnRng recnn__synthetic_rng(const RecnnSyntheticWorld *world, RecnnSyntheticStep step,
                              int32_t entity);

/* About standard normal: a sum of twelve uniform numbers. */
double recnn__synthetic_normal(RecnnRng *rng);
/* From 0 to 1, a half at 0: an S that needs no exp. */
double recnn__synthetic_sigmoid(double x);
/* How much the item is to the user's taste: about standard normal. */
double recnn__synthetic_affinity(const RecnnSyntheticUser *user, const RecnnSyntheticItem *item);

/* What users and items are called in the data: "u17", "i4". */
enum { RECNN_SYNTHETIC_TOKEN = 16 };
size_t recnn__synthetic_token(char token[RECNN_SYNTHETIC_TOKEN], char kind, int32_t entity);

#endif
