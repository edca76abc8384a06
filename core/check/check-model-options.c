/* A model's options: documented, and each of the words, switches and lowest values that the table
 * allows either makes a model or is refused with a reason. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "check/subject-private.h"

/* A model with the option at this value, and its loss.  Refusals are the model's right where
 * options contradict each other; they must be errors of options or shapes and say which. */
static void try_value(RecnnTrial *trial, const RecnnOption *option, const char *text) {
  const RecnnModelClass *model_class = trial->descriptor;
  RecnnOptions *options = recnn__subject_options(trial);
  GError *error = NULL;
  if (options == NULL)
    return;
  if (!recnn_options_set_text(options, option->name, text, &error)) {
    recnn__trial_fail_error(trial, "setting it", error);
  } else {
    RecnnModel *model = recnn_model_new(model_class, options, recnn__subject_counts,
                                        recnn__subject_n_counts(), 1, &error);
    if (model == NULL && error->code != RECNN_ERROR_OPTION && error->code != RECNN_ERROR_ARGUMENT &&
        error->code != RECNN_ERROR_SHAPE)
      recnn__trial_fail(
          trial,
          "option %s = %s, which its range allows: create() failed with status %d (%s), "
          "expected a model or RECNN_ERROR_OPTION",
          option->name, text, error->code, error->message);
    g_clear_error(&error);
    if (model != NULL && model_class->train_fields != NULL && trial->failure == NULL) {
      RecnnGraph *graph = recnn_graph_new(1);
      RecnnBatch *batch =
          recnn__subject_batch(trial, model, model_class->train_fields, SUBJECT_ROWS, 3);
      recnn_graph_reset(graph, 0, true, true);
      if (batch != NULL)
        (void)recnn_model_loss(model, graph, batch,
                               NULL); /* an error is an answer; a crash is none */
      recnn_batch_free(batch);
      recnn_graph_free(graph);
    }
    recnn_model_free(model);
  }
  recnn_options_free(options);
}

static void try_words(RecnnTrial *trial, const RecnnOption *option) {
  char **words = g_strsplit(option->range, "|", -1);
  for (int i = 0; words[i] != NULL; i++)
    try_value(trial, option, words[i]);
  g_strfreev(words);
}

static void try_lowest(RecnnTrial *trial, const RecnnOption *option) {
  double low, high;
  bool low_open, high_open;
  if (option->range == NULL ||
      !recnn_interval_parse(option->range, &low, &low_open, &high, &high_open) || low_open ||
      !isfinite(low))
    return;
  char text[64];
  g_snprintf(text, sizeof text, "%.17g", low);
  try_value(trial, option, text);
}

static void run(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  int n = 0, required = 0;
  if (model_class->summary == NULL || strlen(model_class->summary) < 5)
    recnn__trial_fail(trial, "the model's summary is \"%s\", expected a line that says what it is",
                      model_class->summary != NULL ? model_class->summary : "(null)");
  for (const RecnnOption *o = model_class->options; o->name != NULL; o++, n++) {
    required += o->default_value == NULL;
    if (o->doc == NULL || strlen(o->doc) < 5)
      recnn__trial_fail(trial, "option %s is documented as \"%s\", expected a sentence", o->name,
                        o->doc != NULL ? o->doc : "(null)");
    if (o->type == RECNN_OPTION_CHOICE)
      try_words(trial, o);
    else if (o->type == RECNN_OPTION_BOOL) {
      try_value(trial, o, "true");
      try_value(trial, o, "false");
    } else if (o->type != RECNN_OPTION_STRING)
      try_lowest(trial, o);
  }
  recnn__trial_note(trial, "%d options, %d required", n, required);
}

RECNN_CHECK(model_options) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 10,
    .name = "options",
    .doc =
        "Every option is documented, and each word, switch and lowest value that the table allows "
        "makes a model or is refused as an option",
    .run = run,
};
