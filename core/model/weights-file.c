/* Writing weights.  The format is tensor/safetensors's; here is what of a model goes into it. */
#include "model/weights-file.h"

#include "config.h"

#include "base/memory.h"
#include "base/options-json.h"
#include "tensor/tensor.h"

static void add_json(RecnnSafetensorsWriter *writer, const char *key, JsonObject *object) {
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, object);
  char *text = json_to_string(node, FALSE);
  recnn_safetensors_writer_metadata(writer, key, text);
  g_free(text);
  json_node_unref(node);
}

/* Adds a parameter as it is seen outside; a copy that this needs is kept in `copies`. */
static bool add_param(RecnnSafetensorsWriter *writer, const RecnnParam *param, GPtrArray *copies,
                      GError **error) {
  RecnnTensor outside = recnn_param_outside(param, &param->value);
  RecnnTensor contiguous = outside;
  if (param->transposed) {
    recnn_tensor_set_contiguous(&contiguous);
    contiguous.data = recnn_memory_new(recnn_tensor_bytes(&outside), 1, param->name, error);
    if (contiguous.data == NULL)
      return false;
    g_ptr_array_add(copies, contiguous.data);
    recnn_tensor_copy(&contiguous, &outside);
  }
  recnn_safetensors_writer_add(writer, param->name, &contiguous);
  return true;
}

bool recnn_model_save_weights(const RecnnModel *model, const char *path, GError **error) {
  RecnnModelOrigin origin;
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  RecnnSafetensorsWriter *writer = recnn_safetensors_writer_new();
  recnn_safetensors_writer_metadata(writer, "model", recnn_model_get_class(model)->name);
  add_json(writer, "options", recnn_options_to_json(recnn_model_get_options(model)));
  JsonObject *counts = json_object_new();
  const RecnnCount *list;
  int32_t n_counts = recnn_model_counts(model, &list);
  for (int32_t i = 0; i < n_counts; i++)
    json_object_set_int_member(counts, list[i].name, list[i].value);
  add_json(writer, "counts", counts);
  recnn_safetensors_writer_metadata(writer, "recnn_version", PACKAGE_VERSION);
  if (recnn_model_class_origin(recnn_model_get_class(model), &origin)) {
    recnn_safetensors_writer_metadata(writer, "plugin", origin.plugin);
    recnn_safetensors_writer_metadata(writer, "plugin_version", origin.version);
  }
  GPtrArray *copies = g_ptr_array_new_with_free_func(recnn_memory_free);
  bool ok = true;
  for (int32_t i = 0; ok && i < n; i++)
    ok = add_param(writer, params[i], copies, error);
  if (ok)
    ok = recnn_safetensors_writer_commit(writer, path, error);
  else
    recnn_safetensors_writer_free(writer);
  g_ptr_array_unref(copies);
  return ok;
}
