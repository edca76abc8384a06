/* Negative items: for a user, items that the user is not known (from the training part) to have
 * touched.  A draw is a pure function of (seed, epoch, row), so it does not depend on threads. */
#ifndef RECNN_CORE_DATA_SAMPLER_H
#define RECNN_CORE_DATA_SAMPLER_H

#include <glib.h>

#include <recnn/kind/sampler.h>

#include "base/options.h"
#include "data/split.h"

typedef struct RecnnSampler RecnnSampler;

/* One sampler, one file (sampler-*.c), found in the generated registry by the mark that ends it:
 *   RECNN_SAMPLER(uniform) = {...}; */
#define RECNN_SAMPLER(name) const RecnnSamplerClass recnn__sampler_##name

const RecnnSamplerClass *recnn_sampler_find(const char *name); /* or NULL */
/* The same, but loads the plugin of that name for one that is not known. */
const RecnnSamplerClass *recnn_sampler_ask(const char *name, GError **error);
/* Whether a plugin's can be added, and its adding, which does not fail after that. */
bool recnn_sampler_check(const RecnnSamplerClass *sampler_class, GError **error);
void recnn_sampler_register(const RecnnSamplerClass *sampler_class);
const char **recnn_sampler_names(void); /* sorted, NULL at the end; caller frees the array */

/* `known` must outlive the sampler; `options` are the class's, NULL for the defaults.  Fails,
 * naming the user, when a user of `known` has touched every item and no negative exists. */
RecnnSampler *recnn_sampler_new(const RecnnSamplerClass *sampler_class, const RecnnOptions *options,
                                const RecnnPart *known, uint64_t seed, GError **error);
/* The same by a text: a name, and options behind it, such as "popularity alpha=0.75". */
RecnnSampler *recnn_sampler_new_from_text(const char *text, const RecnnPart *known, uint64_t seed,
                                          GError **error);
void recnn_sampler_free(RecnnSampler *sampler); /* takes NULL */
/* One draw as it comes, positive or not: try number `i` (0 .. RECNN_SAMPLER_TRIES-1) of a row. */
int32_t recnn_sampler_try(const RecnnSampler *sampler, int32_t user, int32_t item, uint64_t epoch,
                          uint64_t row, int i);
/* The negative of row `row` in epoch `epoch`, for the interaction with `item` (-1: none in
 * particular): drawn until it is none of the user's items; where that takes too long (a user who
 * knows nearly all), uniformly from the items that are left. */
int32_t recnn_sampler_draw(const RecnnSampler *sampler, int32_t user, int32_t item, uint64_t epoch,
                           uint64_t row);

#endif
