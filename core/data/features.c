/* Which columns of the data the categorical fields of click models are made of, and how many values
 * each field has. */
#include "data/features.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/feature.h"

static const char *const prefixes[] = {"user.", "item.", "interaction."};
static const char *const plurals[] = {"users", "items", "interactions"};

static const GPtrArray *columns_of(const RecnnDataset *dataset, RecnnFeatureOf of) {
  return of == RECNN_OF_USER   ? dataset->user_features
         : of == RECNN_OF_ITEM ? dataset->item_features
                               : dataset->interaction_features;
}

static const RecnnFeatureColumn *find(const RecnnDataset *dataset, RecnnFeatureOf of,
                                      const char *name) {
  const GPtrArray *columns = columns_of(dataset, of);
  for (guint i = 0; columns && i < columns->len; i++) {
    const RecnnFeatureColumn *column = columns->pdata[i];
    if (strcmp(column->name, name) == 0)
      return column;
  }
  return NULL;
}

static bool add(GArray *fields, RecnnFeatureField field, GError **error) {
  if (fields->len < RECNN_MAX_FEATURES) {
    g_array_append_val(fields, field);
    return true;
  }
  g_free(field.edges);
  return recnn_error_set(error, RECNN_ERROR_OPTION,
                         "option features: with \"%s\" there are more than %d fields", field.name,
                         RECNN_MAX_FEATURES);
}

static int compare(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* The upper edges of all buckets but the last, which is open: values at even steps of the sorted
 * column, each once. */
static bool find_edges(RecnnFeatureField *field, int64_t n_buckets, GError **error) {
  const RecnnFeatureColumn *column = field->column;
  int64_t n = column->first[column->n_entities];
  float *sorted = recnn_memory_new((size_t)n, sizeof *sorted, "a feature's sorted values", error);
  if (!sorted)
    return false;
  memcpy(sorted, column->values, (size_t)n * sizeof *sorted);
  qsort(sorted, (size_t)n, sizeof *sorted, compare);
  field->edges = g_new(float, n_buckets);
  for (int64_t b = 1; b < n_buckets && n > 0; b++) {
    float edge = sorted[(b * n + n_buckets - 1) / n_buckets - 1];
    bool is_new = field->n_edges == 0 || edge > field->edges[field->n_edges - 1];
    if (is_new && edge < sorted[n - 1])
      field->edges[field->n_edges++] = edge;
  }
  recnn_memory_free(sorted);
  field->size = field->n_edges + 2;
  return true;
}

static bool add_column(GArray *fields, RecnnFeatureOf of, const RecnnFeatureColumn *column,
                       int64_t n_buckets, GError **error) {
  RecnnFeatureField field = {.name = column->name, .of = of, .column = column, .token = -1};
  switch (column->type) {
  case RECNN_FEATURE_TOKEN:
    field.size = recnn_id_map_size(column->tokens) + 1;
    return add(fields, field, error);
  case RECNN_FEATURE_FLOAT:
    return find_edges(&field, n_buckets, error) && add(fields, field, error);
  case RECNN_FEATURE_TOKEN_SEQ:
    field.size = 2;
    for (field.token = 0; field.token < recnn_id_map_size(column->tokens); field.token++)
      if (!add(fields, field, error))
        return false;
    return true;
  default:
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "option features: \"%s\" of %s is a %s, expected token, token_seq or "
                           "float",
                           column->name, plurals[of], recnn_feature_type_name(column->type));
  }
}

static bool add_index(GArray *fields, const RecnnDataset *dataset, RecnnFeatureOf of,
                      GError **error) {
  bool user = of == RECNN_OF_USER;
  int32_t n = user ? recnn_dataset_n_users(dataset) : recnn_dataset_n_items(dataset);
  RecnnFeatureField field = {.name = user ? "user" : "item", .of = of, .token = -1, .size = n + 1};
  return add(fields, field, error);
}

static int64_t add_tokens(GArray *fields, const RecnnDataset *dataset, RecnnFeatureOf of,
                          GError **error) {
  const GPtrArray *columns = columns_of(dataset, of);
  int64_t n = 0;
  for (guint i = 0; columns && i < columns->len; i++) {
    const RecnnFeatureColumn *column = columns->pdata[i];
    if (column->type != RECNN_FEATURE_TOKEN)
      continue;
    if (!add_column(fields, of, column, 0, error))
      return -1;
    n++;
  }
  return n;
}

static bool add_automatic(GArray *fields, const RecnnDataset *dataset, GError **error) {
  if (!add_index(fields, dataset, RECNN_OF_USER, error) ||
      !add_index(fields, dataset, RECNN_OF_ITEM, error))
    return false;
  int64_t n = add_tokens(fields, dataset, RECNN_OF_INTERACTION, error);
  return n > 0 || (n == 0 && add_tokens(fields, dataset, RECNN_OF_USER, error) >= 0 &&
                   add_tokens(fields, dataset, RECNN_OF_ITEM, error) >= 0);
}

static bool fail_unknown(const RecnnDataset *dataset, const char *name, GError **error) {
  GPtrArray *names = g_ptr_array_new();
  g_ptr_array_add(names, (gpointer) "user");
  g_ptr_array_add(names, (gpointer) "item");
  for (int of = RECNN_OF_USER; of <= RECNN_OF_INTERACTION; of++) {
    const GPtrArray *columns = columns_of(dataset, of);
    for (guint i = 0; columns && i < columns->len; i++)
      g_ptr_array_add(names, ((const RecnnFeatureColumn *)columns->pdata[i])->name);
  }
  g_ptr_array_add(names, NULL);
  g_autofree char *hint = recnn_suggest(name, (const char *const *)names->pdata);
  g_ptr_array_unref(names);
  return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                         "option features: \"%s\" is no feature of %s%s", name, dataset->source,
                         hint);
}

static bool add_named(GArray *fields, const RecnnDataset *dataset, const char *name,
                      int64_t n_buckets, GError **error) {
  const RecnnFeatureColumn *column = NULL;
  RecnnFeatureOf of = RECNN_OF_USER;
  if (strcmp(name, "user") == 0 || strcmp(name, "item") == 0)
    return add_index(fields, dataset, *name == 'u' ? RECNN_OF_USER : RECNN_OF_ITEM, error);
  for (int o = RECNN_OF_USER; o <= RECNN_OF_INTERACTION; o++) {
    const RecnnFeatureColumn *found =
        find(dataset, o, g_str_has_prefix(name, prefixes[o]) ? name + strlen(prefixes[o]) : name);
    if (found && column)
      return recnn_error_set(error, RECNN_ERROR_OPTION,
                             "option features: both %s and %s have a \"%s\"; expected \"%s%s\" or "
                             "\"%s%s\"",
                             plurals[of], plurals[o], name, prefixes[of], name, prefixes[o], name);
    if (found) {
      column = found;
      of = o;
    }
  }
  return column ? add_column(fields, of, column, n_buckets, error)
                : fail_unknown(dataset, name, error);
}

static bool is_repeated(char **names, char **name) {
  for (; names < name; names++)
    if (strcmp(*names, *name) == 0)
      return true;
  return false;
}

static bool add_list(GArray *fields, const RecnnDataset *dataset, const char *list,
                     int64_t n_buckets, GError **error) {
  g_auto(GStrv) names = g_strsplit(list, ",", -1);
  for (char **name = names; *name; name++) {
    g_strstrip(*name);
    if (is_repeated(names, name))
      return recnn_error_set(error, RECNN_ERROR_OPTION, "option features: \"%s\" is there twice",
                             *name);
    if (!add_named(fields, dataset, *name, n_buckets, error))
      return false;
  }
  return fields->len > 0 ||
         recnn_error_set(error, RECNN_ERROR_OPTION, "option features: \"%s\" names no field", list);
}

RecnnFeatures *recnn_features_new(const RecnnDataset *dataset, const char *names, int64_t n_buckets,
                                  GError **error) {
  GArray *fields = g_array_new(FALSE, TRUE, sizeof(RecnnFeatureField));
  bool done = strcmp(names, "auto") == 0 ? add_automatic(fields, dataset, error)
                                         : add_list(fields, dataset, names, n_buckets, error);
  RecnnFeatures *features = g_new0(RecnnFeatures, 1);
  features->n = (int32_t)fields->len;
  features->fields = (RecnnFeatureField *)(void *)g_array_free(fields, FALSE);
  for (int32_t f = 0; f < features->n; f++)
    features->of_interactions |= features->fields[f].of == RECNN_OF_INTERACTION;
  if (!done)
    g_clear_pointer(&features, recnn_features_free);
  return features;
}

void recnn_features_free(RecnnFeatures *features) {
  if (!features)
    return;
  for (int32_t f = 0; f < features->n; f++)
    g_free(features->fields[f].edges);
  g_free(features->fields);
  g_free(features);
}
