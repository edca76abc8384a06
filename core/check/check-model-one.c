/* A batch of one row. */
#include <math.h>

#include "check/subject-private.h"

/* In evaluation, a row's value does not depend on who else is in the batch. */
static void alone_and_among(RecnnTrial *trial, Subject *subject) {
  const char *const *fields = recnn__subject_query_fields(subject->model_class);
  RecnnBatch *one = recnn__subject_batch(trial, subject->model, fields, 1, 3);
  RecnnBatch *many = recnn__subject_batch(trial, subject->model, fields, SUBJECT_ROWS, 3);
  GError *error = NULL;
  float *alone = NULL, *among = NULL;
  if (one != NULL && many != NULL) {
    alone = recnn__subject_scores(subject, one, &error);
    among = error == NULL ? recnn__subject_scores(subject, many, &error) : NULL;
    if (error != NULL)
      recnn__trial_fail_error(trial, "scoring", error);
    double scale = 1e-6;
    for (int64_t i = 0; error == NULL && alone != NULL && i < SUBJECT_ITEMS; i++)
      scale = fmax(scale, fabs((double)alone[i]));
    for (int64_t i = 0; alone != NULL && among != NULL && i < SUBJECT_ITEMS; i++)
      if (!(fabs((double)alone[i] - (double)among[i]) <= 1e-4 * scale))
        recnn__trial_fail(trial,
                          "the score of item %" G_GINT64_FORMAT
                          " is %g for a query alone and %g for the same query first of %d: in "
                          "evaluation a row must not depend on the others",
                          (gint64)i, (double)alone[i], (double)among[i], (int)SUBJECT_ROWS);
  }
  g_free(alone);
  g_free(among);
  recnn_batch_free(one);
  recnn_batch_free(many);
}

static void train_on_one(RecnnTrial *trial, Subject *subject) {
  if ((subject->model_class->flags & RECNN_MODEL_BATCH_NORM) != 0) {
    recnn__trial_note(trial, "not trained on one row: RECNN_MODEL_BATCH_NORM asks for two");
    return;
  }
  RecnnBatch *one =
      recnn__subject_batch(trial, subject->model, subject->model_class->train_fields, 1, 3);
  if (one != NULL)
    recnn__subject_train(trial, subject, one, 2, NULL);
  recnn_batch_free(one);
}

static void run(RecnnTrial *trial) {
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  if (subject == NULL)
    return;
  if (subject->model_class->train_fields != NULL)
    train_on_one(trial, subject);
  if (trial->failure == NULL && recnn__subject_ranks(subject->model_class))
    alone_and_among(trial, subject);
  recnn__subject_free(subject);
}

RECNN_CHECK(model_one) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 40,
    .name = "one row",
    .doc =
        "It trains on a batch of one row (unless it says it needs two), and in evaluation a row's "
        "scores are the same alone and among others",
    .run = run,
};
