/* Makers: ways of making training batches, one file each (maker-*.c), found in the generated
 * registry by the mark that ends it: RECNN_MAKER(rating) = {...};  The loader calls them on its
 * thread. */
#ifndef RECNN_CORE_DATA_MAKER_H
#define RECNN_CORE_DATA_MAKER_H

#include <glib.h>

#include "data/batch.h"
#include "data/inputs.h"
#include "data/sampler.h"
#include "data/split.h"

/* What a maker works with. */
typedef struct RecnnMaking {
  const RecnnPart *part;
  const RecnnInputs *inputs;   /* NULL for a maker with needs_inputs false only */
  const char *const *wanted;   /* the fields asked for, NULL at the end */
  const RecnnSampler *sampler; /* of a maker that needs one */
  int n_before;                /* parts before `part` that hold the histories; 0: `part` does */
  int64_t negatives;           /* rows of each interaction, at least 1; with a sampler */
  int64_t candidates;          /* for each negative, at least 1 */
  void *state;                 /* what open() made */
} RecnnMaking;

#define RECNN_MAKER(name) const RecnnMaker recnn__maker_##name
typedef struct RecnnMaker {
  const char *name; /* "rating", "pairwise" */
  const char *doc;
  const char *const *fields; /* that it fills, NULL at the end */
  bool needs_sampler;
  bool needs_inputs; /* the part has a data set, then */
  /* The data suits it; NULL: any does. */
  bool (*check)(const RecnnMaking *making, GError **error);
  /* Makes making->state and tells how many rows there are (none is the caller's error).  NULL: a
   * row is an interaction of the part. */
  bool (*open)(RecnnMaking *making, int64_t *ret_rows, GError **error);
  void (*close)(void *state); /* NULL: there is nothing to free */
  const char *unit;           /* what a row is, for texts; NULL: "interaction" */
  /* Adds the fields to an empty batch. */
  bool (*prepare)(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity, GError **error);
  /* Fills rows 0 .. n-1 of the batch from the maker's rows `rows[0 .. n-1]`.  What is random
   * depends on the row and the epoch, never on the place in a batch. */
  void (*fill)(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
               uint64_t epoch);
} RecnnMaker;

const char **recnn_maker_names(void); /* sorted, NULL at the end; caller frees the array */
/* The maker that offers every field asked for, and the fewest besides (the first by name, if there
 * are several).  `fields` ends with NULL; the error names the fields that no maker offers. */
const RecnnMaker *recnn_maker_find(const char *const *fields, GError **error);

#endif
