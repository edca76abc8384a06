/* What a run is asked for, as lines of text: whatever the bits of its outcome depend on.  Two runs
 * with the same lines are the same run. */
#include "config.h"

#include <string.h>

#include "base/crc32c.h"
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
  char *name = g_strescape(split->dataset->name, NULL);
  g_string_append_printf(text, "data = %s\nsplit = %s\n", name, split->description);
  g_free(name);
  add_part(text, &split->part[RECNN_TRAIN], "train");
  add_part(text, &split->part[RECNN_VALID], "valid");
  add_weights(text, trainer->model);
  return g_string_free(text, FALSE);
}
