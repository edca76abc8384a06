/* Queries by the last items of a history: the sequence, padded on the right, and its length. */
#include <string.h>

#include "data/query.h"

static const char *const fields[] = {"sequence", "length", NULL};

static bool prepare(const char *field, RecnnBatch *batch, const RecnnInputs *inputs,
                    int64_t capacity, int64_t most, GError **error) {
  (void)most;
  const int64_t row[1] = {inputs->max_sequence_length};
  return recnn_batch_add(batch, field, RECNN_INT64, capacity, strcmp(field, "sequence") == 0, row,
                         error);
}

static const char *refuses(const RecnnSubject *subject) {
  return subject->n == 0 ? "it goes by a history, and this one has no items" : NULL;
}

/* Steps that a row has; one, of the first item, for somebody without a history. */
static int64_t steps(const RecnnSubject *subject, int64_t most) {
  return CLAMP(subject->n, 1, most);
}

static void fill(RecnnBatch *batch, const RecnnInputs *inputs, const RecnnSubject *subjects,
                 int64_t n) {
  const RecnnTensor *view = recnn_batch_field(batch, "sequence");
  const int64_t width = view ? view->shape[1] : inputs->max_sequence_length;
  if (view) {
    int64_t *sequence = recnn_batch_int64(batch, "sequence");
    for (int64_t i = 0; i < n; i++, sequence += width) {
      const RecnnSubject *subject = &subjects[i];
      int64_t length = steps(subject, width);
      const int32_t *last = subject->n > 0 ? subject->items + (subject->n - length) : NULL;
      for (int64_t s = 0; s < length; s++)
        sequence[s] = last ? last[s] + 1 : 1;
      memset(sequence + length, 0, (size_t)(width - length) * sizeof *sequence);
    }
  }
  if (recnn_batch_field(batch, "length")) {
    int64_t *length = recnn_batch_int64(batch, "length");
    for (int64_t i = 0; i < n; i++)
      length[i] = steps(&subjects[i], width);
  }
}

RECNN_QUERY(sequence) = {
    .name = "sequence",
    .doc = "The last items of the history, in time order, and their number.",
    .fields = fields,
    .needs_history = true,
    .recent = true,
    .prepare = prepare,
    .refuses = refuses,
    .fill = fill,
};
