/* Generated data: the options, and the steps in their order. */
#include "base/error.h"
#include "data/synthetic-private.h"

static const RecnnOption options_table[] = {
    {"users", RECNN_OPTION_INT, "2000", "[1,10000000]", "Number of users."},
    {"items", RECNN_OPTION_INT, "1000", "[2,10000000]", "Number of items."},
    {"interactions_per_user", RECNN_OPTION_FLOAT, "60", "[1,inf)",
     "Mean number of interactions of a user; most have fewer, some many more.  Not set, it is at "
     "most "
     "a quarter of the items."},
    {"groups", RECNN_OPTION_INT, "12", "[1,1000]", "Number of latent groups of interest."},
    {"drift", RECNN_OPTION_FLOAT, "0.5", "[0,1]",
     "How far interests move and old items are forgotten in the time of the data."},
    {"noise", RECNN_OPTION_FLOAT, "0.2", "[0,1)",
     "Share of the interactions that follow popularity alone, not interest."},
    {"seed", RECNN_OPTION_INT, "7", "[0,inf)", "Another seed gives another data set of this kind."},
    {NULL, 0, NULL, NULL, NULL},
};

const RecnnOption *recnn_synthetic_options(void) { return options_table; }

/* Users have at most half of the items, so that there is something left to recommend. */
static bool check(const RecnnSyntheticWorld *world, GError **error) {
  int32_t half = (world->n_items + 1) / 2;
  if (world->per_user <= half)
    return true;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  return recnn_error_set(error, RECNN_ERROR_OPTION,
                         "synthetic: interactions_per_user %s: expected at most half of the %d "
                         "items",
                         g_ascii_formatd(number, sizeof number, "%g", world->per_user),
                         world->n_items);
}

static RecnnDataset *generate(RecnnSyntheticWorld *world, GError **error) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("synthetic", "generated", true, true);
  if (recnn__synthetic_world_make(world, error) && recnn__synthetic_events(world, builder, error) &&
      recnn__synthetic_features(world, recnn_dataset_builder_peek(builder), error))
    return recnn_dataset_builder_finish(builder, error);
  recnn_dataset_builder_free(builder);
  return NULL;
}

RecnnDataset *recnn_synthetic_new(const RecnnOptions *options, GError **error) {
  RecnnOptions *defaults = options ? NULL : recnn_options_new(options_table, "synthetic", error);
  if (!options && !defaults)
    return NULL;
  const RecnnOptions *o = options ? options : defaults;
  RecnnSyntheticWorld world = {
      .n_users = (int32_t)recnn_options_int(o, "users"),
      .n_items = (int32_t)recnn_options_int(o, "items"),
      .n_groups = (int32_t)recnn_options_int(o, "groups"),
      .per_user = recnn_options_float(o, "interactions_per_user"),
      .drift = recnn_options_float(o, "drift"),
      .noise = recnn_options_float(o, "noise"),
      .seed = (uint64_t)recnn_options_int(o, "seed"),
  };
  if (!recnn_options_is_set(o, "interactions_per_user"))
    world.per_user = MIN(world.per_user, MAX(world.n_items / 4, 1));
  recnn_options_free(defaults);
  RecnnDataset *dataset = check(&world, error) ? generate(&world, error) : NULL;
  recnn__synthetic_world_clear(&world);
  return dataset;
}
