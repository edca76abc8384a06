/* The pick of the hardest of several drawn negatives, alone and inside a training. */
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "plugin/plugin.h"
#include "support/bias-model.h"
#include "train/hard-negatives.h"
#include "train/trainer.h"

static int item_of(int user, int row) { return (user * 7 + row * 3) % 50; }
static float rating_of(int user, int row) { return (float)(1 + (user + row) % 5); }

static RecnnOptions *options_of(const char *const (*set)[2], size_t n) {
  RecnnOptions *options = recnn_options_new(recnn_trainer_options(), "trainer", NULL);
  for (size_t i = 0; i < n; i++)
    g_assert_true(recnn_options_set_text(options, set[i][0], set[i][1], NULL));
  return options;
}

static void test_pick(void) {
  enum { ROWS = 4, CANDIDATES = 3 };
  static const int64_t users[ROWS] = {0, 1, 2, 0};
  static const int64_t candidates[ROWS][CANDIDATES] = {{4, 9, 2}, {9, 9, 4}, {2, 4, 6}, {1, 8, 3}};
  static const int64_t expected[ROWS] = {9, 9, 4, 1}; /* in the last row all are equal */
  RecnnSplit *split = bias_split(10, 8, item_of, NULL);
  RecnnModel *model = bias_model(&bias_pairs_class, split);
  float *score = bias_values(model, "item");
  score[9] = 3.0f;
  score[4] = 1.0f;
  score[2] = -2.0f;
  score[6] = -1.0f;
  GError *error = NULL;
  RecnnHardNegatives *hard = recnn_hard_negatives_new(model, ROWS, CANDIDATES, &error);
  g_assert_no_error(error);
  RecnnBatch *batch = recnn_batch_new();
  const int64_t width = CANDIDATES;
  recnn_batch_add(batch, "user", RECNN_INT64, ROWS, 0, NULL, NULL);
  recnn_batch_add(batch, "neg_item", RECNN_INT64, ROWS, 0, NULL, NULL);
  recnn_batch_add(batch, "neg_candidates", RECNN_INT64, ROWS, 1, &width, NULL);
  for (int64_t n = ROWS; n > 0; n -= 3) {
    recnn_batch_set_size(batch, n);
    memcpy(recnn_batch_int64(batch, "user"), users, sizeof users);
    memcpy(recnn_batch_int64(batch, "neg_candidates"), candidates, sizeof candidates);
    g_assert_true(recnn_hard_negatives_pick(hard, batch, &error));
    for (int64_t i = 0; i < n; i++)
      g_assert_cmpint(recnn_batch_int64(batch, "neg_item")[i], ==, expected[i]);
  }
  recnn_batch_free(batch);
  recnn_hard_negatives_free(hard);
  recnn_hard_negatives_free(NULL);
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* The losses of two epochs and a digest of the weights. */
static char *train(const RecnnModelClass *model_class, int (*item)(int, int),
                   const char *const (*set)[2], size_t n) {
  GError *error = NULL;
  RecnnSplit *split = bias_split(60, 14, item, NULL);
  RecnnModel *model = bias_model(model_class, split);
  RecnnOptions *options = options_of(set, n);
  RecnnRun *run = recnn_train(model, split, options, NULL, &error);
  g_assert_no_error(error);
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(model, &params);
  GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (int32_t i = 0; i < n_params; i++)
    g_checksum_update(sum, params[i]->value.data,
                      (gssize)(sizeof(float) * (size_t)recnn_tensor_count(&params[i]->value)));
  char *text = g_strdup_printf("%.17g %.17g %s", run->epochs[0].train_loss,
                               run->epochs[1].train_loss, g_checksum_get_string(sum));
  g_checksum_free(sum);
  recnn_run_free(run);
  recnn_options_free(options);
  recnn_model_free(model);
  recnn_split_unref(split);
  return text;
}

/* The same bits at any number of threads and in every run; other ones than without. */
static void test_threads(void) {
  static const char *const set[][2] = {{"epochs", "2"},
                                       {"train_batch_size", "100"},
                                       {"negatives", "2"},
                                       {"negative_candidates", "6"}};
  GError *error = NULL;
  const RecnnModelClass *neural_bpr = recnn_model_class_find("neural_bpr", &error);
  g_assert_no_error(error);
  int threads = recnn_parallel_threads();
  g_autofree char *first = train(neural_bpr, item_of, set, G_N_ELEMENTS(set));
  for (int n = 1; n <= 4; n *= 2) {
    g_assert_true(recnn_parallel_set_threads(n, NULL));
    g_autofree char *again = train(neural_bpr, item_of, set, G_N_ELEMENTS(set));
    g_assert_cmpstr(again, ==, first);
  }
  g_assert_true(recnn_parallel_set_threads(threads, NULL));
  g_autofree char *drawn = train(neural_bpr, item_of, set, G_N_ELEMENTS(set) - 1);
  g_assert_cmpstr(drawn, !=, first);
}

/* Two groups of users with favourites of their own, and chance besides. */
static int group_item_of(int user, int row) {
  return row < 7 ? 7 * (user % 2) + row : 14 + (user * 7 + row * 5) % 36;
}

/* What the others like is liked best of what a user has not: the favourites are picked for
 * negatives far more often than they are drawn, and the loss is far larger. */
static void test_harder(void) {
  static const char *const set[][2] = {{"epochs", "2"},
                                       {"train_batch_size", "100"},
                                       {"learning_rate", "0.05"},
                                       {"negative_candidates", "8"}};
  g_autofree char *hard = train(&bias_pairs_class, group_item_of, set, 4);
  g_autofree char *drawn = train(&bias_pairs_class, group_item_of, set, 3);
  double hard_loss = g_ascii_strtod(strchr(hard, ' '), NULL);
  double drawn_loss = g_ascii_strtod(strchr(drawn, ' '), NULL);
  g_assert_cmpfloat(hard_loss, >, drawn_loss + 0.1);
}

static void check_refused(const RecnnModelClass *model_class, const char *const set[2],
                          RecnnStatus code, const char *text) {
  RecnnSplit *split = bias_split(10, 8, item_of, rating_of);
  RecnnModel *model = bias_model(model_class, split);
  RecnnOptions *options = options_of((const char *const(*)[2])set, 1);
  GError *error = NULL;
  g_assert_null(recnn_train(model, split, options, NULL, &error));
  g_assert_cmpint(error->code, ==, (int)code);
  g_assert_nonnull(strstr(error->message, text));
  g_clear_error(&error);
  recnn_options_free(options);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void test_refusals(void) {
  RecnnModelClass blind = bias_pairs_class;
  blind.predict = NULL;
  blind.score_items = NULL;
  static const char *const candidates[2] = {"negative_candidates", "4"};
  static const char *const negatives[2] = {"negatives", "4"};
  check_refused(&bias_rating_class, negatives, RECNN_ERROR_OPTION,
                "4 negatives: batches of kind rating have no negative items");
  check_refused(&bias_rating_class, candidates, RECNN_ERROR_OPTION,
                "4 candidates for a negative: batches of kind rating have no negative items");
  RecnnSplit *split = bias_split(10, 8, item_of, NULL);
  RecnnModel *model = bias_model(&blind, split);
  GError *error = NULL;
  g_assert_null(recnn_hard_negatives_new(model, 8, 4, &error));
  g_assert_cmpint(error->code, ==, RECNN_ERROR_UNSUPPORTED);
  g_assert_nonnull(strstr(error->message, "which model bias_pairs does not have"));
  g_clear_error(&error);
  recnn_model_free(model);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/hard-negatives/pick", test_pick);
  g_test_add_func("/hard-negatives/threads", test_threads);
  g_test_add_func("/hard-negatives/harder", test_harder);
  g_test_add_func("/hard-negatives/refusals", test_refusals);
  return g_test_run();
}
