/* A run as JSON: history.jsonl, an object for each epoch, and result.json. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "base/options-json.h"
#include "train/epoch-fields.h"
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

static void add_field(JsonObject *object, const RecnnEpochField *field, const RecnnEpoch *epoch) {
  switch (field->kind) {
  case RECNN_EPOCH_INT:
  case RECNN_EPOCH_SIZE:
    json_object_set_int_member(object, field->name, recnn_epoch_int(field, epoch));
    break;
  case RECNN_EPOCH_BOOL:
    json_object_set_boolean_member(object, field->name, recnn_epoch_bool(field, epoch));
    break;
  case RECNN_EPOCH_TEXT:
    json_object_set_string_member(object, field->name, recnn_epoch_text(field, epoch));
    break;
  case RECNN_EPOCH_DOUBLE:
  case RECNN_EPOCH_WORKED:
    add_double(object, field->name, recnn_epoch_double(field, epoch));
    break;
  }
}

static JsonObject *epoch_object(const RecnnEpoch *epoch) {
  JsonObject *object = json_object_new();
  for (const RecnnEpochField *field = recnn_epoch_fields(); field->name != NULL; field++)
    if (!field->of_validation || epoch->valid != NULL)
      add_field(object, field, epoch);
  if (epoch->n_parts > 0) {
    JsonObject *parts = json_object_new();
    for (int32_t i = 0; i < epoch->n_parts; i++)
      add_double(parts, epoch->parts[i].name, epoch->parts[i].value);
    json_object_set_object_member(object, "parts", parts);
  }
  if (epoch->valid != NULL)
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
