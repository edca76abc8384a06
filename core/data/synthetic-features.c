/* What can be seen of the world: features of users and items that tell something of their groups,
 * and some that tell nothing. */
#include <math.h>
#include <string.h>

#include "data/feature.h"
#include "data/synthetic-private.h"

static const char *const genres[] = {
    "drama",   "comedy",  "action",   "romance", "mystery",     "fantasy", "horror", "science",
    "history", "musical", "thriller", "western", "documentary", "crime",   "family", "war",
    "travel",  "sports",  "nature",   "noir",    "satire",      "epic",    "puzzle", "legend"};
static const char *const occupations[] = {
    "teacher",  "engineer",  "student",   "nurse",    "writer",   "lawyer", "artist",   "manager",
    "farmer",   "scientist", "carpenter", "driver",   "musician", "chef",   "doctor",   "clerk",
    "gardener", "pilot",     "plumber",   "designer", "baker",    "editor", "mechanic", "retired"};
static const char *const regions[] = {"north", "south", "east", "west", "coast", "hills"};
static const char *const adjectives[] = {"Silent",  "Golden",  "Broken",   "Hidden",   "Last",
                                         "Crimson", "Distant", "Endless",  "Frozen",   "Gentle",
                                         "Hollow",  "Iron",    "Lonely",   "Midnight", "Narrow",
                                         "Painted", "Quiet",   "Restless", "Secret",   "Wandering"};
static const char *const nouns[] = {"River",   "Garden",  "Letter",  "Harbour",    "Winter",
                                    "Mirror",  "Orchard", "Journey", "Tower",      "Island",
                                    "Promise", "Shadow",  "Station", "Summer",     "Theatre",
                                    "Voyage",  "Window",  "Forest",  "Clockmaker", "Bridge"};

size_t recnn__synthetic_token(char token[RECNN_SYNTHETIC_TOKEN], char kind, int32_t entity) {
  g_snprintf(token, RECNN_SYNTHETIC_TOKEN, "%c%d", kind, entity + 1);
  return strlen(token);
}

/* Word number k of a list that goes on with numbers: "drama" ... "legend", "drama2", ... */
static bool add_word(RecnnFeatureBuilder *builder, int32_t entity, const char *const *words,
                     int32_t n_words, int32_t k, GError **error) {
  char text[32];
  if (k < n_words)
    g_snprintf(text, sizeof text, "%s", words[k]);
  else
    g_snprintf(text, sizeof text, "%s%d", words[k % n_words], k / n_words + 1);
  return recnn_feature_builder_token(builder, entity, text, strlen(text), error);
}

#define ADD_WORD(builder, entity, words, k, error)                                                 \
  add_word(builder, entity, words, G_N_ELEMENTS(words), k, error)

static int32_t below(RecnnRng *rng, int32_t n) {
  return (int32_t)recnn_rng_below(rng, (uint64_t)n);
}

enum { AGE, GENDER, OCCUPATION, REGION, N_USER_FEATURES };
enum { TITLE, YEAR, GENRES, N_ITEM_FEATURES };

/* Seven in ten users have their group's occupation; its people are about as old, and one gender is
 * in the majority. */
static bool add_user(const RecnnSyntheticWorld *world, int32_t u, int32_t entity,
                     RecnnFeatureBuilder **f, GError **error) {
  RecnnRng rng = recnn__synthetic_rng(world, RECNN_SYNTHETIC_USER_FEATURES, u);
  int32_t group = world->users[u].first;
  int32_t occupation = recnn_rng_double(&rng) < 0.7 ? group : below(&rng, world->n_groups);
  double age = 22 + 5 * (group * 5 % 9) + 6 * recnn__synthetic_normal(&rng);
  bool majority = recnn_rng_double(&rng) < 0.7;
  const char *gender = majority == (group % 2 == 0) ? "F" : "M";
  return recnn_feature_builder_float(f[AGE], entity, (float)floor(CLAMP(age, 15, 90)), error) &&
         recnn_feature_builder_token(f[GENDER], entity, gender, 1, error) &&
         ADD_WORD(f[OCCUPATION], entity, occupations, occupation, error) &&
         ADD_WORD(f[REGION], entity, regions, below(&rng, G_N_ELEMENTS(regions)), error);
}

/* Genres are the groups, with one in ten left out of sight and one in ten out of place. */
static bool add_item(const RecnnSyntheticWorld *world, int32_t i, int32_t entity,
                     RecnnFeatureBuilder **f, GError **error) {
  RecnnRng rng = recnn__synthetic_rng(world, RECNN_SYNTHETIC_ITEM_FEATURES, i);
  const RecnnSyntheticItem *item = &world->items[i];
  char year[8];
  /* The time line is two years; its first day is in 2021. */
  g_snprintf(year, sizeof year, "%d", 2021 + (int)floor(2 * item->release));
  if (!ADD_WORD(f[TITLE], entity, adjectives, below(&rng, G_N_ELEMENTS(adjectives)), error) ||
      !ADD_WORD(f[TITLE], entity, nouns, below(&rng, G_N_ELEMENTS(nouns)), error) ||
      !recnn_feature_builder_token(f[YEAR], entity, year, strlen(year), error))
    return false;
  double r = recnn_rng_double(&rng);
  int32_t stray = below(&rng, world->n_groups);
  if (r >= 0.1 && !ADD_WORD(f[GENRES], entity, genres, item->group, error))
    return false;
  if (item->second >= 0 && !ADD_WORD(f[GENRES], entity, genres, item->second, error))
    return false;
  return r < 0.9 || stray == item->group || stray == item->second ||
         ADD_WORD(f[GENRES], entity, genres, stray, error);
}

typedef bool (*AddFn)(const RecnnSyntheticWorld *world, int32_t which, int32_t entity,
                      RecnnFeatureBuilder **builders, GError **error);

/* The columns of one side.  Entities are numbered as they are first seen in the events, and those
 * that are not seen behind them. */
static bool add_side(const RecnnSyntheticWorld *world, char kind, int32_t n, RecnnIdMap *map,
                     GPtrArray *features, RecnnFeatureBuilder **builders, int n_builders,
                     AddFn add_entity, GError **error) {
  bool ok = true;
  for (int32_t i = 0; ok && i < n; i++) {
    char token[RECNN_SYNTHETIC_TOKEN];
    size_t length = recnn__synthetic_token(token, kind, i);
    int32_t entity = recnn_id_map_add(map, token, length, error);
    ok = entity >= 0 && add_entity(world, i, entity, builders, error);
  }
  for (int b = 0; b < n_builders; b++) {
    RecnnFeatureColumn *column =
        ok ? recnn_feature_builder_finish(g_steal_pointer(&builders[b]), n, error) : NULL;
    ok = ok && column;
    if (column)
      g_ptr_array_add(features, column);
    recnn_feature_builder_free(builders[b]);
  }
  return ok;
}

bool recnn__synthetic_features(const RecnnSyntheticWorld *world, RecnnDataset *dataset,
                               GError **error) {
  RecnnFeatureBuilder *user[N_USER_FEATURES] = {
      [AGE] = recnn_feature_builder_new("age", RECNN_FEATURE_FLOAT),
      [GENDER] = recnn_feature_builder_new("gender", RECNN_FEATURE_TOKEN),
      [OCCUPATION] = recnn_feature_builder_new("occupation", RECNN_FEATURE_TOKEN),
      [REGION] = recnn_feature_builder_new("region", RECNN_FEATURE_TOKEN)};
  if (!add_side(world, 'u', world->n_users, dataset->users, dataset->user_features, user,
                N_USER_FEATURES, add_user, error))
    return false;
  RecnnFeatureBuilder *item[N_ITEM_FEATURES] = {
      [TITLE] = recnn_feature_builder_new("title", RECNN_FEATURE_TOKEN_SEQ),
      [YEAR] = recnn_feature_builder_new("year", RECNN_FEATURE_TOKEN),
      [GENRES] = recnn_feature_builder_new("genres", RECNN_FEATURE_TOKEN_SEQ)};
  return add_side(world, 'i', world->n_items, dataset->items, dataset->item_features, item,
                  N_ITEM_FEATURES, add_item, error);
}
