/* Options to and from JSON.  What a value may be is decided in option-value.c. */
#include "base/options-json.h"

#include <math.h>

#include "base/error.h"

static JsonNode *node_of(const RecnnOptions *options, const RecnnOption *option,
                         const RecnnValue *value) {
  JsonNode *node = json_node_new(JSON_NODE_VALUE);
  JsonArray *list = NULL;
  switch (option->type) {
  case RECNN_OPTION_BOOL:
    json_node_set_boolean(node, value->as.i != 0);
    break;
  case RECNN_OPTION_INT:
    json_node_set_int(node, value->as.i);
    break;
  case RECNN_OPTION_FLOAT:
    json_node_set_double(node, value->as.f);
    break;
  case RECNN_OPTION_STRING:
  case RECNN_OPTION_CHOICE:
    json_node_set_string(node, recnn_options_string(options, option->name));
    break;
  default:
    list = json_array_new();
    for (int32_t i = 0; i < value->count; i++) {
      if (option->type == RECNN_OPTION_INT_LIST)
        json_array_add_int_element(list, value->as.ints[i]);
      else
        json_array_add_double_element(list, value->as.floats[i]);
    }
    json_node_init_array(node, list);
    json_array_unref(list);
    break;
  }
  return node;
}

JsonObject *recnn_options_to_json(const RecnnOptions *options) {
  JsonObject *object = json_object_new();
  for (const RecnnOption *o = recnn_options_table(options); o->name != NULL; o++) {
    const RecnnValue *value = recnn_options_get(options, o->name);
    if (value != NULL)
      json_object_set_member(object, o->name, node_of(options, o, value));
  }
  return object;
}

/* A list of numbers: of integers where all are. */
static bool set_list(RecnnOptions *options, const char *name, JsonArray *array, GError **error) {
  guint n = json_array_get_length(array);
  int64_t *ints = g_new(int64_t, n + 1);
  double *floats = g_new(double, n + 1);
  bool whole = true, numbers = true;
  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element(array, i);
    GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
    numbers = numbers && (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE);
    whole = whole && type == G_TYPE_INT64;
    ints[i] = numbers ? json_node_get_int(node) : 0;
    floats[i] = numbers ? json_node_get_double(node) : 0.0;
  }
  RecnnValue value = {whole ? RECNN_OPTION_INT_LIST : RECNN_OPTION_FLOAT_LIST, (int32_t)n, {0}};
  if (whole)
    value.as.ints = ints;
  else
    value.as.floats = floats;
  bool ok = numbers ? recnn_options_set(options, name, &value, error)
                    : recnn_error_set(error, RECNN_ERROR_OPTION,
                                      "option %s: a list of other things, expected numbers", name);
  g_free(ints);
  g_free(floats);
  return ok;
}

bool recnn_options_set_json(RecnnOptions *options, const char *name, JsonNode *node,
                            GError **error) {
  RecnnValue value = {0, 0, {0}};
  if (JSON_NODE_HOLDS_ARRAY(node))
    return set_list(options, name, json_node_get_array(node), error);
  GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
  if (type == G_TYPE_INT64) {
    value.type = RECNN_OPTION_INT;
    value.as.i = json_node_get_int(node);
  } else if (type == G_TYPE_DOUBLE) {
    value.type = RECNN_OPTION_FLOAT;
    value.as.f = json_node_get_double(node);
  } else if (type == G_TYPE_BOOLEAN) {
    value.type = RECNN_OPTION_BOOL;
    value.as.i = json_node_get_boolean(node) ? 1 : 0;
  } else if (type == G_TYPE_STRING) {
    value.type = RECNN_OPTION_STRING;
    value.as.s = json_node_get_string(node);
  } else {
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "option %s: a JSON object or null, expected a number, text, true, false "
                           "or a list of numbers",
                           name);
  }
  return recnn_options_set(options, name, &value, error);
}
