/* Items that are encoded and scored block by block get the scores that they get all at once. */
#include <math.h>

#include "base/error.h"
#include "check/subject-private.h"
#include "tensor/tensor.h"

enum { FIRST = 5, COUNT = 17 };

/* The scores of items FIRST .. FIRST + COUNT - 1. */
static const RecnnTensor *score_block(Subject *subject, const RecnnBatch *query, RecnnBatch *items,
                                      GError **error) {
  recnn_graph_reset(subject->graph, 0, false, false);
  RecnnVar *encoded = recnn_model_encode_items(subject->model, subject->graph, items);
  const RecnnVar *var = recnn_model_score_items(subject->model, subject->graph, query, encoded);
  if (!recnn_graph_check(subject->graph, error))
    return NULL;
  const RecnnTensor *is = recnn_graph_tensor(var);
  if (is->dtype == RECNN_FLOAT32 && is->rank == 2 && is->shape[0] == recnn_batch_size(query) &&
      is->shape[1] == COUNT)
    return is;
  char *text = recnn_tensor_describe(is);
  recnn_error_set(error, RECNN_ERROR_SHAPE,
                  "score_items() of a block of %d items returned %s, expected float32 "
                  "(%" G_GINT64_FORMAT ", %d)",
                  (int)COUNT, text, (gint64)recnn_batch_size(query), (int)COUNT);
  g_free(text);
  return NULL;
}

static void compare(RecnnTrial *trial, const RecnnTensor *block, const float *all) {
  double scale = 1e-6;
  for (int64_t i = 0; i < SUBJECT_ROWS * SUBJECT_ITEMS; i++)
    scale = fmax(scale, fabs((double)all[i]));
  for (int64_t row = 0; row < SUBJECT_ROWS; row++)
    for (int64_t i = 0; i < COUNT; i++) {
      double is =
          (double)((const float *)block->data)[row * block->stride[0] + i * block->stride[1]];
      double expected = (double)all[row * SUBJECT_ITEMS + FIRST + i];
      if (!(fabs(is - expected) <= 1e-4 * scale))
        recnn__trial_fail(
            trial, "query %d gives item %d the score %g in a block of %d items and %g among all",
            (int)row, (int)(FIRST + i), is, (int)COUNT, expected);
    }
}

static void run(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  if (model_class->encode_items == NULL) {
    recnn__trial_skip(trial, "it has no encode_items(): all items are scored at once");
    return;
  }
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  if (subject == NULL)
    return;
  GError *error = NULL;
  float *all = NULL;
  RecnnBatch *items = recnn_batch_new();
  RecnnBatch *query =
      recnn__subject_batch(trial, subject->model, model_class->query_fields, SUBJECT_ROWS, 3);
  if (query != NULL && recnn_batch_add(items, "item", RECNN_INT64, COUNT, 0, NULL, &error)) {
    for (int64_t i = 0; i < COUNT; i++)
      recnn_batch_int64(items, "item")[i] = FIRST + i;
    recnn_batch_set_size(items, COUNT);
    all = recnn__subject_scores(subject, query, &error);
    const RecnnTensor *block = all != NULL ? score_block(subject, query, items, &error) : NULL;
    if (block != NULL)
      compare(trial, block, all);
  }
  if (error != NULL)
    recnn__trial_fail_error(trial, "scoring", error);
  g_free(all);
  recnn_batch_free(items);
  recnn_batch_free(query);
  recnn__subject_free(subject);
}

RECNN_CHECK(model_blocks) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 110,
    .name = "blocks",
    .doc = "The scores of a block of items are those that the items get among all",
    .run = run,
};
