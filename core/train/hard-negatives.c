/* The pick among drawn negatives.  All pairs of a batch are scored in one go, in the blocks of the
 * ranker, whose temporaries are bounded. */
#include "base/error.h"
#include "base/memory.h"
#include "eval/ranker.h"
#include "train/hard-negatives.h"

struct RecnnHardNegatives {
  RecnnRanker *ranker;
  int64_t candidates;
  int32_t *user; /* of each pair */
  int32_t *item;
  float *score;
};

RecnnHardNegatives *recnn_hard_negatives_new(RecnnModel *model, int64_t rows, int64_t candidates,
                                             GError **error) {
  const RecnnModelClass *model_class = recnn_model_get_class(model);
  if (model_class->predict == NULL) {
    recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                    "negatives are picked by the score of predict(), which model %s does not have",
                    model_class->name);
    return NULL;
  }
  RecnnHardNegatives *hard = g_new0(RecnnHardNegatives, 1);
  size_t n = (size_t)rows * (size_t)candidates;
  hard->candidates = candidates;
  hard->ranker = recnn_ranker_new(model, 0, error);
  if (hard->ranker != NULL &&
      (hard->user = recnn_memory_new(n, sizeof *hard->user, "candidates' users", error)) != NULL &&
      (hard->item = recnn_memory_new(n, sizeof *hard->item, "candidates", error)) != NULL &&
      (hard->score = recnn_memory_new(n, sizeof *hard->score, "candidates' scores", error)) != NULL)
    return hard;
  recnn_hard_negatives_free(hard);
  return NULL;
}

void recnn_hard_negatives_free(RecnnHardNegatives *hard) {
  if (hard == NULL)
    return;
  recnn_ranker_free(hard->ranker);
  recnn_memory_free(hard->user);
  recnn_memory_free(hard->item);
  recnn_memory_free(hard->score);
  g_free(hard);
}

bool recnn_hard_negatives_pick(RecnnHardNegatives *hard, RecnnBatch *batch, GError **error) {
  const int64_t *user = recnn_batch_int64(batch, "user");
  const int64_t *candidates = recnn_batch_int64(batch, "neg_candidates");
  int64_t *negative = recnn_batch_int64(batch, "neg_item");
  int64_t m = hard->candidates, n = recnn_batch_size(batch);
  for (int64_t i = 0; i < n * m; i++) {
    hard->user[i] = (int32_t)user[i / m];
    hard->item[i] = (int32_t)candidates[i];
  }
  const RecnnExamples examples = {.users = hard->user, .items = hard->item};
  if (!recnn_ranker_predict(hard->ranker, &examples, n * m, hard->score, error)) {
    g_prefix_error(error, "picking negatives: ");
    return false;
  }
  for (int64_t i = 0; i < n; i++) {
    int64_t best = i * m;
    for (int64_t c = best + 1; c < (i + 1) * m; c++)
      if (hard->score[c] > hard->score[best])
        best = c;
    negative[i] = candidates[best];
  }
  return true;
}
