/* Histories: each user's rows of a few parts in the order of time, and by item. */
#include <glib.h>

#include "data/history.h"
#include "support/rows-data.h"

/* Users a 0, b 1, c 2; items x 0, y 1, z 2.  Rows 2 and 3 are of one time, in two parts. */
static const DataRow rows[] = {
    {"a", "x", 1.0f, 30.0, RECNN_TRAIN}, {"b", "y", 2.0f, 10.0, RECNN_TRAIN},
    {"a", "y", 3.0f, 10.0, RECNN_VALID}, {"a", "x", 4.0f, 10.0, RECNN_TRAIN},
    {"a", "z", 5.0f, 20.0, RECNN_TRAIN}, {"a", "y", 1.5f, 40.0, RECNN_TEST},
    {"c", "z", 2.5f, 5.0, RECNN_TEST},
};

/* "2:x4 z5 | y2 |": each user's items with their ratings, after the longest. */
static char *describe(const RecnnHistory *history) {
  GString *text = g_string_new(NULL);
  g_string_append_printf(text, "%d:", (int)history->longest);
  for (int64_t u = 0; u < history->n_users; u++) {
    for (int64_t i = history->first[u]; i < history->first[u + 1]; i++) {
      g_string_append_printf(text, "%c", 'x' + history->item[i]);
      if (history->rating)
        g_string_append_printf(text, "%g", (double)history->rating[i]);
      g_string_append_c(text, ' ');
    }
    g_string_append_c(text, '|');
  }
  return g_string_free(text, FALSE);
}

static void check(const RecnnPart *parts, int begin, int end, bool by_item, const char *expected) {
  GError *error = NULL;
  RecnnHistory *history = recnn_history_new(parts, begin, end, &error);
  g_assert_no_error(error);
  if (by_item)
    g_assert_true(recnn_history_order_by_item(history, &error));
  g_autofree char *is = describe(history);
  g_assert_cmpstr(is, ==, expected);
  recnn_history_free(history);
}

/* By time; what is of one time stands in file order, also across parts; repeats stay. */
static void test_order(void) {
  RecnnDataset *d = rows_data(rows, G_N_ELEMENTS(rows), true, true);
  RecnnSplit *split = rows_split(d);
  check(split->part, 0, 1, false, "3:x4 z5 x1 |y2 ||");
  check(split->part, 0, 2, false, "4:y3 x4 z5 x1 |y2 ||");
  check(split->part, 0, 3, false, "5:y3 x4 z5 x1 y1.5 |y2 |z2.5 |");
  check(split->part, 1, 2, false, "1:y3 |||");
  check(split->part, 2, 3, false, "1:y1.5 ||z2.5 |");
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

/* Without times the order is the file's, whichever part a row is in. */
static void test_without_times(void) {
  RecnnDataset *d = rows_data(rows, G_N_ELEMENTS(rows), false, false);
  RecnnSplit *split = rows_split(d);
  check(split->part, 0, 1, false, "3:x x z |y ||");
  check(split->part, 0, 3, false, "5:x y x z y |y |z |");
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

/* Parts that do not know their rows come one behind the other. */
static void test_made_by_hand(void) {
  static const int32_t user[] = {1, 0, 1}, first[] = {0, 1, 2}, second[] = {2, 2, 0};
  const RecnnInteractions own = {
      .struct_size = sizeof own, .n = 3, .n_users = 2, .n_items = 3, .user = user};
  RecnnPart parts[2] = {{.rows = own}, {.rows = own}};
  parts[0].rows.item = first;
  parts[1].rows.item = second;
  check(parts, 0, 2, false, "4:y z |x z z x |");
}

static void test_by_item(void) {
  RecnnDataset *d = rows_data(rows, G_N_ELEMENTS(rows), true, true);
  RecnnSplit *split = rows_split(d);
  check(split->part, 0, 1, true, "3:x4 x1 z5 |y2 ||");
  check(split->part, 0, 3, true, "5:x4 x1 y3 y1.5 z5 |y2 |z2.5 |");
  recnn_split_unref(split);
  recnn_dataset_unref(d);
  d = rows_data(rows, G_N_ELEMENTS(rows), false, true);
  split = rows_split(d);
  check(split->part, 0, 2, true, "4:x x y z |y ||");
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

static void test_most(void) {
  GError *error = NULL;
  RecnnDataset *d = rows_data(rows, G_N_ELEMENTS(rows), true, true);
  RecnnSplit *split = rows_split(d);
  RecnnHistory *history = recnn_history_new(split->part, 0, 3, &error);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_history_most(history, 0), ==, 0);
  g_assert_cmpint(recnn_history_most(history, 1), ==, 5);
  g_assert_cmpint(recnn_history_most(history, 2), ==, 6);
  g_assert_cmpint(recnn_history_most(history, 3), ==, 7);
  g_assert_cmpint(recnn_history_most(history, 1000), ==, 7);
  recnn_history_free(history);
  recnn_history_free(NULL);
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/history/order", test_order);
  g_test_add_func("/history/without-times", test_without_times);
  g_test_add_func("/history/made-by-hand", test_made_by_hand);
  g_test_add_func("/history/by-item", test_by_item);
  g_test_add_func("/history/most", test_most);
  return g_test_run();
}
