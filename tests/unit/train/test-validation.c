/* What validation measures and decides by: the loss on the valid part, and weighted sums. */
#include <math.h>

#include <glib.h>

#include "support/bias-model.h"
#include "support/training.h"

static int any_item(int user, int row) { return (user * 7 + row * 3) % 20; }
static float sum_of_biases(int user, int row) {
  return 3.0f + (float)(user % 3) * 0.5f - (float)(any_item(user, row) % 4) * 0.25f;
}
/* The training part says 5, validation and test say 3: to go on learning makes it worse. */
static float misleading(int user, int row) {
  (void)user;
  return row < 6 ? 5.0f : 3.0f;
}
static int again(int user, int row) { /* validation asks for items that were learnt */
  (void)user;
  return row % 6;
}
static RecnnSplit *rated(void) { return bias_split(30, 8, any_item, sum_of_biases); }

/* The loss on the valid part, worked out by hand from the weights that an epoch left: RMSE squared
 * for a model under mse; and what it decides. */
static void test_valid_loss(void) {
  RecnnSplit *split = bias_split(12, 8, again, misleading);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnRun *run = train(model, split,
                        "epochs=500 learning_rate=0.05 weight_decay=0 patience=4 clip_grad_norm=0 "
                        "train_batch_size=5 valid_metric=loss",
                        NULL);
  g_assert_cmpstr(run->valid_metric, ==, "loss");
  g_assert_true(run->stopped_early);
  for (int32_t e = 0; e < run->n_epochs; e++) {
    const RecnnEpoch *epoch = &run->epochs[e];
    double rmse = recnn_result_get(epoch->valid, "RMSE", NULL);
    g_assert_cmpfloat_with_epsilon(epoch->valid_loss, rmse * rmse, 1e-5);
    g_assert_cmpfloat(epoch->valid_value, ==, epoch->valid_loss);
    g_assert_cmpfloat(epoch->valid_value, >=, run->epochs[run->best].valid_value);
  }
  recnn_run_free(run);
  recnn_model_free(model);

  /* not measured where that is not wanted, unless it decides; the rest is as it was */
  RecnnModel *two[2] = {bias_model(&bias_rating_class, split),
                        bias_model(&bias_rating_class, split)};
  RecnnRun *with = train(two[0], split, "epochs=2 train_batch_size=5", NULL);
  RecnnRun *without = train(two[1], split, "epochs=2 train_batch_size=5 valid_loss=false", NULL);
  g_assert_true(isfinite(with->epochs[1].valid_loss));
  g_assert_true(isnan(without->epochs[1].valid_loss));
  g_assert_cmpfloat(with->epochs[1].valid_value, ==, without->epochs[1].valid_value);
  for (int i = 0; i < 2; i++)
    recnn_model_free(two[i]);
  recnn_run_free(with);
  recnn_run_free(without);
  model = bias_model(&bias_rating_class, split);
  run = train(model, split, "epochs=1 valid_loss=false valid_metric=loss", NULL);
  g_assert_true(isfinite(run->epochs[0].valid_loss));
  recnn_run_free(run);
  recnn_model_free(model);

  /* 12 rows in batches of 5, 5 and 2: the two means differ */
  model = bias_model(&bias_rating_class, split);
  run = train(model, split, "epochs=2 train_batch_size=5 valid_metric=Loss_Batches", NULL);
  g_assert_cmpstr(run->valid_metric, ==, "loss_batches");
  g_assert_cmpfloat(run->epochs[1].valid_value, ==, run->epochs[1].valid_loss_batches);
  g_assert_cmpfloat(fabs(run->epochs[1].valid_loss - run->epochs[1].valid_loss_batches), >, 1e-6);
  recnn_run_free(run);
  recnn_model_free(model);

  /* pairs: the same negatives each time, so that weights that stand still give the same loss */
  RecnnSplit *plain = bias_split(30, 8, any_item, NULL);
  model = bias_model(&bias_pairs_class, plain);
  run = train(model, plain, "epochs=3 learning_rate=1e-30 weight_decay=0 valid_metric=loss", NULL);
  g_assert_cmpfloat_with_epsilon(run->epochs[0].valid_loss, log(2.0), 1e-6);
  g_assert_cmpfloat(run->epochs[2].valid_loss, ==, run->epochs[0].valid_loss);
  g_assert_cmpint(run->best, ==, 0);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(plain);
  recnn_split_unref(split);
}

static void test_weighted_sum(void) {
  RecnnSplit *split = rated();
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnRun *run = train(model, split, "epochs=2 valid_metric=0.25*rmse+2*loss+MAE", NULL);
  const RecnnEpoch *epoch = &run->epochs[1];
  g_assert_cmpstr(run->valid_metric, ==, "0.25*RMSE + 2*loss + MAE");
  g_assert_cmpfloat_with_epsilon(epoch->valid_value,
                                 0.25 * recnn_result_get(epoch->valid, "RMSE", NULL) +
                                     2.0 * epoch->valid_loss +
                                     recnn_result_get(epoch->valid, "MAE", NULL),
                                 1e-12);
  recnn_run_free(run);
  recnn_model_free(model);
  model = bias_model(&bias_rating_class, split); /* two heads: both kinds are measured */
  run = train(model, split, "epochs=1 valid_metric=0.5*ndcg@5+0.5*hit@3", NULL);
  g_assert_cmpfloat(run->epochs[0].valid_value, ==,
                    0.5 * recnn_result_get(run->epochs[0].valid, "NDCG@5", NULL) +
                        0.5 * recnn_result_get(run->epochs[0].valid, "Hit@3", NULL));
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/validation/valid-loss", test_valid_loss);
  g_test_add_func("/validation/weighted-sum", test_weighted_sum);
  return g_test_run();
}
