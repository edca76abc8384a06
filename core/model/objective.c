/* Making an objective: which loss, whether the model can have it, and which fields that takes. */
#include "model/objective-private.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/spec.h"
#include "data/maker.h"

static bool has(const char *const *fields, const char *name) {
  return fields != NULL && g_strv_contains(fields, name);
}

static bool add_field(RecnnObjective *o, const char *name) {
  int n = 0;
  while (o->fields[n] != NULL)
    if (strcmp(o->fields[n++], name) == 0)
      return true;
  if (n == RECNN_OBJECTIVE_FIELDS)
    return false;
  o->fields[n] = name;
  o->fields[n + 1] = NULL;
  return true;
}

static bool add_fields(RecnnObjective *o, const char *const *names) {
  for (; *names != NULL; names++)
    if (!add_field(o, *names))
      return false;
  return true;
}

/* Whether batches can have those fields together. */
static bool are_made(const char *const *fields) {
  GError *error = NULL;
  bool made = recnn_maker_find(fields, &error) != NULL;
  g_clear_error(&error);
  return made;
}

/* predict() reads what the ranker asks it with. */
static void add_predict_fields(RecnnObjective *o, const RecnnModelClass *c) {
  static const char *const asked[] = {"user", "item", "features", NULL};
  for (const char *const *f = asked; *f != NULL; f++)
    if (has(c->train_fields, *f))
      (void)add_field(o, *f);
}

/* The forms: each adds its fields, or says what is missing. */

static const char *plan_pointwise(RecnnObjective *o, const RecnnModelClass *c) {
  bool labels = o->loss != NULL && (o->loss->flags & RECNN_LOSS_LABELS) != 0;
  bool rates = has(c->train_fields, "rating") || !has(c->train_fields, "label");
  if (c->predict == NULL)
    return "it wants predict(), which the model does not have";
  add_predict_fields(o, c);
  o->target = rates && !labels ? "rating" : "label";
  (void)add_field(o, o->target);
  return are_made(o->fields) ? NULL : "there are no batches of what predict() reads with ratings";
}

static const char *plan_pairwise(RecnnObjective *o, const RecnnModelClass *c) {
  if (c->predict == NULL)
    return "it wants predict(), which the model does not have";
  add_predict_fields(o, c);
  (void)add_field(o, "neg_item");
  return has(o->fields, "item") && are_made(o->fields)
             ? NULL
             : "predict() reads more than a user and an item, and there are no pairs of that";
}

static const char *plan_listwise(RecnnObjective *o, const RecnnModelClass *c) {
  static const char *const targets[] = {"target", "item"};
  if (c->score_items == NULL)
    return "it wants score_items(), which the model does not have";
  for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
    o->fields[0] = NULL;
    o->target = targets[i];
    if (!has(c->query_fields, o->target) && add_fields(o, c->query_fields) &&
        add_field(o, o->target) && are_made(o->fields))
      return NULL;
  }
  return "the model is asked with all that a user has, and there are no batches of that with one "
         "item that comes next";
}

static const char *plan_rows(RecnnObjective *o, const RecnnModelClass *c) {
  static const char *const rows[] = {"row_start", "row_item", "row_value", NULL};
  if (c->score_items == NULL)
    return "it wants score_items(), which the model does not have";
  return add_fields(o, c->query_fields) && add_fields(o, rows) && are_made(o->fields)
             ? NULL
             : "there are no batches of what score_items() reads with all that a user has";
}

static const char *plan(RecnnObjective *o, uint32_t form) {
  static const char *(*const plans[])(RecnnObjective *, const RecnnModelClass *) = {
      plan_pointwise, plan_pairwise, plan_listwise, plan_rows};
  o->fields[0] = NULL;
  o->target = NULL;
  return plans[form - 1](o, recnn_model_get_class(o->model));
}

/* The names of the losses that the model can have, or of forms; caller frees. */
static char *list_possible(RecnnModel *model, bool forms) {
  GString *text = g_string_new(NULL);
  const char **names = recnn_loss_names();
  const char *const *all = forms ? recnn_loss_forms : (const char *const *)names;
  for (; *all != NULL; all++) {
    RecnnObjective trial = {.model = model, .loss = forms ? NULL : recnn_loss_find(*all)};
    if (plan(&trial, forms ? recnn_loss_form(*all) : trial.loss->form) == NULL)
      g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", *all);
  }
  g_free(names);
  return g_string_free(text, FALSE);
}

static bool refuse(const RecnnObjective *o, const char *name, uint32_t form, const char *why,
                   GError **error) {
  bool is_function = o->loss == NULL;
  char *possible = list_possible(o->model, is_function);
  recnn_error_set(
      error, RECNN_ERROR_OPTION,
      "option loss: %s is of the form %s, and model %s cannot have such a loss: %s; it can "
      "have its own (\"auto\")%s%s",
      name, recnn_loss_form_name(form), recnn_model_get_class(o->model)->name, why,
      possible[0] == '\0' ? ""
      : is_function       ? ", and functions of the forms "
                          : ", ",
      possible);
  g_free(possible);
  return false;
}

/* The form that the model's own fields are for. */
static uint32_t natural_form(const RecnnModelClass *c) {
  if (has(c->train_fields, "neg_item"))
    return RECNN_LOSS_PAIRWISE;
  if (has(c->train_fields, "rating") || has(c->train_fields, "label"))
    return RECNN_LOSS_POINTWISE;
  return has(c->train_fields, "target") ? RECNN_LOSS_LISTWISE : RECNN_LOSS_ROWS;
}

static bool take_function(RecnnObjective *o, const RecnnLossFunction *function, GError **error) {
  uint32_t form = function->form;
  o->function = *function;
  o->form = form != 0 ? form : natural_form(recnn_model_get_class(o->model));
  o->samples = function->samples;
  const char *why = plan(o, o->form);
  if (why != NULL)
    return refuse(o, "the function", o->form, why, error);
  if (o->samples > 0 && o->form != RECNN_LOSS_LISTWISE)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "option loss: the function is %s, which draws no items: samples is for "
                           "the form listwise",
                           recnn_loss_form_name(o->form));
  return true;
}

/* The model's own: its loss(), or the loss that its class names. */
static bool take_own(RecnnObjective *o, GError **error) {
  const RecnnModelClass *c = recnn_model_get_class(o->model);
  if (!add_fields(o, c->train_fields))
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED, "model %s reads more than %d fields",
                           c->name, RECNN_OBJECTIVE_FIELDS);
  if (c->loss != NULL)
    return true;
  o->loss = recnn_loss_ask(c->default_loss, "default_loss", error);
  if (o->loss == NULL || o->loss->form != RECNN_LOSS_POINTWISE) {
    if (o->loss != NULL)
      recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                      "default_loss: %s is %s, expected a pointwise loss", c->default_loss,
                      recnn_loss_form_name(o->loss->form));
    g_prefix_error(error, "model %s: ", c->name);
    return false;
  }
  o->form = o->loss->form;
  o->target = has(c->train_fields, "rating") ? "rating" : "label";
  return true;
}

static bool take_options(RecnnObjective *o, const RecnnSpecItem *item, GError **error) {
  static const RecnnOption none[] = {{NULL, 0, NULL, NULL, NULL}};
  char *owner = g_strdup_printf("option loss: %s", o->loss->name);
  o->options = recnn_options_new(o->loss->options != NULL ? o->loss->options : none, owner, error);
  g_free(owner);
  if (o->options == NULL || (item != NULL && !recnn_spec_apply(item, o->options, error)) ||
      !recnn_options_complete(o->options, error))
    return false;
  if (recnn_loss_samples(o->loss))
    o->samples = recnn_options_int(o->options, "samples");
  return true;
}

static bool take_named(RecnnObjective *o, const RecnnSpec *spec, GError **error) {
  const char *name = spec->items[0].name;
  if (spec->n_items > 1)
    return recnn_error_set(error, RECNN_ERROR_OPTION, "option loss: %s and %s, expected one", name,
                           spec->items[1].name);
  o->loss = recnn_loss_ask(name, "option loss", error);
  if (o->loss == NULL)
    return false;
  o->form = o->loss->form;
  const char *why = plan(o, o->form);
  return why == NULL || refuse(o, name, o->form, why, error);
}

RecnnObjective *recnn_objective_new(RecnnModel *model, const char *text,
                                    const RecnnLossFunction *function, uint64_t seed,
                                    GError **error) {
  const RecnnModelClass *c = recnn_model_get_class(model);
  if (c->train_fields == NULL) {
    recnn_error_set(error, RECNN_ERROR_UNSUPPORTED, "model %s is computed, not trained by gradient",
                    c->name);
    return NULL;
  }
  RecnnObjective *o = g_new0(RecnnObjective, 1);
  o->model = model;
  o->seed = seed;
  RecnnSpec *spec = NULL;
  bool ok;
  if (function != NULL) {
    ok = take_function(o, function, error);
  } else if (g_ascii_strcasecmp(text, "auto") == 0) {
    ok = take_own(o, error) && (o->loss == NULL || take_options(o, NULL, error));
  } else {
    spec = recnn_spec_parse(text, "option loss", error);
    ok = spec != NULL && take_named(o, spec, error) && take_options(o, &spec->items[0], error);
  }
  recnn_spec_free(spec);
  if (ok)
    return o;
  recnn_objective_free(o);
  return NULL;
}

void recnn_objective_free(RecnnObjective *objective) {
  if (objective == NULL)
    return;
  recnn_options_free(objective->options);
  if (objective->pairs != NULL)
    recnn_batch_free(objective->pairs);
  if (objective->items != NULL)
    recnn_batch_free(objective->items);
  recnn_memory_free(objective->ids);
  g_free(objective);
}

const char *const *recnn_objective_fields(const RecnnObjective *objective) {
  return objective->fields;
}

uint32_t recnn_objective_form(const RecnnObjective *objective) { return objective->form; }

bool recnn_objective_is_pointwise(const RecnnObjective *objective) {
  return objective->form == RECNN_LOSS_POINTWISE ||
         (objective->form == 0 &&
          (has(objective->fields, "rating") || has(objective->fields, "label")));
}
