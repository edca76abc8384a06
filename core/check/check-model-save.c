/* A model, its file, and a model made from that: the same weights and the same answers. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "check/subject-private.h"
#include "model/weights-file.h"

static void compare(RecnnTrial *trial, Subject *a, Subject *b) {
  size_t n_a, n_b;
  void *of_a = recnn__subject_weights(a, &n_a), *of_b = recnn__subject_weights(b, &n_b);
  if (n_a != n_b || memcmp(of_a, of_b, n_a) != 0)
    recnn__trial_fail(trial, "the weights that were read are not those that were written");
  g_free(of_a);
  g_free(of_b);
  if (!recnn__subject_ranks(a->model_class))
    return;
  RecnnBatch *query = recnn__subject_batch(
      trial, a->model, recnn__subject_query_fields(a->model_class), SUBJECT_ROWS, 3);
  GError *error = NULL;
  float *scores[2] = {NULL, NULL};
  if (query != NULL && (scores[0] = recnn__subject_scores(a, query, &error)) != NULL)
    scores[1] = recnn__subject_scores(b, query, &error);
  if (error != NULL)
    recnn__trial_fail_error(trial, "scoring", error);
  else if (scores[1] != NULL &&
           /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): bits are meant */
           memcmp(scores[0], scores[1], sizeof(float) * SUBJECT_ROWS * SUBJECT_ITEMS) != 0)
    recnn__trial_fail(trial, "a model with the weights of another one scores otherwise: it keeps "
                             "something beside its parameters and buffers");
  g_free(scores[0]);
  g_free(scores[1]);
  recnn_batch_free(query);
}

static void run(RecnnTrial *trial) {
  GError *error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp("recnn-check-XXXXXX.safetensors", &path, &error);
  if (fd < 0) {
    recnn__trial_fail_error(trial, "a file for the weights", error);
    return;
  }
  close(fd);
  Subject *a = recnn__subject_new(trial, NULL, 7), *b = recnn__subject_new(trial, NULL, 8);
  RecnnBatch *batch = NULL;
  if (a != NULL && a->model_class->train_fields != NULL)
    batch = recnn__subject_batch(trial, a->model, a->model_class->train_fields, SUBJECT_ROWS, 3);
  if (b != NULL && trial->failure == NULL && recnn__subject_train(trial, a, batch, 3, NULL)) {
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without a the trial has failed */
    if (!recnn_model_save_weights(a->model, path, &error) ||
        !recnn_model_load_weights(b->model, path, &error))
      recnn__trial_fail_error(trial, "saving and loading", error);
    else
      compare(trial, a, b);
  }
  recnn_batch_free(batch);
  recnn__subject_free(a);
  recnn__subject_free(b);
  g_remove(path);
  g_free(path);
}

RECNN_CHECK(model_save) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 120,
    .name = "save and load",
    .doc = "Weights that were saved and loaded into another instance are the same bits, and so are "
           "its "
           "scores",
    .run = run,
};
