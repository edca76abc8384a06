/* What recommend() answers, against the plainest way to get there: every item's score, sorted. */
#include <math.h>
#include <stdlib.h>

#include "check/subject-private.h"
#include "eval/recommend.h"

enum { K = 7 };

/* The k best of the scores by counting, ties by index, `out` left out. */
static void brute_force(const float *scores, const bool *out, int64_t items[K]) {
  for (int64_t i = 0; i < SUBJECT_ITEMS; i++) {
    int64_t above = 0;
    for (int64_t j = 0; j < SUBJECT_ITEMS; j++)
      above += !out[j] && (scores[j] > scores[i] || (scores[j] == scores[i] && j < i));
    if (!out[i] && above < K)
      items[above] = i;
  }
}

static void check_user(RecnnTrial *trial, RecnnRanker *ranker, int64_t user, const float *scores) {
  static const int32_t exclude[] = {2, 3, 19, 40};
  bool out[SUBJECT_ITEMS] = {false};
  int64_t expected[K], items[K];
  float values[K];
  GError *error = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(exclude); i++)
    out[exclude[i]] = true;
  brute_force(scores, out, expected);
  const RecnnWish wish = {
      .subject = {.user = user}, .exclude = exclude, .n_exclude = G_N_ELEMENTS(exclude), .k = K};
  int64_t n = recnn_recommend(ranker, &wish, items, values, &error);
  if (n < 0) {
    recnn__trial_fail_error(trial, "recommend", error);
    return;
  }
  double scale = 1e-6;
  for (int64_t i = 0; i < SUBJECT_ITEMS; i++)
    scale = fmax(scale, fabs((double)scores[i]));
  for (int64_t i = 0; i < K; i++) /* another item may stand there if its score is as good */
    if (n != K || out[items[i]] ||
        !(fabs((double)scores[items[i]] - (double)scores[expected[i]]) <= 1e-4 * scale)) {
      recnn__trial_fail(trial, "place %d for user %d is item %d with %g, expected item %d with %g",
                        (int)i + 1, (int)user, (int)items[i], (double)scores[items[i]],
                        (int)expected[i], (double)scores[expected[i]]);
      return;
    }
}

/* Each user by himself, so that nobody's score depends on how users are put together. */
static void compare(RecnnTrial *trial, Subject *subject, RecnnRanker *ranker) {
  static const char *const fields[] = {"user", NULL};
  GError *error = NULL;
  RecnnBatch *query = recnn__subject_batch(trial, subject->model, fields, 1, 3);
  for (int64_t user = 0; user < SUBJECT_USERS && trial->failure == NULL; user++) {
    recnn_batch_int64(query, "user")[0] = user;
    float *scores = recnn__subject_scores(subject, query, &error);
    if (scores != NULL)
      check_user(trial, ranker, user, scores);
    else
      recnn__trial_fail_error(trial, "scoring", error);
    g_free(scores);
  }
  recnn_batch_free(query);
}

static void run(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  const char *const *query = recnn__subject_query_fields(model_class);
  if (!recnn__subject_ranks(model_class) || query[0] == NULL || query[1] != NULL ||
      !g_str_equal(query[0], "user")) {
    recnn__trial_skip(trial, "its queries are not users alone");
    return;
  }
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  RecnnBatch *batch = NULL;
  if (subject != NULL && model_class->train_fields != NULL)
    batch = recnn__subject_batch(trial, subject->model, model_class->train_fields, SUBJECT_ROWS, 3);
  if (subject != NULL && trial->failure == NULL &&
      recnn__subject_train(trial, subject, batch, 20, NULL)) {
    GError *error = NULL;
    RecnnRanker *ranker = recnn_ranker_new(subject->model, 0, &error);
    if (ranker != NULL)
      compare(trial, subject, ranker);
    else
      recnn__trial_fail_error(trial, "a ranker", error);
    recnn_ranker_free(ranker);
  }
  recnn_batch_free(batch);
  recnn__subject_free(subject);
}

RECNN_CHECK(model_recommend) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 150,
    .name = "recommend",
    .doc =
        "recommend() gives the items that sorting all scores by hand gives, without those left out",
    .run = run,
};
