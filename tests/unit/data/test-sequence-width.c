/* How wide training sequences are: as the longest of the batch where the model is told lengths, as
 * the model's queries where it is not, or says that it runs over padding. */
#include <glib.h>

#include "data/loader.h"
#include "support/bias-model.h"

static int item_of(int user, int row) { return (user * 7 + row * 3) % 20; }

/* The widths that batches have, all alike, when histories are of 1 to 5 items. */
static int64_t width(const char *const *fields, bool full_width) {
  RecnnSplit *split = bias_split(37, 8, item_of, NULL); /* 6 rows each in train */
  GError *error = NULL;
  RecnnInputs *inputs = recnn_inputs_new(split->dataset, NULL, fields, 12, &error);
  g_assert_no_error(error);
  inputs->full_width = full_width;
  RecnnLoaderSettings settings = {.batch_size = 64, .seed = 5, .inputs = inputs};
  RecnnLoader *loader = recnn_loader_new(&split->part[RECNN_TRAIN], fields, &settings, &error);
  g_assert_no_error(error);
  recnn_loader_start(loader, 0);
  int64_t all = -1;
  for (const RecnnBatch *batch; (batch = recnn_loader_next(loader)) != NULL;) {
    int64_t is = recnn_batch_field(batch, "sequence")->shape[1];
    g_assert_true(all < 0 || all == is);
    all = is;
  }
  recnn_loader_free(loader);
  recnn_inputs_unref(inputs);
  recnn_split_unref(split);
  return all;
}

static void test_width(void) {
  static const char *const told[] = {"sequence", "length", "target", NULL};
  static const char *const not_told[] = {"sequence", "target", NULL};
  g_assert_cmpint(width(told, false), ==, 5);
  g_assert_cmpint(width(told, true), ==, 12);
  g_assert_cmpint(width(not_told, false), ==, 12);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sequence-width", test_width);
  return g_test_run();
}
