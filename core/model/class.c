/* What makes a model class acceptable. */
#include "model/model.h"

#include <string.h>

#include "base/error.h"

static bool name_is_valid(const char *name) {
  if (name == NULL || !g_ascii_islower(name[0]))
    return false;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_islower(*c) && !g_ascii_isdigit(*c) && *c != '_')
      return false;
  return true;
}

static bool has_count(const RecnnOption *option) {
  for (; option->name != NULL; option++)
    if (strcmp(option->name, "count") == 0)
      return option->type == RECNN_OPTION_CHOICE && option->range != NULL &&
             strcmp(option->range, "train|all") == 0;
  return false;
}

static bool reads_targets(const char *const *fields) {
  return fields != NULL && g_strv_contains(fields, "sequence") &&
         g_strv_contains(fields, "length") && g_strv_contains(fields, "target");
}

/* What is missing or contradicts itself, or NULL. */
static const char *defect(const RecnnModelClass *c) {
  if (c->instance_size == 0)
    return "instance_size is 0, expected the size of the model's own struct";
  if (c->create == NULL)
    return "create is NULL, expected a function";
  if (c->options == NULL)
    return "options is NULL, expected a table (one with only the end in it when there are none)";
  if (c->predict == NULL && c->score_items == NULL)
    return "both predict and score_items are NULL, expected at least one";
  if (c->score_items != NULL && c->query_fields == NULL)
    return "query_fields is NULL though there is score_items";
  if (c->train_fields == NULL && c->fit == NULL)
    return "both train_fields and fit are NULL: the model cannot learn";
  if (c->train_fields != NULL && c->loss == NULL && (c->predict == NULL || c->default_loss == NULL))
    return "loss is NULL, expected predict and default_loss in its place";
  const uint32_t known = RECNN_MODEL_BATCH_NORM | RECNN_MODEL_COUNTS_ALL | RECNN_MODEL_PADDING;
  if ((c->flags & ~known) != 0 || c->reserved != 0)
    return "flags or reserved has bits that this recnn does not know, expected 0";
  if ((c->flags & RECNN_MODEL_COUNTS_ALL) != 0 && (c->fit == NULL || !has_count(c->options)))
    return "RECNN_MODEL_COUNTS_ALL without fit() and a choice \"count\" of \"train|all\"";
  if (c->shares_prefixes != NULL && (c->loss == NULL || !reads_targets(c->train_fields)))
    return "shares_prefixes without loss() and the train_fields sequence, length and target";
  if (c->encode_items != NULL && c->score_items == NULL)
    return "encode_items without score_items";
  return NULL;
}

bool recnn_model_class_check(const RecnnModelClass *model_class, GError **error) {
  if (model_class == NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "a model class is NULL, expected a descriptor");
  if (model_class->struct_size < sizeof(RecnnModelClass))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "a model class's struct_size is %zu, expected at least %zu",
                           model_class->struct_size, sizeof(RecnnModelClass));
  if (!name_is_valid(model_class->name))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "a model is named \"%s\", expected [a-z][a-z0-9_]*",
                           model_class->name != NULL ? model_class->name : "(null)");
  const char *wrong = defect(model_class);
  if (wrong != NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE, "model %s: %s", model_class->name,
                           wrong);
  char *owner = g_strdup_printf("model %s", model_class->name);
  GError *why = NULL;
  RecnnOptions *options = recnn_options_new(model_class->options, owner, &why);
  g_free(owner);
  if (options == NULL) {
    recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE, "%s", why->message);
    g_error_free(why);
    return false;
  }
  recnn_options_free(options);
  return true;
}
