/* A run as JSON: history.jsonl, an object for each epoch, and result.json. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "base/options-json.h"
#include "train/keep.h"

/* What is not there is left out; JSON has no NaN. */
static void add_double(JsonObject *object, const char *name, double value) {
  if (isfinite(value))
    json_object_set_double_member(object, name, value);
}

static JsonObject *metrics_of(const RecnnResult *result) {
  JsonObject *object = json_object_new();
  for (int32_t i = 0; i < result->n_values; i++)
    add_double(object, result->values[i].name, result->values[i].value);
  return object;
}

static JsonObject *epoch_object(const RecnnEpoch *epoch) {
  JsonObject *object = json_object_new();
  json_object_set_int_member(object, "epoch", epoch->epoch);
  add_double(object, "loss", epoch->train_loss);
  add_double(object, "loss_batches", epoch->train_loss_batches);
  if (epoch->n_parts > 0) {
    JsonObject *parts = json_object_new();
    for (int32_t i = 0; i < epoch->n_parts; i++)
      add_double(parts, epoch->parts[i].name, epoch->parts[i].value);
    json_object_set_object_member(object, "parts", parts);
  }
  add_double(object, "grad_norm", epoch->grad_norm);
  add_double(object, "learning_rate", epoch->learning_rate);
  add_double(object, "next_learning_rate", epoch->next_learning_rate);
  add_double(object, "seconds", epoch->seconds);
  add_double(object, "time", epoch->time);
  json_object_set_int_member(object, "samples", epoch->samples);
  json_object_set_int_member(object, "skipped", epoch->skipped);
  double seconds = epoch->seconds - epoch->valid_seconds;
  add_double(object, "samples_per_second", (double)epoch->samples / seconds);
  json_object_set_int_member(object, "peak_bytes", (gint64)epoch->peak_bytes);
  if (epoch->valid == NULL)
    return object;
  add_double(object, "valid_seconds", epoch->valid_seconds);
  add_double(object, "valid_loss", epoch->valid_loss);
  add_double(object, "valid_loss_batches", epoch->valid_loss_batches);
  json_object_set_string_member(object, "valid_metric", epoch->valid_metric);
  add_double(object, "valid_value", epoch->valid_value);
  json_object_set_boolean_member(object, "improved", epoch->improved);
  json_object_set_object_member(object, "valid", metrics_of(epoch->valid));
  return object;
}

/* Takes the object. */
static char *text_of(JsonObject *object, bool pretty) {
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, object);
  char *text = json_to_string(node, pretty);
  json_node_unref(node);
  return text;
}

bool recnn__record_history(const RecnnTrainer *trainer, const RecnnRun *run, GError **error) {
  GString *lines = g_string_new(NULL);
  for (int32_t e = 0; e < run->n_epochs; e++) {
    char *line = text_of(epoch_object(&run->epochs[e]), false);
    g_string_append_printf(lines, "%s\n", line);
    g_free(line);
  }
  bool ok =
      recnn__run_folder_write(trainer->folder, "history.jsonl", lines->str, lines->len, error);
  g_string_free(lines, TRUE);
  return ok;
}

bool recnn__record_result(const RecnnTrainer *trainer, const RecnnRun *run, GError **error) {
  JsonObject *object = json_object_new();
  json_object_set_string_member(object, "model", recnn_model_get_class(trainer->model)->name);
  json_object_set_object_member(object, "model_options",
                                recnn_options_to_json(recnn_model_get_options(trainer->model)));
  json_object_set_object_member(object, "trainer_options", recnn_options_to_json(trainer->options));
  json_object_set_string_member(object, "data", trainer->split->dataset->name);
  json_object_set_string_member(object, "split", trainer->split->description);
  json_object_set_int_member(object, "epochs", run->n_epochs);
  json_object_set_int_member(object, "parameters", recnn_model_param_count(trainer->model));
  add_double(object, "seconds", recnn__trainer_seconds(trainer));
  json_object_set_boolean_member(object, "stopped_early", run->stopped_early);
  json_object_set_boolean_member(object, "stopped_by_callback", run->stopped_by_listener);
  json_object_set_int_member(object, "peak_bytes", (gint64)run->peak_bytes);
  if (run->best >= 0) {
    const RecnnEpoch *best = &run->epochs[run->best];
    json_object_set_int_member(object, "best_epoch", best->epoch);
    json_object_set_string_member(object, "valid_metric", run->valid_metric);
    add_double(object, "best_value", best->valid_value);
    json_object_set_object_member(object, "valid", metrics_of(best->valid));
  }
  char *text = text_of(object, true);
  char *line = g_strconcat(text, "\n", NULL);
  bool ok = recnn__run_folder_write(trainer->folder, "result.json", line, strlen(line), error);
  g_free(line);
  g_free(text);
  return ok;
}
