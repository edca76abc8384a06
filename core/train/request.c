/* What a run is asked for, as lines of text: whatever the bits of its outcome depend on.  Two runs
 * with the same lines are the same run. */
#include "config.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/where.h"
#include "data/sampler.h"
#include "losses/losses.h"
#include "tensor/tensor.h"
#include "train/trainer-private.h"

/* The trainer's options that change nothing of the outcome. */
static bool is_silent(const char *option) {
  static const char *const names[] = {"runs",         "run_name", "resume", "checkpoint_seconds",
                                      "memory_limit", NULL};
  return g_strv_contains(names, option);
}

static void add_options(GString *text, const char *prefix, const RecnnOptions *options) {
  for (const RecnnOption *o = recnn_options_table(options); o->name != NULL; o++) {
    char *value = recnn_options_text(options, o->name);
    if (strcmp(prefix, "trainer") != 0 || !is_silent(o->name)) {
      char *line = g_strescape(value != NULL ? value : "", NULL); /* no line's end in it */
      g_string_append_printf(text, "%s.%s = %s\n", prefix, o->name, line);
      g_free(line);
    }
    g_free(value);
  }
}

static void add_part(GString *text, const RecnnPart *part, const char *name) {
  const RecnnInteractions *rows = &part->rows;
  size_t n = (size_t)rows->n;
  uint32_t crc = recnn_crc32c(0, rows->user, n * sizeof *rows->user);
  crc = recnn_crc32c(crc, rows->item, n * sizeof *rows->item);
  if (rows->rating != NULL)
    crc = recnn_crc32c(crc, rows->rating, n * sizeof *rows->rating);
  if (rows->timestamp != NULL)
    crc = recnn_crc32c(crc, rows->timestamp, n * sizeof *rows->timestamp);
  g_string_append_printf(text, "data.%s = %" G_GINT64_FORMAT " rows, crc32c %08x\n", name,
                         (gint64)rows->n, (unsigned)crc);
}

static void add_weights(GString *text, const RecnnModel *model) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  uint32_t crc = 0;
  for (int32_t i = 0; i < n; i++)
    crc = recnn_crc32c(crc, params[i]->value.data, recnn_tensor_bytes(&params[i]->value));
  g_string_append_printf(text, "weights.before = crc32c %08x\n", (unsigned)crc);
}

/* The name that an option begins with; caller frees.  NULL: it is none of a list. */
static char *name_in(const RecnnTrainer *trainer, const char *option) {
  RecnnSpec *spec = recnn_spec_parse(recnn_options_string(trainer->options, option), option, NULL);
  char *name = spec != NULL && spec->n_items > 0 ? g_strdup(spec->items[0].name) : NULL;
  recnn_spec_free(spec);
  return name;
}

/* What a plugin other than the model's brings to a run, with the version. */
static void add_owner(GString *text, const char *what, const void *descriptor) {
  if (recnn_where_owner(descriptor) != NULL)
    g_string_append_printf(text, "%s.plugin = %s %s\n", what, recnn_where_owner(descriptor),
                           recnn_where_owner_version(descriptor));
}

/* By now all of them are loaded; those that no model of this run needs need not be. */
static void add_owners(GString *text, const RecnnTrainer *trainer) {
  char *learner = name_in(trainer, "learner"), *sampler = name_in(trainer, "sampler");
  char *loss = name_in(trainer, "loss");
  add_owner(text, "learner", learner != NULL ? recnn_optimizer_find(learner) : NULL);
  add_owner(text, "sampler", sampler != NULL ? recnn_sampler_find(sampler) : NULL);
  add_owner(text, "loss", loss != NULL ? recnn_loss_find(loss) : NULL);
  for (int32_t i = 0; trainer->valid != NULL && i < trainer->valid->n_terms; i++)
    add_owner(text, trainer->valid->terms[i].name, trainer->valid->terms[i].metric);
  g_free(learner);
  g_free(sampler);
  g_free(loss);
}

char *recnn__trainer_request(const RecnnTrainer *trainer) {
  const RecnnSplit *split = trainer->split;
  const RecnnInputs *inputs = recnn_model_get_inputs(trainer->model);
  const RecnnTrainListener *listener = trainer->listener;
  const RecnnCount *counts;
  int32_t n_counts = recnn_model_counts(trainer->model, &counts);
  GString *text = g_string_new("recnn = " PACKAGE_VERSION "\n");
  g_string_append_printf(text, "model = %s\n", recnn_model_get_class(trainer->model)->name);
  if (listener != NULL && listener->plugin != NULL)
    g_string_append_printf(text, "plugin = %s\n", listener->plugin);
  add_options(text, "model", recnn_model_get_options(trainer->model));
  for (int32_t i = 0; i < n_counts; i++)
    g_string_append_printf(text, "count.%s = %" G_GINT64_FORMAT "\n", counts[i].name,
                           (gint64)counts[i].value);
  if (inputs != NULL && inputs->options != NULL)
    add_options(text, "inputs", inputs->options);
  add_options(text, "trainer", trainer->options);
  add_owners(text, trainer);
  char *name = g_strescape(split->dataset->name, NULL);
  g_string_append_printf(text, "data = %s\nsplit = %s\n", name, split->description);
  g_free(name);
  add_part(text, &split->part[RECNN_TRAIN], "train");
  add_part(text, &split->part[RECNN_VALID], "valid");
  add_weights(text, trainer->model);
  return g_string_free(text, FALSE);
}
