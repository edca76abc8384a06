/* A model for a data set: the sizes that its class's fields take from the data. */
#include "model/model-private.h"

/* The fields that a class reads to train and to answer, NULL at the end; caller frees the array. */
static const char **all_fields(const RecnnModelClass *model_class) {
  GPtrArray *all = g_ptr_array_new();
  for (const char *const *f = model_class->train_fields; f != NULL && *f != NULL; f++)
    g_ptr_array_add(all, (gpointer)*f);
  for (const char *const *f = model_class->query_fields; f != NULL && *f != NULL; f++)
    g_ptr_array_add(all, (gpointer)*f);
  g_ptr_array_add(all, NULL);
  return (const char **)g_ptr_array_free(all, FALSE);
}

/* The option by which a model fixes the steps of its sequences; 0: it has none. */
static int64_t sequence_length(const RecnnModelClass *model_class, const RecnnOptions *options,
                               GError **error) {
  RecnnOptions *defaults =
      options == NULL ? recnn_options_new(model_class->options, model_class->name, error) : NULL;
  if (options == NULL && defaults == NULL)
    return -1;
  const RecnnValue *value =
      recnn_options_get(options != NULL ? options : defaults, "sequence_length");
  int64_t length = value != NULL && value->type == RECNN_OPTION_INT ? value->as.i : 0;
  recnn_options_free(defaults);
  return length;
}

static void add_count(GArray *counts, const char *name, int64_t value) {
  RecnnCount count = {g_strdup(name), value};
  g_array_append_val(counts, count);
}

/* All sizes that the data has for the fields. */
static GArray *list_counts(const RecnnInputs *inputs, int64_t n_interactions) {
  GArray *counts = g_array_new(FALSE, FALSE, sizeof(RecnnCount));
  add_count(counts, "users", recnn_dataset_n_users(inputs->dataset));
  add_count(counts, "items", recnn_dataset_n_items(inputs->dataset));
  add_count(counts, "interactions", n_interactions);
  if (inputs->condition != NULL)
    add_count(counts, "conditions", inputs->n_conditions);
  if (inputs->features != NULL)
    add_count(counts, "features", inputs->features->n);
  for (int32_t f = 0; inputs->features != NULL && f < inputs->features->n; f++) {
    char name[32];
    (void)g_snprintf(name, sizeof name, "features.%d", (int)f);
    add_count(counts, name, inputs->features->fields[f].size);
  }
  return counts;
}

static void free_counts(GArray *counts) {
  for (guint i = 0; i < counts->len; i++)
    g_free((char *)g_array_index(counts, RecnnCount, i).name);
  g_array_unref(counts);
}

RecnnModel *recnn_model_new_for(const RecnnModelClass *model_class, const RecnnOptions *options,
                                RecnnDataset *dataset, const RecnnOptions *inputs_options,
                                uint64_t seed, GError **error) {
  return recnn_model_new_for_part(model_class, options, dataset, dataset->n, inputs_options, seed,
                                  error);
}

RecnnModel *recnn_model_new_for_part(const RecnnModelClass *model_class,
                                     const RecnnOptions *options, RecnnDataset *dataset,
                                     int64_t n_interactions, const RecnnOptions *inputs_options,
                                     uint64_t seed, GError **error) {
  int64_t length = sequence_length(model_class, options, error);
  if (length < 0)
    return NULL;
  g_autofree const char **fields = all_fields(model_class);
  RecnnInputs *inputs = recnn_inputs_new(dataset, inputs_options, fields, length, error);
  if (inputs == NULL) {
    g_prefix_error(error, "model %s: ", model_class->name);
    return NULL;
  }
  inputs->full_width = (model_class->flags & RECNN_MODEL_PADDING) != 0;
  GArray *counts = list_counts(inputs, n_interactions);
  RecnnModel *model =
      recnn_model_new(model_class, options, (const RecnnCount *)(const void *)counts->data,
                      (int32_t)counts->len, seed, error);
  free_counts(counts);
  if (model != NULL)
    model->inputs = inputs;
  else
    recnn_inputs_unref(inputs);
  return model;
}

const RecnnInputs *recnn_model_get_inputs(const RecnnModel *model) { return model->inputs; }
