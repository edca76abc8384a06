/* Public data sets in the forms in which they are passed on, where RECNN_DATA has them: what is
 * read has the published numbers of users, items and interactions. */
#include <string.h>

#include <glib.h>

#include "data/feature.h"
#include "data/format.h"
#include "data/sources.h"
#include "data/split.h"

/* How a data set is read, and what is in it. */
typedef struct Case {
  const char *name, *path; /* below RECNN_DATA */
  const char *first;       /* a file by which the format is recognised; NULL: the path */
  const char *format, *options;
  int32_t n_users, n_items;
  int64_t n, n_parts[RECNN_N_PARTS];
  int32_t n_lists; /* of candidates; -1: none */
  guint n_features;
  bool ordered;
} Case;

static const Case cases[] = {
    {"ml-100k", "ml-100k", NULL, "atomic", "", 943, 1682, 100000, {100000}, -1, 0, false},
    {"grocery",
     "grocery",
     NULL,
     NULL,
     "",
     14681,
     8713,
     151254,
     {121892, 14681, 14681},
     2 * 14681,
     0,
     false},
    {"beauty",
     "s3rec-beauty/Beauty.txt",
     NULL,
     "sequences",
     "",
     22363,
     12101,
     198502,
     {198502},
     -1,
     0,
     true},
    {"lastfm",
     "s3rec-lastfm/LastFM.txt",
     NULL,
     "sequences",
     "candidates=LastFM_sample.txt",
     1090,
     3646,
     52551,
     {52551},
     1090,
     0,
     true},
    {"diginetica",
     "diginetica",
     "diginetica/train_sessions.txt",
     "sequences",
     "sessions=true;files=*_sessions.txt",
     186670 + 15963,
     43097,
     982961,
     {982961},
     -1,
     0,
     true},
    {"diginetica-parts",
     "diginetica",
     "diginetica/train_sessions.txt",
     "sequences",
     "sessions=true;train=train_sessions.txt;test=test_sessions.txt",
     186670 + 15963,
     43097,
     982961,
     {906140, 0, 76821},
     -1,
     0,
     true},
    {"frappe",
     "frappe",
     NULL,
     "csv",
     "features=*",
     957,
     4082,
     288609,
     {202027, 57722, 28860},
     -1,
     8,
     false},
    {"filmtrust",
     "filmtrust",
     "filmtrust/ratings_0.txt",
     "plain",
     "files=ratings_*.txt",
     1508,
     2071,
     35497,
     {35497},
     -1,
     0,
     false},
    {"dilemma",
     "dilemma-ml-100k",
     NULL,
     "csv",
     "",
     943,
     1349,
     99287,
     {97401, 943, 943},
     -1,
     0,
     false},
};

static char *path_of(const char *name) {
  const char *root = g_getenv("RECNN_DATA");
  return g_build_filename(root ? root : "../shared/data", name, NULL);
}

/* NULL, and the test is skipped, when there is none. */
static RecnnDataset *read(const Case *c) {
  g_autofree char *path = path_of(c->path), *first = path_of(c->first ? c->first : c->path);
  if (!g_file_test(first, G_FILE_TEST_EXISTS)) {
    g_autofree char *reason = g_strdup_printf("%s is not there (RECNN_DATA)", first);
    g_test_skip(reason);
    return NULL;
  }
  GError *error = NULL;
  const RecnnFormat *format = recnn_format_for(first, NULL, &error);
  g_assert_no_error(error);
  if (c->format)
    g_assert_cmpstr(format->name, ==, c->format);
  RecnnOptions *options = NULL;
  if (format->options) {
    options = recnn_options_new(format->options, format->name, &error);
    g_assert_no_error(error);
    g_auto(GStrv) settings = g_strsplit(c->options, ";", -1);
    for (char **setting = settings; *setting && **setting; setting++) {
      g_auto(GStrv) pair = g_strsplit(*setting, "=", 2);
      g_assert_true(recnn_options_set_text(options, pair[0], pair[1], &error));
    }
  }
  RecnnDataset *d = recnn_format_read(format, path, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  return d;
}

static void test_counts(gconstpointer data) {
  const Case *c = data;
  RecnnDataset *d = read(c);
  if (!d)
    return;
  g_assert_cmpint(recnn_dataset_n_users(d), ==, c->n_users);
  g_assert_cmpint(recnn_dataset_n_items(d), ==, c->n_items);
  g_assert_cmpint(d->n, ==, c->n);
  int64_t n[RECNN_N_PARTS] = {0};
  for (int64_t r = 0; r < d->n; r++)
    n[d->given_part ? d->given_part[r] : 0]++;
  g_assert_cmpmem(n, sizeof n, c->n_parts, sizeof c->n_parts);
  g_assert_cmpint(d->candidates ? d->candidates->n_lists : -1, ==, c->n_lists);
  g_assert_cmpuint(d->interaction_features->len, ==, c->n_features);
  g_assert_true(d->ordered == c->ordered);
  recnn_dataset_unref(d);
}

static const Case *case_of(const char *name) {
  const Case *c = cases;
  while (strcmp(c->name, name) != 0)
    c++;
  return c;
}

/* Each row of validation and test is ranked among 99 others, in the file's order. */
static void test_grocery_lists(void) {
  RecnnDataset *d = read(case_of("grocery"));
  if (!d)
    return;
  GError *error = NULL;
  RecnnSplit *split = recnn_split_new(d, NULL, &error);
  g_assert_no_error(error);
  for (int p = 0; p < RECNN_N_PARTS; p++) {
    for (int64_t r = 0; r < split->part[p].rows.n; r++) {
      int64_t n;
      const int32_t *items = recnn_part_candidates(&split->part[p], r, &n);
      g_assert_true((items != NULL) == (p != RECNN_TRAIN));
      g_assert_true(!items || n == 99);
    }
  }
  int64_t n;
  const RecnnPart *dev = &split->part[RECNN_VALID];
  const int32_t *items = recnn_part_candidates(dev, 0, &n);
  g_assert_cmpstr(recnn_id_map_token(d->users, dev->rows.user[0]), ==, "6185");
  g_assert_cmpstr(recnn_id_map_token(d->items, items[0]), ==, "554");
  g_assert_cmpstr(recnn_id_map_token(d->items, items[1]), ==, "7629");
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

/* One positive to two negatives; a row's values are its own. */
static void test_frappe_rows(void) {
  RecnnDataset *d = read(case_of("frappe"));
  if (!d)
    return;
  int64_t clicked = 0;
  for (int64_t r = 0; r < d->n; r++)
    clicked += d->label[r] == 1;
  g_assert_cmpint(clicked, ==, d->n / 3);
  int32_t n_tokens = recnn_dataset_n_users(d) + recnn_dataset_n_items(d);
  for (guint f = 0; f < d->interaction_features->len; f++) {
    const RecnnFeatureColumn *column = d->interaction_features->pdata[f];
    g_assert_cmpint(column->first[d->n], ==, d->n); /* one each */
    n_tokens += recnn_id_map_size(column->tokens);
  }
  g_assert_cmpint(n_tokens, ==, 5382);
  const RecnnFeatureColumn *city = d->interaction_features->pdata[7];
  g_assert_cmpstr(city->name, ==, "city");
  g_assert_cmpstr(recnn_id_map_token(city->tokens, city->ids[1]), ==, "5155");
  g_assert_cmpstr(recnn_id_map_token(d->users, d->user[1]), ==, "15");
  recnn_dataset_unref(d);
}

/* An item's lists of others. */
static void test_grocery_items(void) {
  Case c = *case_of("grocery");
  g_autofree char *meta = path_of("grocery/item_meta.csv");
  if (!g_file_test(meta, G_FILE_TEST_EXISTS)) {
    g_test_skip("no grocery (RECNN_DATA)");
    return;
  }
  GError *error = NULL;
  const RecnnFormat *format = recnn_format_find("csv");
  RecnnOptions *options = recnn_options_new(format->options, "csv", &error);
  recnn_options_set_text(options, "items", "item_meta.csv", &error);
  recnn_options_set_text(options, "item_features", "i_category,r_complement:token_seq", &error);
  g_assert_no_error(error);
  g_autofree char *path = path_of(c.path);
  RecnnDataset *d = recnn_format_read(format, path, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  g_assert_cmpint(recnn_dataset_n_items(d), ==, 8713);
  g_assert_cmpuint(d->item_features->len, ==, 2);
  const RecnnFeatureColumn *others = d->item_features->pdata[1];
  int32_t one = recnn_id_map_find(d->items, "1", 1);
  g_assert_cmpint(others->first[one + 1] - others->first[one], ==, 24);
  g_assert_cmpstr(recnn_id_map_token(others->tokens, others->ids[others->first[one]]), ==, "4496");
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *name = g_strdup_printf("/data/public/%s", cases[i].name);
    g_test_add_data_func(name, &cases[i], test_counts);
  }
  g_test_add_func("/data/public/grocery-lists", test_grocery_lists);
  g_test_add_func("/data/public/grocery-items", test_grocery_items);
  g_test_add_func("/data/public/frappe-rows", test_frappe_rows);
  return g_test_run();
}
