/* A batch without rows: an answer without rows, or an error; no crash, and no number made of
 * nothing. */
#include <math.h>

#include "check/subject-private.h"

static void run(RecnnTrial *trial) {
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  GError *error = NULL;
  if (subject == NULL)
    return;
  const RecnnModelClass *model_class = subject->model_class;
  if (model_class->train_fields != NULL) {
    RecnnBatch *batch =
        recnn__subject_batch(trial, subject->model, model_class->train_fields, 0, 3);
    const RecnnTensor *loss =
        batch != NULL ? recnn__subject_loss(subject, batch, true, &error) : NULL;
    if (loss != NULL && !isfinite(*(const float *)loss->data))
      recnn__trial_fail(
          trial, "the loss of a batch without rows is %g, expected a finite number or an error",
          (double)*(const float *)loss->data);
    recnn__trial_note(trial, "%s", error != NULL ? "its loss is refused" : "");
    g_clear_error(&error);
    recnn_batch_free(batch);
  }
  if (trial->failure == NULL && recnn__subject_ranks(model_class)) {
    RecnnBatch *query =
        recnn__subject_batch(trial, subject->model, recnn__subject_query_fields(model_class), 0, 3);
    float *scores = query != NULL ? recnn__subject_scores(subject, query, &error) : NULL;
    if (query != NULL && scores == NULL)
      recnn__trial_fail_error(trial, "scoring a query without rows, expected 0 rows of scores",
                              error);
    g_free(scores);
    recnn_batch_free(query);
  }
  recnn__subject_free(subject);
}

RECNN_CHECK(model_empty) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 50,
    .name = "no rows",
    .doc = "A batch without rows has a finite loss or is refused, and a query without rows has no "
           "scores",
    .run = run,
};
