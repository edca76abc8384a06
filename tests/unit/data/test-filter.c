/* Filters: the core against a loop that needs no idea, each option by hand, what comes along, and
 * what does not fit. */
#include <glib.h>

#include "base/memory.h"
#include "base/rng.h"
#include "data/filter.h"
#include "unit/data/data-dump.h"
#include "unit/data/data-test.h"

static RecnnOptions *options_of(const char *text) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(recnn_filter_options(), "filter", &error);
  g_assert_no_error(error);
  g_auto(GStrv) settings = g_strsplit(text, " ", -1);
  for (char **setting = settings; *setting && **setting; setting++) {
    g_auto(GStrv) pair = g_strsplit(*setting, "=", 2);
    g_assert_true(recnn_options_set_text(options, pair[0], pair[1], &error));
    g_assert_no_error(error);
  }
  return options;
}

static RecnnDataset *filter_lists(const RecnnDataset *d, const char *text, const char *const *users,
                                  const char *const *items) {
  GError *error = NULL;
  RecnnOptions *options = options_of(text);
  RecnnDataset *filtered = recnn_dataset_filter(d, options, users, items, &error);
  recnn_options_free(options);
  g_assert_no_error(error);
  return filtered;
}

static RecnnDataset *filter_of(const RecnnDataset *d, const char *text) {
  return filter_lists(d, text, NULL, NULL);
}

static void check_filtered(const RecnnDataset *d, const char *text, const char *expected) {
  RecnnDataset *filtered = filter_of(d, text);
  g_autofree char *is = dump(filtered);
  g_assert_cmpstr(is, ==, expected);
  /* Again it changes nothing. */
  RecnnDataset *again = filter_of(filtered, text);
  g_autofree char *same = dump(again);
  g_assert_cmpstr(same, ==, expected);
  recnn_dataset_unref(again);
  recnn_dataset_unref(filtered);
}

static void check_refused(const RecnnDataset *d, const char *text, const char *const *users,
                          int code, const char *expected) {
  GError *error = NULL;
  RecnnOptions *options = options_of(text);
  g_assert_null(recnn_dataset_filter(d, options, users, NULL, &error));
  recnn_options_free(options);
  check_error(&error, code, expected);
}

static RecnnDataset *finish(RecnnDatasetBuilder *builder) {
  GError *error = NULL;
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  return dataset;
}

static void add(RecnnDatasetBuilder *builder, const char *user, const char *item, float rating,
                double time) {
  GError *error = NULL;
  recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item), rating, time, &error);
  g_assert_no_error(error);
}

/* "ann-tea*5@100 bob-jam*3@50" */
static RecnnDataset *rows_of(const char *text, bool rating, bool time) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("rows", "rows.inter", rating, time);
  g_auto(GStrv) rows = g_strsplit(text, " ", -1);
  for (char **row = rows; *row; row++) {
    g_auto(GStrv) field = g_strsplit_set(*row, "-*@", -1);
    add(builder, field[0], field[1], rating ? (float)g_ascii_strtod(field[2], NULL) : 0,
        time ? g_ascii_strtod(field[rating ? 3 : 2], NULL) : 0);
  }
  return finish(builder);
}

static RecnnDataset *random_rows(uint64_t seed, int n_users, int n_items, int n) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("random", "random", true, false);
  RecnnRng rng;
  recnn_rng_init(&rng, seed, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (int r = 0; r < n; r++) {
    char user[16], item[16];
    /* Some are much more active than others. */
    uint64_t u = recnn_rng_below(&rng, 1 + recnn_rng_below(&rng, (uint64_t)n_users));
    uint64_t i = recnn_rng_below(&rng, 1 + recnn_rng_below(&rng, (uint64_t)n_items));
    g_snprintf(user, sizeof user, "u%d", (int)u);
    g_snprintf(item, sizeof item, "i%d", (int)i);
    add(builder, user, item, (float)r, 0);
  }
  return finish(builder);
}

/* Drops whoever has too few, and begins anew, until there is nobody.  Ratings number the rows. */
static int64_t core_by_repetition(const RecnnDataset *d, int64_t min_user, int64_t min_item,
                                  GString *ret_rows, int *ret_rounds) {
  g_autofree int *users = g_new(int, recnn_dataset_n_users(d));
  g_autofree int *items = g_new(int, recnn_dataset_n_items(d));
  g_autofree bool *keep = g_new(bool, d->n);
  memset(keep, 1, (size_t)d->n);
  int64_t left = d->n;
  bool changed = true;
  for (*ret_rounds = 0; changed; ++*ret_rounds) {
    memset(users, 0, (size_t)recnn_dataset_n_users(d) * sizeof *users);
    memset(items, 0, (size_t)recnn_dataset_n_items(d) * sizeof *items);
    for (int64_t r = 0; r < d->n; r++) {
      users[d->user[r]] += keep[r];
      items[d->item[r]] += keep[r];
    }
    changed = false;
    for (int64_t r = 0; r < d->n; r++) {
      if (keep[r] && (users[d->user[r]] < min_user || items[d->item[r]] < min_item)) {
        keep[r] = false;
        changed = true;
        left--;
      }
    }
  }
  for (int64_t r = 0; r < d->n; r++)
    if (keep[r])
      g_string_append_printf(ret_rows, " %g", (double)d->rating[r]);
  return left;
}

static void test_core(void) {
  int most_rounds = 0, compared = 0;
  for (uint64_t seed = 0; seed < 60; seed++) {
    RecnnDataset *d = random_rows(seed, 60, 50, 400 + 10 * (int)seed);
    int min_user = 2 + (int)(seed % 5), min_item = 1 + (int)(seed % 7), rounds;
    GString *expected = g_string_new(NULL), *is = g_string_new(NULL);
    int64_t left = core_by_repetition(d, min_user, min_item, expected, &rounds);
    most_rounds = MAX(most_rounds, rounds);
    if (left > 0) {
      g_autofree char *text = g_strdup_printf("min_user=%d min_item=%d", min_user, min_item);
      RecnnDataset *filtered = filter_of(d, text);
      for (int64_t r = 0; r < filtered->n; r++)
        g_string_append_printf(is, " %g", (double)filtered->rating[r]);
      g_assert_cmpstr(is->str, ==, expected->str);
      compared += left < d->n;
      recnn_dataset_unref(filtered);
    }
    g_string_free(expected, TRUE);
    g_string_free(is, TRUE);
    recnn_dataset_unref(d);
  }
  g_assert_cmpint(compared, >, 40);
  g_assert_cmpint(most_rounds, >, 4); /* one drags another down */
}

/* A chain that falls link by link, which takes n rounds of counting, and a triangle that stays. */
static void test_chain(void) {
  enum { N = 200000 };
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("chain", "chain", true, false);
  for (int r = 0; r < N; r++) {
    char user[16], item[16];
    g_snprintf(user, sizeof user, "u%d", r / 2);
    g_snprintf(item, sizeof item, "i%d", (r + 1) / 2);
    add(builder, user, item, 1, 0);
  }
  add(builder, "x", "a", 1, 0);
  add(builder, "x", "b", 1, 0);
  add(builder, "y", "a", 1, 0);
  add(builder, "y", "b", 1, 0);
  RecnnDataset *d = finish(builder);
  check_filtered(d, "min_user=2 min_item=2", "users: x y\nitems: a b\nx-a*1 x-b*1 y-a*1 y-b*1");
  RecnnDataset *filtered = filter_of(d, "min_user=2 min_item=2");
  g_assert_cmpstr(filtered->filter, ==, "min_user 2, min_item 2: 4 of 200004 interactions");
  g_assert_cmpstr(filtered->name, ==, "chain");
  RecnnDataset *twice = filter_of(filtered, "rating=[1,1]");
  g_assert_cmpstr(twice->filter, ==,
                  "min_user 2, min_item 2: 4 of 200004 interactions; rating [1,1]: 4 of 4 "
                  "interactions");
  recnn_dataset_unref(twice);
  recnn_dataset_unref(filtered);
  recnn_dataset_unref(d);
}

static void test_values(void) {
  RecnnDataset *d = rows_of("a-x*1@10 b-x*4@20 a-y*5@30 b-z*3@40 c-z*2@50", true, true);
  check_filtered(d, "rating=[4,inf)", "users: b a\nitems: x y\nb-x*4@20 a-y*5@30");
  check_filtered(d, "rating=(1,4)", "users: b c\nitems: z\nb-z*3@40 c-z*2@50");
  check_filtered(d, "rating=(1,4] timestamp=[20,40]", "users: b\nitems: x z\nb-x*4@20 b-z*3@40");
  check_filtered(d, "timestamp=(-inf,20)", "users: a\nitems: x\na-x*1@10");
  static const char *const users[] = {"c", "a", NULL}, *const items[] = {"z", "y", NULL};
  RecnnDataset *some = filter_lists(d, "", users, items);
  g_autofree char *text = dump(some);
  g_assert_cmpstr(text, ==, "users: a c\nitems: y z\na-y*5@30 c-z*2@50");
  g_assert_cmpstr(some->filter, ==, "2 users, 2 items: 2 of 5 interactions");
  recnn_dataset_unref(some);

  RecnnDataset *labelled = filter_of(d, "label_threshold=3 rating=[2,5]");
  static const float labels[] = {1, 1, 1, 0}, ratings[] = {4, 5, 3, 2};
  g_assert_cmpmem(labelled->label, (size_t)labelled->n * sizeof(float), labels, sizeof labels);
  g_assert_cmpmem(labelled->rating, (size_t)labelled->n * sizeof(float), ratings, sizeof ratings);
  recnn_dataset_unref(labelled);
  recnn_dataset_unref(d);
}

static void test_duplicates(void) {
  const char *text = "a-x*1@30 b-x*4@20 a-x*2@10 a-y*7@5 a-x*3@30 b-x*5@20";
  RecnnDataset *d = rows_of(text, true, true);
  check_filtered(d, "duplicates=first", "users: b a\nitems: x y\nb-x*4@20 a-x*2@10 a-y*7@5");
  check_filtered(d, "duplicates=last", "users: a b\nitems: y x\na-y*7@5 a-x*3@30 b-x*5@20");
  check_filtered(d, "duplicates=sum", "users: a b\nitems: y x\na-y*7@5 a-x*6@30 b-x*9@20");
  /* The sum is what an interval and a threshold see. */
  check_filtered(d, "duplicates=sum rating=[8,inf)", "users: b\nitems: x\nb-x*9@20");
  check_filtered(d, "duplicates=last rating=[5,inf)", "users: a b\nitems: y x\na-y*7@5 b-x*5@20");
  check_filtered(d, "duplicates=all",
                 "users: a b\nitems: x y\n"
                 "a-x*1@30 b-x*4@20 a-x*2@10 a-y*7@5 a-x*3@30 b-x*5@20");
  recnn_dataset_unref(d);

  d = rows_of("a-x b-x a-x a-y a-x b-x", false, false); /* by row; sums are counts */
  check_filtered(d, "duplicates=first", "users: a b\nitems: x y\na-x b-x a-y");
  check_filtered(d, "duplicates=last", "users: a b\nitems: y x\na-y a-x b-x");
  RecnnDataset *sums = filter_of(d, "duplicates=sum");
  g_autofree char *is = dump(sums);
  g_assert_cmpstr(is, ==, "users: a b\nitems: y x\na-y*1 a-x*3 b-x*2");
  recnn_dataset_unref(sums);
  recnn_dataset_unref(d);
}

static void add_feature(GPtrArray *to, const char *name, RecnnFeatureType type, int32_t n,
                        const char *values) {
  GError *error = NULL;
  RecnnFeatureBuilder *builder = recnn_feature_builder_new(name, type);
  g_auto(GStrv) words = g_strsplit(values, "|", -1);
  for (int32_t e = 0; e < n; e++) {
    bool ok = *words[e] == '\0' ||
              (recnn_feature_is_token(type)
                   ? recnn_feature_builder_words(builder, e, words[e], strlen(words[e]), &error)
                   : recnn_feature_builder_float(builder, e, (float)g_ascii_strtod(words[e], NULL),
                                                 &error));
    g_assert_true(ok);
  }
  RecnnFeatureColumn *column = recnn_feature_builder_finish(builder, n, &error);
  g_assert_no_error(error);
  g_ptr_array_add(to, column);
}

/* Data with all that data can have: five rows, of which 1, 3 and 4 will stay. */
static RecnnDataset *rich(void) {
  static const struct {
    const char *user, *item, *list;
    int part;
    float rating, label;
  } rows[] = {{"ann", "tea", "jam oat", RECNN_TRAIN, 1, 0},
              {"bob", "jam", "tea oat rye jam", RECNN_TRAIN, 4, 1},
              {"ann", "rye", NULL, RECNN_TRAIN, 2, 0},
              {"bob", "oat", "", RECNN_VALID, 5, 0},
              {"cem", "jam", "tea oat rye jam", RECNN_TEST, 4, 1}};
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("rich", "rich.inter", true, false);
  RecnnCandidatesBuilder *lists = recnn_candidates_builder_new();
  int32_t shared = -1;
  for (int r = 0; r < 5; r++) {
    recnn_dataset_builder_set_part(builder, rows[r].part);
    recnn_dataset_builder_set_label(builder, rows[r].label);
    add(builder, rows[r].user, rows[r].item, rows[r].rating, 0);
    if (!rows[r].list)
      continue;
    int32_t list =
        r == 4 ? shared : recnn_candidates_builder_begin(lists, "rich.txt", r + 1, &error);
    g_auto(GStrv) items = g_strsplit(rows[r].list, " ", -1);
    for (char **item = items; r != 4 && *item; item++)
      g_assert_true(recnn_candidates_builder_add(lists, *item, strlen(*item), &error));
    g_assert_true(recnn_candidates_builder_assign(lists, r, list, &error));
    shared = r == 1 ? list : shared;
  }
  RecnnDataset *d = recnn_dataset_builder_peek(builder);
  recnn_id_map_add(d->items, "fig", 3, &error); /* of nobody */
  d->ordered = true;
  add_feature(d->user_features, "age", RECNN_FEATURE_FLOAT, 3, "30||41");
  add_feature(d->item_features, "kind", RECNN_FEATURE_TOKEN_SEQ, 5,
              "dry leaf|wet|dry|dry seed|wet");
  add_feature(d->interaction_features, "shop", RECNN_FEATURE_TOKEN, 5, "east|west|east||west");
  d->candidates = recnn_candidates_builder_finish(lists, 5, d->items, &error);
  g_assert_no_error(error);
  return finish(builder);
}

static char *list_text(const RecnnDataset *d, int64_t row) {
  int64_t n;
  const int32_t *items = recnn_candidates_get(d->candidates, row, &n);
  GString *text = g_string_new(items ? "" : "none");
  for (int64_t i = 0; items && i < n; i++)
    g_string_append_printf(text, "%s%s", i ? " " : "", recnn_id_map_token(d->items, items[i]));
  return g_string_free(text, FALSE);
}

static void test_all_comes_along(void) {
  RecnnDataset *d = rich();
  RecnnDataset *f = filter_of(d, "rating=[4,inf)");
  g_autofree char *text = dump(f);
  g_assert_cmpstr(text, ==,
                  "users: bob{} cem{41} age:float\n"
                  "items: jam{wet} oat{dry+seed} kind:token_seq\n"
                  "bob-jam*4!1/0{west}[oat,jam] bob-oat*5!0/1{}] cem-jam*4!1/2{west}[oat,jam] "
                  "shop:token ordered");
  static const float labels[] = {1, 0, 1};
  static const uint8_t parts[] = {RECNN_TRAIN, RECNN_VALID, RECNN_TEST};
  g_assert_cmpmem(f->label, 3 * sizeof(float), labels, sizeof labels);
  g_assert_cmpmem(f->given_part, 3, parts, sizeof parts);
  g_assert_true(f->ordered);
  /* Words that nothing has any more are not counted. */
  const RecnnFeatureColumn *kind = f->item_features->pdata[0];
  g_assert_cmpint(recnn_id_map_size(kind->tokens), ==, 3);
  const RecnnFeatureColumn *shop = f->interaction_features->pdata[0];
  g_assert_cmpint(shop->n_entities, ==, 3);
  g_assert_cmpint(recnn_id_map_size(shop->tokens), ==, 1);
  static const int64_t first[] = {0, 1, 1, 2};
  g_assert_cmpmem(shop->first, 4 * sizeof *first, first, sizeof first);

  static const char *const lists[] = {"oat jam", "", "oat jam"};
  g_assert_cmpint(f->candidates->n_lists, ==, 2);
  for (int64_t r = 0; r < 3; r++) {
    g_autofree char *list = list_text(f, r);
    g_assert_cmpstr(list, ==, lists[r]);
  }
  recnn_dataset_unref(f);
  /* A row without a list stays one. */
  f = filter_of(d, "rating=[2,2]");
  g_autofree char *none = list_text(f, 0);
  g_assert_cmpstr(none, ==, "none");
  g_assert_cmpint(f->candidates->n_lists, ==, 0);
  recnn_dataset_unref(f);
  recnn_dataset_unref(d);
}

/* What is published in parts stays in them: only repeats inside a part are repeats. */
static void test_repeats_of_parts(void) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("parts", "parts", true, false);
  static const int parts[] = {RECNN_TRAIN, RECNN_TRAIN, RECNN_TEST, RECNN_TEST};
  static const float clicked[] = {1, 0, 0, 0};
  for (int r = 0; r < 4; r++) {
    recnn_dataset_builder_set_part(builder, parts[r]);
    recnn_dataset_builder_set_label(builder, clicked[r]);
    add(builder, "a", "x", (float)(1 + r), 0);
  }
  RecnnDataset *d = finish(builder);
  check_filtered(d, "duplicates=last", "users: a\nitems: x\na-x*2!0/0 a-x*4!0/2");
  RecnnDataset *f = filter_of(d, "duplicates=sum");
  static const float labels[] = {1, 0}, ratings[] = {3, 7};
  g_assert_cmpmem(f->label, 2 * sizeof(float), labels, sizeof labels);
  g_assert_cmpmem(f->rating, 2 * sizeof(float), ratings, sizeof ratings);
  recnn_dataset_unref(f);
  recnn_dataset_unref(d);
}

static void test_refusals(void) {
  static const char *const users[] = {"a", "n\tone", NULL};
  RecnnDataset *d = rows_of("a-x*1 b-x*4", true, false);
  check_refused(d, "rating=4", NULL, RECNN_ERROR_OPTION,
                "filter: rating \"4\": expected an interval such as [4,inf) or (0,5]");
  check_refused(d, "timestamp=[4,inf)", NULL, RECNN_ERROR_DATA,
                "filter: timestamp [4,inf): expected data with timestamps, rows.inter has none");
  check_refused(d, "", users, RECNN_ERROR_DATA,
                "filter: users: \"n\\x09one\" is no user of rows.inter");
  check_refused(d, "min_user=2 min_item=2", NULL, RECNN_ERROR_DATA,
                "filter: min_user 2, min_item 2: nothing is left of the 2 interactions of "
                "rows.inter");
  recnn_dataset_unref(d);
  d = rows_of("a-x b-x", false, false);
  check_refused(d, "rating=[4,inf)", NULL, RECNN_ERROR_DATA,
                "filter: rating [4,inf): expected data with ratings, rows.inter has none");
  check_refused(d, "label_threshold=3.5", NULL, RECNN_ERROR_DATA,
                "filter: label_threshold 3.5: expected data with ratings, rows.inter has none");
  recnn_dataset_unref(d);
}

static void test_no_memory(void) {
  RecnnDataset *d = rich();
  RecnnOptions *options = options_of("duplicates=sum rating=[2,inf) min_user=2 label_threshold=3");
  static const char *const users[] = {"ann", "bob", NULL};
  RecnnDataset *filtered = NULL;
  uint64_t n = 0;
  while (!filtered) {
    GError *error = NULL;
    recnn_memory_fail_after(++n);
    filtered = recnn_dataset_filter(d, options, users, NULL, &error);
    recnn_memory_fail_after(0);
    if (!filtered)
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
    g_clear_error(&error);
  }
  g_assert_cmpuint(n, >, 20);
  recnn_options_free(options);
  recnn_dataset_unref(filtered);
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/filter/core", test_core);
  g_test_add_func("/data/filter/chain", test_chain);
  g_test_add_func("/data/filter/values", test_values);
  g_test_add_func("/data/filter/duplicates", test_duplicates);
  g_test_add_func("/data/filter/all-comes-along", test_all_comes_along);
  g_test_add_func("/data/filter/repeats-of-parts", test_repeats_of_parts);
  g_test_add_func("/data/filter/refusals", test_refusals);
  g_test_add_func("/data/filter/no-memory", test_no_memory);
  return g_test_run();
}
