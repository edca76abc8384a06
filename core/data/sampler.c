/* Negatives that are none of the user's items, whatever distribution they come from.  Knows no
 * sampler by name. */
#include <string.h>

#include "base/error.h"
#include "base/rng.h"
#include "base/spec.h"
#include "data/quote-private.h"
#include "data/sampler.h"

extern const RecnnSamplerClass *const recnn__sampler_table[];

struct RecnnSampler {
  const RecnnSamplerClass *sampler_class;
  const RecnnPart *known;
  uint64_t seed;
  void *state;
};

/* A row's random numbers are those of TRIES + 1 counters in a row; the last is for the exact draw.
 */
enum { TRIES = 31 };

const RecnnSamplerClass *recnn_sampler_find(const char *name) {
  for (const RecnnSamplerClass *const *c = recnn__sampler_table; *c; c++)
    if (strcmp((*c)->name, name) == 0)
      return *c;
  return NULL;
}

const char **recnn_sampler_names(void) {
  GPtrArray *names = g_ptr_array_new();
  for (const RecnnSamplerClass *const *c = recnn__sampler_table; *c; c++)
    g_ptr_array_add(names, (gpointer)(*c)->name);
  g_ptr_array_add(names, NULL);
  return (const char **)g_ptr_array_free(names, FALSE);
}

static RecnnOptions *new_options(const RecnnSamplerClass *sampler_class, GError **error) {
  static const RecnnOption none[] = {{NULL, 0, NULL, NULL, NULL}};
  g_autofree char *owner = g_strdup_printf("sampler %s", sampler_class->name);
  return recnn_options_new(sampler_class->options ? sampler_class->options : none, owner, error);
}

/* Users without interactions are no rows to draw negatives for. */
static bool check_users(const RecnnPart *known, GError **error) {
  for (int64_t u = 0; u < known->rows.n_users; u++) {
    if (known->first[u + 1] - known->first[u] < known->rows.n_items)
      continue;
    const char *token =
        known->dataset ? recnn_id_map_token(known->dataset->users, (int32_t)u) : NULL;
    g_autofree char *quoted = token ? recnn__quote(token, strlen(token)) : NULL;
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "no negative item for user %s%s(index %" G_GINT64_FORMAT
                           "), who has all %" G_GINT64_FORMAT " items",
                           token ? quoted : "", token ? " " : "", u, known->rows.n_items);
  }
  return true;
}

RecnnSampler *recnn_sampler_new(const RecnnSamplerClass *sampler_class, const RecnnOptions *options,
                                const RecnnPart *known, uint64_t seed, GError **error) {
  if (!check_users(known, error))
    return NULL;
  RecnnOptions *own = NULL;
  if (!options && !(options = own = new_options(sampler_class, error)))
    return NULL;
  void *state = NULL;
  bool ok = !sampler_class->create || (state = sampler_class->create(known, options, error));
  recnn_options_free(own);
  if (!ok)
    return NULL;
  RecnnSampler *sampler = g_new(RecnnSampler, 1);
  *sampler = (RecnnSampler){sampler_class, known, seed, state};
  return sampler;
}

static const RecnnSamplerClass *find(const RecnnSpec *spec, GError **error) {
  const char *name = spec->items[0].name;
  if (spec->n_items > 1) {
    recnn_error_set(error, RECNN_ERROR_OPTION, "option sampler: %s and %s, expected one", name,
                    spec->items[1].name);
    return NULL;
  }
  const RecnnSamplerClass *sampler_class = recnn_sampler_find(name);
  if (!sampler_class) {
    g_autofree const char **names = recnn_sampler_names();
    g_autofree char *hint = recnn_suggest(name, names);
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "unknown sampler \"%s\"%s", name, hint);
  }
  return sampler_class;
}

RecnnSampler *recnn_sampler_new_from_text(const char *text, const RecnnPart *known, uint64_t seed,
                                          GError **error) {
  RecnnSpec *spec = recnn_spec_parse(text, "option sampler", error);
  const RecnnSamplerClass *sampler_class = spec ? find(spec, error) : NULL;
  RecnnOptions *options = sampler_class ? new_options(sampler_class, error) : NULL;
  RecnnSampler *sampler = NULL;
  if (options && recnn_spec_apply(&spec->items[0], options, error))
    sampler = recnn_sampler_new(sampler_class, options, known, seed, error);
  recnn_options_free(options);
  recnn_spec_free(spec);
  return sampler;
}

void recnn_sampler_free(RecnnSampler *sampler) {
  if (!sampler)
    return;
  if (sampler->sampler_class->destroy)
    sampler->sampler_class->destroy(sampler->state);
  g_free(sampler);
}

static bool contains(const int32_t *items, int64_t n, int32_t item) {
  int64_t low = 0, high = n;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (items[middle] < item)
      low = middle + 1;
    else
      high = middle;
  }
  return low < n && items[low] == item;
}

/* The item that has `rank` items before it that are none of `items`. */
static int32_t select_other(const int32_t *items, int64_t n, int64_t rank) {
  /* Before items[i] there are items[i] - i others. */
  int64_t low = 0, high = n;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (items[middle] - middle <= rank)
      low = middle + 1;
    else
      high = middle;
  }
  return (int32_t)(rank + low);
}

int32_t recnn_sampler_draw(const RecnnSampler *sampler, int32_t user, uint64_t epoch,
                           uint64_t row) {
  const RecnnPart *known = sampler->known;
  const int32_t *items = known->items + known->first[user];
  int64_t n = known->first[user + 1] - known->first[user];
  uint64_t stream = RECNN_STREAM(RECNN_STREAM_NEGATIVE, epoch);
  uint64_t counter = row * (TRIES + 1);
  for (int i = 0; i < TRIES; i++) {
    int32_t item = sampler->sampler_class->draw(sampler->state, known, user, sampler->seed, stream,
                                                counter + (uint64_t)i);
    if (!contains(items, n, item))
      return item;
  }
  uint32_t words[4];
  recnn_philox(sampler->seed, stream, counter + TRIES, words);
  uint64_t others = (uint64_t)(known->rows.n_items - n);
  return select_other(items, n, (int64_t)(words[0] * others >> 32));
}
