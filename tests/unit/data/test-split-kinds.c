/* Splits by points in time, by whole users, by folds, and random leave-one-out; and that each kind
 * is the same on every machine. */
#include <glib.h>

#include "base/memory.h"
#include "data/split.h"
#include "data/synthetic.h"
#include "unit/data/data-test.h"

enum { FOLD_IN = RECNN_N_PARTS, NOWHERE };

static RecnnDataset *generated(void) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(recnn_synthetic_options(), "synthetic", &error);
  recnn_options_set_text(options, "users", "300", &error);
  recnn_options_set_text(options, "items", "200", &error);
  RecnnDataset *d = recnn_synthetic_new(options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  return d;
}

/* User u has `lengths[u]` rows; times go down with the row's number. */
static RecnnDataset *rows_of(const int *lengths, int n_users) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("rows", "rows.inter", false, true);
  for (int i = 0, row = 0, left = 1; left; i++) {
    left = 0;
    for (int u = 0; u < n_users; u++) {
      char user[16], item[16];
      g_snprintf(user, sizeof user, "u%d", u);
      g_snprintf(item, sizeof item, "i%d", i);
      if (i >= lengths[u])
        continue;
      g_assert_true(recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item), 0,
                                              1000 - row++, &error));
      left++;
    }
  }
  return recnn_dataset_builder_finish(builder, &error);
}

static RecnnOptions *options_of(const RecnnOption *table, const char *text) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(table, "split", &error);
  g_assert_no_error(error);
  g_auto(GStrv) settings = g_strsplit(text, " ", -1);
  for (char **setting = settings; *setting && **setting; setting++) {
    g_auto(GStrv) pair = g_strsplit(*setting, "=", 2);
    g_assert_true(recnn_options_set_text(options, pair[0], pair[1], &error));
    g_assert_no_error(error);
  }
  return options;
}

/* fold < 0: a split. */
static RecnnSplit *make(RecnnDataset *d, const char *text, int64_t fold, GError **error) {
  RecnnOptions *options = options_of(fold < 0 ? recnn_split_options() : recnn_fold_options(), text);
  RecnnSplit *split =
      fold < 0 ? recnn_split_new(d, options, error) : recnn_split_new_fold(d, options, fold, error);
  recnn_options_free(options);
  return split;
}

static RecnnSplit *split_of(RecnnDataset *d, const char *text, int64_t fold) {
  GError *error = NULL;
  RecnnSplit *split = make(d, text, fold, &error);
  g_assert_no_error(error);
  return split;
}

/* Where each row is; each is in one place. */
static uint8_t *places_of(const RecnnSplit *split) {
  const RecnnDataset *d = split->dataset;
  uint8_t *place = g_new(uint8_t, d->n);
  memset(place, NOWHERE, (size_t)d->n);
  for (int p = 0; p <= RECNN_N_PARTS; p++) {
    const RecnnPart *part = p < FOLD_IN ? &split->part[p] : &split->fold_in;
    for (int64_t i = 0; i < part->rows.n; i++) {
      int64_t r = part->row[i];
      g_assert_cmpint(place[r], ==, NOWHERE);
      g_assert_cmpint(part->rows.user[i], ==, d->user[r]);
      g_assert_cmpint(part->rows.item[i], ==, d->item[r]);
      place[r] = (uint8_t)p;
    }
  }
  for (int64_t r = 0; r < d->n; r++)
    g_assert_cmpint(place[r], !=, NOWHERE);
  return place;
}

static void check_refused(RecnnDataset *d, const char *text, int64_t fold, int code,
                          const char *expected) {
  GError *error = NULL;
  g_assert_null(make(d, text, fold, &error));
  check_error(&error, code, expected);
}

/* Every kind, over the generated data, which is the same everywhere too. */
static void test_same_everywhere(void) {
  static const struct {
    const char *text;
    int fold;
    const char *sha256;
  } kinds[] = {
      {"", -1, "d9e9e88584983d1a262344fc1f930e98bce8e77f533dacd7be9a53eebf580a61"},
      {"order=time", -1, "8ef49e5d05bf67b0382ccadc2f9fd9b7d66cad864abcdec85244b97f5aa22397"},
      {"group_by=none seed=7", -1,
       "86441c1ab7a16d26863021fa7f514d8a4f95634b91229e0235acfe78667601b8"},
      {"group_by=none order=time", -1,
       "a9882f5b944877cf5ce8bf65f0ee431e05ad799a3cbe092e5a699dda07d770a4"},
      {"leave_one_out=true", -1,
       "930a5b019f9caf08066c902c56465c827586ab814b1496c3a7e086ecc60fe591"},
      {"leave_one_out=true order=random", -1,
       "34583daa9a262f95b9d609ed85ae51f2682fe1ec875be94a4cd57fecad54791b"},
      {"group_by=whole_user", -1,
       "2ba9d3db5e56a5d376068cac70621d4d528ddddf88ed0302800682094c6f359e"},
      {"group_by=whole_user order=time seed=9", -1,
       "be3bfcf57b5e519edfe94ce767fb128c0b67d88a7cd00ec7c58c50acde3a7ae7"},
      {"k=5", 3, "9a9fa3e36f4f6d6082083c73fb4799c8e776cad5e4e26266e4001646755ffe94"},
      {"k=5 group_by=none", 0, "e05ea4b4199d9cf73ed458f974c15529d41ba02352dd425fde6499298c922325"},
      {"k=5 group_by=whole_user valid=true", 4,
       "4efb8e7f1a8d49cb141a2b78782e9918faa0c2086d499221ad9db844221b3bf0"},
  };
  RecnnDataset *d = generated();
  bool print = g_getenv("RECNN_PRINT_HASHES") != NULL; /* to write the list anew */
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
    RecnnSplit *split = split_of(d, kinds[i].text, kinds[i].fold);
    g_autofree uint8_t *place = places_of(split);
    g_autofree char *is = g_compute_checksum_for_data(G_CHECKSUM_SHA256, place, (gsize)d->n);
    if (print)
      g_print("{\"%s\", %d, \"%s\"},\n", kinds[i].text, kinds[i].fold, is);
    else
      g_assert_cmpstr(is, ==, kinds[i].sha256);
    recnn_split_unref(split);
  }
  recnn_dataset_unref(d);
}

static void test_cut(void) {
  static const int lengths[] = {4, 2}; /* times 1000 999 998 997 996 995 */
  RecnnDataset *d = rows_of(lengths, 2);
  RecnnSplit *split = split_of(d, "cut=996,998", -1);
  static const uint8_t two[] = {2, 2, 2, 1, 1, 0}, one[] = {2, 2, 2, 2, 0, 0};
  g_autofree uint8_t *place = places_of(split);
  g_assert_cmpmem(place, 6, two, 6);
  g_assert_cmpstr(split->description, ==, "cut at the times 996 and 998");
  recnn_split_unref(split);
  split = split_of(d, "cut=996.5 group_by=none order=time", -1);
  g_autofree uint8_t *other = places_of(split);
  g_assert_cmpmem(other, 6, one, 6);
  g_assert_cmpstr(split->description, ==, "cut at the time 996.5");
  recnn_split_unref(split);

  check_refused(d, "cut=1001", -1, RECNN_ERROR_DATA,
                "split: cut at the time 1001: test would be empty: rows.inter has 6 interactions "
                "of 2 users");
  check_refused(d, "cut=995", -1, RECNN_ERROR_DATA,
                "split: train would be empty: rows.inter has 6 interactions");
  check_refused(d, "cut=998,996", -1, RECNN_ERROR_OPTION,
                "split: cut 998,996: expected the second time to be later");
  check_refused(d, "cut=1,2,3", -1, RECNN_ERROR_OPTION,
                "split: cut 1,2,3: expected one or two points in time, got 3");
  check_refused(d, "cut=996 ratio=0.8,0.1,0.1", -1, RECNN_ERROR_OPTION,
                "split: ratio and cut exclude each other; set one of them");
  check_refused(d, "cut=996 leave_one_out=true", -1, RECNN_ERROR_OPTION,
                "split: cut and leave_one_out exclude each other; set one of them");
  check_refused(d, "cut=996 group_by=user", -1, RECNN_ERROR_OPTION,
                "split: group_by user: cut is of all interactions together");
  check_refused(d, "cut=996 order=random", -1, RECNN_ERROR_OPTION,
                "split: order random: cut goes by time");
  recnn_dataset_unref(d);
}

static void test_random_leave_one_out(void) {
  static const int lengths[] = {10, 2, 3};
  RecnnDataset *d = rows_of(lengths, 3);
  int64_t tested[10] = {0};
  for (int seed = 0; seed < 400; seed++) {
    g_autofree char *text = g_strdup_printf("leave_one_out=true order=random seed=%d", seed);
    RecnnSplit *split = split_of(d, text, -1);
    g_autofree uint8_t *place = places_of(split);
    int counts[3][RECNN_N_PARTS] = {{0}};
    for (int64_t r = 0; r < d->n; r++) {
      counts[d->user[r]][place[r]]++;
      if (d->user[r] == 0 && place[r] == RECNN_TEST)
        tested[d->item[r]]++;
    }
    static const int expected[3][RECNN_N_PARTS] = {{8, 1, 1}, {2, 0, 0}, {1, 1, 1}};
    g_assert_cmpmem(counts, sizeof counts, expected, sizeof expected);
    recnn_split_unref(split);
  }
  for (int i = 0; i < 10; i++)
    g_assert_cmpint(tested[i], >, 20); /* 40 each, on average */
  RecnnSplit *split = split_of(d, "leave_one_out=true order=random seed=5", -1);
  g_assert_cmpstr(split->description, ==, "leave one out by user, random order, seed 5");
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

/* Held-out users have nothing in train, something that is known, and something that is asked. */
static void check_held_out(const RecnnSplit *split, double fold_in, int64_t ret_users[]) {
  const RecnnDataset *d = split->dataset;
  int32_t n_users = recnn_dataset_n_users(d);
  g_autofree uint8_t *place = places_of(split);
  g_autofree int64_t *count = g_new0(int64_t, (size_t)n_users * (FOLD_IN + 1));
  for (int64_t r = 0; r < d->n; r++)
    count[d->user[r] * (FOLD_IN + 1) + place[r]]++;
  for (int p = 0; p < RECNN_N_PARTS; p++)
    ret_users[p] = 0;
  for (int32_t u = 0; u < n_users; u++) {
    const int64_t *c = &count[u * (FOLD_IN + 1)];
    int64_t asked = c[RECNN_VALID] + c[RECNN_TEST], n = c[0] + c[1] + c[2] + c[FOLD_IN];
    int part = c[RECNN_VALID] > 0 ? RECNN_VALID : asked > 0 ? RECNN_TEST : RECNN_TRAIN;
    g_assert_true(c[RECNN_VALID] == 0 || c[RECNN_TEST] == 0);
    g_assert_true((c[FOLD_IN] > 0) == (asked > 0));
    if (asked > 0) {
      g_assert_cmpint(c[RECNN_TRAIN], ==, 0);
      g_assert_cmpint(asked, ==, MAX((int64_t)((1 - fold_in) * (double)n + 1e-9), 1));
    }
    ret_users[part] += n > 0;
  }
  g_assert_true(split->part[RECNN_VALID].fold_in == &split->fold_in);
  g_assert_true(split->part[RECNN_TEST].fold_in == &split->fold_in);
  g_assert_null(split->part[RECNN_TRAIN].fold_in);
}

static void test_whole_users(void) {
  RecnnDataset *d = generated();
  int64_t users[RECNN_N_PARTS];
  RecnnSplit *split = split_of(d, "group_by=whole_user ratio=0.8,0.05,0.15 seed=3", -1);
  check_held_out(split, 0.8, users);
  g_assert_cmpint(users[RECNN_TRAIN], ==, 240);
  g_assert_cmpint(users[RECNN_VALID], ==, 15);
  g_assert_cmpint(users[RECNN_TEST], ==, 45);
  g_assert_cmpstr(split->description, ==,
                  "ratio 0.8:0.05:0.15 of whole users, fold-in 0.8, random order, seed 3");
  recnn_split_unref(split);

  /* By time: nothing that is known is later than what is asked. */
  split = split_of(d, "group_by=whole_user fold_in=0.5 order=time", -1);
  check_held_out(split, 0.5, users);
  g_autofree double *latest = g_new0(double, recnn_dataset_n_users(d));
  for (int64_t i = 0; i < split->fold_in.rows.n; i++) {
    double *of = &latest[split->fold_in.rows.user[i]];
    *of = MAX(*of, split->fold_in.rows.timestamp[i]);
  }
  for (int p = RECNN_VALID; p < RECNN_N_PARTS; p++)
    for (int64_t i = 0; i < split->part[p].rows.n; i++)
      g_assert_cmpfloat(split->part[p].rows.timestamp[i], >=, latest[split->part[p].rows.user[i]]);
  recnn_split_unref(split);
  recnn_dataset_unref(d);

  /* Who has a single interaction is never held out. */
  static const int lengths[] = {1, 1, 1, 1, 1, 2, 2};
  d = rows_of(lengths, 7);
  for (int seed = 0; seed < 20; seed++) {
    g_autofree char *text = g_strdup_printf("group_by=whole_user ratio=0.5,0,0.5 seed=%d", seed);
    split = split_of(d, text, -1);
    check_held_out(split, 0.8, users);
    g_assert_cmpint(users[RECNN_TEST], ==, 1);
    recnn_split_unref(split);
  }
  check_refused(d, "fold_in=0.5", -1, RECNN_ERROR_OPTION,
                "split: fold_in is for users who are held out: set group_by whole_user");
  recnn_dataset_unref(d);
  static const int ones[] = {1, 1, 1};
  d = rows_of(ones, 3);
  check_refused(d, "group_by=whole_user", -1, RECNN_ERROR_DATA,
                "split: ratio 0.8:0.1:0.1 of whole users, fold-in 0.8, random order, seed 42: test "
                "would be empty: rows.inter has 3 interactions of 3 users");
  recnn_dataset_unref(d);
}

/* Each row is tested in one fold and validated in one; folds differ by little in size. */
static void check_folds(RecnnDataset *d, const char *text, int k, int64_t most_apart) {
  g_autofree int *tested = g_new0(int, d->n), *validated = g_new0(int, d->n);
  int64_t least = INT64_MAX, most = 0;
  for (int fold = 0; fold < k; fold++) {
    RecnnSplit *split = split_of(d, text, fold);
    g_autofree uint8_t *place = places_of(split);
    for (int64_t r = 0; r < d->n; r++) {
      tested[r] += place[r] == RECNN_TEST;
      validated[r] += place[r] == RECNN_VALID;
    }
    least = MIN(least, split->part[RECNN_TEST].rows.n);
    most = MAX(most, split->part[RECNN_TEST].rows.n);
    recnn_split_unref(split);
  }
  for (int64_t r = 0; r < d->n; r++) {
    g_assert_cmpint(tested[r], ==, 1);
    g_assert_cmpint(validated[r], ==, 1);
  }
  g_assert_cmpint(most - least, <=, most_apart);
}

static void test_folds(void) {
  RecnnDataset *d = generated();
  check_folds(d, "k=4 valid=true group_by=none", 4, 1);
  /* Each user's rest of up to 3 rows goes anywhere. */
  check_folds(d, "k=4 valid=true", 4, d->n / 20);
  int64_t users[RECNN_N_PARTS], tested = 0;
  for (int fold = 0; fold < 7; fold++) {
    RecnnSplit *split = split_of(d, "k=7 group_by=whole_user fold_in=0.6", fold);
    check_held_out(split, 0.6, users);
    g_assert_cmpint(users[RECNN_VALID], ==, 0);
    g_assert_cmpint(users[RECNN_TEST], >=, 300 / 7);
    tested += users[RECNN_TEST];
    recnn_split_unref(split);
  }
  g_assert_cmpint(tested, ==, 300);
  RecnnSplit *split = split_of(d, "k=7 valid=true seed=1", 6);
  g_assert_cmpstr(split->description, ==,
                  "fold 7 of 7, the next for valid, by user, random order, seed 1");
  recnn_split_unref(split);
  check_refused(d, "order=time", 0, RECNN_ERROR_OPTION,
                "folds: order time is for group_by whole_user: folds are random");
  check_refused(d, "k=2 valid=true", 0, RECNN_ERROR_OPTION,
                "folds: k 2: expected at least 3 with valid, one is for train");
  recnn_dataset_unref(d);
}

static void test_no_memory(void) {
  RecnnDataset *d = generated();
  RecnnSplit *split = NULL;
  uint64_t n = 0;
  while (!split) {
    GError *error = NULL;
    recnn_memory_fail_after(++n);
    split = make(d, "group_by=whole_user", -1, &error);
    recnn_memory_fail_after(0);
    if (!split)
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
    g_clear_error(&error);
  }
  g_assert_cmpuint(n, >, 5 + 4 * 8);
  recnn_split_unref(split);
  g_assert_cmpint(d->ref_count, ==, 1);
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/split-kinds/same-everywhere", test_same_everywhere);
  g_test_add_func("/data/split-kinds/cut", test_cut);
  g_test_add_func("/data/split-kinds/random-leave-one-out", test_random_leave_one_out);
  g_test_add_func("/data/split-kinds/whole-users", test_whole_users);
  g_test_add_func("/data/split-kinds/folds", test_folds);
  g_test_add_func("/data/split-kinds/no-memory", test_no_memory);
  return g_test_run();
}
