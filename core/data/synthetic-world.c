/* The world: items with groups, popularity and taste; users with groups, activity and taste. */
#include <math.h>

#include "base/memory.h"
#include "data/synthetic-private.h"

RecnnRng recnn__synthetic_rng(const RecnnSyntheticWorld *world, RecnnSyntheticStep step,
                              int32_t entity) {
  RecnnRng rng;
  recnn_rng_init(&rng, world->seed,
                 RECNN_STREAM(RECNN_STREAM_SYNTHETIC, (uint64_t)step << 32 | (uint32_t)entity));
  return rng;
}

double recnn__synthetic_normal(RecnnRng *rng) {
  double sum = -6;
  for (int i = 0; i < 12; i++)
    sum += recnn_rng_double(rng);
  return sum;
}

double recnn__synthetic_sigmoid(double x) { return 0.5 + 0.5 * x / sqrt(1 + x * x); }

double recnn__synthetic_affinity(const RecnnSyntheticUser *user, const RecnnSyntheticItem *item) {
  double dot = 0;
  for (int d = 0; d < RECNN_TASTE; d++)
    dot += user->taste[d] * item->taste[d];
  return dot / sqrt(RECNN_TASTE);
}

static int32_t below(RecnnRng *rng, int32_t n) {
  return (int32_t)recnn_rng_below(rng, (uint64_t)n);
}

/* Popularity is 1 / (rank + c): Zipf's law with a bounded head.  The item's number is its rank, but
 * groups, release and taste do not depend on it. */
static void make_item(const RecnnSyntheticWorld *world, int32_t i, RecnnSyntheticItem *item) {
  RecnnRng rng = recnn__synthetic_rng(world, RECNN_SYNTHETIC_ITEM, i);
  item->group = below(&rng, world->n_groups);
  item->second = recnn_rng_double(&rng) < 0.3 ? below(&rng, world->n_groups) : -1;
  if (item->second == item->group)
    item->second = -1;
  item->weight = 1 / (i + 1 + 0.01 * world->n_items);
  /* Two in three were there before the time line begins. */
  item->release = 1.8 * recnn_rng_double(&rng) - 1;
  item->quality = recnn__synthetic_normal(&rng);
  for (int d = 0; d < RECNN_TASTE; d++)
    item->taste[d] = recnn__synthetic_normal(&rng);
}

static void make_user(const RecnnSyntheticWorld *world, int32_t u, RecnnSyntheticUser *user) {
  RecnnRng rng = recnn__synthetic_rng(world, RECNN_SYNTHETIC_USER, u);
  user->first = below(&rng, world->n_groups);
  user->later = below(&rng, world->n_groups);
  user->side = below(&rng, world->n_groups);
  /* Pareto with exponent 2, moved so that the mean is per_user and the least a sixth of it. */
  double activity = (1 / sqrt(1 - recnn_rng_double(&rng)) - 0.8) / 1.2;
  double n = floor(activity * world->per_user + 0.5);
  int32_t half = (world->n_items + 1) / 2;
  user->n = (int32_t)CLAMP(n, 1, half);
  user->begin = 0.8 * recnn_rng_double(&rng);
  double share = recnn_rng_double(&rng);
  user->span = (1 - user->begin) * (0.05 + 0.95 * share * share);
  user->mood = recnn__synthetic_normal(&rng);
  for (int d = 0; d < RECNN_TASTE; d++)
    user->taste[d] = recnn__synthetic_normal(&rng);
}

/* Where an item is in two groups, it has a third of its weight in the second. */
static void add_entry(RecnnSyntheticGroups *groups, int64_t *at, int32_t group, int32_t item,
                      double weight) {
  int64_t to = at[group]++;
  groups->items[to] = item;
  groups->sums[to] = weight + (to > groups->first[group] ? groups->sums[to - 1] : 0);
}

static bool make_groups(RecnnSyntheticWorld *world, GError **error) {
  RecnnSyntheticGroups *groups = &world->groups;
  size_t n_lists = (size_t)world->n_groups + 1, most = 3 * (size_t)world->n_items;
  groups->first = recnn_memory_new0(n_lists + 1, sizeof *groups->first, "groups", error);
  if (!groups->first)
    return false;
  groups->items = recnn_memory_new(most, sizeof *groups->items, "groups", error);
  if (!groups->items)
    return false;
  groups->sums = recnn_memory_new(most, sizeof *groups->sums, "groups", error);
  int64_t *at = groups->sums ? recnn_memory_new(n_lists, sizeof *at, "groups", error) : NULL;
  if (!at)
    return false;
  for (int32_t i = 0; i < world->n_items; i++) {
    groups->first[world->items[i].group + 1]++;
    groups->first[world->n_groups + 1]++;
    if (world->items[i].second >= 0)
      groups->first[world->items[i].second + 1]++;
  }
  for (size_t g = 0; g < n_lists; g++) {
    groups->first[g + 1] += groups->first[g];
    at[g] = groups->first[g];
  }
  for (int32_t i = 0; i < world->n_items; i++) {
    const RecnnSyntheticItem *item = &world->items[i];
    add_entry(groups, at, item->group, i, item->weight);
    add_entry(groups, at, world->n_groups, i, item->weight);
    if (item->second >= 0)
      add_entry(groups, at, item->second, i, item->weight / 3);
  }
  recnn_memory_free(at);
  return true;
}

bool recnn__synthetic_world_make(RecnnSyntheticWorld *world, GError **error) {
  world->users =
      recnn_memory_new((size_t)world->n_users, sizeof *world->users, "generated users", error);
  if (!world->users)
    return false;
  world->items =
      recnn_memory_new((size_t)world->n_items, sizeof *world->items, "generated items", error);
  if (!world->items)
    return false;
  for (int32_t u = 0; u < world->n_users; u++)
    make_user(world, u, &world->users[u]);
  for (int32_t i = 0; i < world->n_items; i++)
    make_item(world, i, &world->items[i]);
  return make_groups(world, error);
}

void recnn__synthetic_world_clear(RecnnSyntheticWorld *world) {
  recnn_memory_free(world->users);
  recnn_memory_free(world->items);
  recnn_memory_free(world->groups.first);
  recnn_memory_free(world->groups.items);
  recnn_memory_free(world->groups.sums);
  *world = (RecnnSyntheticWorld){0};
}
