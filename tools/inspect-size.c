/* How large a model is for given counts: found out by making one. */
#include "inspect.h"

#include <string.h>

#include "base/error.h"
#include "model/model.h"
#include "tensor/tensor.h"

/* "features=7,6,5" is the count of features and one count each. */
static void add_features(GArray *counts, const char *text, GError **error) {
  char **sizes = g_strsplit(text, ",", -1);
  RecnnCount all = {"features", (int64_t)g_strv_length(sizes)};
  g_array_append_val(counts, all);
  for (int i = 0; sizes[i] != NULL && *error == NULL; i++) {
    RecnnCount one = {g_strdup_printf("features.%d", i), 0};
    if (!recnn_parse_int(sizes[i], strlen(sizes[i]), &one.value) || one.value < 1)
      recnn_error_set(
          error, RECNN_ERROR_ARGUMENT,
          "--features %s: \"%s\", expected the number of values of each feature, such as "
          "7,6,5",
          text, sizes[i]);
    g_array_append_val(counts, one);
  }
  g_strfreev(sizes);
}

static GArray *make_counts(const InspectCounts *given, GError **error) {
  const RecnnCount plain[] = {{"users", given->users},
                              {"items", given->items},
                              {"interactions", given->interactions},
                              {"conditions", given->conditions}};
  GArray *counts = g_array_new(FALSE, FALSE, sizeof(RecnnCount));
  for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
    if (plain[i].value < 0)
      recnn_error_set(error, RECNN_ERROR_ARGUMENT, "--%s %" G_GINT64_FORMAT ", expected at least 1",
                      plain[i].name, (gint64)plain[i].value);
    else if (plain[i].value > 0)
      g_array_append_val(counts, plain[i]);
    if (*error != NULL)
      break;
  }
  if (*error == NULL && given->features != NULL)
    add_features(counts, given->features, error);
  return counts;
}

static RecnnOptions *make_options(const RecnnModelClass *model_class, char **settings,
                                  GError **error) {
  char *owner = g_strdup_printf("model %s", model_class->name);
  RecnnOptions *options = recnn_options_new(model_class->options, owner, error);
  g_free(owner);
  for (int i = 0; options != NULL && settings != NULL && settings[i] != NULL; i++) {
    char **pair = g_strsplit(settings[i], "=", 2);
    bool ok = pair[0] != NULL && pair[1] != NULL
                  ? recnn_options_set_text(options, pair[0], pair[1], error)
                  : recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                                    "--set \"%s\", expected OPTION=VALUE", settings[i]);
    g_strfreev(pair);
    if (!ok) {
      recnn_options_free(options);
      return NULL;
    }
  }
  return options;
}

static void measure(const RecnnModel *model, InspectSize *size) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  for (int32_t i = 0; i < n; i++) {
    int64_t bytes = (int64_t)recnn_tensor_bytes(&params[i]->value);
    char *shape = recnn_tensor_describe(&params[i]->value);
    InspectParam one = {g_strdup(params[i]->name), shape, recnn_tensor_count(&params[i]->value),
                        params[i]->trainable};
    g_array_append_val(size->params, one);
    size->weights += bytes;
    size->training += params[i]->trainable ? bytes * 4 : bytes; /* and a gradient, and Adam's two */
  }
  size->trainable = recnn_model_param_count(model);
}

bool inspect_size(const RecnnModelClass *model_class, const InspectCounts *given,
                  InspectSize *ret_size, GError **error) {
  GError *wrong = NULL;
  GArray *counts = make_counts(given, &wrong);
  RecnnModel *model = NULL;
  RecnnOptions *options = wrong == NULL ? make_options(model_class, given->settings, &wrong) : NULL;
  if (options != NULL)
    model = recnn_model_new(model_class, options, (const RecnnCount *)counts->data,
                            (int32_t)counts->len, 0, &wrong);
  if (model != NULL) {
    *ret_size = (InspectSize){.params = g_array_new(FALSE, FALSE, sizeof(InspectParam))};
    measure(model, ret_size);
  }
  recnn_options_free(options);
  recnn_model_free(model);
  for (guint i = 0; i < counts->len; i++) {
    const char *name = g_array_index(counts, RecnnCount, i).name;
    if (g_str_has_prefix(name, "features."))
      g_free((char *)name);
  }
  g_array_free(counts, TRUE);
  if (wrong != NULL)
    g_propagate_error(error, wrong);
  return model != NULL;
}

void inspect_size_clear(InspectSize *size) {
  for (guint i = 0; i < size->params->len; i++) {
    g_free(g_array_index(size->params, InspectParam, i).name);
    g_free(g_array_index(size->params, InspectParam, i).shape);
  }
  g_array_free(size->params, TRUE);
}
