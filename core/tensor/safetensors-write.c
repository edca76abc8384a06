/* Writing safetensors: the header is made when all is known, the file appears as a whole. */
#include "tensor/safetensors.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/file.h"
#include "tensor/tensor.h"

typedef struct Entry {
  const char *name;
  RecnnTensor tensor;
} Entry;

struct RecnnSafetensorsWriter {
  JsonObject *metadata;
  GArray *entries;
};

RecnnSafetensorsWriter *recnn_safetensors_writer_new(void) {
  RecnnSafetensorsWriter *writer = g_new0(RecnnSafetensorsWriter, 1);
  writer->metadata = json_object_new();
  writer->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  return writer;
}

void recnn_safetensors_writer_metadata(RecnnSafetensorsWriter *writer, const char *key,
                                       const char *value) {
  json_object_set_string_member(writer->metadata, key, value);
}

void recnn_safetensors_writer_add(RecnnSafetensorsWriter *writer, const char *name,
                                  const RecnnTensor *tensor) {
  Entry entry = {name, *tensor};
  g_array_append_val(writer->entries, entry);
}

/* The 8-byte tensors first, so that every tensor is aligned to its elements. */
static int by_alignment(const void *a, const void *b) {
  const Entry *x = a, *y = b;
  size_t p = recnn_dtype_size(x->tensor.dtype), q = recnn_dtype_size(y->tensor.dtype);
  return p != q ? (p > q ? -1 : 1) : strcmp(x->name, y->name);
}

static JsonNode *header_of(RecnnSafetensorsWriter *writer) {
  JsonObject *header = json_object_new();
  gint64 at = 0;
  if (json_object_get_size(writer->metadata) > 0)
    json_object_set_object_member(header, "__metadata__", json_object_ref(writer->metadata));
  for (guint i = 0; i < writer->entries->len; i++) {
    const Entry *entry = &g_array_index(writer->entries, Entry, i);
    JsonObject *object = json_object_new();
    JsonArray *shape = json_array_new(), *offsets = json_array_new();
    json_object_set_string_member(object, "dtype",
                                  entry->tensor.dtype == RECNN_INT64 ? "I64" : "F32");
    for (int32_t axis = 0; axis < entry->tensor.rank; axis++)
      json_array_add_int_element(shape, entry->tensor.shape[axis]);
    json_object_set_array_member(object, "shape", shape);
    json_array_add_int_element(offsets, at);
    at += (gint64)recnn_tensor_bytes(&entry->tensor);
    json_array_add_int_element(offsets, at);
    json_object_set_array_member(object, "data_offsets", offsets);
    json_object_set_object_member(header, entry->name, object);
  }
  JsonNode *root = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(root, header);
  return root;
}

static bool write_all(RecnnSafetensorsWriter *writer, RecnnFileWriter *out, GError **error) {
  JsonNode *root = header_of(writer);
  char *json = json_to_string(root, FALSE);
  json_node_unref(root);
  GString *header = g_string_new(json);
  g_free(json);
  while (header->len % 8 != 0) /* so that the data is aligned */
    g_string_append_c(header, ' ');
  unsigned char length[8];
  for (int i = 0; i < 8; i++)
    length[i] = (unsigned char)((uint64_t)header->len >> (8 * i));
  bool ok = recnn_file_writer_write(out, length, sizeof length, error) &&
            recnn_file_writer_write(out, header->str, header->len, error);
  g_string_free(header, TRUE);
  for (guint i = 0; ok && i < writer->entries->len; i++) {
    const RecnnTensor *tensor = &g_array_index(writer->entries, Entry, i).tensor;
    ok = recnn_file_writer_write(out, tensor->data, recnn_tensor_bytes(tensor), error);
  }
  return ok;
}

void recnn_safetensors_writer_free(RecnnSafetensorsWriter *writer) {
  if (writer == NULL)
    return;
  json_object_unref(writer->metadata);
  g_array_unref(writer->entries);
  g_free(writer);
}

bool recnn_safetensors_writer_commit(RecnnSafetensorsWriter *writer, const char *path,
                                     GError **error) {
  g_array_sort(writer->entries, by_alignment);
  RecnnFileWriter *out = recnn_file_writer_new(path, error);
  bool ok = out != NULL;
  if (ok) {
    ok = write_all(writer, out, error);
    if (ok)
      ok = recnn_file_writer_commit(out, error);
    else
      recnn_file_writer_abort(out);
  }
  recnn_safetensors_writer_free(writer);
  return ok;
}
