/* Asking a model changes nothing, and asking again gives the same answer. */
#include <string.h>

#include "check/subject-private.h"

static void run(RecnnTrial *trial) {
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  if (subject == NULL)
    return;
  const RecnnModelClass *model_class = subject->model_class;
  bool ranks = recnn__subject_ranks(model_class);
  size_t n;
  GError *error = NULL;
  void *before = recnn__subject_weights(subject, &n);
  const char *const *fields =
      ranks ? recnn__subject_query_fields(model_class) : recnn__subject_predict_fields(model_class);
  RecnnBatch *batch = recnn__subject_batch(trial, subject->model, fields, SUBJECT_ROWS, 3);
  float *answers[2] = {NULL, NULL};
  for (int i = 0; batch != NULL && error == NULL && i < 2; i++)
    answers[i] = ranks ? recnn__subject_scores(subject, batch, &error)
                       : recnn__subject_predict(subject, batch, &error);
  void *after = recnn__subject_weights(subject, &n);
  size_t bytes = sizeof(float) * SUBJECT_ROWS * (ranks ? SUBJECT_ITEMS : 1);
  if (error != NULL)
    recnn__trial_fail_error(trial, ranks ? "scoring" : "predicting", error);
  else if (memcmp(before, after, n) != 0)
    recnn__trial_fail(trial, "evaluation changed its parameters or buffers");
  else if (batch != NULL && memcmp(answers[0], answers[1], bytes) != 0)
    recnn__trial_fail(trial, "the same question has another answer the second time");
  g_free(answers[0]);
  g_free(answers[1]);
  g_free(before);
  g_free(after);
  recnn_batch_free(batch);
  recnn__subject_free(subject);
}

RECNN_CHECK(model_evaluation) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 100,
    .name = "evaluation",
    .doc = "Evaluation leaves parameters and buffers alone, and gives the same bits again",
    .run = run,
};
