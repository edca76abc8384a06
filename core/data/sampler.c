/* Negatives that are none of the user's items, whatever distribution they come from.  Knows no
 * sampler by name. */
#include <string.h>

#include "base/error.h"
#include "base/rng.h"
#include "base/spec.h"
#include "data/quote-private.h"
#include "data/sampler.h"

struct RecnnSampler {
  const RecnnSamplerClass *sampler_class;
  const RecnnPart *part;
  RecnnKnown known; /* the part, as the class sees it */
  uint64_t seed;
  void *state;
};

/* A row's random numbers are those of TRIES + 1 counters in a row; the last is for the exact draw.
 */
enum { TRIES = RECNN_SAMPLER_TRIES };

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

static bool create(RecnnSampler *sampler, const RecnnOptions *options, GError **error) {
  const RecnnSamplerClass *class = sampler->sampler_class;
  RecnnError why = RECNN_ERROR_INIT;
  if (!class->create)
    return true;
  RecnnStatus status =
      class->create(&sampler->known, recnn_options_values(options), &sampler->state, &why);
  if (status == RECNN_OK)
    return true;
  g_autofree char *where = g_strdup_printf("sampler %s", class->name);
  return recnn_error_from_plugin(error, status, &why, where);
}

RecnnSampler *recnn_sampler_new(const RecnnSamplerClass *sampler_class, const RecnnOptions *options,
                                const RecnnPart *known, uint64_t seed, GError **error) {
  if (!check_users(known, error))
    return NULL;
  RecnnOptions *own = NULL;
  if (!options && !(options = own = new_options(sampler_class, error)))
    return NULL;
  RecnnSampler *sampler = g_new0(RecnnSampler, 1);
  *sampler = (RecnnSampler){
      .sampler_class = sampler_class,
      .part = known,
      .known = {sizeof(RecnnKnown), &known->rows, known->first, known->items},
      .seed = seed,
  };
  bool ok = create(sampler, options, error);
  recnn_options_free(own);
  if (ok)
    return sampler;
  g_free(sampler);
  return NULL;
}

static const RecnnSamplerClass *find(const RecnnSpec *spec, GError **error) {
  const char *name = spec->items[0].name;
  if (spec->n_items == 1)
    return recnn_sampler_ask(name, error);
  recnn_error_set(error, RECNN_ERROR_OPTION, "option sampler: %s and %s, expected one", name,
                  spec->items[1].name);
  return NULL;
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

int32_t recnn_sampler_try(const RecnnSampler *sampler, int32_t user, int32_t item, uint64_t epoch,
                          uint64_t row, int i) {
  RecnnDraw draw = {.struct_size = sizeof draw,
                    .known = &sampler->known,
                    .user = user,
                    .item = item,
                    .epoch = epoch};
  recnn_philox(sampler->seed, RECNN_STREAM(RECNN_STREAM_NEGATIVE, epoch),
               row * (TRIES + 1) + (uint64_t)i, draw.words);
  return sampler->sampler_class->draw(sampler->state, &draw);
}

int32_t recnn_sampler_draw(const RecnnSampler *sampler, int32_t user, int32_t item, uint64_t epoch,
                           uint64_t row) {
  const RecnnPart *known = sampler->part;
  const int32_t *items = known->items + known->first[user];
  int64_t n = known->first[user + 1] - known->first[user];
  for (int i = 0; i < TRIES; i++) {
    int32_t drawn = recnn_sampler_try(sampler, user, item, epoch, row, i);
    if (drawn >= 0 && drawn < known->rows.n_items && !contains(items, n, drawn))
      return drawn;
  }
  uint32_t words[4];
  recnn_philox(sampler->seed, RECNN_STREAM(RECNN_STREAM_NEGATIVE, epoch), row * (TRIES + 1) + TRIES,
               words);
  uint64_t others = (uint64_t)(known->rows.n_items - n);
  return select_other(items, n, (int64_t)(words[0] * others >> 32));
}
