/* Reading safetensors: the header is parsed and checked as a whole; the data is mapped. */
#include "tensor/safetensors.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "tensor/tensor.h"

/* As in the reference implementation: more is an attack. */
#define MAX_HEADER (100 * 1000 * 1000)
#define MAX_DEPTH 8

struct RecnnSafetensors {
  char *path;
  RecnnFile file;
  GHashTable *metadata; /* char* -> char* */
  GArray *tensors;      /* RecnnStoredTensor, in the order of their data */
  GHashTable *by_name;  /* name -> index + 1 */
};

static const struct {
  const char *name;
  size_t size;
} dtypes[] = {{"F64", 8}, {"I64", 8}, {"U64", 8},  {"F32", 4},     {"I32", 4},
              {"U32", 4}, {"F16", 2}, {"I16", 2},  {"BF16", 2},    {"U16", 2},
              {"I8", 1},  {"U8", 1},  {"BOOL", 1}, {"F8_E5M2", 1}, {"F8_E4M3", 1}};

static bool fail(const RecnnSafetensors *f, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
static bool fail(const RecnnSafetensors *f, GError **error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = g_strdup_vprintf(format, args);
  va_end(args);
  recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: %s", f->path, text);
  g_free(text);
  return false;
}

/* The JSON parser recurses, so nesting is bounded before it sees the text. */
static bool depth_is_sane(const char *json, size_t length) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < length; i++) {
    char c = json[i];
    if (quoted) {
      if (c == '\\')
        i++;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > MAX_DEPTH)
        return false;
    } else if (c == '}' || c == ']') {
      depth--;
    }
  }
  return true;
}

/* An integer that is one: not a float, not text. */
static bool get_int(JsonNode *node, int64_t *ret_value) {
  if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64)
    return false;
  *ret_value = json_node_get_int(node);
  return true;
}

static bool read_shape(const RecnnSafetensors *f, JsonNode *node, RecnnStoredTensor *t,
                       GError **error) {
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node))
    return fail(f, error, "tensor %s has no shape, expected a list of integers", t->name);
  JsonArray *array = json_node_get_array(node);
  guint rank = json_array_get_length(array);
  if (rank > RECNN_SAFETENSORS_MAX_RANK)
    return fail(f, error, "tensor %s has %u axes, expected at most %d", t->name, rank,
                RECNN_SAFETENSORS_MAX_RANK);
  t->rank = (int32_t)rank;
  t->count = 1;
  for (guint i = 0; i < rank; i++) {
    int64_t axis;
    if (!get_int(json_array_get_element(array, i), &axis) || axis < 0)
      return fail(f, error, "tensor %s: axis %u of its shape is no integer from 0", t->name, i);
    t->shape[i] = axis;
    if (__builtin_mul_overflow(t->count, axis, &t->count))
      return fail(f, error, "tensor %s: its shape has more than 2^63 elements", t->name);
  }
  return true;
}

static bool read_offsets(const RecnnSafetensors *f, JsonNode *node, const char *data,
                         size_t data_size, size_t element, RecnnStoredTensor *t, GError **error) {
  int64_t begin = -1, end = -1;
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
  if (array == NULL || json_array_get_length(array) != 2 ||
      !get_int(json_array_get_element(array, 0), &begin) ||
      !get_int(json_array_get_element(array, 1), &end))
    return fail(f, error, "tensor %s: its data_offsets are not two integers", t->name);
  if (begin < 0 || end < begin || (uint64_t)end > data_size)
    return fail(f, error,
                "tensor %s: its data_offsets are %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                ", expected 0 <= first <= second <= %zu, the bytes behind the header%s",
                t->name, (gint64)begin, (gint64)end, data_size,
                (uint64_t)end > data_size && end > begin && begin >= 0 ? " (a truncated file?)"
                                                                       : "");
  size_t bytes;
  if (__builtin_mul_overflow((size_t)t->count, element, &bytes) || bytes != (size_t)(end - begin))
    return fail(f, error,
                "tensor %s: %" G_GINT64_FORMAT " elements of %s need %zu bytes, its data_offsets "
                "hold %" G_GINT64_FORMAT,
                t->name, (gint64)t->count, t->dtype, bytes, (gint64)(end - begin));
  t->data = data + begin;
  t->bytes = bytes;
  return true;
}

static bool read_tensor(RecnnSafetensors *f, JsonObject *header, const char *name, const char *data,
                        size_t data_size, GError **error) {
  RecnnStoredTensor t = {.name = name};
  JsonNode *node = json_object_get_member(header, name);
  if (!JSON_NODE_HOLDS_OBJECT(node))
    return fail(f, error, "tensor %.100s is described by no object", name);
  JsonObject *object = json_node_get_object(node);
  JsonNode *dtype = json_object_get_member(object, "dtype");
  size_t element = 0;
  const char *word =
      dtype != NULL && JSON_NODE_HOLDS_VALUE(dtype) ? json_node_get_string(dtype) : NULL;
  for (size_t i = 0; word != NULL && i < G_N_ELEMENTS(dtypes); i++) {
    if (strcmp(word, dtypes[i].name) == 0) {
      t.dtype = dtypes[i].name;
      element = dtypes[i].size;
    }
  }
  if (element == 0)
    return fail(f, error, "tensor %.100s: its dtype is %.40s, expected F32, I64, F64, ...", name,
                word != NULL ? word : "missing");
  if (!read_shape(f, json_object_get_member(object, "shape"), &t, error) ||
      !read_offsets(f, json_object_get_member(object, "data_offsets"), data, data_size, element, &t,
                    error))
    return false;
  t.name = g_strdup(name);
  g_array_append_val(f->tensors, t);
  return true;
}

static bool read_metadata(RecnnSafetensors *f, JsonObject *header, GError **error) {
  JsonNode *node = json_object_get_member(header, "__metadata__");
  if (node == NULL)
    return true;
  if (!JSON_NODE_HOLDS_OBJECT(node))
    return fail(f, error, "__metadata__ is no object");
  JsonObject *object = json_node_get_object(node);
  GList *keys = json_object_get_members(object);
  bool ok = true;
  for (GList *k = keys; ok && k != NULL; k = k->next) {
    JsonNode *value = json_object_get_member(object, k->data);
    const char *text = JSON_NODE_HOLDS_VALUE(value) ? json_node_get_string(value) : NULL;
    if (text != NULL)
      g_hash_table_insert(f->metadata, g_strdup(k->data), g_strdup(text));
    else
      ok = fail(f, error, "__metadata__: %.100s is no text", (const char *)k->data);
  }
  g_list_free(keys);
  return ok;
}

static int by_place(const void *a, const void *b) {
  const RecnnStoredTensor *x = a, *y = b;
  if (x->data != y->data)
    return (const char *)x->data < (const char *)y->data ? -1 : 1;
  return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

/* In the order of their data, each begins where the one before ends. */
static bool check_layout(RecnnSafetensors *f, const char *data, size_t data_size, GError **error) {
  size_t at = 0;
  const char *before = "the header";
  g_array_sort(f->tensors, by_place);
  for (guint i = 0; i < f->tensors->len; i++) {
    const RecnnStoredTensor *t = &g_array_index(f->tensors, RecnnStoredTensor, i);
    size_t begin = (size_t)((const char *)t->data - data);
    if (begin != at)
      return fail(f, error, "tensor %s begins at byte %zu, %s ends at %zu: %s", t->name, begin,
                  before, at, begin < at ? "they overlap" : "a hole");
    at += t->bytes;
    before = t->name;
    g_hash_table_insert(f->by_name, (char *)t->name, GUINT_TO_POINTER(i + 1));
  }
  if (at != data_size)
    return fail(f, error, "%zu bytes lie behind the last tensor, expected none", data_size - at);
  return true;
}

typedef struct Duplicate {
  GHashTable *seen; /* names in one object, as "OBJECT/NAME" */
  char *name;       /* the first that came twice */
} Duplicate;

/* The parser keeps the last of two members of one name and says nothing. */
static void on_member(JsonParser *parser, JsonObject *object, const char *name, void *data) {
  Duplicate *d = data;
  (void)parser;
  char *key = g_strdup_printf("%p/%s", (void *)object, name);
  if (!g_hash_table_add(d->seen, key) && d->name == NULL)
    d->name = g_strdup(name);
}

static bool read_header(RecnnSafetensors *f, GError **error) {
  uint64_t length = 0;
  if (f->file.size < 8)
    return fail(f, error, "it has %zu bytes, expected at least the 8 of the header's length",
                f->file.size);
  for (int i = 7; i >= 0; i--)
    length = length << 8 | (unsigned char)f->file.bytes[i];
  if (length > f->file.size - 8 || length > MAX_HEADER)
    return fail(f, error,
                "its header is said to have %" G_GUINT64_FORMAT " bytes, expected at most %zu%s",
                (guint64)length, MIN(f->file.size - 8, (size_t)MAX_HEADER),
                length <= MAX_HEADER ? " (a truncated file?)" : "");
  const char *json = f->file.bytes + 8;
  const char *data = json + length;
  size_t data_size = f->file.size - 8 - (size_t)length;
  if (length == 0 || json[0] != '{')
    return fail(f, error, "its header does not begin with {: it is no safetensors file");
  if (!depth_is_sane(json, (size_t)length))
    return fail(f, error, "its header is nested more than %d deep", MAX_DEPTH);

  JsonParser *parser = json_parser_new();
  Duplicate duplicate = {g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL), NULL};
  g_signal_connect(parser, "object-member", G_CALLBACK(on_member), &duplicate);
  GError *why = NULL;
  bool ok = json_parser_load_from_data(parser, json, (gssize)length, &why);
  JsonNode *root = ok ? json_parser_get_root(parser) : NULL;
  if (!ok)
    fail(f, error, "its header is no JSON: %s", why->message);
  else if (duplicate.name != NULL)
    ok = fail(f, error, "its header has %.100s twice", duplicate.name);
  else if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
    ok = fail(f, error, "its header is no object");
  if (ok) {
    JsonObject *header = json_node_get_object(root);
    GList *names = json_object_get_members(header);
    ok = read_metadata(f, header, error);
    for (GList *n = names; ok && n != NULL; n = n->next)
      ok = strcmp(n->data, "__metadata__") == 0 ||
           read_tensor(f, header, n->data, data, data_size, error);
    g_list_free(names);
    ok = ok && check_layout(f, data, data_size, error);
  }
  g_clear_error(&why);
  g_free(duplicate.name);
  g_hash_table_unref(duplicate.seen);
  g_object_unref(parser);
  return ok;
}

RecnnSafetensors *recnn_safetensors_open(const char *path, GError **error) {
  RecnnSafetensors *f = g_new0(RecnnSafetensors, 1);
  f->path = g_strdup(path);
  f->metadata = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  f->tensors = g_array_new(FALSE, FALSE, sizeof(RecnnStoredTensor));
  f->by_name = g_hash_table_new(g_str_hash, g_str_equal);
  if (recnn_file_open(&f->file, path, error) && read_header(f, error))
    return f;
  recnn_safetensors_close(f);
  return NULL;
}

void recnn_safetensors_close(RecnnSafetensors *f) {
  if (f == NULL)
    return;
  for (guint i = 0; i < f->tensors->len; i++)
    g_free((char *)g_array_index(f->tensors, RecnnStoredTensor, i).name);
  g_array_unref(f->tensors);
  g_hash_table_unref(f->by_name);
  g_hash_table_unref(f->metadata);
  recnn_file_close(&f->file);
  g_free(f->path);
  g_free(f);
}

int64_t recnn_safetensors_count(const RecnnSafetensors *f) { return f->tensors->len; }

const RecnnStoredTensor *recnn_safetensors_get(const RecnnSafetensors *f, int64_t i) {
  return &g_array_index(f->tensors, RecnnStoredTensor, i);
}

const RecnnStoredTensor *recnn_safetensors_find(const RecnnSafetensors *f, const char *name) {
  guint i = GPOINTER_TO_UINT(g_hash_table_lookup(f->by_name, name));
  return i > 0 ? &g_array_index(f->tensors, RecnnStoredTensor, i - 1) : NULL;
}

const char *recnn_safetensors_path(const RecnnSafetensors *f) { return f->path; }

const char *recnn_safetensors_metadata(const RecnnSafetensors *f, const char *key) {
  return g_hash_table_lookup(f->metadata, key);
}

static const RecnnStoredTensor *find_or_fail(const RecnnSafetensors *f, const char *name,
                                             GError **error) {
  const RecnnStoredTensor *t = recnn_safetensors_find(f, name);
  if (t == NULL)
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "%s: there is no tensor %s", f->path, name);
  return t;
}

/* Element i, whatever its alignment. */
static double element_double(const RecnnStoredTensor *t, int64_t i) {
  if (strcmp(t->dtype, "F32") == 0) {
    float x;
    memcpy(&x, (const char *)t->data + 4 * i, sizeof x);
    return (double)x;
  }
  if (strcmp(t->dtype, "F64") == 0) {
    double x;
    memcpy(&x, (const char *)t->data + 8 * i, sizeof x);
    return x;
  }
  int64_t x;
  memcpy(&x, (const char *)t->data + 8 * i, sizeof x);
  return (double)x;
}

bool recnn_safetensors_check(const RecnnSafetensors *f, const char *name, const RecnnTensor *to,
                             GError **error) {
  const RecnnStoredTensor *t = find_or_fail(f, name, error);
  if (t == NULL)
    return false;
  bool same = t->rank == to->rank;
  for (int32_t i = 0; same && i < t->rank; i++)
    same = t->shape[i] == to->shape[i];
  bool is_float = strcmp(t->dtype, "F32") == 0 || strcmp(t->dtype, "F64") == 0;
  bool fits = to->dtype == RECNN_FLOAT32 ? is_float : strcmp(t->dtype, "I64") == 0;
  if (!same || !fits) {
    GString *is = g_string_new(NULL);
    char *expected = recnn_tensor_describe(to);
    for (int32_t i = 0; i < t->rank; i++)
      g_string_append_printf(is, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "", (gint64)t->shape[i]);
    recnn_error_set(error, RECNN_ERROR_SHAPE, "%s: tensor %s is %s (%s), expected %s", f->path,
                    name, t->dtype, is->str, expected);
    g_string_free(is, TRUE);
    g_free(expected);
    return false;
  }
  return true;
}

bool recnn_safetensors_read(const RecnnSafetensors *f, const char *name, const RecnnTensor *to,
                            GError **error) {
  if (!recnn_safetensors_check(f, name, to, error))
    return false;
  const RecnnStoredTensor *t = recnn_safetensors_find(f, name);
  if (strcmp(t->dtype, "F64") == 0) {
    for (int64_t i = 0; i < t->count; i++)
      ((float *)to->data)[i] = (float)element_double(t, i);
  } else if (t->bytes > 0) {
    memcpy(to->data, t->data, t->bytes);
  }
  return true;
}

double *recnn_safetensors_doubles(const RecnnSafetensors *f, const char *name, int64_t *ret_count,
                                  GError **error) {
  const RecnnStoredTensor *t = find_or_fail(f, name, error);
  if (t == NULL)
    return NULL;
  if (strcmp(t->dtype, "F32") != 0 && strcmp(t->dtype, "F64") != 0 &&
      strcmp(t->dtype, "I64") != 0) {
    recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                    "%s: tensor %s has the dtype %s, expected F32, F64 or I64", f->path, name,
                    t->dtype);
    return NULL;
  }
  double *values = g_try_new(double, (gsize)MAX(t->count, 1));
  if (values == NULL) {
    recnn_error_set(error, RECNN_ERROR_MEMORY, "%s: tensor %s: out of memory", f->path, name);
    return NULL;
  }
  for (int64_t i = 0; i < t->count; i++)
    values[i] = element_double(t, i);
  *ret_count = t->count;
  return values;
}
