/* The recorded numbers that were given with the plugin, if any are of this model. */
#include <string.h>

#include "check/reference.h"
#include "check/subject-private.h"
#include "tensor/safetensors.h"

/* Whether the file's numbers are of this model. */
static bool is_of(const char *path, const char *model) {
  RecnnSafetensors *file = recnn_safetensors_open(path, NULL);
  const char *of = file != NULL ? recnn_safetensors_metadata(file, "model") : NULL;
  bool is = of != NULL && strcmp(of, model) == 0;
  recnn_safetensors_close(file);
  return is;
}

static void check_file(RecnnTrial *trial, const char *path) {
  GError *error = NULL;
  RecnnCheckReport *report = recnn_check_reference(path, &error);
  if (report == NULL) {
    recnn__trial_fail_error(trial, "reading it", error);
    return;
  }
  for (guint i = 0; i < report->rows->len && report->n_failed > 0; i++) {
    const RecnnCheckRow *row = report->rows->pdata[i];
    if (!row->passed && !row->skipped)
      recnn__trial_fail(trial, "%s: %s: %s (%d of %d numbers and tensors differ)", path, row->what,
                        row->note, (int)report->n_failed, (int)report->rows->len);
  }
  recnn__trial_note(trial, "%d tensors of %s agree", (int)report->n_passed, path);
  recnn_check_report_free(report);
}

static void run(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  int n = 0;
  for (const char *const *r = trial->references; r != NULL && *r != NULL; r++)
    if (is_of(*r, model_class->name)) {
      check_file(trial, *r);
      n++;
    }
  if (n == 0)
    recnn__trial_skip(trial, "no file of recorded numbers of this model was given");
}

RECNN_CHECK(model_reference) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 160,
    .name = "reference",
    .doc = "It agrees with the recorded numbers that were given with --reference",
    .run = run,
};
