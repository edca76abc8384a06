/* Negative items: for a user, items that the user is not known (from the training part) to have
 * touched.  A draw is a pure function of (seed, epoch, row), so it does not depend on threads. */
#ifndef RECNN_CORE_DATA_SAMPLER_H
#define RECNN_CORE_DATA_SAMPLER_H

#include <glib.h>

#include "base/options.h"
#include "data/split.h"

typedef struct RecnnSampler RecnnSampler;

/* One sampler, one file (sampler-*.c), found in the generated registry by the mark that ends it:
 *   RECNN_SAMPLER(uniform) = {...}; */
#define RECNN_SAMPLER(name) const RecnnSamplerClass recnn__sampler_##name
typedef struct RecnnSamplerClass {
  const char *name; /* "uniform" */
  const char *doc;
  const RecnnOption *options; /* ends with a NULL name; NULL: none */
  /* State for a part; NULL with an error on failure.  Both members are NULL when it needs none. */
  void *(*create)(const RecnnPart *part, const RecnnOptions *options, GError **error);
  void (*destroy)(void *state);
  /* One draw for `user` from the random numbers of (seed, stream, counter).  May be any item: the
   * caller rejects positives.  Any thread. */
  int32_t (*draw)(const void *state, const RecnnPart *part, int32_t user, uint64_t seed,
                  uint64_t stream, uint64_t counter);
} RecnnSamplerClass;

const RecnnSamplerClass *recnn_sampler_find(const char *name); /* or NULL */
const char **recnn_sampler_names(void); /* sorted, NULL at the end; caller frees the array */

/* `known` must outlive the sampler; `options` are the class's, NULL for the defaults.  Fails,
 * naming the user, when a user of `known` has touched every item and no negative exists. */
RecnnSampler *recnn_sampler_new(const RecnnSamplerClass *sampler_class, const RecnnOptions *options,
                                const RecnnPart *known, uint64_t seed, GError **error);
/* The same by a text: a name, and options behind it, such as "popularity alpha=0.75". */
RecnnSampler *recnn_sampler_new_from_text(const char *text, const RecnnPart *known, uint64_t seed,
                                          GError **error);
void recnn_sampler_free(RecnnSampler *sampler); /* takes NULL */
/* The negative of row `row` in epoch `epoch`: drawn until it is none of the user's items; where
 * that takes too long (a user who knows nearly all), uniformly from the items that are left. */
int32_t recnn_sampler_draw(const RecnnSampler *sampler, int32_t user, uint64_t epoch, uint64_t row);

#endif
