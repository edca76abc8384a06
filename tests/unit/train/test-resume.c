/* Runs on disk that are broken off and gone on with: the outcome has the same bits as that of a run
 * that was left alone; and checkpoints that are damaged, or belong elsewhere, are refused whole. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "support/bias-model.h"
#include "support/training.h"

static char *runs; /* a folder of our own */

static int item_of(int user, int row) { return (user * 7 + row * 3) % 20; }
static float rating_of(int user, int row) { return (float)(1 + (user * 3 + row) % 5); }

static void remove_folder(const char *path) {
  GDir *dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    char *entry = g_build_filename(path, name, NULL);
    if (g_file_test(entry, G_FILE_TEST_IS_DIR))
      remove_folder(entry);
    else
      g_assert_cmpint(g_unlink(entry), ==, 0);
    g_free(entry);
  }
  if (dir != NULL)
    g_dir_close(dir);
  (void)g_rmdir(path);
}

static int count_entries(const char *path) {
  GDir *dir = g_dir_open(path, 0, NULL);
  int n = 0;
  while (dir != NULL && g_dir_read_name(dir) != NULL)
    n++;
  if (dir != NULL)
    g_dir_close(dir);
  return n;
}

/* Breaks off at a batch of this process, or behind an epoch. */
typedef struct Breaker {
  int64_t at_batch; /* 0: never */
  int64_t at_epoch;
  int64_t batches;
} Breaker;

static bool on_batch(void *data, const RecnnTrainProgress *progress) {
  Breaker *breaker = data;
  (void)progress;
  return ++breaker->batches != breaker->at_batch;
}

static bool on_epoch(void *data, const RecnnEpoch *epoch, int64_t epochs) {
  (void)epochs;
  return epoch->epoch != ((Breaker *)data)->at_epoch;
}

static bool is_interrupted(void *data) {
  (void)data;
  return true;
}

typedef struct Outcome {
  GByteArray *weights;
  GString *history; /* without what clocks tell */
  bool interrupted;
  int64_t resumed;
} Outcome;

static void clear(Outcome *outcome) {
  g_byte_array_unref(outcome->weights);
  g_string_free(outcome->history, TRUE);
}

static void add_epoch(GString *text, const RecnnEpoch *e) {
  g_string_append_printf(text, "%d %a %a %a %a %a %d %a %a %a %d\n", (int)e->epoch, e->train_loss,
                         e->train_loss_batches, e->grad_norm, e->learning_rate,
                         e->next_learning_rate, (int)e->samples, e->valid_value, e->valid_loss,
                         e->valid_loss_batches, e->improved);
  for (int32_t i = 0; e->valid != NULL && i < e->valid->n_values; i++)
    g_string_append_printf(text, "  %s %a\n", e->valid->values[i].name, e->valid->values[i].value);
}

/* `error` NULL: it must work. */
static bool fit(const char *text, const RecnnModelClass *class, Breaker *breaker, Outcome *outcome,
                GError **error) {
  RecnnSplit *split = bias_split(24, 9, item_of, rating_of); /* 168 rows */
  RecnnModel *model = bias_model(class, split);
  RecnnOptions *options = settings(text);
  RecnnTrainListener listener = {
      .data = breaker, .batch = on_batch, .epoch = on_epoch, .is_interrupted = is_interrupted};
  GError *own = NULL;
  recnn_options_set_text(options, "runs", runs, NULL);
  RecnnRun *run = recnn_train(model, split, options, &listener, error != NULL ? error : &own);
  g_assert_no_error(own);
  if (run != NULL) {
    *outcome = (Outcome){g_byte_array_new(), g_string_new(NULL), run->interrupted, run->resumed};
    RecnnParam *const *params;
    int32_t n = recnn_model_params(model, &params);
    for (int32_t i = 0; i < n; i++)
      g_byte_array_append(outcome->weights, params[i]->value.data,
                          (guint)recnn_tensor_bytes(&params[i]->value));
    for (int32_t e = 0; e < run->n_epochs; e++)
      add_epoch(outcome->history, &run->epochs[e]);
  } else {
    const float *items = bias_values(model, "item");
    for (int i = 0; i < 20; i++) /* nothing of a refused checkpoint was taken */
      g_assert_cmpfloat(items[i], ==, 0.0f);
  }
  bool ok = run != NULL;
  recnn_run_free(run);
  recnn_options_free(options);
  recnn_model_free(model);
  recnn_split_unref(split);
  return ok;
}

static void same(const Outcome *a, const Outcome *b) {
  g_assert_cmpstr(a->history->str, ==, b->history->str);
  g_assert_cmpmem(a->weights->data, a->weights->len, b->weights->data, b->weights->len);
}

static const char *const requests[] = {
    "epochs=5 train_batch_size=16 learning_rate=0.05",
    "epochs=6 train_batch_size=16 learning_rate=0.2 patience=2 schedule=plateau weight_average=0.9",
    ("epochs=4 train_batch_size=16 accumulate=3 learner=sgd\tmomentum=0.9 eval_step=2 "
     "schedule=warmup\tbatches=7;cosine"),
    "epochs=4 train_batch_size=16 learner=rmsprop\tcentered=true eval_step=0 weight_average=0.5",
    "epochs=4 train_batch_size=50 learner=adagrad valid_metric=loss groups=user\tlearning_rate=0.1",
};

/* Broken off again and again, after every so many batches. */
static void test_batches(void) {
  for (size_t r = 0; r < G_N_ELEMENTS(requests); r++) {
    for (int pairs = 0; pairs < 2; pairs++) {
      const RecnnModelClass *class = pairs ? &bias_pairs_class : &bias_rating_class;
      Breaker never = {0};
      Outcome whole;
      fit(requests[r], class, &never, &whole, NULL);
      g_assert_false(whole.interrupted);
      for (int64_t every = 3 + pairs; every <= 11; every += 7) {
        Outcome part = {0};
        int times = 0;
        do {
          Breaker breaker = {.at_batch = every};
          if (times > 0)
            clear(&part);
          fit(requests[r], class, &breaker, &part, NULL);
          times++;
        } while (part.interrupted);
        g_assert_cmpint(times, >, 1);
        g_assert_cmpint(part.resumed, >, 0);
        same(&whole, &part);
        clear(&part);
      }
      clear(&whole);
    }
  }
}

static void test_epochs(void) {
  for (size_t r = 0; r < G_N_ELEMENTS(requests); r++) {
    Breaker never = {0};
    Outcome whole, part;
    fit(requests[r], &bias_rating_class, &never, &whole, NULL);
    for (int64_t e = 1; e <= 3; e++) {
      Breaker breaker = {.at_epoch = e};
      fit(requests[r], &bias_rating_class, &breaker, &part, NULL);
      g_assert_true(part.interrupted);
      clear(&part);
      fit(requests[r], &bias_rating_class, &never, &part, NULL);
      g_assert_false(part.interrupted);
      g_assert_cmpint(part.resumed, >, 0);
      same(&whole, &part);
      clear(&part);
    }
    clear(&whole);
  }
}

/* The only run folder there is, with a run that was broken off in it. */
static char *broken_run(const char *text) {
  remove_folder(runs);
  g_assert_cmpint(g_mkdir(runs, 0777), ==, 0);
  Breaker breaker = {.at_batch = 14};
  Outcome part;
  fit(text, &bias_rating_class, &breaker, &part, NULL);
  g_assert_true(part.interrupted);
  clear(&part);
  GDir *dir = g_dir_open(runs, 0, NULL);
  char *path = g_build_filename(runs, g_dir_read_name(dir), NULL);
  g_dir_close(dir);
  return path;
}

/* Not synced: this is done thousands of times. */
static void put(const char *path, const char *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  g_assert_nonnull(file);
  g_assert_cmpuint(fwrite(bytes, 1, size, file), ==, size);
  g_assert_cmpint(fclose(file), ==, 0);
}

static void expect_refused(const char *checkpoint, const char *bytes, size_t size,
                           const char *says) {
  Breaker never = {0};
  Outcome part;
  GError *error = NULL;
  put(checkpoint, bytes, size);
  g_assert_false(fit(requests[1], &bias_rating_class, &never, &part, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_FORMAT);
  if (strstr(error->message, says) == NULL || strstr(error->message, "cannot go on with") == NULL)
    g_error("\"%s\" does not say \"%s\"", error->message, says);
  g_clear_error(&error);
}

/* Each byte in turn is changed, and the file cut off behind it. */
static void test_damaged(void) {
  char *path = broken_run(requests[1]);
  char *checkpoint = g_build_filename(path, "last.ckpt", NULL);
  char *bytes;
  gsize size;
  g_assert_true(g_file_get_contents(checkpoint, &bytes, &size, NULL));
  for (gsize i = 0; i < size; i++) {
    char before = bytes[i];
    bytes[i] = (char)(before ^ (1 << (i % 8)));
    expect_refused(checkpoint, bytes, size, "last.ckpt");
    bytes[i] = before;
    if (i % 7 == 0)
      expect_refused(checkpoint, bytes, i, "last.ckpt");
  }
  expect_refused(checkpoint, "", 0, "begins otherwise");
  expect_refused(checkpoint, "{\"weights\": []}", 15, "no file of the kind");
  bytes[8] = 2;
  expect_refused(checkpoint, bytes, size, "has version 2 of its layout, this recnn knows those up");
  bytes[8] = 1;
  char *longer = g_malloc(size + 1);
  memcpy(longer, bytes, size);
  longer[size] = 'x';
  expect_refused(checkpoint, longer, size + 1, "expected");
  g_free(longer);
  /* as it was, it is taken */
  g_assert_true(g_file_set_contents(checkpoint, bytes, (gssize)size, NULL));
  Breaker never = {0};
  Outcome part;
  g_assert_true(fit(requests[1], &bias_rating_class, &never, &part, NULL));
  g_assert_cmpint(part.resumed, ==, 14);
  clear(&part);
  g_free(bytes);
  g_free(checkpoint);
  g_free(path);
}

/* A checkpoint of another request, put into the folder. */
static void test_foreign(void) {
  char *path = broken_run("epochs=6 train_batch_size=16 learning_rate=0.3 patience=2 "
                          "schedule=plateau weight_average=0.9");
  char *checkpoint = g_build_filename(path, "last.ckpt", NULL), *bytes;
  gsize size;
  g_assert_true(g_file_get_contents(checkpoint, &bytes, &size, NULL));
  g_free(checkpoint);
  g_free(path);
  path = broken_run(requests[1]);
  checkpoint = g_build_filename(path, "last.ckpt", NULL);
  Breaker never = {0};
  Outcome part;
  GError *error = NULL;
  put(checkpoint, bytes, size);
  g_assert_false(fit(requests[1], &bias_rating_class, &never, &part, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
  g_assert_nonnull(strstr(error->message, "belongs to another run"));
  g_assert_nonnull(strstr(error->message, "trainer.learning_rate = 0.3"));
  g_clear_error(&error);
  g_free(bytes);
  g_free(checkpoint);
  g_free(path);
}

/* Another request, a finished run, and one that somebody is at work on are not gone on with. */
static void test_which_run(void) {
  char *path = broken_run(requests[1]);
  Breaker never = {0}, breaker = {.at_batch = 3};
  Outcome part;
  fit(requests[0], &bias_rating_class, &breaker, &part, NULL); /* other options */
  g_assert_cmpint(part.resumed, ==, 0);
  g_assert_cmpint(count_entries(runs), ==, 2);
  clear(&part);
  fit(requests[1], &bias_pairs_class, &never, &part, NULL); /* another model */
  g_assert_cmpint(part.resumed, ==, 0);
  g_assert_cmpint(count_entries(runs), ==, 3);
  clear(&part);
  char *anew = g_strconcat(requests[1], " resume=false", NULL);
  fit(anew, &bias_rating_class, &never, &part, NULL);
  g_assert_cmpint(part.resumed, ==, 0);
  g_assert_cmpint(count_entries(runs), ==, 4);
  clear(&part);
  g_free(anew);
  fit(requests[1], &bias_rating_class, &never, &part, NULL); /* the one that was broken off */
  g_assert_cmpint(part.resumed, ==, 14);
  g_assert_cmpint(count_entries(runs), ==, 4);
  clear(&part);
  fit(requests[1], &bias_rating_class, &never, &part, NULL); /* now it is finished */
  g_assert_cmpint(part.resumed, ==, 0);
  g_assert_cmpint(count_entries(runs), ==, 5);
  clear(&part);
  g_free(path);
}

/* A run begun within another with the same request gets a folder of its own. */
static bool on_batch_nested(void *data, const RecnnTrainProgress *progress) {
  if (progress->epoch == 2 && progress->batch == 1) {
    Breaker never = {0};
    fit(requests[0], &bias_rating_class, &never, data, NULL);
  }
  return true;
}

static void test_two_at_once(void) {
  remove_folder(runs);
  RecnnSplit *split = bias_split(24, 9, item_of, rating_of);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  RecnnOptions *options = settings(requests[0]);
  recnn_options_set_text(options, "runs", runs, NULL);
  recnn_options_set_text(options, "checkpoint_seconds", "0", NULL);
  Outcome inner;
  RecnnTrainListener listener = {.data = &inner, .batch = on_batch_nested};
  GError *error = NULL;
  RecnnRun *run = recnn_train(model, split, options, &listener, &error);
  g_assert_no_error(error);
  g_assert_cmpint(inner.resumed, ==, 0);
  g_assert_cmpint(count_entries(runs), ==, 2);
  g_assert_cmpmem(inner.weights->data, 24 * sizeof(float), bias_values(model, "user"),
                  24 * sizeof(float));
  clear(&inner);
  recnn_run_free(run);
  recnn_options_free(options);
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* What cannot be written is said; a name that is no name, too. */
static void test_refused_folders(void) {
  Breaker never = {0};
  Outcome part;
  GError *error = NULL;
  char *good = runs;
  char *file = g_build_filename(good, "file", NULL);
  g_mkdir_with_parents(good, 0777);
  g_assert_true(g_file_set_contents(file, "x", 1, NULL));
  runs = file;
  g_assert_false(fit("epochs=1", &bias_rating_class, &never, &part, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
  g_assert_nonnull(strstr(error->message, file));
  g_clear_error(&error);
  runs = good;
  g_assert_false(fit("epochs=1 run_name=../x", &bias_rating_class, &never, &part, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
  g_assert_nonnull(strstr(error->message, "../x"));
  g_clear_error(&error);
  g_free(file);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  runs = g_dir_make_tmp("recnn-XXXXXX", NULL);
  g_test_add_func("/resume/batches", test_batches);
  g_test_add_func("/resume/epochs", test_epochs);
  g_test_add_func("/resume/damaged", test_damaged);
  g_test_add_func("/resume/foreign", test_foreign);
  g_test_add_func("/resume/which-run", test_which_run);
  g_test_add_func("/resume/two-at-once", test_two_at_once);
  g_test_add_func("/resume/refused-folders", test_refused_folders);
  int status = g_test_run();
  remove_folder(runs);
  g_free(runs);
  return status;
}
