/* The trainer on models small enough to know what must come out. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "support/bias-model.h"
#include "support/training.h"
#include "train/plateau.h"
#include "train/trainer.h"

/* ---- data */

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
/* Low numbers are popular. */
static int popular_item(int user, int row) { return (user * row * row) % (5 + 4 * row); }

static RecnnSplit *rated(void) { return bias_split(30, 8, any_item, sum_of_biases); }

/* ---- learning */

static void test_rating(void) {
  RecnnSplit *split = rated();
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnRun *run =
      train(model, split, "epochs=200 train_batch_size=16 learning_rate=0.05 weight_decay=0", NULL);
  g_assert_cmpstr(run->valid_metric, ==, "RMSE");
  const RecnnEpoch *best = &run->epochs[run->best];
  g_assert_cmpfloat(best->valid_value, <, 0.05);
  g_assert_cmpfloat(run->epochs[0].train_loss, >, 20 * best->train_loss);
  g_assert_cmpfloat(recnn_result_get(best->valid, "RMSE", NULL), ==, best->valid_value);
  /* both value metrics, and no ranking after each epoch for nothing */
  g_assert_cmpint(best->valid->n_values, ==, 2);
  g_assert_cmpint(best->valid->n_users, ==, 0);
  RecnnResult *result = recnn_evaluate(model, split, RECNN_TEST, NULL, NULL);
  g_assert_cmpfloat(recnn_result_get(result, "RMSE", NULL), <, 0.1);
  recnn_result_free(result);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void test_pairs(void) {
  RecnnSplit *split = bias_split(200, 12, popular_item, NULL);
  RecnnModel *model = bias_model(&bias_pairs_class, split);
  RecnnModel *count = bias_model(&bias_count_class, split);
  RecnnRun *run =
      train(model, split, "epochs=30 learning_rate=0.03 weight_decay=0 topk=5,10", NULL);
  RecnnRun *counted = train(count, split, "", NULL);
  g_assert_cmpstr(run->valid_metric, ==, "NDCG@10");
  g_assert_cmpint(run->epochs[0].valid->n_rows, ==, 0);
  g_assert_cmpint(run->epochs[0].valid->n_users, ==, 200);
  g_assert_false(isnan(recnn_result_get(run->epochs[0].valid, "Recall@5", NULL)));
  /* it learns what counting computes */
  double ndcg = run->epochs[run->best].valid_value;
  g_assert_cmpfloat(run->epochs[0].valid_value, <, ndcg);
  g_assert_cmpfloat(ndcg, >, 0.9 * counted->epochs[0].valid_value);
  recnn_run_free(counted);
  recnn_run_free(run);
  recnn_model_free(count);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void test_computed(void) {
  RecnnSplit *split = bias_split(50, 6, popular_item, NULL);
  RecnnModel *model = bias_model(&bias_count_class, split);
  RecnnRun *run = train(model, split, "epochs=7", NULL);
  g_assert_cmpint(run->n_epochs, ==, 1);
  g_assert_cmpint(run->best, ==, 0);
  g_assert_cmpint(run->epochs[0].samples, ==, 200);
  g_assert_true(isnan(run->epochs[0].train_loss));
  g_assert_nonnull(run->epochs[0].valid);
  float sum = 0.0f;
  for (int64_t i = 0; i < recnn_dataset_n_items(split->dataset); i++)
    sum += bias_values(model, "item")[i];
  g_assert_cmpfloat(sum, ==, 200.0f); /* the training part and nothing else */
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* ---- the history, from what the listener saw */

typedef struct Seen {
  int64_t batch_size;
  int64_t n_batches;
  double batch_sum;
  double sum;
  int64_t samples;
  int n_epochs;
  int64_t stop_at_batch; /* over all epochs; 0: never */
  int stop_at_epoch;
  int64_t total_batches;
} Seen;

static bool on_batch(void *data, const RecnnTrainProgress *progress) {
  Seen *seen = data;
  if (progress->batch == 1)
    seen->sum = seen->batch_sum = 0.0, seen->samples = 0, seen->n_batches = 0;
  g_assert_cmpint(progress->batch, ==, seen->n_batches + 1);
  int64_t n = progress->samples - seen->samples;
  double sum = progress->loss * (double)progress->samples;
  g_assert_cmpint(n, >, 0);
  g_assert_cmpint(n, <=, seen->batch_size);
  seen->batch_sum += (sum - seen->sum) / (double)n;
  seen->sum = sum;
  seen->samples = progress->samples;
  seen->n_batches++;
  seen->total_batches++;
  g_assert_cmpint(seen->n_batches, <=, progress->batches);
  return seen->total_batches != seen->stop_at_batch;
}

static bool on_epoch(void *data, const RecnnEpoch *epoch, int64_t epochs) {
  Seen *seen = data;
  seen->n_epochs++;
  g_assert_cmpint(epoch->epoch, ==, seen->n_epochs);
  g_assert_cmpint(epoch->epoch, <=, epochs);
  g_assert_cmpint(epoch->samples, ==, seen->samples);
  g_assert_cmpfloat_with_epsilon(epoch->train_loss, seen->sum / (double)seen->samples, 1e-9);
  g_assert_cmpfloat_with_epsilon(epoch->train_loss_batches,
                                 seen->batch_sum / (double)seen->n_batches, 1e-9);
  g_assert_cmpfloat(epoch->grad_norm, >, 0.0);
  g_assert_cmpfloat_with_epsilon(epoch->learning_rate, 0.02, 1e-12);
  return seen->n_epochs != seen->stop_at_epoch;
}

static void test_history(void) {
  RecnnSplit *split = rated(); /* 30 * 6 = 180 rows: 11 batches of 16 and one of 4 */
  RecnnModel *model = bias_model(&bias_rating_class, split);
  Seen seen = {.batch_size = 16};
  RecnnTrainListener listener = {.data = &seen, .batch = on_batch, .epoch = on_epoch};
  RecnnRun *run = train(model, split, "epochs=3 train_batch_size=16 learning_rate=0.02", &listener);
  g_assert_cmpint(run->n_epochs, ==, 3);
  g_assert_cmpint(seen.n_epochs, ==, 3);
  g_assert_cmpint(seen.total_batches, ==, 36);
  g_assert_false(run->stopped_early);
  g_assert_false(run->stopped_by_listener);
  /* the two means differ, as the last batch is short */
  g_assert_cmpfloat(fabs(run->epochs[0].train_loss - run->epochs[0].train_loss_batches), >, 1e-6);
  g_assert_cmpfloat(run->seconds_to_first_step, >, 0.0);
  g_assert_cmpfloat(run->seconds_to_first_step, <=, run->seconds);
  g_assert_cmpuint(run->peak_bytes, >, 0);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void test_listener_stops(void) {
  RecnnSplit *split = rated();
  RecnnModel *model = bias_model(&bias_rating_class, split);
  Seen seen = {.batch_size = 16, .stop_at_epoch = 2};
  RecnnTrainListener listener = {.data = &seen, .batch = on_batch, .epoch = on_epoch};
  RecnnRun *run = train(model, split, "epochs=9 train_batch_size=16 learning_rate=0.02", &listener);
  g_assert_cmpint(run->n_epochs, ==, 2);
  g_assert_true(run->stopped_by_listener);
  g_assert_nonnull(run->epochs[1].valid);
  recnn_run_free(run);
  recnn_model_free(model);

  /* in the middle of the third epoch: it counts with what it did, and is not validated */
  model = bias_model(&bias_rating_class, split);
  seen = (Seen){.batch_size = 16, .stop_at_batch = 29};
  run = train(model, split, "epochs=9 train_batch_size=16 learning_rate=0.02", &listener);
  g_assert_cmpint(run->n_epochs, ==, 3);
  g_assert_cmpint(run->epochs[2].samples, ==, 5 * 16);
  g_assert_null(run->epochs[2].valid);
  g_assert_true(run->stopped_by_listener);
  g_assert_cmpint(run->best, ==, 1);
  /* the weights are those of the best validation, not of the last batch */
  RecnnResult *result = recnn_evaluate(model, split, RECNN_VALID, NULL, NULL);
  g_assert_cmpfloat(recnn_result_get(result, "RMSE", NULL), ==, run->epochs[1].valid_value);
  recnn_result_free(result);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* ---- validation */

static void test_best_weights(void) {
  RecnnSplit *split = bias_split(12, 8, again, misleading);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnRun *run =
      train(model, split,
            "epochs=500 learning_rate=0.05 weight_decay=0 patience=4 clip_grad_norm=0", NULL);
  g_assert_true(run->stopped_early);
  g_assert_cmpint(run->n_epochs, ==, run->best + 1 + 4);
  g_assert_cmpfloat(run->epochs[run->best].valid_value, <, 0.2);
  g_assert_cmpfloat(run->epochs[run->n_epochs - 1].valid_value, >,
                    run->epochs[run->best].valid_value);
  g_assert_true(run->epochs[run->best].improved);
  for (int32_t e = run->best + 1; e < run->n_epochs; e++)
    g_assert_false(run->epochs[e].improved);
  RecnnResult *result = recnn_evaluate(model, split, RECNN_VALID, NULL, NULL);
  g_assert_cmpfloat(recnn_result_get(result, "RMSE", NULL), ==, run->epochs[run->best].valid_value);
  recnn_result_free(result);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void test_min_delta_and_eval_step(void) {
  RecnnSplit *split = bias_split(12, 8, again, misleading);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  /* nothing improves by 100: the first validation stays the best */
  RecnnRun *run = train(model, split, "epochs=50 patience=3 min_delta=100", NULL);
  g_assert_cmpint(run->n_epochs, ==, 4);
  g_assert_cmpint(run->best, ==, 0);
  recnn_run_free(run);
  recnn_model_free(model);
  /* every third epoch, and the last */
  model = bias_model(&bias_rating_class, split);
  run = train(model, split, "epochs=7 eval_step=3 patience=0", NULL);
  g_assert_cmpint(run->n_epochs, ==, 7);
  for (int32_t e = 0; e < 7; e++) {
    g_assert_true((run->epochs[e].valid != NULL) == (e == 2 || e == 5 || e == 6));
    g_assert_true(isnan(run->epochs[e].valid_value) == (run->epochs[e].valid == NULL));
  }
  recnn_run_free(run);
  recnn_model_free(model);
  /* never: the last weights stay */
  model = bias_model(&bias_rating_class, split);
  run = train(model, split, "epochs=40 eval_step=0 learning_rate=0.3 weight_decay=0", NULL);
  g_assert_cmpint(run->best, ==, -1);
  g_assert_null(run->valid_metric);
  g_assert_cmpfloat(bias_values(model, "user")[0] + bias_values(model, "item")[0], >, 4.0f);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* Nothing improves after the best epoch, so from there the rate is halved every third validation.
 */
static void test_plateau(void) {
  RecnnSplit *split = bias_split(12, 8, again, misleading);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnRun *run = train(model, split,
                        "epochs=60 learning_rate=0.05 weight_decay=0 patience=0 clip_grad_norm=0 "
                        "schedule=plateau schedule_factor=0.5 schedule_patience=2",
                        NULL);
  double rate = 0.05;
  RecnnPlateau plateau;
  recnn_plateau_init(&plateau, false, 0.5, 2);
  for (int32_t e = 0; e < run->n_epochs; e++) {
    g_assert_cmpfloat(run->epochs[e].learning_rate, ==, rate);
    rate = recnn_plateau_observe(&plateau, run->epochs[e].valid_value, rate);
  }
  g_assert_cmpfloat(rate, <, 0.05);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void test_valid_metric(void) {
  RecnnSplit *split = rated();
  static const char *const texts[][2] = {{"valid_metric=mae", "MAE"},
                                         {"valid_metric=hr@3", "Hit@3"},
                                         {"valid_metric=ndcg@7 topk=2", "NDCG@7"}};
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    RecnnModel *model = bias_model(&bias_rating_class, split);
    char *text = g_strdup_printf("epochs=1 %s", texts[i][0]);
    RecnnRun *run = train(model, split, text, NULL);
    g_assert_cmpstr(run->valid_metric, ==, texts[i][1]);
    g_assert_cmpfloat(run->epochs[0].valid_value, ==,
                      recnn_result_get(run->epochs[0].valid, texts[i][1], NULL));
    g_free(text);
    recnn_run_free(run);
    recnn_model_free(model);
  }
  recnn_split_unref(split);
}

/* ---- determinism and options that matter */

static void test_seed(void) {
  RecnnSplit *split = bias_split(60, 8, popular_item, NULL);
  float *weights[4];
  static const char *const texts[4] = {
      "epochs=3 train_batch_size=32", "epochs=3 train_batch_size=32",
      "epochs=3 train_batch_size=32 seed=7", "epochs=3 train_batch_size=32 shuffle=false"};
  size_t bytes = (size_t)recnn_dataset_n_items(split->dataset) * sizeof(float);
  for (int i = 0; i < 4; i++) {
    RecnnModel *model = bias_model(&bias_pairs_class, split);
    recnn_run_free(train(model, split, texts[i], NULL));
    weights[i] = g_memdup2(bias_values(model, "item"), bytes);
    recnn_model_free(model);
  }
  g_assert_cmpmem(weights[0], bytes, weights[1], bytes);
  g_assert_true(memcmp(weights[0], weights[2], bytes) != 0);
  g_assert_true(memcmp(weights[0], weights[3], bytes) != 0);
  for (int i = 0; i < 4; i++)
    g_free(weights[i]);
  recnn_split_unref(split);
}

static void test_options(void) {
  RecnnOptions *options = settings("");
  static const char *const defaults[][2] = {
      {"epochs", "100"},       {"train_batch_size", "1024"}, {"learner", "adam"},
      {"patience", "10"},      {"eval_step", "1"},           {"valid_metric", "auto"},
      {"learning_rate", NULL}, {"weight_decay", NULL},       {"clip_grad_norm", NULL},
      {"loss", "auto"},        {"sampler", "uniform"},       {"shuffle", "true"},
      {"topk", "10"},          {"min_delta", NULL},          {"seed", "42"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++) {
    char *text = recnn_options_text(options, defaults[i][0]);
    g_assert_nonnull(text);
    if (defaults[i][1] != NULL)
      g_assert_cmpstr(text, ==, defaults[i][1]);
    g_free(text);
  }
  g_assert_cmpfloat(recnn_options_float(options, "learning_rate"), ==, 1e-3);
  g_assert_cmpfloat(recnn_options_float(options, "weight_decay"), ==, 1e-4);
  g_assert_cmpfloat(recnn_options_float(options, "clip_grad_norm"), ==, 1.0);
  for (const RecnnOption *o = recnn_trainer_options(); o->name != NULL; o++)
    g_assert_cmpuint(strlen(o->doc), >, 10);
  recnn_options_free(options);
}

/* Clipping: with a tiny norm the first step of plain descent would be tiny; Adam's is not, but the
 * norm before clipping is reported whatever the limit is. */
static void test_clipping_reports_the_norm_before(void) {
  RecnnSplit *split = rated();
  double norms[2];
  for (int i = 0; i < 2; i++) {
    RecnnModel *model = bias_model(&bias_rating_class, split);
    RecnnRun *run = train(model, split,
                          i == 0 ? "epochs=1 clip_grad_norm=0 train_batch_size=1000"
                                 : "epochs=1 clip_grad_norm=1e-3 train_batch_size=1000",
                          NULL);
    norms[i] = run->epochs[0].grad_norm;
    recnn_run_free(run);
    recnn_model_free(model);
  }
  g_assert_cmpfloat(norms[0], ==, norms[1]);
  g_assert_cmpfloat(norms[0], >, 0.1);
  recnn_split_unref(split);
}

/* ---- what goes wrong */

static void expect(const RecnnModelClass *model_class, const RecnnSplit *split, const char *text,
                   int code, const char *says) {
  RecnnModel *model = bias_model(model_class, split);
  RecnnOptions *options = settings(text);
  GError *error = NULL;
  g_assert_null(recnn_train(model, split, options, NULL, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  if (strstr(error->message, says) == NULL)
    g_error("\"%s\" does not say \"%s\"", error->message, says);
  g_clear_error(&error);
  for (int64_t i = 0; i < recnn_dataset_n_items(split->dataset); i++)
    g_assert_cmpfloat(bias_values(model, "item")[i], ==, 0.0f); /* no step was made */
  recnn_options_free(options);
  recnn_model_free(model);
}

static RecnnStatus refuse(void *self, RecnnModel *model, const RecnnInteractions *data,
                          RecnnError *error) {
  (void)self;
  (void)model;
  (void)data;
  error->code = RECNN_ERROR_DATA;
  g_snprintf(error->message, sizeof error->message, "I would rather not");
  return RECNN_ERROR_DATA;
}

static void test_bad_requests(void) {
  RecnnSplit *split = rated();
  RecnnSplit *plain = bias_split(30, 8, any_item, NULL);
  const RecnnModelClass *rating = &bias_rating_class;
  const RecnnModelClass *pairs = &bias_pairs_class;
  expect(rating, plain, "", RECNN_ERROR_DATA, "bias_rating cannot be trained on data set biased");
  expect(rating, plain, "valid_metric=RMSE", RECNN_ERROR_DATA, "biased has none");
  expect(pairs, plain, "learner=adm", RECNN_ERROR_NOT_FOUND, "did you mean adam");
  expect(pairs, plain, "sampler=unifrom", RECNN_ERROR_NOT_FOUND, "uniform");
  expect(rating, split, "loss=msw", RECNN_ERROR_NOT_FOUND, "did you mean mse");
  expect(pairs, plain, "loss=mse", RECNN_ERROR_DATA, "learns from ratings");
  expect(pairs, plain, "valid_metric=NDGC@10", RECNN_ERROR_NOT_FOUND, "did you mean NDCG");
  expect(pairs, plain, "valid_metric=NDCG", RECNN_ERROR_ARGUMENT, "valid_metric");
  expect(pairs, plain, "valid_metric=NDCG@21", RECNN_ERROR_ARGUMENT, "number of items, 20");
  expect(pairs, plain, "topk=5,21", RECNN_ERROR_ARGUMENT, "number of items, 20");
  expect(pairs, split, "valid_metric=RMSE", RECNN_ERROR_UNSUPPORTED, "does not predict any");
  expect(rating, split, "valid_metric=RMSE+NDCG@5", RECNN_ERROR_OPTION, "make no sum");
  expect(rating, split, "valid_metric=-1*RMSE", RECNN_ERROR_OPTION, "weight \"-1\"");
  expect(rating, split, "valid_metric=RMSE+", RECNN_ERROR_NOT_FOUND, "valid_metric");
  expect(&bias_count_class, plain, "valid_metric=loss", RECNN_ERROR_UNSUPPORTED, "it is computed");
  expect(pairs, plain, "schedule=plateau eval_step=0", RECNN_ERROR_OPTION, "eval_step is 0");
  RecnnModelClass stubborn = bias_count_class;
  stubborn.fit = refuse;
  expect(&stubborn, plain, "", RECNN_ERROR_DATA, "I would rather not");
  RecnnModelClass odd = bias_pairs_class;
  static const char *const fields[] = {"user", "moon_phase", NULL};
  odd.train_fields = fields;
  expect(&odd, plain, "", RECNN_ERROR_NOT_FOUND, "moon_phase");

  RecnnModel *other = bias_model(rating, plain);
  RecnnSplit *smaller = bias_split(7, 8, any_item, sum_of_biases);
  GError *error = NULL;
  g_assert_null(recnn_train(other, smaller, NULL, NULL, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_DATA);
  g_assert_nonnull(strstr(error->message, "7 and "));
  g_clear_error(&error);
  recnn_model_free(other);
  recnn_split_unref(smaller);
  recnn_split_unref(split);
  recnn_split_unref(plain);
}

/* A weight goes bad in the middle of an epoch. */
typedef struct Poison {
  RecnnModel *model;
  float value;
  float before; /* another weight, as it was then */
} Poison;

static bool poison(void *data, const RecnnTrainProgress *progress) {
  Poison *p = data;
  if (progress->epoch == 2 && progress->batch == 3) {
    for (int i = 0; i < 20; i++)
      bias_values(p->model, "item")[i] = p->value;
    p->before = bias_values(p->model, "user")[0];
  }
  return true;
}

static void test_bad_loss(void) {
  RecnnSplit *split = rated();
  static const float values[] = {NAN, INFINITY};
  static const char *const metrics[] = {"eval_step=0", "eval_step=1"};
  for (int i = 0; i < 4; i++) {
    Poison p = {.model = bias_model(&bias_rating_class, split), .value = values[i % 2]};
    RecnnTrainListener listener = {.data = &p, .batch = poison};
    char *text = g_strdup_printf("train_batch_size=16 %s", metrics[i / 2]);
    RecnnOptions *options = settings(text);
    GError *error = NULL;
    g_assert_null(recnn_train(p.model, split, options, &listener, &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NUMERIC);
    g_assert_true(g_str_has_prefix(error->message, "epoch 2, batch 4: the loss is "));
    g_assert_nonnull(strstr(error->message, "parameter with such a gradient is user"));
    if (i / 2 == 0) /* the step was not made */
      g_assert_cmpfloat(bias_values(p.model, "user")[0], ==, p.before);
    else /* the best weights, which are clean */
      g_assert_true(isfinite(bias_values(p.model, "item")[0]));
    g_clear_error(&error);
    recnn_options_free(options);
    g_free(text);
    recnn_model_free(p.model);
  }
  recnn_split_unref(split);
}

/* The loss is finite, the gradient is not: 0 * 1e38 * 1e38. */
static RecnnVar *steep(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *x = bias_item(self, graph, batch);
  RecnnAttr attr = recnn_attr_float("factor", 1e38);
  x = recnn_graph_apply(graph, "scale", &x, 1, &attr, 1);
  x = recnn_graph_apply(graph, "scale", &x, 1, &attr, 1);
  return recnn_graph_apply(graph, "mean", &x, 1, NULL, 0);
}

static void test_bad_gradient(void) {
  RecnnSplit *split = bias_split(30, 8, any_item, NULL);
  RecnnModelClass class = bias_pairs_class;
  class.loss = steep;
  expect(&class, split, "", RECNN_ERROR_NUMERIC, "epoch 1, batch 1: ");
  expect(&class, split, "", RECNN_ERROR_NUMERIC, "parameter item");
  recnn_split_unref(split);
}

static RecnnVar *no_scalar(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return bias_item(self, graph, batch);
}

static void test_loss_is_no_scalar(void) {
  RecnnSplit *split = bias_split(30, 8, any_item, NULL);
  RecnnModelClass class = bias_pairs_class;
  class.loss = no_scalar;
  expect(&class, split, "", RECNN_ERROR_SHAPE, "expected one float32");
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/trainer/rating", test_rating);
  g_test_add_func("/trainer/pairs", test_pairs);
  g_test_add_func("/trainer/computed", test_computed);
  g_test_add_func("/trainer/history", test_history);
  g_test_add_func("/trainer/listener-stops", test_listener_stops);
  g_test_add_func("/trainer/best-weights", test_best_weights);
  g_test_add_func("/trainer/min-delta-and-eval-step", test_min_delta_and_eval_step);
  g_test_add_func("/trainer/plateau", test_plateau);
  g_test_add_func("/trainer/valid-metric", test_valid_metric);
  g_test_add_func("/trainer/seed", test_seed);
  g_test_add_func("/trainer/options", test_options);
  g_test_add_func("/trainer/clipping-reports-the-norm-before",
                  test_clipping_reports_the_norm_before);
  g_test_add_func("/trainer/bad-requests", test_bad_requests);
  g_test_add_func("/trainer/bad-loss", test_bad_loss);
  g_test_add_func("/trainer/bad-gradient", test_bad_gradient);
  g_test_add_func("/trainer/loss-is-no-scalar", test_loss_is_no_scalar);
  return g_test_run();
}
