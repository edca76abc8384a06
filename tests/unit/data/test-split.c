/* Splits: how many interactions go where and which, the parts' columns and their items by user, and
 * what does not fit. */
#include <glib.h>

#include "base/memory.h"
#include "data/split.h"
#include "unit/data/data-test.h"

static void add(RecnnDatasetBuilder *builder, int user, int item, float rating, double time) {
  GError *error = NULL;
  char u[16], i[16];
  g_snprintf(u, sizeof u, "u%d", user);
  g_snprintf(i, sizeof i, "i%d", item);
  g_assert_true(
      recnn_dataset_builder_add(builder, u, strlen(u), i, strlen(i), rating, time, &error));
  g_assert_no_error(error);
}

static RecnnDataset *finish(RecnnDatasetBuilder *builder) {
  GError *error = NULL;
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  return dataset;
}

/* Users 1 .. n_users, user u with u interactions; the rows of different users are mixed.  Rating r
 * and time are the row's number. */
static RecnnDataset *staircase(int n_users, bool with_time) {
  RecnnDatasetBuilder *builder =
      recnn_dataset_builder_new("stairs", "stairs.inter", true, with_time);
  int row = 0;
  for (int item = 0; item < n_users; item++)
    for (int user = n_users; user > item; user--, row++)
      add(builder, user, item, (float)row, row);
  return finish(builder);
}

static RecnnOptions *options_of(const char *text) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", &error);
  g_assert_no_error(error);
  g_auto(GStrv) settings = g_strsplit(text, " ", -1);
  for (char **setting = settings; *setting && **setting; setting++) {
    g_auto(GStrv) pair = g_strsplit(*setting, "=", 2);
    g_assert_true(recnn_options_set_text(options, pair[0], pair[1], &error));
    g_assert_no_error(error);
  }
  return options;
}

static RecnnSplit *split_of(RecnnDataset *dataset, const char *text) {
  GError *error = NULL;
  RecnnOptions *options = options_of(text);
  RecnnSplit *split = recnn_split_new(dataset, options, &error);
  recnn_options_free(options);
  g_assert_no_error(error);
  g_assert_nonnull(split);
  return split;
}

static void check_refused(RecnnDataset *dataset, const char *text, int code, const char *expected) {
  GError *error = NULL;
  RecnnOptions *options = options_of(text);
  g_assert_null(recnn_split_new(dataset, options, &error));
  recnn_options_free(options);
  check_error(&error, code, expected);
}

static int64_t rows_of(const RecnnPart *part, const char *user_token) {
  const RecnnIdMap *users = part->dataset->users;
  int32_t user = recnn_id_map_find(users, user_token, strlen(user_token));
  int64_t n = 0;
  for (int64_t r = 0; r < part->rows.n; r++)
    n += part->rows.user[r] == user;
  return n;
}

/* What holds for any split: each row is in one part, with all its values, in the data's order; and
 * the items by user are those of the rows, ascending, each once.  Ratings tell the rows apart. */
static void check_partition(const RecnnSplit *split) {
  const RecnnDataset *d = split->dataset;
  int64_t at[RECNN_N_PARTS] = {0};
  for (int64_t r = 0; r < d->n; r++) {
    int found = 0;
    for (int p = 0; p < RECNN_N_PARTS; p++) {
      const RecnnInteractions *rows = &split->part[p].rows;
      if (at[p] == rows->n || rows->rating[at[p]] != d->rating[r])
        continue;
      g_assert_cmpint(rows->user[at[p]], ==, d->user[r]);
      g_assert_cmpint(rows->item[at[p]], ==, d->item[r]);
      if (d->timestamp)
        g_assert_cmpfloat(rows->timestamp[at[p]], ==, d->timestamp[r]);
      else
        g_assert_null(rows->timestamp);
      at[p]++;
      found++;
    }
    g_assert_cmpint(found, ==, 1);
  }
  for (int p = 0; p < RECNN_N_PARTS; p++) {
    const RecnnPart *part = &split->part[p];
    g_assert_cmpint(at[p], ==, part->rows.n);
    g_assert_cmpuint(part->rows.struct_size, ==, sizeof(RecnnInteractions));
    g_assert_cmpint(part->rows.n_users, ==, recnn_dataset_n_users(d));
    g_assert_cmpint(part->rows.n_items, ==, recnn_dataset_n_items(d));
    g_assert_true(part->dataset == d);
    int64_t pairs = 0;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (int64_t r = 0; r < part->rows.n; r++) {
      int64_t key = (int64_t)part->rows.user[r] << 32 | part->rows.item[r];
      pairs += g_hash_table_add(seen, g_memdup2(&key, sizeof key));
    }
    g_assert_cmpint(part->first[0], ==, 0);
    g_assert_cmpint(part->first[part->rows.n_users], ==, pairs);
    for (int64_t u = 0; u < part->rows.n_users; u++) {
      for (int64_t i = part->first[u]; i < part->first[u + 1]; i++) {
        int64_t key = u << 32 | part->items[i];
        g_assert_true(g_hash_table_contains(seen, &key));
        g_assert_true(i == part->first[u] || part->items[i - 1] < part->items[i]);
      }
    }
  }
}

static void test_ratio_counts(void) {
  /* RecBole 1.2.1 gives the same for 0.8:0.1:0.1. */
  static const struct {
    int n, train, valid, test;
  } expected[] = {{1, 1, 0, 0},  {2, 1, 0, 1},  {3, 1, 1, 1},   {4, 2, 1, 1},   {9, 7, 1, 1},
                  {10, 8, 1, 1}, {11, 9, 1, 1}, {19, 17, 1, 1}, {20, 16, 2, 2}, {30, 24, 3, 3}};
  RecnnDataset *dataset = staircase(30, false);
  RecnnSplit *split = split_of(dataset, "");
  for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
    char token[16];
    g_snprintf(token, sizeof token, "u%d", expected[i].n);
    g_assert_cmpint(rows_of(&split->part[RECNN_TRAIN], token), ==, expected[i].train);
    g_assert_cmpint(rows_of(&split->part[RECNN_VALID], token), ==, expected[i].valid);
    g_assert_cmpint(rows_of(&split->part[RECNN_TEST], token), ==, expected[i].test);
  }
  check_partition(split);
  g_assert_cmpstr(split->description, ==, "ratio 0.8:0.1:0.1 by user, random order, seed 42");
  recnn_split_unref(split);

  /* 0.29 * 100 is 28.999999999999996 in doubles. */
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("line", "line", true, false);
  for (int r = 0; r < 100; r++)
    add(builder, 1, r, (float)r, 0);
  recnn_dataset_unref(dataset);
  dataset = finish(builder);
  split = split_of(dataset, "ratio=0.42,0.29,0.29 group_by=none seed=3");
  g_assert_cmpint(split->part[RECNN_TRAIN].rows.n, ==, 42);
  g_assert_cmpint(split->part[RECNN_VALID].rows.n, ==, 29);
  g_assert_cmpint(split->part[RECNN_TEST].rows.n, ==, 29);
  check_partition(split);
  g_assert_cmpstr(split->description, ==,
                  "ratio 0.42:0.29:0.29 of all interactions, random order, seed 3");
  recnn_split_unref(split);

  split = split_of(dataset, "ratio=1,0,0");
  g_assert_cmpint(split->part[RECNN_TRAIN].rows.n, ==, 100);
  g_assert_cmpint(split->part[RECNN_VALID].first[1], ==, 0);
  recnn_split_unref(split);
  recnn_dataset_unref(dataset);
}

/* Without options there are the defaults. */
static void test_defaults(void) {
  RecnnDataset *dataset = staircase(12, false);
  RecnnSplit *a = recnn_split_new(dataset, NULL, NULL);
  RecnnSplit *b = split_of(dataset, "ratio=0.8,0.1,0.1 group_by=user order=random seed=42");
  g_assert_cmpstr(a->description, ==, b->description);
  for (int p = 0; p < RECNN_N_PARTS; p++)
    g_assert_cmpmem(a->part[p].rows.rating, (size_t)a->part[p].rows.n * sizeof(float),
                    b->part[p].rows.rating, (size_t)b->part[p].rows.n * sizeof(float));
  g_assert_true(recnn_split_ref(a) == a);
  g_assert_null(recnn_split_unref(a));
  g_assert_null(recnn_split_unref(a));
  recnn_dataset_unref(dataset); /* the split holds its own */
  g_assert_cmpint(recnn_dataset_n_users(b->dataset), ==, 12);
  recnn_split_unref(b);
  g_assert_null(recnn_split_unref(NULL));
}

/* The split is the same on every machine: these rows are what the Philox streams of users 0, 1, 2
 * and seed 42 say, and what is in the data besides does not change them. */
static void test_same_everywhere(void) {
  RecnnDataset *dataset = staircase(12, false);
  RecnnSplit *split = split_of(dataset, "ratio=0.6,0.2,0.2");
  const RecnnInteractions *test = &split->part[RECNN_TEST].rows;
  GString *text = g_string_new(NULL);
  for (int64_t r = 0; r < test->n; r++)
    g_string_append_printf(text, "%s%d:%d", r ? " " : "", test->user[r], test->item[r]);
  g_assert_cmpstr(text->str, ==, "3:0 6:0 8:0 9:1 10:1 2:2 0:3 4:3 1:4 7:4 0:5 5:5 1:7 2:9");
  g_string_free(text, TRUE);

  RecnnSplit *other = split_of(dataset, "ratio=0.6,0.2,0.2 seed=43");
  g_assert_cmpint(other->part[RECNN_TEST].rows.n, ==, test->n);
  g_assert_cmpint(memcmp(other->part[RECNN_TEST].rows.rating, test->rating,
                         (size_t)test->n * sizeof *test->rating),
                  !=, 0);
  recnn_split_unref(other);
  recnn_split_unref(split);
  recnn_dataset_unref(dataset);
}

/* Over many seeds, every interaction of a user is as likely as any other to be tested. */
static void test_random_is_fair(void) {
  enum { N = 10, SEEDS = 4000 };
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("fair", "fair", true, false);
  for (int r = 0; r < N; r++)
    add(builder, 1, r, (float)r, 0);
  RecnnDataset *dataset = finish(builder);
  int tested[N] = {0};
  for (int seed = 0; seed < SEEDS; seed++) {
    g_autofree char *text = g_strdup_printf("seed=%d", seed);
    RecnnSplit *split = split_of(dataset, text);
    g_assert_cmpint(split->part[RECNN_TEST].rows.n, ==, 1);
    tested[split->part[RECNN_TEST].rows.item[0]]++;
    recnn_split_unref(split);
  }
  double chi2 = 0, expected = (double)SEEDS / N;
  for (int r = 0; r < N; r++)
    chi2 += (tested[r] - expected) * (tested[r] - expected) / expected;
  g_assert_cmpfloat(chi2, <, 27.9); /* 9 degrees of freedom: one in a thousand, and it is fixed */
  recnn_dataset_unref(dataset);
}

/* Times that run against the file's order, and ties that go by it. */
static void test_time(void) {
  static const double times[] = {50, 40, 30, 30, 30, 20, 10, 60, 60, 5};
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("time", "time", true, true);
  for (int r = 0; r < 10; r++)
    add(builder, 1, r, (float)r, times[r]);
  for (int r = 0; r < 2; r++)
    add(builder, 2, r, (float)(10 + r), 1000 - r);
  RecnnDataset *dataset = finish(builder);

  /* By time: 9 6 5 2 3 4 1 0 7 8. */
  RecnnSplit *split = split_of(dataset, "ratio=0.5,0.2,0.3 order=time");
  g_assert_cmpstr(split->description, ==, "ratio 0.5:0.2:0.3 by user, time order");
  check_partition(split);
  static const float train[] = {2, 3, 5, 6, 9, 11}, valid[] = {1, 4}, test[] = {0, 7, 8, 10};
  g_assert_cmpmem(split->part[RECNN_TRAIN].rows.rating, sizeof train, train, sizeof train);
  g_assert_cmpmem(split->part[RECNN_VALID].rows.rating, sizeof valid, valid, sizeof valid);
  g_assert_cmpmem(split->part[RECNN_TEST].rows.rating, sizeof test, test, sizeof test);
  g_assert_cmpint(split->part[RECNN_TRAIN].rows.n, ==, 6);
  recnn_split_unref(split);

  /* All together: the second user's are the latest. */
  split = split_of(dataset, "ratio=0.75,0.125,0.125 order=time group_by=none");
  g_assert_cmpstr(split->description, ==, "ratio 0.75:0.125:0.125 of all interactions, time order");
  check_partition(split);
  g_assert_cmpint(split->part[RECNN_TRAIN].rows.n, ==, 10);
  g_assert_cmpint(split->part[RECNN_VALID].rows.n, ==, 1);
  g_assert_cmpfloat(split->part[RECNN_VALID].rows.rating[0], ==, 11);
  g_assert_cmpfloat(split->part[RECNN_TEST].rows.rating[0], ==, 10);
  recnn_split_unref(split);

  /* The last by time is row 8, the second of a tie; the one before is row 7. */
  split = split_of(dataset, "leave_one_out=true");
  g_assert_cmpstr(split->description, ==, "leave one out by user, time order");
  check_partition(split);
  g_assert_cmpint(split->part[RECNN_TEST].rows.n, ==, 1);
  g_assert_cmpfloat(split->part[RECNN_TEST].rows.rating[0], ==, 8);
  g_assert_cmpint(split->part[RECNN_VALID].rows.n, ==, 1);
  g_assert_cmpfloat(split->part[RECNN_VALID].rows.rating[0], ==, 7);
  g_assert_cmpint(rows_of(&split->part[RECNN_TRAIN], "u2"), ==, 2);
  recnn_split_unref(split);
  recnn_dataset_unref(dataset);
}

/* Enough rows for many rounds of merging, with many ties, at sizes around the powers of two. */
static void test_time_of_many(void) {
  static const int sizes[] = {15, 16, 17, 31, 32, 33, 1000, 4095, 4096, 4097, 50000};
  for (size_t s = 0; s < G_N_ELEMENTS(sizes); s++) {
    int n = sizes[s];
    RecnnDatasetBuilder *builder = recnn_dataset_builder_new("many", "many", true, true);
    uint32_t state = 1;
    for (int r = 0; r < n; r++) {
      state = state * 1664525u + 1013904223u;
      add(builder, 1, r, (float)r, state >> 20);
    }
    RecnnDataset *dataset = finish(builder);
    RecnnSplit *split = split_of(dataset, "ratio=0.5,0.25,0.25 order=time group_by=none");
    check_partition(split);
    /* No row of an earlier part comes after a row of a later one, ties by row. */
    for (int p = 0; p + 1 < RECNN_N_PARTS; p++) {
      const RecnnInteractions *a = &split->part[p].rows, *b = &split->part[p + 1].rows;
      double last = -1, last_row = -1, first = 1e9, first_row = -1;
      for (int64_t r = 0; r < a->n; r++)
        if (a->timestamp[r] >= last)
          last = a->timestamp[r], last_row = (double)a->rating[r];
      for (int64_t r = b->n - 1; r >= 0; r--)
        if (b->timestamp[r] <= first)
          first = b->timestamp[r], first_row = (double)b->rating[r];
      g_assert_true(last < first || (last == first && last_row < first_row));
    }
    recnn_split_unref(split);
    recnn_dataset_unref(dataset);
  }
}

static void test_one_and_two(void) {
  RecnnDataset *dataset = staircase(3, true);
  RecnnSplit *split = split_of(dataset, "leave_one_out=true");
  g_assert_cmpint(rows_of(&split->part[RECNN_TRAIN], "u1"), ==, 1);
  g_assert_cmpint(rows_of(&split->part[RECNN_TRAIN], "u2"), ==, 2);
  g_assert_cmpint(rows_of(&split->part[RECNN_TRAIN], "u3"), ==, 1);
  g_assert_cmpint(split->part[RECNN_VALID].rows.n, ==, 1);
  g_assert_cmpint(split->part[RECNN_TEST].rows.n, ==, 1);
  recnn_split_unref(split);
  recnn_dataset_unref(dataset);
}

/* A repeated interaction stays in the rows and is once among the user's items. */
static void test_repeats(void) {
  static const int items[] = {5, 3, 5, 5, 1, 3};
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("again", "again", true, false);
  for (int r = 0; r < 6; r++) {
    add(builder, 1, items[r], (float)(2 * r), 0);
    add(builder, 2, 5, (float)(2 * r + 1), 0);
  }
  RecnnDataset *dataset = finish(builder);
  RecnnSplit *split = split_of(dataset, "ratio=1,0,0");
  check_partition(split);
  const RecnnPart *train = &split->part[RECNN_TRAIN];
  g_assert_cmpint(train->rows.n, ==, 12);
  g_assert_cmpint(train->first[1], ==, 3);
  g_assert_cmpint(train->first[2], ==, 4);
  recnn_split_unref(split);
  recnn_dataset_unref(dataset);
}

static void test_refusals(void) {
  RecnnDataset *dataset = staircase(5, false);
  check_refused(dataset, "ratio=0.8,0.1,0.2", RECNN_ERROR_OPTION,
                "split: ratio 0.8,0.1,0.2: expected shares that sum to 1, these sum to 1.1");
  check_refused(dataset, "ratio=0.8,0.2", RECNN_ERROR_OPTION,
                "split: ratio 0.8,0.2: expected 3 shares (train, valid, test), got 2");
  check_refused(dataset, "ratio=0,0.5,0.5", RECNN_ERROR_OPTION,
                "split: ratio 0,0.5,0.5: expected a share for train that is more than 0");
  check_refused(dataset, "leave_one_out=true ratio=0.8,0.1,0.1", RECNN_ERROR_OPTION,
                "split: ratio and leave_one_out exclude each other; set one of them");
  check_refused(dataset, "leave_one_out=true group_by=none", RECNN_ERROR_OPTION,
                "split: group_by none: leave_one_out goes by user");
  check_refused(dataset, "leave_one_out=true", RECNN_ERROR_DATA,
                "split: leave_one_out needs timestamps, which stairs.inter does not have");
  check_refused(dataset, "order=time", RECNN_ERROR_DATA,
                "split: order time needs timestamps, which stairs.inter does not have");
  recnn_dataset_unref(dataset);

  dataset = staircase(2, true);
  check_refused(dataset, "leave_one_out=true", RECNN_ERROR_DATA,
                "split: leave_one_out: no user of stairs.inter has 3 interactions or more");
  recnn_dataset_unref(dataset);

  /* A share out of [0, 1] is the option table's own business. */
  GError *error = NULL;
  RecnnOptions *options = options_of("");
  g_assert_false(recnn_options_set_text(options, "ratio", "1.2,-0.1,-0.1", &error));
  g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION));
  g_clear_error(&error);
  recnn_options_free(options);
}

/* u1 to u3 with rows for train, valid, test, or the parts that `parts` says. */
static RecnnDataset *in_parts(const char *parts) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("given", "given.csv", false, false);
  for (int r = 0; parts[r]; r++) {
    recnn_dataset_builder_set_part(builder, parts[r] - '0');
    recnn_dataset_builder_set_label(builder, (float)(r % 2));
    add(builder, r % 3, r, 0, 0);
  }
  return finish(builder);
}

static void check_given(RecnnSplit *split) {
  g_assert_cmpstr(split->description, ==, "the parts that the data came in");
  const RecnnPart *train = &split->part[RECNN_TRAIN], *test = &split->part[RECNN_TEST];
  g_assert_cmpint(train->rows.n, ==, 3);
  g_assert_cmpmem(train->row, 24, ((int64_t[]){0, 2, 3}), 24);
  g_assert_cmpmem(train->label, 12, ((float[]){0, 0, 1}), 12);
  g_assert_cmpmem(train->rows.item, 12, ((int32_t[]){0, 2, 3}), 12);
  g_assert_cmpint(test->rows.n, ==, 2);
  g_assert_cmpmem(test->row, 16, ((int64_t[]){1, 4}), 16);
  g_assert_cmpmem(test->label, 8, ((float[]){1, 0}), 8);
  recnn_split_unref(split);
}

static void test_given(void) {
  RecnnDataset *d = in_parts("02002");
  GError *error = NULL;
  check_given(split_of(d, "given=true"));
  check_given(split_of(d, ""));
  RecnnSplit *split = recnn_split_new(d, NULL, &error);
  g_assert_no_error(error);
  check_given(split);
  /* Any other wish is followed. */
  split = split_of(d, "group_by=none ratio=0.6,0.2,0.2");
  g_assert_cmpint(split->part[RECNN_VALID].rows.n, ==, 1);
  recnn_split_unref(split);
  split = split_of(d, "given=false");
  g_assert_true(g_str_has_prefix(split->description, "ratio"));
  recnn_split_unref(split);
  check_refused(d, "given=true seed=3", RECNN_ERROR_OPTION,
                "split: given and seed exclude each other; set one of them");
  recnn_dataset_unref(d);
  d = in_parts("121");
  check_refused(d, "", RECNN_ERROR_DATA,
                "split: train would be empty: given.csv has 3 interactions");
  recnn_dataset_unref(d);
  d = staircase(4, false);
  check_refused(d, "given=true", RECNN_ERROR_DATA,
                "split: given: expected data that came in parts, stairs.inter came in one piece");
  recnn_dataset_unref(d);
}

/* Without timestamps a user's rows are cut in the order of the file, where that is the order. */
static void test_ordered(void) {
  RecnnDataset *d = staircase(4, false);
  d->ordered = true;
  RecnnSplit *split = split_of(d, "leave_one_out=true");
  const RecnnPart *test = &split->part[RECNN_TEST];
  g_assert_cmpint(test->rows.n, ==, 2); /* u3 and u4 */
  for (int64_t r = 0; r < test->rows.n; r++) {
    const char *user = recnn_id_map_token(d->users, test->rows.user[r]);
    const char *item = recnn_id_map_token(d->items, test->rows.item[r]);
    g_assert_cmpint(user[1] - 1, ==, item[1]); /* the last of user u is item u - 1 */
  }
  recnn_split_unref(split);
  split = split_of(d, "order=time ratio=0.5,0,0.5");
  g_assert_cmpint(split->part[RECNN_TEST].rows.n, ==, 4);
  recnn_split_unref(split);
  check_refused(d, "order=time group_by=none", RECNN_ERROR_DATA,
                "split: order time needs timestamps, which stairs.inter does not have (it is in "
                "the order of time by user only: set group_by user)");
  recnn_dataset_unref(d);
}

static void test_no_memory(void) {
  RecnnDataset *dataset = staircase(6, true);
  int failures = 0;
  for (uint64_t n = 1;; n++) {
    GError *error = NULL;
    recnn_memory_fail_after(n);
    RecnnSplit *split = recnn_split_new(dataset, NULL, &error);
    recnn_memory_fail_after(0);
    if (split) {
      recnn_split_unref(split);
      break;
    }
    g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
    g_clear_error(&error);
    failures++;
  }
  g_assert_cmpint(failures, >=, 4 + 3 * 8);
  g_assert_cmpint(dataset->ref_count, ==, 1);
  recnn_dataset_unref(dataset);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/split/ratio-counts", test_ratio_counts);
  g_test_add_func("/data/split/defaults", test_defaults);
  g_test_add_func("/data/split/same-everywhere", test_same_everywhere);
  g_test_add_func("/data/split/random-is-fair", test_random_is_fair);
  g_test_add_func("/data/split/time", test_time);
  g_test_add_func("/data/split/time-of-many", test_time_of_many);
  g_test_add_func("/data/split/one-and-two", test_one_and_two);
  g_test_add_func("/data/split/repeats", test_repeats);
  g_test_add_func("/data/split/refusals", test_refusals);
  g_test_add_func("/data/split/given", test_given);
  g_test_add_func("/data/split/ordered", test_ordered);
  g_test_add_func("/data/split/no-memory", test_no_memory);
  return g_test_run();
}
