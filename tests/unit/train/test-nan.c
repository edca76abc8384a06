/* Numbers that are not finite: what is said of them, and batches that are left out for them. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "support/bias-model.h"
#include "support/training.h"

static int item_of(int user, int row) { return (user * 7 + row * 3) % 20; }
static float rating_of(int user, int row) { return (float)(1 + (user + row) % 5); }
/* One user's ratings are beyond what a square of float32 can hold. */
static float huge_rating(int user, int row) { return user == 4 ? 3e30f : rating_of(user, row); }

/* 0.5 * 3e38 is a number, and 3e38 times that is none: the second "scale" is to blame. */
static RecnnVar *poisoned(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *x = bias_item(self, graph, batch);
  RecnnAttr attr = recnn_attr_float("factor", 3e38);
  x = recnn_graph_apply(graph, "sigmoid", &x, 1, NULL, 0);
  x = recnn_graph_apply(graph, "scale", &x, 1, &attr, 1);
  x = recnn_graph_apply(graph, "scale", &x, 1, &attr, 1);
  return recnn_graph_apply(graph, "mean", &x, 1, NULL, 0);
}

static void test_names(void) {
  RecnnSplit *split = bias_split(30, 8, item_of, rating_of);
  RecnnModelClass class = bias_pairs_class;
  class.loss = poisoned;
  static const char *const policies[] = {"stop", "skip"};
  for (int i = 0; i < 2; i++) {
    RecnnModel *model = bias_model(&class, split);
    char *text = g_strdup_printf("epochs=1 eval_step=0 on_nan=%s", policies[i]);
    RecnnOptions *options = settings(text);
    GError *error = NULL;
    RecnnRun *run = recnn_train(model, split, options, NULL, &error);
    if (i == 0) {
      g_assert_null(run);
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NUMERIC);
      g_assert_nonnull(strstr(error->message, "epoch 1, batch 1: the loss is "));
      g_assert_nonnull(strstr(error->message, "the first op whose output is not finite is scale"));
      g_assert_nonnull(strstr(error->message, "gradient is item"));
      g_clear_error(&error);
    } else {
      g_assert_no_error(error);
      g_assert_cmpint(run->epochs[0].skipped, ==, 1);
      g_assert_cmpint(run->epochs[0].samples, ==, 0);
    }
    for (int k = 0; k < 20; k++)
      g_assert_cmpfloat(bias_values(model, "item")[k], ==, 0.0f);
    recnn_run_free(run);
    recnn_options_free(options);
    g_free(text);
    recnn_model_free(model);
  }
  recnn_split_unref(split);
}

/* In file order and batches of 6, one user's rows are one batch: what is left is as if it had not
 * been there. */
static void test_skip(void) {
  const char *text = "epochs=3 train_batch_size=6 shuffle=false eval_step=0 on_nan=skip";
  RecnnSplit *split = bias_split(30, 8, item_of, huge_rating);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnRun *run = train(model, split, text, NULL);
  for (int e = 0; e < 3; e++) {
    g_assert_cmpint(run->epochs[e].skipped, ==, 1);
    g_assert_cmpint(run->epochs[e].samples, ==, 29 * 6);
    g_assert_cmpfloat(run->epochs[e].train_loss, <, 20.0);
    g_assert_cmpfloat(run->epochs[e].train_loss_batches, <, 20.0);
  }
  g_assert_cmpfloat(bias_values(model, "user")[4], ==, 0.0f);
  g_assert_cmpfloat(fabsf(bias_values(model, "user")[5]), >, 1e-4f);
  recnn_run_free(run);
  recnn_model_free(model);
  /* the same by default, which is an error; and within several batches to a step */
  model = bias_model(&bias_rating_class, split);
  RecnnOptions *options = settings("epochs=1 train_batch_size=6 shuffle=false");
  GError *error = NULL;
  g_assert_null(recnn_train(model, split, options, NULL, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NUMERIC);
  g_assert_nonnull(strstr(error->message, "batch 5: the loss is inf"));
  g_clear_error(&error);
  recnn_options_free(options);
  recnn_model_free(model);
  model = bias_model(&bias_rating_class, split);
  run =
      train(model, split,
            "epochs=1 train_batch_size=6 shuffle=false eval_step=0 on_nan=skip accumulate=5", NULL);
  g_assert_cmpint(run->epochs[0].skipped, ==, 1);
  g_assert_true(isfinite(run->epochs[0].grad_norm));
  g_assert_cmpfloat(fabsf(bias_values(model, "user")[3]), >, 1e-4f);
  g_assert_cmpfloat(fabsf(bias_values(model, "user")[29]), >, 1e-4f);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/nan/names", test_names);
  g_test_add_func("/nan/skip", test_skip);
  return g_test_run();
}
