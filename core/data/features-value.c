/* The values of categorical fields: of an example, and as somebody tells them. */
#include <string.h>

#include "base/error.h"
#include "base/options.h"
#include "data/features.h"

/* The bucket of a number: how many edges are below it. */
static int32_t bucket(const RecnnFeatureField *field, float x) {
  int32_t low = 0, high = field->n_edges;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (field->edges[middle] < x)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The value that stands for none. */
static int32_t none(const RecnnFeatureField *field) {
  return field->token >= 0 ? 0 : field->size - 1;
}

static int32_t value(const RecnnFeatureField *field, int64_t entity) {
  const RecnnFeatureColumn *column = field->column;
  if (entity < 0)
    return none(field);
  if (!column)
    return (int32_t)entity;
  int64_t first = column->first[entity], end = column->first[entity + 1];
  if (field->token >= 0) {
    for (int64_t i = first; i < end; i++)
      if (column->ids[i] == field->token)
        return 1;
    return 0;
  }
  if (first == end)
    return none(field);
  return column->tokens ? column->ids[first] : bucket(field, column->values[first]);
}

void recnn_features_fill(const RecnnFeatures *features, int64_t user, int64_t item, int64_t row,
                         const int32_t *told, int64_t *ret_values) {
  const int64_t entity[] = {user, item, row};
  for (int32_t f = 0; f < features->n; f++) {
    const RecnnFeatureField *field = &features->fields[f];
    bool is_told = told && told[f] != RECNN_NOT_TOLD;
    ret_values[f] = is_told ? told[f] : value(field, entity[field->of]);
  }
}

/* Whether the name, "age" or "user.age", means the field. */
static bool is_meant(const RecnnFeatureField *field, const char *name) {
  static const char *const prefixes[] = {"user.", "item.", "interaction."};
  const char *prefix = prefixes[field->of];
  return strcmp(field->name, name) == 0 ||
         (g_str_has_prefix(name, prefix) && strcmp(field->name, name + strlen(prefix)) == 0);
}

static bool fail_unknown(const RecnnFeatures *features, const char *name, GError **error) {
  GPtrArray *names = g_ptr_array_new();
  for (int32_t f = 0; f < features->n; f++)
    if (features->fields[f].of != RECNN_OF_ITEM && features->fields[f].column &&
        (names->len == 0 || names->pdata[names->len - 1] != features->fields[f].name))
      g_ptr_array_add(names, (gpointer)features->fields[f].name);
  g_ptr_array_add(names, NULL);
  g_autofree char *hint =
      names->len > 1 ? recnn_suggest(name, (const char *const *)names->pdata) : g_strdup("");
  g_ptr_array_unref(names);
  return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                         "\"%s\" is no feature that the model can be told%s", name, hint);
}

/* What one token says of a field. */
static bool tell(const RecnnFeatureField *field, const char *token, size_t length,
                 int32_t *ret_value, GError **error) {
  double number;
  if (length == 0) {
    *ret_value = none(field);
    return true;
  }
  if (!field->column->tokens) {
    if (!recnn_parse_double(token, length, &number))
      return recnn_error_set(error, RECNN_ERROR_ARGUMENT, "feature %s: \"%.*s\", expected a number",
                             field->name, (int)length, token);
    *ret_value = bucket(field, (float)number);
    return true;
  }
  int32_t id = recnn_id_map_find(field->column->tokens, token, length);
  if (id < 0)
    return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                           "feature %s: \"%.*s\" is none of its %d values, whose first is \"%s\"; "
                           "\"\" stands for no value",
                           field->name, (int)length, token,
                           (int)recnn_id_map_size(field->column->tokens),
                           recnn_id_map_token(field->column->tokens, 0));
  if (field->token < 0)
    *ret_value = id;
  else if (id == field->token)
    *ret_value = 1;
  return true;
}

bool recnn_features_tell(const RecnnFeatures *features, const char *name, const char *const *tokens,
                         const size_t *lengths, int64_t n, int32_t *told, GError **error) {
  bool found = false, of_item = false;
  for (int32_t f = 0; f < features->n; f++) {
    const RecnnFeatureField *field = &features->fields[f];
    if (!is_meant(field, name))
      continue;
    if (field->of == RECNN_OF_ITEM) {
      of_item = true;
      continue;
    }
    found = true;
    if (!field->column)
      return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                             "feature %s is who asks, which is not told as a feature", name);
    if (n > 1 && field->token < 0)
      return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                             "feature %s: %" G_GINT64_FORMAT " values, expected one", name,
                             (gint64)n);
    told[f] = none(field);
    for (int64_t i = 0; i < n; i++)
      if (!tell(field, tokens[i], lengths[i], &told[f], error))
        return false;
  }
  if (!found && of_item)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "feature %s is one of items, which have their own", name);
  return found || fail_unknown(features, name, error);
}

char *recnn_features_missing(const RecnnFeatures *features, int64_t user, const int32_t *told) {
  GString *text = g_string_new(NULL);
  const char *last = NULL;
  for (int32_t f = 0; f < features->n; f++) {
    const RecnnFeatureField *field = &features->fields[f];
    bool known = field->of == RECNN_OF_ITEM || (field->of == RECNN_OF_USER && user >= 0) ||
                 !field->column || (told && told[f] != RECNN_NOT_TOLD);
    if (known || field->name == last)
      continue;
    g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", field->name);
    last = field->name;
  }
  return g_string_free(text, text->len == 0);
}
