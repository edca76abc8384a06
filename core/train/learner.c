/* The optimizer as the options describe it, and the schedule of its learning rate. */
#include <string.h>

#include "base/error.h"
#include "base/spec.h"
#include "train/plan-private.h"

/* True when `name` is an option of the table. */
static bool knows(const RecnnOption *table, const char *name) {
  while (table->name != NULL && strcmp(table->name, name) != 0)
    table++;
  return table->name != NULL;
}

/* The trainer's own option as the optimizer's, where its text does not say otherwise and it has
 * such an option; one that was set and does not exist is refused by the optimizer. */
static bool hand_on(const RecnnOptions *options, const RecnnSpecItem *learner, const char *name,
                    RecnnOptions *own, GError **error) {
  if (recnn_spec_has(learner, name) ||
      (!knows(recnn_options_table(own), name) && !recnn_options_is_set(options, name)))
    return true;
  RecnnValue value = {.type = RECNN_OPTION_FLOAT, .as.f = recnn_options_float(options, name)};
  return recnn_options_set(own, name, &value, error);
}

static RecnnOptions *own_options(const RecnnTrainer *trainer, const RecnnSpecItem *learner,
                                 const RecnnOptimizerClass *class, GError **error) {
  char *owner = g_strdup_printf("learner %s", class->name);
  RecnnOptions *own = recnn_options_new(class->options, owner, error);
  g_free(owner);
  if (own != NULL && recnn_spec_apply(learner, own, error) &&
      hand_on(trainer->options, learner, "learning_rate", own, error) &&
      hand_on(trainer->options, learner, "weight_decay", own, error))
    return own;
  recnn_options_free(own);
  return NULL;
}

static const RecnnOptimizerClass *find_class(const RecnnSpec *learner, GError **error) {
  const char *name = learner->items[0].name;
  if (learner->n_items == 1)
    return recnn_optimizer_ask(name, "option learner", error);
  recnn_error_set(error, RECNN_ERROR_OPTION, "option learner: %s and %s, expected one", name,
                  learner->items[1].name);
  return NULL;
}

static bool make_optimizer(RecnnTrainer *trainer, GError **error) {
  const char *groups_text = recnn_options_string(trainer->options, "groups");
  bool has_groups = groups_text[strspn(groups_text, " ")] != '\0';
  RecnnSpec *learner =
      recnn_spec_parse(recnn_options_string(trainer->options, "learner"), "option learner", error);
  RecnnSpec *groups =
      learner != NULL && has_groups ? recnn_spec_parse(groups_text, "option groups", error) : NULL;
  const RecnnOptimizerClass *class =
      learner != NULL && (groups != NULL || !has_groups) ? find_class(learner, error) : NULL;
  RecnnOptions *own = class != NULL ? own_options(trainer, &learner->items[0], class, error) : NULL;
  if (own != NULL) {
    RecnnParam *const *params;
    int32_t n_params = recnn_model_params(trainer->model, &params);
    trainer->optimizer = recnn_optimizer_new_grouped(class, own, groups, params, n_params, error);
    trainer->rate = recnn_options_float(own, "learning_rate");
    if (trainer->optimizer == NULL && has_groups)
      g_prefix_error(error, "option groups: ");
  }
  recnn_options_free(own);
  recnn_spec_free(groups);
  recnn_spec_free(learner);
  return trainer->optimizer != NULL;
}

bool recnn__trainer_prepare_learner(RecnnTrainer *trainer, GError **error) {
  const RecnnOptions *options = trainer->options;
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(trainer->model, &params);
  if (!make_optimizer(trainer, error))
    return false;
  recnn__plan_note(trainer, RECNN_PLAN_OPTIMIZER);
  trainer->max_norm = recnn_options_float(options, "clip_grad_norm");
  recnn_optimizer_clip_value(trainer->optimizer, recnn_options_float(options, "clip_grad_value"));
  trainer->accumulate = recnn_options_int(options, "accumulate");
  if (trainer->accumulate > 1)
    trainer->accumulator = recnn_accumulator_new(params, n_params);
  if (recnn_options_get(options, "on_nan")->as.i == 1) /* skip */
    trainer->buffers = g_byte_array_new();
  double decay = recnn_options_float(options, "weight_average");
  if (decay > 0.0)
    trainer->average = recnn_average_new(decay, params, n_params, error);
  recnn__plan_note(trainer, RECNN_PLAN_AVERAGE);
  return decay <= 0.0 || trainer->average != NULL;
}

/* What the trainer's own options say of a plateau holds where the schedule's text does not. */
bool recnn__trainer_prepare_schedule(RecnnTrainer *trainer, GError **error) {
  const RecnnOptions *options = trainer->options;
  trainer->schedule = recnn_schedule_new(recnn_options_string(options, "schedule"),
                                         recnn_options_int(options, "epochs"), error);
  if (trainer->schedule == NULL)
    return false;
  int64_t patience = recnn_options_int(options, "patience") / 2;
  bool is_set = recnn_options_is_set(options, "schedule_patience");
  char *text = is_set || patience == 0 ? recnn_options_text(options, "schedule_patience")
                                       : g_strdup_printf("%" G_GINT64_FORMAT, (gint64)patience);
  char *factor = recnn_options_text(options, "schedule_factor");
  bool ok = recnn_schedule_default(trainer->schedule, "patience", text, error) &&
            recnn_schedule_default(trainer->schedule, "factor", factor, error);
  g_free(factor);
  g_free(text);
  return ok;
}
