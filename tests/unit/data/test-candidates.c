/* Lists of candidates: by interaction or shared, and what is no item. */
#include <glib.h>

#include "data/split.h"
#include "unit/data/data-test.h"

static void list_of(RecnnCandidatesBuilder *builder, int64_t line, const char *items) {
  GError *error = NULL;
  g_assert_cmpint(recnn_candidates_builder_begin(builder, "DIR/dev.csv", line, &error), >=, 0);
  for (; *items; items++)
    g_assert_true(recnn_candidates_builder_add(builder, items, 1, &error));
  g_assert_no_error(error);
}

static RecnnDatasetBuilder *data(void) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("d", "DIR/d", false, false);
  for (const char *row = "aabb"; *row; row++) {
    recnn_dataset_builder_set_part(builder, row[1] == *row ? RECNN_TRAIN : RECNN_TEST);
    GError *error = NULL;
    g_assert_true(
        recnn_dataset_builder_add(builder, row, 1, row[1] == *row ? "x" : "y", 1, 0, 0, &error));
  }
  return builder;
}

static void test_lists(void) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder = data();
  RecnnDataset *d = recnn_dataset_builder_peek(builder);
  RecnnCandidatesBuilder *lists = recnn_candidates_builder_new();
  list_of(lists, 2, "yxy");
  list_of(lists, 3, "");
  g_assert_true(recnn_candidates_builder_assign(lists, 1, 0, &error));
  g_assert_true(recnn_candidates_builder_assign(lists, 2, 0, &error));
  g_assert_true(recnn_candidates_builder_assign(lists, 2, 1, &error));
  d->candidates = recnn_candidates_builder_finish(lists, d->n, d->items, &error);
  g_assert_no_error(error);
  d = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  g_assert_cmpint(d->candidates->n_lists, ==, 2);
  int64_t n = -1;
  g_assert_null(recnn_candidates_get(d->candidates, 0, &n));
  const int32_t *items = recnn_candidates_get(d->candidates, 1, &n);
  g_assert_cmpint(n, ==, 3);
  g_assert_cmpmem(items, 12, ((int32_t[]){1, 0, 1}), 12); /* x, y are items 0 and 1 */
  g_assert_nonnull(recnn_candidates_get(d->candidates, 2, &n));
  g_assert_cmpint(n, ==, 0);
  g_assert_null(recnn_candidates_get(d->candidates, 3, &n));

  /* The parts find them by their rows' places in the data set. */
  RecnnSplit *split = recnn_split_new(d, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpint(split->part[RECNN_TEST].rows.n, ==, 2);
  items = recnn_part_candidates(&split->part[RECNN_TEST], 0, &n); /* interaction 1 */
  g_assert_nonnull(items);
  g_assert_cmpint(n, ==, 3);
  g_assert_null(recnn_part_candidates(&split->part[RECNN_TEST], 1, &n));
  g_assert_null(recnn_part_candidates(&split->part[RECNN_TRAIN], 0, &n));
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

static void test_unknown(void) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder = data();
  RecnnDataset *d = recnn_dataset_builder_peek(builder);
  RecnnCandidatesBuilder *lists = recnn_candidates_builder_new();
  list_of(lists, 2, "xy");
  list_of(lists, 7, "yz");
  g_assert_null(recnn_candidates_builder_finish(lists, d->n, d->items, &error));
  check_error(&error, RECNN_ERROR_DATA,
              "DIR/dev.csv:7: candidate \"z\": expected an item of the data, one that an "
              "interaction or a table of items has");
  lists = recnn_candidates_builder_new();
  RecnnCandidates *none = recnn_candidates_builder_finish(lists, d->n, d->items, &error);
  g_assert_no_error(error);
  int64_t n;
  g_assert_null(recnn_candidates_get(none, 3, &n));
  recnn_candidates_free(none);
  recnn_candidates_free(NULL);
  recnn_candidates_builder_free(NULL);
  recnn_dataset_builder_free(builder);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/candidates/lists", test_lists);
  g_test_add_func("/data/candidates/unknown", test_unknown);
  return g_test_run();
}
