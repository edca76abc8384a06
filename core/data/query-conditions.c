/* Queries by conditions: an attribute of the user that may have several values at once, as a row of
 * a sparse matrix over all values.  Somebody without any has the one behind the last. */
#include "data/query.h"

static const char *const fields[] = {"condition_start", "condition_item", "condition_value", NULL};

/* As with the rows of interactions, one field says nothing without the others. */
static bool prepare(const char *field, RecnnBatch *batch, const RecnnInputs *inputs,
                    int64_t capacity, int64_t most, GError **error) {
  (void)field;
  (void)most;
  return recnn_batch_add_sparse(batch, fields, capacity, capacity * inputs->most_conditions, error);
}

static const char *refuses(const RecnnSubject *subject) {
  return subject->user < 0 && !subject->conditions
             ? "it needs a condition, which is known of the data's users only: give one"
             : NULL;
}

static void fill(RecnnBatch *batch, const RecnnInputs *inputs, const RecnnSubject *subjects,
                 int64_t n) {
  int64_t *start = recnn_batch_int64(batch, "condition_start");
  int64_t *item = recnn_batch_int64(batch, "condition_item");
  float *value = recnn_batch_float32(batch, "condition_value");
  int64_t to = 0;
  start[0] = 0;
  for (int64_t i = 0; i < n; i++) {
    const RecnnSubject *subject = &subjects[i];
    const int32_t *which = subject->conditions;
    int64_t many = which ? subject->n_conditions : 0;
    if (!which && subject->user >= 0)
      many = recnn_inputs_conditions(inputs, subject->user, &which);
    for (int64_t j = 0; j < MAX(many, 1); j++) {
      item[to] = many > 0 ? which[j] : inputs->n_conditions - 1;
      value[to++] = 1.0f / (float)MAX(many, 1);
    }
    start[i + 1] = to;
  }
  recnn_batch_set_sparse(batch, fields, n, to);
}

RECNN_QUERY(conditions) = {
    .name = "conditions",
    .doc = "The user's attribute that the model is conditioned on, all of its values.",
    .fields = fields,
    .prepare = prepare,
    .refuses = refuses,
    .fill = fill,
};
