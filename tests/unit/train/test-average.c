/* Training with a moving average of the weights: it is what is validated and what is left. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "support/bias-model.h"
#include "train/trainer.h"

static int item_of(int user, int row) { return (user * 7 + row * 3) % 20; }
static float rating_of(int user, int row) { return (float)(1 + (user + row) % 5); }

typedef struct Seen {
  RecnnModel *model;
  int64_t n_steps;
  double mean[64]; /* of the items' weights, by the formula */
  double last[64];
  int n_items;
} Seen;

static bool on_batch(void *data, const RecnnTrainProgress *progress) {
  Seen *seen = data;
  (void)progress;
  const float *w = bias_values(seen->model, "item");
  for (int i = 0; i < seen->n_items; i++) {
    seen->mean[i] = seen->n_steps == 0 ? (double)w[i] : 0.9 * seen->mean[i] + 0.1 * (double)w[i];
    seen->last[i] = (double)w[i];
  }
  seen->n_steps++;
  return true;
}

static bool on_epoch(void *data, const RecnnEpoch *epoch, int64_t epochs) {
  Seen *seen = data;
  (void)epochs;
  const float *w = bias_values(seen->model, "item");
  for (int i = 0; i < seen->n_items; i++) /* the listener sees what was validated */
    g_assert_cmpfloat_with_epsilon((double)w[i], seen->mean[i], 1e-5);
  (void)epoch;
  return true;
}

static void train(const char *eval_step) {
  RecnnSplit *split = bias_split(30, 8, item_of, rating_of);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnOptions *options = recnn_options_new(recnn_trainer_options(), "trainer", NULL);
  const char *const set[][2] = {{"epochs", "5"},          {"train_batch_size", "32"},
                                {"patience", "0"},        {"learning_rate", "0.05"},
                                {"weight_average", ".9"}, {"eval_step", eval_step}};
  for (size_t i = 0; i < G_N_ELEMENTS(set); i++)
    g_assert_true(recnn_options_set_text(options, set[i][0], set[i][1], NULL));
  Seen seen = {.model = model, .n_items = (int)recnn_dataset_n_items(split->dataset)};
  RecnnTrainListener listener = {.data = &seen, .batch = on_batch, .epoch = on_epoch};
  GError *error = NULL;
  RecnnRun *run = recnn_train(model, split, options, &listener, &error);
  g_assert_no_error(error);
  const float *w = bias_values(model, "item");
  double distance = 0.0;
  if (run->best < 0 || run->best == run->n_epochs - 1)
    for (int i = 0; i < seen.n_items; i++) {
      g_assert_cmpfloat_with_epsilon((double)w[i], seen.mean[i], 1e-5);
      distance += fabs(seen.mean[i] - seen.last[i]);
    }
  g_assert_cmpfloat(distance, >, 0.1); /* which the last weights would not have passed */
  if (run->best >= 0) {
    RecnnResult *result = recnn_evaluate(model, split, RECNN_VALID, NULL, NULL);
    g_assert_cmpfloat(recnn_result_get(result, "RMSE", NULL), ==,
                      run->epochs[run->best].valid_value);
    recnn_result_free(result);
  }
  recnn_run_free(run);
  recnn_options_free(options);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void test_validated(void) { train("1"); }
static void test_without_validation(void) { train("0"); }

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/train-average/validated", test_validated);
  g_test_add_func("/train-average/without-validation", test_without_validation);
  return g_test_run();
}
