/* The editor that a class's migrate() works with: the tensors of a file under names that may
 * change, and options as text.  A tensor is read when somebody looks at it, so that one which is
 * only renamed is never held twice. */
#include "model/migration-private.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "tensor/tensor.h"

static void free_tensor(void *data) {
  RecnnMigrationTensor *tensor = data;
  recnn_memory_free(tensor->value.data);
  g_free(tensor->name);
  g_free(tensor);
}

static void free_option(void *data) {
  RecnnMigrationOption *option = data;
  g_free(option->name);
  g_free(option->text);
  g_free(option);
}

/* Remembers the first failure; returns false. */
static bool fail(RecnnEditor *editor, RecnnStatus code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
static bool fail(RecnnEditor *editor, RecnnStatus code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = g_strdup_vprintf(format, args);
  va_end(args);
  if (editor->wrong == NULL)
    recnn_error_set(&editor->wrong, code, "%s", text);
  g_free(text);
  return false;
}

static const char *shown(const char *name) { return name != NULL ? name : "(null)"; }

/* ---- options */

static RecnnMigrationOption *find_option(const RecnnEditor *editor, const char *name,
                                         guint *ret_index) {
  for (guint i = 0; name != NULL && i < editor->options->len; i++) {
    RecnnMigrationOption *option = editor->options->pdata[i];
    if (strcmp(option->name, name) == 0) {
      *ret_index = i;
      return option;
    }
  }
  return NULL;
}

static const char *option(const RecnnMigration *migration, const char *name) {
  guint index;
  const RecnnMigrationOption *found = find_option(recnn__editor_of(migration), name, &index);
  return found != NULL ? found->text : NULL;
}

static bool set_option(RecnnMigration *migration, const char *name, const char *text) {
  RecnnEditor *editor = recnn__editor_of(migration);
  guint index = 0;
  if (name == NULL || name[0] == '\0')
    return fail(editor, RECNN_ERROR_ARGUMENT, "set_option() without a name, expected an option's");
  RecnnMigrationOption *found = find_option(editor, name, &index);
  if (text == NULL) {
    if (found != NULL)
      g_ptr_array_remove_index(editor->options, index);
    return true;
  }
  char *copy = g_strdup(text); /* before the old one goes, which it may point into */
  if (found == NULL) {
    found = g_new0(RecnnMigrationOption, 1);
    found->name = g_strdup(name);
    g_ptr_array_add(editor->options, found);
  }
  g_free(found->text);
  found->text = copy;
  return true;
}

static int64_t count(const RecnnMigration *migration, const char *what) {
  JsonObject *counts = recnn__editor_of(migration)->counts;
  JsonNode *node = counts != NULL && what != NULL ? json_object_get_member(counts, what) : NULL;
  return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : -1;
}

/* ---- tensors */

RecnnMigrationTensor *recnn__editor_find(const RecnnEditor *editor, const char *name,
                                         guint *ret_index) {
  for (guint i = 0; name != NULL && i < editor->tensors->len; i++) {
    RecnnMigrationTensor *tensor = editor->tensors->pdata[i];
    if (strcmp(tensor->name, name) == 0) {
      if (ret_index != NULL)
        *ret_index = i;
      return tensor;
    }
  }
  return NULL;
}

static const char *tensor_name(const RecnnMigration *migration, int32_t i) {
  const GPtrArray *tensors = recnn__editor_of(migration)->tensors;
  return i >= 0 && (guint)i < tensors->len ? ((const RecnnMigrationTensor *)tensors->pdata[i])->name
                                           : NULL;
}

/* Memory for a tensor whose dtype and shape are set. */
static bool allocate(RecnnEditor *editor, RecnnTensor *value, const char *name) {
  int64_t shape[RECNN_MAX_RANK];
  memcpy(shape, value->shape, sizeof shape);
  RecnnTensor view = recnn_tensor_view(NULL, value->dtype, value->rank, shape);
  view.data = recnn_memory_new0(1, MAX(recnn_tensor_bytes(&view), 1), name,
                                editor->wrong == NULL ? &editor->wrong : NULL);
  *value = view;
  return view.data != NULL;
}

/* Reads what is still in the file. */
static bool need_value(RecnnEditor *editor, RecnnMigrationTensor *tensor) {
  if (tensor->value.data != NULL)
    return true;
  const RecnnStoredTensor *stored = recnn_safetensors_find(editor->file, tensor->stored);
  if (stored->rank > RECNN_MAX_RANK)
    return fail(editor, RECNN_ERROR_FORMAT, "tensor %s has %d axes, expected at most %d",
                tensor->stored, (int)stored->rank, RECNN_MAX_RANK);
  RecnnTensor value = {.dtype = stored->dtype[0] == 'I' ? RECNN_INT64 : RECNN_FLOAT32,
                       .rank = stored->rank};
  memcpy(value.shape, stored->shape, sizeof(int64_t) * (size_t)stored->rank);
  if (!allocate(editor, &value, tensor->name))
    return false;
  if (recnn_safetensors_read(editor->file, tensor->stored, &value,
                             editor->wrong == NULL ? &editor->wrong : NULL)) {
    tensor->value = value;
    return true;
  }
  recnn_memory_free(value.data);
  return false;
}

static const RecnnTensor *tensor(const RecnnMigration *migration, const char *name) {
  RecnnEditor *editor = recnn__editor_of(migration);
  RecnnMigrationTensor *found = recnn__editor_find(editor, name, NULL);
  return found != NULL && need_value(editor, found) ? &found->value : NULL;
}

static bool check_new(RecnnEditor *editor, const char *what, const char *name) {
  if (name == NULL || name[0] == '\0')
    return fail(editor, RECNN_ERROR_ARGUMENT, "%s() without a name, expected a tensor's", what);
  if (recnn__editor_find(editor, name, NULL) != NULL)
    return fail(editor, RECNN_ERROR_ARGUMENT,
                "%s(): there is a tensor %s already, expected a name that none has", what, name);
  return true;
}

static RecnnTensor *add(RecnnMigration *migration, const char *name, int32_t dtype, int32_t rank,
                        const int64_t *shape) {
  RecnnEditor *editor = recnn__editor_of(migration);
  RecnnTensor value = {.dtype = dtype, .rank = rank};
  if (!check_new(editor, "add", name))
    return NULL;
  for (int32_t i = 0; i < MIN(rank, RECNN_MAX_RANK); i++)
    value.shape[i] = shape[i];
  GError *why = NULL;
  if (!recnn_tensor_check(&value, &why)) {
    fail(editor, RECNN_ERROR_SHAPE, "add(): tensor %s: %s", name, why->message);
    g_error_free(why);
    return NULL;
  }
  if (!allocate(editor, &value, name))
    return NULL;
  RecnnMigrationTensor *added = g_new0(RecnnMigrationTensor, 1);
  added->name = g_strdup(name);
  added->value = value;
  g_ptr_array_add(editor->tensors, added);
  return &added->value;
}

static RecnnMigrationTensor *must_find(RecnnEditor *editor, const char *what, const char *name,
                                       guint *ret_index) {
  RecnnMigrationTensor *found = recnn__editor_find(editor, name, ret_index);
  if (found == NULL)
    fail(editor, RECNN_ERROR_NOT_FOUND, "%s(): there is no tensor %s", what, shown(name));
  return found;
}

static bool rename_tensor(RecnnMigration *migration, const char *name, const char *to) {
  RecnnEditor *editor = recnn__editor_of(migration);
  guint index;
  RecnnMigrationTensor *found = must_find(editor, "rename", name, &index);
  if (found == NULL || !check_new(editor, "rename", to))
    return false;
  char *copy = g_strdup(to); /* `name` may be the old one */
  g_free(found->name);
  found->name = copy;
  return true;
}

static bool remove_tensor(RecnnMigration *migration, const char *name) {
  RecnnEditor *editor = recnn__editor_of(migration);
  guint index = 0;
  if (must_find(editor, "remove", name, &index) == NULL)
    return false;
  g_ptr_array_remove_index(editor->tensors, index);
  return true;
}

RecnnEditor *recnn__editor_new(const RecnnModelOrigin *from, const RecnnSafetensors *file,
                               JsonObject *counts) {
  RecnnEditor *editor = g_new0(RecnnEditor, 1);
  editor->api = (RecnnMigration){.struct_size = sizeof(RecnnMigration),
                                 .plugin = from->plugin,
                                 .version = from->version,
                                 .option = option,
                                 .set_option = set_option,
                                 .count = count,
                                 .tensor_name = tensor_name,
                                 .tensor = tensor,
                                 .add = add,
                                 .rename = rename_tensor,
                                 .remove = remove_tensor};
  editor->file = file;
  editor->counts = counts;
  editor->tensors = g_ptr_array_new_with_free_func(free_tensor);
  editor->options = g_ptr_array_new_with_free_func(free_option);
  for (int64_t i = 0; i < recnn_safetensors_count(file); i++) {
    RecnnMigrationTensor *stored = g_new0(RecnnMigrationTensor, 1);
    stored->stored = recnn_safetensors_get(file, i)->name;
    stored->name = g_strdup(stored->stored);
    g_ptr_array_add(editor->tensors, stored);
  }
  return editor;
}
