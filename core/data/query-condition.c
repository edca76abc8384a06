/* Queries by the condition: an attribute of the user, a single value. */
#include "data/query.h"

static const char *const fields[] = {"condition", NULL};

static bool prepare(const char *field, RecnnBatch *batch, const RecnnInputs *inputs,
                    int64_t capacity, int64_t most, GError **error) {
  (void)inputs;
  (void)most;
  return recnn_batch_add(batch, field, RECNN_INT64, capacity, 0, NULL, error);
}

static const char *refuses(const RecnnSubject *subject) {
  if (subject->conditions)
    return subject->n_conditions == 1 ? NULL : "it takes one condition: give no more";
  return subject->user < 0
             ? "it needs a condition, which is known of the data's users only: give one"
             : NULL;
}

static void fill(RecnnBatch *batch, const RecnnInputs *inputs, const RecnnSubject *subjects,
                 int64_t n) {
  int64_t *condition = recnn_batch_int64(batch, "condition");
  for (int64_t i = 0; i < n; i++) {
    const int32_t *which = subjects[i].conditions;
    int64_t many = subjects[i].n_conditions;
    if (!which && subjects[i].user >= 0)
      many = recnn_inputs_conditions(inputs, subjects[i].user, &which);
    condition[i] = which && many > 0       ? which[0]
                   : subjects[i].user >= 0 ? inputs->n_conditions - 1
                                           : 0;
  }
}

RECNN_QUERY(condition) = {
    .name = "condition",
    .doc = "The user's attribute that the model is conditioned on.",
    .fields = fields,
    .prepare = prepare,
    .refuses = refuses,
    .fill = fill,
};
