/* Queries by the user's index. */
#include "data/query.h"

static const char *const fields[] = {"user", NULL};

static bool prepare(const char *field, RecnnBatch *batch, const RecnnInputs *inputs,
                    int64_t capacity, int64_t most, GError **error) {
  (void)inputs;
  (void)most;
  return recnn_batch_add(batch, field, RECNN_INT64, capacity, 0, NULL, error);
}

static const char *refuses(const RecnnSubject *subject) {
  return subject->user < 0 ? "it knows users by index, and this is none of the data's" : NULL;
}

static void fill(RecnnBatch *batch, const RecnnInputs *inputs, const RecnnSubject *subjects,
                 int64_t n) {
  (void)inputs;
  int64_t *user = recnn_batch_int64(batch, "user");
  for (int64_t i = 0; i < n; i++)
    user[i] = MAX(subjects[i].user, 0);
}

RECNN_QUERY(user) = {
    .name = "user",
    .doc = "The user's index.",
    .fields = fields,
    .prepare = prepare,
    .refuses = refuses,
    .fill = fill,
};
