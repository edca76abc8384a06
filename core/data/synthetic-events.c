/* Who touches what when.  A user comes now and then for a while; each time, some items of the
 * groups of interest are looked at, popular ones more often, and those taken that are to the user's
 * taste and not too old. */
#include <math.h>

#include "base/memory.h"
#include "data/split-private.h"
#include "data/synthetic-private.h"

enum {
  TRIES = 16,                  /* in the groups of interest, and as many among all items */
  TIME_LINE = 2 * 365 * 86400, /* seconds */
  SESSION = 8                  /* interactions, about */
};
#define EPOCH 1609459200.0 /* the beginning of 2021 */

/* All events, user by user. */
typedef struct Events {
  size_t n;
  int32_t *user, *item;
  float *rating;
  double *time;
} Events;

static bool make_room(Events *e, size_t n, GError **error) {
  e->user = recnn_memory_new(n, sizeof *e->user, "generated interactions", error);
  if (!e->user)
    return false;
  e->item = recnn_memory_new(n, sizeof *e->item, "generated interactions", error);
  if (!e->item)
    return false;
  e->rating = recnn_memory_new(n, sizeof *e->rating, "generated interactions", error);
  if (!e->rating)
    return false;
  e->time = recnn_memory_new(n, sizeof *e->time, "generated interactions", error);
  return e->time != NULL;
}

static void clear(Events *e) {
  recnn_memory_free(e->user);
  recnn_memory_free(e->item);
  recnn_memory_free(e->rating);
  recnn_memory_free(e->time);
}

/* An item of a group (or of all), as often as its weight says; -1: the group has none. */
static int32_t draw_item(const RecnnSyntheticGroups *groups, int32_t group, RecnnRng *rng) {
  int64_t low = groups->first[group], high = groups->first[group + 1];
  if (low == high)
    return -1;
  double at = recnn_rng_double(rng) * groups->sums[high - 1];
  for (high--; low < high;) {
    int64_t middle = low + (high - low) / 2;
    if (groups->sums[middle] > at)
      high = middle;
    else
      low = middle + 1;
  }
  return groups->items[low];
}

/* The group that the user looks into at `x` of the way through. */
static int32_t draw_group(const RecnnSyntheticWorld *world, const RecnnSyntheticUser *user,
                          double x, RecnnRng *rng) {
  double r = recnn_rng_double(rng);
  if (r < world->noise)
    return world->n_groups; /* any item */
  r = (r - world->noise) / (1 - world->noise);
  if (r < 0.2)
    return user->side;
  return (r - 0.2) / 0.8 < world->drift * x ? user->later : user->first;
}

/* New items are looked for, old ones forgotten by and by. */
static double freshness(const RecnnSyntheticWorld *world, const RecnnSyntheticItem *item,
                        double t) {
  if (t < item->release)
    return 0;
  return 1 - world->drift + world->drift / (1 + 3 * (t - item->release));
}

/* An item that the user (whose mark is on what was taken before) takes at time t. */
static int32_t choose(const RecnnSyntheticWorld *world, const RecnnSyntheticUser *user, double x,
                      double t, int32_t *taken, int32_t mark, RecnnRng *rng) {
  for (int i = 0; i < 2 * TRIES; i++) {
    int32_t group = i < TRIES ? draw_group(world, user, x, rng) : world->n_groups;
    int32_t at = draw_item(&world->groups, group, rng);
    if (at < 0 || taken[at] == mark)
      continue;
    const RecnnSyntheticItem *item = &world->items[at];
    double liked = recnn__synthetic_sigmoid(3 * recnn__synthetic_affinity(user, item) - 1);
    if (recnn_rng_double(rng) < liked * freshness(world, item, t)) {
      taken[at] = mark;
      return at;
    }
  }
  /* At most half of the items are taken. */
  int32_t at = (int32_t)recnn_rng_below(rng, (uint64_t)world->n_items);
  while (taken[at] == mark)
    at = (at + 1) % world->n_items;
  taken[at] = mark;
  return at;
}

static float rate(const RecnnSyntheticUser *user, const RecnnSyntheticItem *item, RecnnRng *rng) {
  bool of_interest = item->group == user->first || item->group == user->later ||
                     item->group == user->side || item->second == user->first;
  double score = 3.2 + 0.4 * user->mood + 0.45 * item->quality +
                 0.55 * recnn__synthetic_affinity(user, item) + (of_interest ? 0.3 : -0.3) +
                 0.7 * recnn__synthetic_normal(rng);
  return (float)CLAMP(floor(score + 0.5), 1, 5);
}

static void live(const RecnnSyntheticWorld *world, int32_t u, Events *events, int32_t *taken) {
  const RecnnSyntheticUser *user = &world->users[u];
  RecnnRng rng = recnn__synthetic_rng(world, RECNN_SYNTHETIC_EVENTS, u);
  for (size_t end = events->n + (size_t)user->n; events->n < end;) {
    double x = recnn_rng_double(&rng), t = user->begin + user->span * x;
    double seconds = EPOCH + floor(t * TIME_LINE);
    for (uint64_t n = 1 + recnn_rng_below(&rng, 2 * SESSION - 1); n > 0 && events->n < end; n--) {
      size_t to = events->n++;
      events->user[to] = u;
      events->item[to] = choose(world, user, x, t, taken, u, &rng);
      events->rating[to] = rate(user, &world->items[events->item[to]], &rng);
      events->time[to] = seconds;
      seconds += 20 + (double)recnn_rng_below(&rng, 600);
    }
  }
}

static bool hand_over(const Events *e, RecnnDatasetBuilder *builder, GError **error) {
  int64_t *order = recnn_memory_new(2 * e->n, sizeof *order, "the events' order", error);
  if (!order)
    return false;
  for (size_t r = 0; r < e->n; r++)
    order[r] = (int64_t)r;
  recnn__sort_by_time(order, (int64_t)e->n, e->time, order + e->n);
  bool ok = true;
  for (size_t i = 0; ok && i < e->n; i++) {
    int64_t r = order[i];
    char user[RECNN_SYNTHETIC_TOKEN], item[RECNN_SYNTHETIC_TOKEN];
    size_t user_length = recnn__synthetic_token(user, 'u', e->user[r]);
    size_t item_length = recnn__synthetic_token(item, 'i', e->item[r]);
    ok = recnn_dataset_builder_add(builder, user, user_length, item, item_length, e->rating[r],
                                   e->time[r], error);
  }
  recnn_memory_free(order);
  return ok;
}

bool recnn__synthetic_events(const RecnnSyntheticWorld *world, RecnnDatasetBuilder *builder,
                             GError **error) {
  Events events = {0};
  size_t n = 0;
  for (int32_t u = 0; u < world->n_users; u++)
    n += (size_t)world->users[u].n;
  int32_t *taken =
      recnn_memory_new((size_t)world->n_items, sizeof *taken, "the items' marks", error);
  bool ok = taken && make_room(&events, n, error);
  if (ok) {
    for (int32_t i = 0; i < world->n_items; i++)
      taken[i] = -1;
    for (int32_t u = 0; u < world->n_users; u++)
      live(world, u, &events, taken);
    ok = hand_over(&events, builder, error);
  }
  recnn_memory_free(taken);
  clear(&events);
  return ok;
}
