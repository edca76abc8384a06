/* The loader: turns a training part into batches on a thread of its own, a few ahead.  How a batch
 * is made is one file for each way (maker-*.c): the fields a model asks for select it. */
#ifndef RECNN_CORE_DATA_LOADER_H
#define RECNN_CORE_DATA_LOADER_H

#include <glib.h>

#include "data/batch.h"
#include "data/sampler.h"
#include "data/split.h"

typedef struct RecnnLoaderSettings {
  int64_t batch_size; /* rows */
  bool shuffle;       /* a new order every epoch; otherwise the part's own */
  bool no_single_row; /* a last batch of one row is joined to the one before (batch norm) */
  uint64_t seed;
  const char *sampler; /* NULL: "uniform" */
} RecnnLoaderSettings;

/* A way of making batches, one file each (maker-*.c), found in the generated registry by the mark
 * that ends it: RECNN_MAKER(rating) = {...}; */
#define RECNN_MAKER(name) const RecnnMaker recnn__maker_##name
typedef struct RecnnMaker {
  const char *name; /* "rating", "pairwise" */
  const char *doc;
  const char *const *fields;                            /* that it fills, NULL at the end */
  bool (*check)(const RecnnPart *part, GError **error); /* the data suits it; NULL: any does */
  /* Adds the fields to an empty batch. */
  bool (*prepare)(RecnnBatch *batch, int64_t capacity, GError **error);
  /* Fills rows 0 .. n-1 from the interactions `rows[0 .. n-1]` of `part`.  What is random depends
   * on the interaction and the epoch, never on the place in a batch.  Loader's thread. */
  void (*fill)(RecnnBatch *batch, const RecnnPart *part, const RecnnSampler *sampler,
               const int64_t *rows, int64_t n, uint64_t epoch);
  bool needs_sampler;
} RecnnMaker;

const char **recnn_maker_names(void); /* sorted, NULL at the end; caller frees the array */
/* The maker that offers every field asked for, and the fewest besides (the first by name, if there
 * are several).  `fields` ends with NULL; the error names the fields that no maker offers. */
const RecnnMaker *recnn_maker_find(const char *const *fields, GError **error);

typedef struct RecnnLoader RecnnLoader;

/* `part` must outlive the loader and have at least one row.  All memory is allocated here. */
RecnnLoader *recnn_loader_new(const RecnnPart *part, const char *const *fields,
                              const RecnnLoaderSettings *settings, GError **error);
void recnn_loader_free(RecnnLoader *loader); /* takes NULL; stops the thread */

int64_t recnn_loader_batches(const RecnnLoader *loader); /* an epoch has */
int64_t recnn_loader_rows(const RecnnLoader *loader);

/* Starts epoch `epoch` (0, 1, ...); any unfinished one is dropped. */
void recnn_loader_start(RecnnLoader *loader, uint64_t epoch);
/* The next batch, valid until the next call; NULL at the end of the epoch.  Waits for the thread.
 */
const RecnnBatch *recnn_loader_next(RecnnLoader *loader);

#endif
