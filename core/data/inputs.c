/* How a model's input fields are made: the options, checked against the data set. */
#include "data/inputs.h"

#include <string.h>

#include "base/error.h"
#include "data/feature.h"

static const RecnnOption options_table[] = {
    {"max_sequence_length", RECNN_OPTION_INT, "50", "[1,65536]",
     "Steps of a sequence: of a longer history the last ones count.  A model with an option "
     "sequence_length goes by that one."},
    {"label_threshold", RECNN_OPTION_FLOAT, "4", "(-inf,inf)",
     "A rating from here on is a hit, label 1; for data without labels of its own."},
    {"row_values", RECNN_OPTION_CHOICE, "ones", "ones|ratings",
     "The values of a user's row of interactions."},
    {"condition", RECNN_OPTION_STRING, "auto", NULL,
     "The feature of users that is the condition, by name; auto: the first that has one token a "
     "user.  One with several is for models that take several."},
    {"features", RECNN_OPTION_STRING, "auto", NULL,
     "The columns that a click model's categorical fields are made of, separated by commas: user, "
     "item, and names of features; auto: user, item and the token features of interactions, or "
     "where there are none, of users and items."},
    {"feature_buckets", RECNN_OPTION_INT, "10", "[1,65536]",
     "Buckets that the values of a numeric feature are put into."},
    {NULL, 0, NULL, NULL, NULL},
};

const RecnnOption *recnn_inputs_options(void) { return options_table; }

/* `several`: one with several tokens a user will do. */
static const RecnnFeatureColumn *find_condition(const RecnnDataset *dataset, const char *name,
                                                bool several, GError **error) {
  bool automatic = strcmp(name, "auto") == 0;
  GPtrArray *names = g_ptr_array_new();
  for (guint i = 0; dataset->user_features && i < dataset->user_features->len; i++) {
    const RecnnFeatureColumn *column = dataset->user_features->pdata[i];
    bool takes = several && !automatic ? recnn_feature_is_token(column->type)
                                       : column->type == RECNN_FEATURE_TOKEN;
    if (!takes)
      continue;
    if (automatic || strcmp(column->name, name) == 0) {
      g_ptr_array_unref(names);
      return column;
    }
    g_ptr_array_add(names, column->name);
  }
  g_ptr_array_add(names, NULL);
  g_autofree char *hint = recnn_suggest(name, (const char *const *)names->pdata);
  if (names->len == 1)
    recnn_error_set(error, RECNN_ERROR_DATA,
                    "the model asks for a condition, expected a token feature of users, and %s has "
                    "none",
                    dataset->source);
  else
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                    "option condition: \"%s\" is not a token feature of the users of %s%s", name,
                    dataset->source, hint);
  g_ptr_array_unref(names);
  return NULL;
}

static bool has_all(const RecnnFeatureColumn *column) {
  for (int32_t e = 0; e < column->n_entities; e++)
    if (column->first[e] == column->first[e + 1])
      return false;
  return true;
}

static bool set_condition(RecnnInputs *inputs, bool several, GError **error) {
  inputs->condition = find_condition(
      inputs->dataset, recnn_options_string(inputs->options, "condition"), several, error);
  if (!inputs->condition)
    return false;
  inputs->most_conditions = 1;
  for (int64_t u = 0; u < inputs->condition->n_entities; u++)
    inputs->most_conditions =
        MAX(inputs->most_conditions, inputs->condition->first[u + 1] - inputs->condition->first[u]);
  inputs->n_conditions = recnn_id_map_size(inputs->condition->tokens) + !has_all(inputs->condition);
  return true;
}

/* What the fields need that not every model asks for. */
static bool add_wanted(RecnnInputs *inputs, const char *const *fields, GError **error) {
  bool one = g_strv_contains(fields, "condition");
  if ((one || g_strv_contains(fields, "condition_item")) && !set_condition(inputs, !one, error))
    return false;
  if (g_strv_contains(fields, "features"))
    inputs->features =
        recnn_features_new(inputs->dataset, recnn_options_string(inputs->options, "features"),
                           recnn_options_int(inputs->options, "feature_buckets"), error);
  return inputs->features || !g_strv_contains(fields, "features");
}

RecnnInputs *recnn_inputs_new(RecnnDataset *dataset, const RecnnOptions *options,
                              const char *const *fields, int64_t sequence_length, GError **error) {
  RecnnOptions *own =
      options ? recnn_options_copy(options) : recnn_options_new(options_table, "inputs", error);
  if (!own)
    return NULL;
  RecnnInputs *inputs = g_new0(RecnnInputs, 1);
  inputs->ref_count = 1;
  inputs->dataset = recnn_dataset_ref(dataset);
  inputs->options = own;
  inputs->max_sequence_length =
      sequence_length > 0 ? sequence_length : recnn_options_int(own, "max_sequence_length");
  inputs->label_threshold = (float)recnn_options_float(own, "label_threshold");
  inputs->rated_rows = strcmp(recnn_options_string(own, "row_values"), "ratings") == 0;
  if (inputs->rated_rows && !dataset->rating)
    recnn_error_set(error, RECNN_ERROR_DATA,
                    "option row_values: \"ratings\", but %s has no ratings; expected \"ones\"",
                    dataset->source);
  else if (!fields || add_wanted(inputs, fields, error))
    return inputs;
  return recnn_inputs_unref(inputs);
}

RecnnInputs *recnn_inputs_ref(RecnnInputs *inputs) {
  g_atomic_int_inc(&inputs->ref_count);
  return inputs;
}

RecnnInputs *recnn_inputs_unref(RecnnInputs *inputs) {
  if (!inputs || !g_atomic_int_dec_and_test(&inputs->ref_count))
    return NULL;
  recnn_features_free(inputs->features);
  recnn_dataset_unref(inputs->dataset);
  recnn_options_free(inputs->options);
  g_free(inputs);
  return NULL;
}

int64_t recnn_inputs_conditions(const RecnnInputs *inputs, int64_t user,
                                const int32_t **ret_first) {
  const RecnnFeatureColumn *column = inputs->condition;
  *ret_first = column->ids + column->first[user];
  return column->first[user + 1] - column->first[user];
}
