/* Schedules against torch.optim.lr_scheduler (2.13): the factor at the beginning of each epoch, and
 * where chains change over. */
#include <math.h>

#include <glib.h>

#include "base/error.h"
#include "train/schedule.h"

enum { EPOCHS = 6, BATCHES = 4 };

static RecnnSchedule *make(const char *text) {
  GError *error = NULL;
  RecnnSchedule *schedule = recnn_schedule_new(text, EPOCHS, &error);
  g_assert_no_error(error);
  recnn_schedule_set_batches(schedule, BATCHES);
  return schedule;
}

/* The factor at the first and the last batch of each epoch. */
static void expect_epochs(const char *text, const double *factors) {
  RecnnSchedule *schedule = make(text);
  for (int e = 0; e < EPOCHS; e++) {
    g_assert_cmpfloat_with_epsilon(recnn_schedule_factor(schedule, e * BATCHES), factors[e], 1e-9);
    g_assert_cmpfloat_with_epsilon(recnn_schedule_factor(schedule, e * BATCHES + BATCHES - 1),
                                   factors[e], 1e-9);
  }
  recnn_schedule_free(schedule);
}

static void test_epochs(void) {
  /* none; StepLR (step_size=2, gamma=.1); ExponentialLR (.9); CosineAnnealingLR (6), (4, eta_min =
   * a tenth of lr) */
  expect_epochs("none", (const double[]){1, 1, 1, 1, 1, 1});
  expect_epochs("plateau", (const double[]){1, 1, 1, 1, 1, 1});
  expect_epochs("step every=2", (const double[]){1, 1, .1, .1, .01, .01});
  expect_epochs("exponential factor=0.9", (const double[]){1, .9, .81, .729, .6561, .59049});
  expect_epochs("cosine",
                (const double[]){1, 0.9330127018922193, 0.75, 0.5, 0.25, 0.06698729810778065});
  expect_epochs("cosine epochs=4 min=0.1",
                (const double[]){1, 0.8681980515339464, 0.55, 0.2318019484660536, 0.1, 0.1});
}

/* LinearLR (start_factor=.25, total_iters=4), a batch at a time. */
static void test_batches(void) {
  static const double line[] = {0.25, 0.4375, 0.625, 0.8125, 1, 1};
  RecnnSchedule *schedule = make("warmup batches=4 start=0.25");
  for (int b = 0; b < 6; b++)
    g_assert_cmpfloat_with_epsilon(recnn_schedule_factor(schedule, b), line[b], 1e-12);
  recnn_schedule_free(schedule);
  schedule = make("cosine by=batch");
  for (int b = 0; b <= EPOCHS * BATCHES; b++)
    g_assert_cmpfloat_with_epsilon(recnn_schedule_factor(schedule, b),
                                   0.5 * (1 + cos(G_PI * b / (EPOCHS * BATCHES))), 1e-12);
  recnn_schedule_free(schedule);
}

static void test_chain(void) {
  RecnnSchedule *schedule = make("warmup epochs=1 start=0; cosine epochs=2 min=0.5; step every=1");
  g_assert_cmpfloat(recnn_schedule_factor(schedule, 0), ==, 0.0);
  g_assert_cmpfloat(recnn_schedule_factor(schedule, 3), ==, 0.75);
  g_assert_cmpfloat(recnn_schedule_factor(schedule, 4), ==, 1.0); /* cosine, epoch 0 of 2 */
  g_assert_cmpfloat_with_epsilon(recnn_schedule_factor(schedule, 8), 0.75, 1e-12);
  g_assert_cmpfloat(recnn_schedule_factor(schedule, 12), ==, 1.0); /* step, its first epoch */
  g_assert_cmpfloat_with_epsilon(recnn_schedule_factor(schedule, 16), 0.1, 1e-12);
  g_assert_null(recnn_schedule_watcher(schedule, 12));
  recnn_schedule_free(schedule);
  /* the cosine takes what is left; the plateau's turn comes with its stage */
  schedule = make("warmup epochs=2; cosine");
  g_assert_cmpfloat_with_epsilon(recnn_schedule_factor(schedule, 4 * BATCHES), 0.5, 1e-12);
  recnn_schedule_free(schedule);
  schedule = make("warmup epochs=2; plateau factor=0.25");
  g_assert_null(recnn_schedule_watcher(schedule, 2 * BATCHES - 1));
  const RecnnOptions *watcher = recnn_schedule_watcher(schedule, 2 * BATCHES);
  g_assert_true(watcher == recnn_schedule_find_watcher(schedule));
  g_assert_true(recnn_schedule_default(schedule, "factor", "0.9", NULL));
  g_assert_true(recnn_schedule_default(schedule, "patience", "7", NULL));
  g_assert_cmpfloat(recnn_options_float(watcher, "factor"), ==, 0.25); /* the text's word */
  g_assert_cmpint(recnn_options_int(watcher, "patience"), ==, 7);
  recnn_schedule_free(schedule);
}

static void refuse(const char *text, int code, const char *says) {
  GError *error = NULL;
  g_assert_null(recnn_schedule_new(text, EPOCHS, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  if (strstr(error->message, says) == NULL)
    g_error("\"%s\" does not say \"%s\"", error->message, says);
  g_clear_error(&error);
}

static void test_refused(void) {
  refuse("cosin", RECNN_ERROR_NOT_FOUND, "did you mean cosine");
  refuse("step evry=1", RECNN_ERROR_OPTION, "schedule step: option evry");
  refuse("step every=0", RECNN_ERROR_OPTION, "every");
  refuse("plateau; cosine", RECNN_ERROR_OPTION, "plateau has no end");
  refuse("cosine; ", RECNN_ERROR_OPTION, "expected a name");
  refuse("warmup 5", RECNN_ERROR_OPTION, "\"5\" behind warmup");
  refuse("epochs=5", RECNN_ERROR_OPTION, "expected a name before it");
  refuse("step every=1 every=2", RECNN_ERROR_OPTION, "every is given twice");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/schedule/epochs", test_epochs);
  g_test_add_func("/schedule/batches", test_batches);
  g_test_add_func("/schedule/chain", test_chain);
  g_test_add_func("/schedule/refused", test_refused);
  return g_test_run();
}
