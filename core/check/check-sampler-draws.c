/* A sampler's draws: items that there are, the same when they are asked for again, and of many for
 * one row not always the same. */
#include <string.h>

#include "check/plugin-private.h"
#include "data/sampler.h"
#include "data/synthetic.h"

enum { ROUNDS = 8 };

static RecnnSplit *new_split(GError **error) {
  RecnnOptions *options = recnn_options_new(recnn_synthetic_options(), "synthetic", error);
  RecnnDataset *data = NULL;
  RecnnSplit *split = NULL;
  if (options != NULL && recnn_options_set_text(options, "users", "40", error) &&
      recnn_options_set_text(options, "items", "30", error) &&
      recnn_options_set_text(options, "interactions_per_user", "8", error))
    data = recnn_synthetic_new(options, error);
  if (data != NULL)
    split = recnn_split_new(data, NULL, error);
  recnn_dataset_unref(data);
  recnn_options_free(options);
  return split;
}

static RecnnSampler *new_sampler(const RecnnSamplerClass *class, const RecnnPart *part,
                                 GError **error) {
  static const RecnnOption none[] = {{NULL, 0, NULL, NULL, NULL}};
  RecnnOptions *options =
      recnn_options_new(class->options != NULL ? class->options : none, class->name, error);
  RecnnSampler *sampler = NULL;
  if (options != NULL && recnn_options_complete(options, error))
    sampler = recnn_sampler_new(class, options, part, 7, error);
  recnn_options_free(options);
  return sampler;
}

static bool knows(const RecnnPart *part, int32_t user, int32_t item) {
  for (int64_t i = part->first[user]; i < part->first[user + 1]; i++)
    if (part->items[i] == item)
      return true;
  return false;
}

/* One row's: `item` is what the negative is for, or -1. */
static bool check_row(RecnnTrial *trial, const RecnnPart *part, RecnnSampler *const *samplers,
                      int64_t row, int32_t item) {
  int32_t user = part->rows.user[row];
  for (int i = 0; i < RECNN_SAMPLER_TRIES; i++) {
    int32_t a = recnn_sampler_try(samplers[0], user, item, 1, (uint64_t)row, i);
    int32_t b = recnn_sampler_try(samplers[1], user, item, 1, (uint64_t)row, i);
    if (a != b)
      return recnn__trial_fail(trial, "user %d, item %d: drew %d and, asked again, %d", (int)user,
                               (int)item, (int)a, (int)b);
    if (a < 0 || a >= part->rows.n_items)
      return recnn__trial_fail(trial, "user %d, item %d: drew %d, expected 0 to %d", (int)user,
                               (int)item, (int)a, (int)part->rows.n_items - 1);
  }
  int32_t negative = recnn_sampler_draw(samplers[0], user, item, 1, (uint64_t)row);
  if (knows(part, user, negative))
    return recnn__trial_fail(trial, "user %d has item %d, which was taken as a negative", (int)user,
                             (int)negative);
  return true;
}

/* How often another item came in another epoch. */
static int64_t count_others(const RecnnPart *part, const RecnnSampler *sampler) {
  int64_t others = 0;
  for (int64_t row = 0; row < part->rows.n; row++) {
    int32_t user = part->rows.user[row], item = part->rows.item[row];
    int32_t first = recnn_sampler_try(sampler, user, item, 0, (uint64_t)row, 0);
    for (uint64_t epoch = 1; epoch < ROUNDS; epoch++)
      others += recnn_sampler_try(sampler, user, item, epoch, (uint64_t)row, 0) != first ? 1 : 0;
  }
  return others;
}

static void check_draws(RecnnTrial *trial, const RecnnPart *part, RecnnSampler *const *samplers) {
  for (int64_t row = 0; row < part->rows.n; row++)
    if (!check_row(trial, part, samplers, row, part->rows.item[row]) ||
        !check_row(trial, part, samplers, part->rows.n - 1 - row, -1))
      return;
  if (count_others(part, samplers[0]) == 0)
    recnn__trial_fail(trial, "a row's draw is the same item in each of %d epochs", ROUNDS);
  recnn__trial_note(trial, "%d rows", (int)part->rows.n);
}

static void run(RecnnTrial *trial) {
  GError *error = NULL;
  RecnnSplit *split = new_split(&error);
  RecnnSampler *samplers[2] = {NULL, NULL};
  const RecnnPart *part = split != NULL ? &split->part[RECNN_TRAIN] : NULL;
  for (int i = 0; i < 2 && part != NULL && error == NULL; i++)
    samplers[i] = new_sampler(trial->descriptor, part, &error);
  if (part != NULL && error == NULL)
    check_draws(trial, part, samplers);
  else
    recnn__trial_fail_error(trial, "create()", error);
  recnn_sampler_free(samplers[0]);
  recnn_sampler_free(samplers[1]);
  recnn_split_unref(split);
}

RECNN_CHECK(sampler_draws) = {
    .kind = RECNN_SAMPLER_KIND,
    .rank = 10,
    .name = "draws",
    .doc = "Draws are items that there are, the same when asked again, and others in other epochs",
    .run = run,
};
