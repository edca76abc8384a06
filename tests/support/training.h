/* A training in one line, for tests. */
#ifndef RECNN_TESTS_TRAINING_H
#define RECNN_TESTS_TRAINING_H

#include <string.h>

#include <glib.h>

#include "train/trainer.h"

/* "a=1 b=2" as options of the trainer. */
static inline RecnnOptions *settings(const char *text) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(recnn_trainer_options(), "trainer", &error);
  g_assert_no_error(error);
  char **words = g_strsplit(text, " ", -1);
  for (char **word = words; *word != NULL && **word != '\0'; word++) {
    char *equals = strchr(*word, '=');
    *equals = '\0';
    recnn_options_set_text(options, *word, equals + 1, &error);
    g_assert_no_error(error);
  }
  g_strfreev(words);
  return options;
}

static inline RecnnRun *train(RecnnModel *model, const RecnnSplit *split, const char *text,
                              const RecnnTrainListener *listener) {
  RecnnOptions *options = settings(text);
  GError *error = NULL;
  RecnnRun *run = recnn_train(model, split, options, listener, &error);
  g_assert_no_error(error);
  g_assert_nonnull(run);
  recnn_options_free(options);
  return run;
}

#endif
