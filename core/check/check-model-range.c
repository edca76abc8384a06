/* Indices that lie outside: refused by whoever reads them, before memory is. */
#include "check/subject-private.h"

/* Field `field` of a batch with one index of `bad`; whether the model's answer is an error. */
static void try_index(RecnnTrial *trial, Subject *subject, const char *field, int64_t bad) {
  GError *error = NULL;
  RecnnBatch *batch = recnn__subject_batch(trial, subject->model,
                                           subject->model_class->train_fields, SUBJECT_ROWS, 3);
  if (batch == NULL)
    return;
  recnn_batch_int64(batch, field)[1] = bad;
  if (recnn__subject_loss(subject, batch, true, &error) != NULL)
    recnn__trial_fail(trial,
                      "%s %" G_GINT64_FORMAT " was taken, though there are 0 to %" G_GINT64_FORMAT
                      ": expected an error of the graph",
                      field, (gint64)bad, (gint64)recnn__subject_limit(subject->model, field) - 1);
  g_clear_error(&error);
  recnn_batch_free(batch);
}

static void run(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  if (model_class->train_fields == NULL) {
    recnn__trial_skip(trial, "it reads no batches in training");
    return;
  }
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  if (subject == NULL)
    return;
  for (const char *const *f = model_class->train_fields; *f != NULL && trial->failure == NULL;
       f++) {
    int64_t limit = recnn__subject_limit(subject->model, *f);
    if (limit < 0)
      continue;
    try_index(trial, subject, *f, limit);
    try_index(trial, subject, *f, -1);
    try_index(trial, subject, *f, INT64_MAX);
  }
  recnn__subject_free(subject);
}

RECNN_CHECK(model_range) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 60,
    .name = "range",
    .doc = "An index below 0 or beyond the last one is refused, in every field that it reads",
    .run = run,
};
