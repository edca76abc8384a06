/* What an op says of itself, and the samples that all its other checks run on. */
#include <string.h>

#include "check/op-run-private.h"

static void run(RecnnTrial *trial) {
  const RecnnOp *op = trial->descriptor;
  int n = 0;
  if (op->doc == NULL || strlen(op->doc) <= 10)
    recnn__trial_fail(trial, "its doc is \"%s\", expected what it computes, with shapes",
                      op->doc != NULL ? op->doc : "(null)");
  for (const RecnnOption *a = op->attrs; a != NULL && a->name != NULL; a++)
    if (a->doc == NULL || strlen(a->doc) < 5)
      recnn__trial_fail(trial, "attribute %s is documented as \"%s\", expected a sentence", a->name,
                        a->doc != NULL ? a->doc : "(null)");
  for (const RecnnOpSample *s = op->samples; s != NULL && s->name != NULL; s++, n++)
    if (s->n_inputs < op->min_inputs || (op->max_inputs >= 0 && s->n_inputs > op->max_inputs))
      recnn__trial_fail(trial, "sample \"%s\" has %d inputs, and the op takes %d to %d", s->name,
                        (int)s->n_inputs, (int)op->min_inputs, (int)op->max_inputs);
  if (n < 2)
    recnn__trial_fail(trial,
                      "it has %d samples, expected at least 2: without them nothing of it is "
                      "checked",
                      n);
  recnn__trial_note(trial, "%d samples", n);
}

RECNN_CHECK(op_samples) = {
    .kind = RECNN_OP_KIND,
    .rank = 10,
    .name = "samples",
    .doc = "The op and its attributes are documented, and it has at least two samples",
    .run = run,
};
