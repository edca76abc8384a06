/* How the trainer uses its optimizer: options handed on, groups, schedules, several batches to a
 * step. */
#include <math.h>

#include <glib.h>

#include "base/error.h"
#include "support/bias-model.h"
#include "support/training.h"

static int item_of(int user, int row) { return (user * 7 + row * 3) % 20; }
static float rating_of(int user, int row) { return (float)(1 + (user + row) % 5); }

/* The items' weights after a training; the caller frees. */
static float *weights_after(const char *text, bool pairs) {
  RecnnSplit *split = bias_split(32, 10, item_of, rating_of); /* 256 rows to train on */
  RecnnModel *model = bias_model(pairs ? &bias_pairs_class : &bias_rating_class, split);
  recnn_run_free(train(model, split, text, NULL));
  float *weights = g_memdup2(bias_values(model, "item"), 20 * sizeof *weights);
  recnn_model_free(model);
  recnn_split_unref(split);
  return weights;
}

static double distance(const char *a, const char *b, bool pairs) {
  float *x = weights_after(a, pairs), *y = weights_after(b, pairs);
  double most = 0.0;
  for (int i = 0; i < 20; i++)
    most = fmax(most, fabs((double)x[i] - (double)y[i]));
  g_free(x);
  g_free(y);
  return most;
}

/* The mean of four batches' gradients is that of one batch with all their rows; the last step of an
 * epoch takes what is there. */
static void test_accumulate(void) {
  static const char *const learners[] = {"adam", "sgd\tmomentum=0.9", "sparse_adam"};
  for (size_t i = 0; i < G_N_ELEMENTS(learners); i++) {
    for (int pairs = 0; pairs < 2; pairs++) {
      char *small = g_strdup_printf(
          "learner=%s epochs=3 train_batch_size=16 accumulate=4 learning_rate=0.05 eval_step=0",
          learners[i]);
      char *large = g_strdup_printf(
          "learner=%s epochs=3 train_batch_size=64 learning_rate=0.05 eval_step=0", learners[i]);
      char *off = g_strdup_printf(
          "learner=%s epochs=3 train_batch_size=16 learning_rate=0.05 eval_step=0", learners[i]);
      char *tail = g_strdup_printf(
          "learner=%s epochs=3 train_batch_size=16 accumulate=1000 learning_rate=0.05 eval_step=0",
          learners[i]);
      char *whole = g_strdup_printf(
          "learner=%s epochs=3 train_batch_size=256 learning_rate=0.05 eval_step=0", learners[i]);
      g_assert_cmpfloat(distance(small, large, pairs), <, 2e-5);
      g_assert_cmpfloat(distance(tail, whole, pairs), <, 2e-5);
      g_assert_cmpfloat(distance(off, large, pairs), >, 1e-3);
      g_free(small);
      g_free(large);
      g_free(off);
      g_free(tail);
      g_free(whole);
    }
  }
}

static void test_options(void) {
  const char *common = "epochs=2 eval_step=0 clip_grad_norm=0";
  char *plain = g_strdup_printf("%s learner=sgd learning_rate=0.1 weight_decay=0.01", common);
  char *said = g_strdup_printf("%s learner=sgd\tlearning_rate=0.1\tweight_decay=0.01", common);
  char *heavy = g_strdup_printf("%s learner=sgd\tmomentum=0.9 learning_rate=0.1", common);
  g_assert_cmpfloat(distance(plain, said, false), ==, 0.0);
  g_assert_cmpfloat(distance(plain, heavy, false), >, 1e-3);
  char *group = g_strdup_printf("%s groups=item\tlearning_rate=1e-9", plain);
  float *still = weights_after(group, false);
  for (int i = 0; i < 20; i++)
    g_assert_cmpfloat(fabsf(still[i]), <, 1e-6f);
  g_free(still);
  g_free(group);
  char *clipped = g_strdup_printf("%s clip_grad_value=1e-6", plain);
  still = weights_after(clipped, false);
  for (int i = 0; i < 20; i++)
    g_assert_cmpfloat(fabsf(still[i]), <, 1e-5f);
  g_free(still);
  g_free(clipped);
  g_free(plain);
  g_free(said);
  g_free(heavy);
}

/* The history tells the rate of an epoch's last batch and the next one. */
static void test_schedule(void) {
  RecnnSplit *split = bias_split(32, 10, item_of, rating_of);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnRun *run = train(model, split,
                        "epochs=4 learning_rate=0.1 patience=0 "
                        "schedule=warmup\tstart=0.5;exponential\tfactor=0.1",
                        NULL);
  static const double used[] = {0.05, 0.1, 0.01, 0.001}, next[] = {0.1, 0.01, 0.001, 0.0001};
  for (int e = 0; e < 4; e++) { /* an epoch is one batch */
    g_assert_cmpfloat_with_epsilon(run->epochs[e].learning_rate, used[e], 1e-9);
    g_assert_cmpfloat_with_epsilon(run->epochs[e].next_learning_rate, next[e], 1e-9);
  }
  recnn_run_free(run);
  recnn_model_free(model);

  /* on a plateau from the first validation on; its patience is half the trainer's */
  model = bias_model(&bias_rating_class, split);
  run = train(model, split,
              "epochs=9 learning_rate=1e-6 patience=5 min_delta=1 schedule=plateau "
              "schedule_factor=0.25",
              NULL);
  g_assert_cmpint(run->n_epochs, ==, 6);
  for (int e = 0; e < run->n_epochs; e++) /* validations 2, 3 and 4 are no better */
    g_assert_cmpfloat_with_epsilon(run->epochs[e].next_learning_rate, e < 3 ? 1e-6 : 2.5e-7, 1e-12);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/learner/accumulate", test_accumulate);
  g_test_add_func("/learner/options", test_options);
  g_test_add_func("/learner/schedule", test_schedule);
  return g_test_run();
}
