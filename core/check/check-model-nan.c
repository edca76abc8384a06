/* NaN in what it reads must come out as NaN or as an error: a loss that swallows it hides bad data.
 */
#include <math.h>

#include "check/subject-private.h"

static void run(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  Subject *subject = model_class->train_fields != NULL ? recnn__subject_new(trial, NULL, 7) : NULL;
  int tried = 0;
  for (const char *const *f = model_class->train_fields; subject != NULL && *f != NULL; f++) {
    GError *error = NULL;
    RecnnBatch *batch =
        recnn__subject_batch(trial, subject->model, model_class->train_fields, SUBJECT_ROWS, 3);
    if (batch == NULL)
      break;
    const RecnnTensor *field = recnn_batch_field(batch, *f);
    if (field->dtype == RECNN_FLOAT32) {
      tried++;
      recnn_batch_float32(batch, *f)[1] = NAN;
      const RecnnTensor *loss = recnn__subject_loss(subject, batch, false, &error);
      if (loss != NULL && isfinite(*(const float *)loss->data))
        recnn__trial_fail(
            trial,
            "with NaN in field %s the loss is %g, expected NaN or an error: a field that "
            "is declared must count",
            *f, (double)*(const float *)loss->data);
      g_clear_error(&error);
    }
    recnn_batch_free(batch);
  }
  if (tried == 0)
    recnn__trial_skip(trial, "it reads no numbers but indices");
  recnn__subject_free(subject);
}

RECNN_CHECK(model_nan) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 70,
    .name = "NaN",
    .doc = "NaN in a field that it reads makes its loss NaN or an error",
    .run = run,
};
