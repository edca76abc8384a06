/* The main job from end to end, with the real plugins: data, split, training, evaluation.  On
 * generated data a personalised model beats popularity; the same seed gives the same bits at any
 * number of threads; on MovieLens 100k, where it is at hand, the numbers are in the places known
 * for it. */
#include <string.h>

#include <glib.h>

#include "base/parallel.h"
#include "data/synthetic.h"
#include "plugin/plugin.h"
#include "tensor/tensor.h"
#include "train/trainer.h"

static RecnnOptions *settings(const RecnnOption *table, const char *text) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(table, "test", &error);
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

static RecnnSplit *split_by_user(RecnnDataset *dataset) {
  GError *error = NULL;
  RecnnOptions *options =
      settings(recnn_split_options(), "ratio=0.8,0.1,0.1 group_by=user seed=42");
  RecnnSplit *split = recnn_split_new(dataset, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  return split;
}

static RecnnSplit *generated(const char *text) {
  GError *error = NULL;
  RecnnOptions *options = settings(recnn_synthetic_options(), text);
  RecnnDataset *dataset = recnn_synthetic_new(options, &error);
  g_assert_no_error(error);
  RecnnSplit *split = split_by_user(dataset);
  recnn_options_free(options);
  recnn_dataset_unref(dataset);
  return split;
}

/* Trains a plugin's model; the run is checked and freed. */
static RecnnModel *train(const char *name, const char *model_text, const RecnnSplit *split,
                         const char *trainer_text) {
  GError *error = NULL;
  const RecnnModelClass *model_class = recnn_model_class_find(name, &error);
  g_assert_no_error(error);
  const RecnnCount counts[2] = {{"users", recnn_dataset_n_users(split->dataset)},
                                {"items", recnn_dataset_n_items(split->dataset)}};
  RecnnOptions *model_options = settings(model_class->options, model_text);
  RecnnModel *model = recnn_model_new(model_class, model_options, counts, 2, 7, &error);
  g_assert_no_error(error);
  recnn_options_free(model_options);
  RecnnOptions *options = settings(recnn_trainer_options(), trainer_text);
  RecnnRun *run = recnn_train(model, split, options, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpint(run->best, >=, 0);
  recnn_run_free(run);
  recnn_options_free(options);
  return model;
}

static double measure(RecnnModel *model, const RecnnSplit *split, const char *metric) {
  GError *error = NULL;
  RecnnResult *result = recnn_evaluate(model, split, RECNN_TEST, NULL, &error);
  g_assert_no_error(error);
  double value = recnn_result_get(result, metric, &error);
  g_assert_no_error(error);
  recnn_result_free(result);
  return value;
}

static void test_beats_popularity(void) {
  RecnnSplit *split = generated("users=500 items=300 groups=5 drift=0 noise=0.05 seed=7");
  RecnnModel *popularity = train("popularity", "", split, "");
  RecnnModel *neural =
      train("neural_bpr", "embedding_dim=16 hidden_dims=32,16 dropout_rate=0.1", split,
            "epochs=60 train_batch_size=256 learning_rate=1e-2 weight_decay=0 patience=0");
  double of_popularity = measure(popularity, split, "NDCG@10");
  double of_neural = measure(neural, split, "NDCG@10");
  g_test_message("NDCG@10: neural_bpr %.4f, popularity %.4f", of_neural, of_popularity);
  g_assert_cmpfloat(of_popularity, >, 0.02);
  g_assert_cmpfloat(of_neural, >, 1.25 * of_popularity);
  recnn_model_free(neural);
  recnn_model_free(popularity);
  recnn_split_unref(split);
}

/* A checksum over all parameters and buffers.  Caller frees. */
static char *hash(const RecnnModel *model) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (int32_t i = 0; i < n; i++)
    g_checksum_update(sum, params[i]->value.data, (gssize)recnn_tensor_bytes(&params[i]->value));
  char *text = g_strdup(g_checksum_get_string(sum));
  g_checksum_free(sum);
  return text;
}

static void test_same_bits(const void *data) {
  const char *name = data;
  RecnnSplit *split = generated("users=200 items=150 seed=3");
  static const int threads[] = {1, 2, 4, 2}; /* and once more */
  int usual = recnn_parallel_threads();
  char *first = NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
    g_assert_true(recnn_parallel_set_threads(threads[i], NULL));
    RecnnModel *model = train(name, "", split, "epochs=3 train_batch_size=256");
    char *now = hash(model);
    if (first == NULL)
      first = g_strdup(now);
    g_assert_cmpstr(now, ==, first);
    g_free(now);
    recnn_model_free(model);
  }
  g_assert_true(recnn_parallel_set_threads(usual, NULL));
  /* and another seed gives others */
  RecnnModel *model = train(name, "", split, "epochs=3 train_batch_size=256 seed=8");
  char *other = hash(model);
  g_assert_cmpstr(other, !=, first);
  g_free(other);
  g_free(first);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static RecnnSplit *movielens(void) {
  const char *folder = g_getenv("RECNN_DATA");
  char *path = g_build_filename(folder != NULL ? folder : "", "ml-100k", NULL);
  RecnnSplit *split = NULL;
  if (folder != NULL && g_file_test(path, G_FILE_TEST_IS_DIR)) {
    GError *error = NULL;
    RecnnDataset *dataset = recnn_dataset_read(path, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(recnn_dataset_n_users(dataset), ==, 943);
    g_assert_cmpint(recnn_dataset_n_items(dataset), ==, 1682);
    split = split_by_user(dataset);
    recnn_dataset_unref(dataset);
  } else {
    g_test_skip("RECNN_DATA has no folder ml-100k");
  }
  g_free(path);
  return split;
}

static void test_movielens(void) {
  RecnnSplit *split = movielens();
  if (split == NULL)
    return;
  RecnnModel *popularity = train("popularity", "", split, "");
  double ndcg = measure(popularity, split, "NDCG@10");
  g_assert_cmpfloat(ndcg, >, 0.12);
  g_assert_cmpfloat(ndcg, <, 0.17);
  recnn_model_free(popularity);
  RecnnModel *rating = train("advanced_ncf", "", split, "epochs=4");
  double rmse = measure(rating, split, "RMSE");
  g_test_message("ml-100k: popularity NDCG@10 %.4f, advanced_ncf RMSE %.4f", ndcg, rmse);
  g_assert_cmpfloat(rmse, <, 1.0);
  g_assert_cmpfloat(rmse, >, 0.85);
  recnn_model_free(rating);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/train/beats-popularity", test_beats_popularity);
  g_test_add_data_func("/train/same-bits/neural_bpr", "neural_bpr", test_same_bits);
  g_test_add_data_func("/train/same-bits/advanced_ncf", "advanced_ncf", test_same_bits);
  g_test_add_func("/train/movielens", test_movielens);
  return g_test_run();
}
