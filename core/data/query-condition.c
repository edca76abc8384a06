/* Queries by the condition: an attribute of the user. */
#include "data/query.h"

static const char *const fields[] = {"condition", NULL};

static bool prepare(const char *field, RecnnBatch *batch, const RecnnInputs *inputs,
                    int64_t capacity, int64_t most, GError **error) {
  (void)inputs;
  (void)most;
  return recnn_batch_add(batch, field, RECNN_INT64, capacity, 0, NULL, error);
}

static const char *refuses(const RecnnSubject *subject) {
  return subject->user < 0 && subject->condition < 0
             ? "it needs a condition, which is known of the data's users only: give one"
             : NULL;
}

static void fill(RecnnBatch *batch, const RecnnInputs *inputs, const RecnnSubject *subjects,
                 int64_t n) {
  int64_t *condition = recnn_batch_int64(batch, "condition");
  for (int64_t i = 0; i < n; i++) {
    condition[i] = subjects[i].condition;
    if (condition[i] < 0)
      condition[i] = subjects[i].user >= 0 ? recnn_inputs_condition(inputs, subjects[i].user) : 0;
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
