/* The same bits at 1, 2 and 4 threads: after training, and of scores. */
#include <string.h>

#include "base/parallel.h"
#include "check/subject-private.h"

typedef struct Outcome {
  void *weights;
  size_t n_weights;
  float *scores;
} Outcome;

static void clear(Outcome *outcome) {
  g_free(outcome->weights);
  g_free(outcome->scores);
}

static bool make(RecnnTrial *trial, int threads, Outcome *outcome) {
  GError *error = NULL;
  if (!recnn_parallel_set_threads(threads, &error))
    return recnn__trial_fail_error(trial, "setting the threads", error);
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  if (subject == NULL)
    return false;
  const RecnnModelClass *model_class = subject->model_class;
  RecnnBatch *batch = NULL, *query = NULL;
  if (model_class->train_fields != NULL)
    batch = recnn__subject_batch(trial, subject->model, model_class->train_fields, SUBJECT_ROWS, 3);
  bool ok = trial->failure == NULL && recnn__subject_train(trial, subject, batch, 4, NULL);
  if (ok && recnn__subject_ranks(model_class)) {
    query = recnn__subject_batch(trial, subject->model, recnn__subject_query_fields(model_class),
                                 SUBJECT_ROWS, 5);
    outcome->scores = query != NULL ? recnn__subject_scores(subject, query, &error) : NULL;
    ok = outcome->scores != NULL;
    if (error != NULL)
      recnn__trial_fail_error(trial, "scoring", error);
  }
  outcome->weights = recnn__subject_weights(subject, &outcome->n_weights);
  recnn_batch_free(batch);
  recnn_batch_free(query);
  recnn__subject_free(subject);
  return ok;
}

static void run(RecnnTrial *trial) {
  static const int counts[] = {1, 1, 2, 4};
  const int before = recnn_parallel_threads();
  Outcome first = {0};
  bool ok = make(trial, counts[0], &first);
  for (size_t i = 1; ok && i < G_N_ELEMENTS(counts); i++) {
    Outcome again = {0};
    ok = make(trial, counts[i], &again);
    const char *what = NULL;
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): ok says they are there */
    if (ok && memcmp(first.weights, again.weights, first.n_weights) != 0)
      what = "weights after 4 steps";
    else if (ok && first.scores != NULL &&
             /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): bits are meant */
             memcmp(first.scores, again.scores, sizeof(float) * SUBJECT_ROWS * SUBJECT_ITEMS) != 0)
      what = "scores";
    if (what != NULL && counts[i] == 1)
      recnn__trial_fail(trial,
                        "other %s when the same training is done again: something outside the "
                        "seed and the data has a say",
                        what);
    else if (what != NULL)
      recnn__trial_fail(trial, "other %s with %d threads than with 1", what, counts[i]);
    clear(&again);
    ok = ok && what == NULL;
  }
  clear(&first);
  (void)recnn_parallel_set_threads(before, NULL);
}

RECNN_CHECK(model_threads) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 80,
    .name = "threads",
    .doc = "Training and scoring give the same bits when they are done again, and at 1, 2 and 4 "
           "threads",
    .run = run,
};
