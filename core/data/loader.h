/* The loader: turns a training part into batches on a thread of its own, a few ahead.  How a batch
 * is made is one file for each way (maker.h): the fields a model asks for select it. */
#ifndef RECNN_CORE_DATA_LOADER_H
#define RECNN_CORE_DATA_LOADER_H

#include <glib.h>

#include "data/batch.h"
#include "data/inputs.h"
#include "data/sampler.h"
#include "data/split.h"

typedef struct RecnnLoaderSettings {
  int64_t batch_size; /* rows; what a row is, the maker says (maker.h) */
  bool shuffle;       /* a new order every epoch; otherwise the part's own */
  bool no_single_row; /* a last batch of one row is joined to the one before (batch norm) */
  uint64_t seed;
  const char *sampler; /* as for recnn_sampler_new_from_text; NULL: "uniform" */
  /* For fields of negative items: how many an interaction has in an epoch, each in a row of its
   * own (0: 1); and from how many each is to be picked by whoever takes the batch, who finds them
   * in "neg_candidates" int64 (B, candidates) and the first of them in "neg_item" (0 and 1: there
   * is no such field). */
  int64_t negatives;
  int64_t candidates;
  /* How fields are made, for those that are more than a column of the data; NULL: the defaults. */
  const RecnnInputs *inputs;
  /* For measuring on a part that comes behind others: so many parts before `part`, in the split's
   * array, are known.  Histories are those of the parts before, and their interactions are no
   * negatives. */
  int n_before;
} RecnnLoaderSettings;

typedef struct RecnnLoader RecnnLoader;

/* `part` and the settings' inputs must outlive the loader; something must follow from the part. All
 * memory is allocated here. */
RecnnLoader *recnn_loader_new(const RecnnPart *part, const char *const *fields,
                              const RecnnLoaderSettings *settings, GError **error);
void recnn_loader_free(RecnnLoader *loader); /* takes NULL; stops the thread */

int64_t recnn_loader_batches(const RecnnLoader *loader); /* an epoch has */
int64_t recnn_loader_rows(const RecnnLoader *loader);

/* Starts epoch `epoch` (0, 1, ...); any unfinished one is dropped. */
void recnn_loader_start(RecnnLoader *loader, uint64_t epoch);
/* The same from batch number `batch` on (0: the first; at the number of batches: at the end), as if
 * those before it had been taken. */
void recnn_loader_start_at(RecnnLoader *loader, uint64_t epoch, int64_t batch);
/* The next batch, valid until the next call and until then the caller's, who may write to its
 * fields; NULL at the end of the epoch.  Waits for the thread. */
RecnnBatch *recnn_loader_next(RecnnLoader *loader);

#endif
