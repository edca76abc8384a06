/* MovieLens 100K as it is distributed, where RECNN_DATA has it: both of its forms are the same
 * data. */
#include <glib.h>

#include "data/dataset.h"
#include "data/feature.h"
#include "data/split.h"
#include "unit/data/data-test.h"

/* NULL, and the test is skipped, when there is none. */
static RecnnDataset *read(const char *name) {
  const char *root = g_getenv("RECNN_DATA");
  g_autofree char *path = g_build_filename(root ? root : "../shared/data", name, NULL);
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_autofree char *reason = g_strdup_printf("%s is not there (RECNN_DATA)", path);
    g_test_skip(reason);
    return NULL;
  }
  GError *error = NULL;
  RecnnDataset *dataset = recnn_dataset_read(path, NULL, &error);
  g_assert_no_error(error);
  return dataset;
}

/* The published numbers of the data set. */
static void check_numbers(const RecnnDataset *d) {
  g_assert_cmpint(recnn_dataset_n_users(d), ==, 943);
  g_assert_cmpint(recnn_dataset_n_items(d), ==, 1682);
  g_assert_cmpint(d->n, ==, 100000);
  int64_t counts[6] = {0};
  double first = 1e12, last = 0;
  for (int64_t r = 0; r < d->n; r++) {
    g_assert_true(d->rating[r] >= 1 && d->rating[r] <= 5 && d->rating[r] == (int)d->rating[r]);
    counts[(int)d->rating[r]]++;
    first = MIN(first, d->timestamp[r]);
    last = MAX(last, d->timestamp[r]);
  }
  static const int64_t expected[6] = {0, 6110, 11370, 27145, 34174, 21201};
  g_assert_cmpmem(counts, sizeof counts, expected, sizeof expected);
  g_assert_cmpfloat(first, ==, 874724710);
  g_assert_cmpfloat(last, ==, 893286638);
}

static const RecnnFeatureColumn *column(const GPtrArray *features, const char *name) {
  for (guint f = 0; f < features->len; f++)
    if (strcmp(((const RecnnFeatureColumn *)features->pdata[f])->name, name) == 0)
      return features->pdata[f];
  g_assert_not_reached();
}

static void test_atomic(void) {
  RecnnDataset *d = read("ml-100k");
  if (!d)
    return;
  check_numbers(d);
  g_assert_cmpstr(d->name, ==, "ml-100k");
  g_assert_cmpuint(d->user_features->len, ==, 4);
  g_assert_cmpuint(d->item_features->len, ==, 3);
  g_assert_cmpint(recnn_id_map_size(column(d->user_features, "occupation")->tokens), ==, 21);
  g_assert_cmpint(recnn_id_map_size(column(d->item_features, "class")->tokens), ==, 19);
  recnn_dataset_unref(d);
}

static void test_same(void) {
  RecnnDataset *a = read("ml-100k");
  RecnnDataset *b = a ? read("ml-100k/orig") : NULL;
  if (b) {
    check_numbers(b);
    g_assert_cmpmem(a->user, (size_t)a->n * 4, b->user, (size_t)b->n * 4);
    g_assert_cmpmem(a->item, (size_t)a->n * 4, b->item, (size_t)b->n * 4);
    g_assert_cmpmem(a->rating, (size_t)a->n * 4, b->rating, (size_t)b->n * 4);
    g_assert_cmpmem(a->timestamp, (size_t)a->n * 8, b->timestamp, (size_t)b->n * 8);
    const RecnnFeatureColumn *x = column(a->item_features, "class");
    const RecnnFeatureColumn *y = column(b->item_features, "genres");
    for (int32_t i = 0; i < 1682; i++) {
      g_assert_cmpstr(recnn_id_map_token(a->items, i), ==, recnn_id_map_token(b->items, i));
      g_assert_cmpint(x->first[i + 1] - x->first[i], ==, y->first[i + 1] - y->first[i]);
      for (int64_t g = x->first[i], h = y->first[i]; g < x->first[i + 1]; g++, h++)
        g_assert_cmpstr(recnn_id_map_token(x->tokens, x->ids[g]), ==,
                        recnn_id_map_token(y->tokens, y->ids[h]));
    }
    const RecnnFeatureColumn *age = column(a->user_features, "age");
    const RecnnFeatureColumn *years = column(b->user_features, "age");
    for (int32_t u = 0; u < 943; u++)
      g_assert_cmpfloat(g_ascii_strtod(recnn_id_map_token(age->tokens, age->ids[u]), NULL), ==,
                        (double)years->values[u]);
    /* Latin-1 in u.item. */
    const RecnnFeatureColumn *title = column(b->item_features, "title");
    g_assert_cmpint(recnn_id_map_find(title->tokens, "Mis\xc3\xa9rables,", 12), >=, 0);
  }
  recnn_dataset_unref(a);
  recnn_dataset_unref(b);
}

/* Every user of this data has at least 20 interactions. */
static void test_splits(void) {
  RecnnDataset *d = read("ml-100k");
  if (!d)
    return;
  GError *error = NULL;
  RecnnSplit *split = recnn_split_new(d, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpint(split->part[RECNN_VALID].rows.n, ==, split->part[RECNN_TEST].rows.n);
  int64_t tenths = 0;
  for (int64_t u = 0; u < 943; u++) {
    int64_t n = 0;
    for (int p = 0; p < RECNN_N_PARTS; p++)
      n += split->part[p].first[u + 1] - split->part[p].first[u];
    g_assert_cmpint(n, >=, 20);
    tenths += n / 10;
  }
  g_assert_cmpint(split->part[RECNN_TEST].rows.n, ==, tenths);
  g_assert_cmpint(split->part[RECNN_TRAIN].rows.n, ==, 100000 - 2 * tenths);
  recnn_split_unref(split);

  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", &error);
  g_assert_true(recnn_options_set_text(options, "leave_one_out", "true", &error));
  split = recnn_split_new(d, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  g_assert_cmpint(split->part[RECNN_TEST].rows.n, ==, 943);
  g_assert_cmpint(split->part[RECNN_VALID].rows.n, ==, 943);
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/real-data/atomic", test_atomic);
  g_test_add_func("/data/real-data/same", test_same);
  g_test_add_func("/data/real-data/splits", test_splits);
  return g_test_run();
}
