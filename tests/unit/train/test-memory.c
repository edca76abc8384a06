/* Every allocation whose size comes from data or options is made to fail in turn, from the making
 * of the model to the evaluation: the answer is an error about memory, nothing leaks (under
 * AddressSanitizer), and the next try works. */
#include <glib.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/recommend.h"
#include "support/bias-model.h"
#include "train/trainer.h"

static int item_of(int user, int row) { return (user * 7 + row * 3) % 20; }
static float rating_of(int user, int row) { return (float)(1 + (user + row) % 5); }

/* False with an error. */
static bool everything(const RecnnModelClass *model_class, const RecnnSplit *split,
                       GError **error) {
  const RecnnCount counts[2] = {{"users", recnn_dataset_n_users(split->dataset)},
                                {"items", recnn_dataset_n_items(split->dataset)}};
  RecnnModel *model = recnn_model_new(model_class, NULL, counts, 2, 1, error);
  if (model == NULL)
    return false;
  RecnnOptions *options = recnn_options_new(recnn_trainer_options(), "trainer", NULL);
  recnn_options_set_text(options, "epochs", "2", NULL);
  recnn_options_set_text(options, "train_batch_size", "64", NULL);
  RecnnRun *run = recnn_train(model, split, options, NULL, error);
  RecnnResult *result = run != NULL ? recnn_evaluate(model, split, RECNN_TEST, NULL, error) : NULL;
  bool done = false;
  if (result != NULL) {
    int64_t items[3];
    RecnnRanker *ranker = recnn_ranker_new(model, 0, error);
    done = ranker != NULL && recnn_recommend(ranker, &(RecnnWish){.k = 3}, items, NULL, error) == 3;
    recnn_ranker_free(ranker);
  }
  recnn_result_free(result);
  recnn_run_free(run);
  recnn_options_free(options);
  recnn_model_free(model);
  return done;
}

static void fail_each(const void *data) {
  const RecnnModelClass *model_class = data;
  RecnnSplit *split = bias_split(40, 8, item_of, rating_of);
  uint64_t n = 1;
  for (bool done = false; !done; n++) {
    GError *error = NULL;
    recnn_memory_fail_after(n);
    done = everything(model_class, split, &error);
    recnn_memory_fail_after(0);
    if (done) {
      g_assert_no_error(error);
    } else {
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
      g_clear_error(&error);
    }
    g_assert_cmpuint(n, <, 1000);
  }
  g_assert_cmpuint(n, >, 10); /* there were some to fail */
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/memory/rating", &bias_rating_class, fail_each);
  g_test_add_data_func("/memory/pairs", &bias_pairs_class, fail_each);
  g_test_add_data_func("/memory/computed", &bias_count_class, fail_each);
  return g_test_run();
}
