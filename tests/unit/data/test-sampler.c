/* Negatives: never a known positive, uniform over the others, a function of (seed, epoch, row). */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "data/sampler.h"
#include "unit/data/data-test.h"

/* A part made by hand: user 0 has no items, user 1 every third, user 2 all but the last, user 3 all
 * but 0 and 7. */
enum { ITEMS = 10, USERS = 4 };
static int64_t first[USERS + 1] = {0, 0, 4, 13, 21};
static int32_t items[] = {0, 3, 6, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 8, 9};
static const RecnnPart part = {
    .rows = {.struct_size = sizeof(RecnnInteractions), .n_users = USERS, .n_items = ITEMS},
    .first = first,
    .items = items,
};

static RecnnSampler *uniform(uint64_t seed) {
  GError *error = NULL;
  RecnnSampler *sampler =
      recnn_sampler_new(recnn_sampler_find("uniform"), NULL, &part, seed, &error);
  g_assert_no_error(error);
  return sampler;
}

static bool knows(int32_t user, int32_t item) {
  for (int64_t i = first[user]; i < first[user + 1]; i++)
    if (items[i] == item)
      return true;
  return false;
}

static void test_registry(void) {
  g_autofree const char **names = recnn_sampler_names();
  g_assert_true(g_strv_contains((const char *const *)names, "uniform"));
  g_assert_nonnull(recnn_sampler_find("uniform"));
  g_assert_null(recnn_sampler_find("unifrom"));
}

static void test_uniform(void) {
  enum { DRAWS = 60000 };
  /* Quantiles of chi squared for 9, 5, 0 and 1 degrees of freedom: one in a thousand, and fixed. */
  static const double limits[USERS] = {27.9, 20.5, 0.001, 10.8};
  RecnnSampler *sampler = uniform(11);
  for (int32_t user = 0; user < USERS; user++) {
    int counts[ITEMS] = {0};
    for (uint64_t row = 0; row < DRAWS; row++) {
      int32_t item = recnn_sampler_draw(sampler, user, -1, 3, row);
      g_assert_cmpint(item, >=, 0);
      g_assert_cmpint(item, <, ITEMS);
      counts[item]++;
    }
    double expected = (double)DRAWS / (double)(ITEMS - (first[user + 1] - first[user])), chi2 = 0;
    for (int32_t item = 0; item < ITEMS; item++) {
      if (knows(user, item))
        g_assert_cmpint(counts[item], ==, 0);
      else
        chi2 += (counts[item] - expected) * (counts[item] - expected) / expected;
    }
    g_assert_cmpfloat(chi2, <, limits[user]);
  }
  recnn_sampler_free(sampler);
  recnn_sampler_free(NULL);
}

/* A sampler that always says the same: what comes out is the exact draw among the others. */
static int32_t stubborn_draw(const void *state, const RecnnDraw *draw) {
  (void)draw;
  return *(const int32_t *)state;
}

static RecnnStatus stubborn_create(const RecnnKnown *known, const RecnnValue *options,
                                   void **ret_state, RecnnError *error) {
  (void)known, (void)options, (void)error;
  *ret_state = g_memdup2(&(int32_t){3}, sizeof(int32_t));
  return RECNN_OK;
}

static void test_exact_draw(void) {
  static const RecnnSamplerClass stubborn = {
      .name = "stubborn", .create = stubborn_create, .destroy = g_free, .draw = stubborn_draw};
  RecnnSampler *sampler = recnn_sampler_new(&stubborn, NULL, &part, 5, NULL);
  g_assert_cmpint(recnn_sampler_draw(sampler, 0, -1, 0, 0), ==, 3);
  g_assert_cmpint(recnn_sampler_draw(sampler, 2, -1, 0, 0), ==, 9);
  int counts[ITEMS] = {0};
  for (uint64_t row = 0; row < 6000; row++)
    counts[recnn_sampler_draw(sampler, 1, -1, 0, row)]++;
  for (int32_t item = 0; item < ITEMS; item++) {
    g_assert_cmpint(counts[item], >=, knows(1, item) ? 0 : 850);
    g_assert_cmpint(counts[item], <=, knows(1, item) ? 0 : 1150);
  }
  recnn_sampler_free(sampler);
}

static RecnnStatus refuse(const RecnnKnown *known, const RecnnValue *options, void **ret_state,
                          RecnnError *error) {
  (void)known, (void)options, (void)ret_state;
  g_strlcpy(error->message, "no", sizeof error->message);
  return RECNN_ERROR_DATA;
}

static void test_pure(void) {
  RecnnSampler *a = uniform(7), *b = uniform(7), *other = uniform(8);
  int same_epoch = 0, same_seed = 0;
  for (uint64_t row = 0; row < 1000; row++) {
    int32_t item = recnn_sampler_draw(a, 1, -1, 2, row);
    g_assert_cmpint(item, ==, recnn_sampler_draw(a, 1, -1, 2, row));
    same_epoch += item == recnn_sampler_draw(a, 1, -1, 3, row);
    same_seed += item == recnn_sampler_draw(other, 1, -1, 2, row);
  }
  for (uint64_t row = 1000; row-- > 0;)
    g_assert_cmpint(recnn_sampler_draw(a, 1, -1, 2, row), ==, recnn_sampler_draw(b, 1, -1, 2, row));
  g_assert_cmpint(same_epoch, <, 300);
  g_assert_cmpint(same_seed, <, 300);
  /* On every machine. */
  static const int32_t expected[] = {1, 1, 2, 1, 8, 2, 2, 1, 4, 5, 4, 8};
  for (size_t row = 0; row < G_N_ELEMENTS(expected); row++)
    g_assert_cmpint(recnn_sampler_draw(a, 1, -1, 2, row), ==, expected[row]);
  recnn_sampler_free(a);
  recnn_sampler_free(b);
  recnn_sampler_free(other);
}

static void test_refusals(void) {
  GError *error = NULL;
  int64_t all_first[] = {0, 1, 3};
  int32_t all_items[] = {1, 0, 1};
  RecnnPart full = {.rows = {.n_users = 2, .n_items = 2}, .first = all_first, .items = all_items};
  g_assert_null(recnn_sampler_new(recnn_sampler_find("uniform"), NULL, &full, 1, &error));
  check_error(&error, RECNN_ERROR_DATA, "no negative item for user (index 1), who has all 2 items");

  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("d", "d", false, false);
  static const char *const rows[][2] = {{"ann", "tea"}, {"bob", "tea"}, {"bob", "jam"}};
  for (size_t r = 0; r < G_N_ELEMENTS(rows); r++)
    g_assert_true(recnn_dataset_builder_add(builder, rows[r][0], 3, rows[r][1], 3, 0, 0, &error));
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  full.dataset = dataset;
  g_assert_null(recnn_sampler_new(recnn_sampler_find("uniform"), NULL, &full, 1, &error));
  check_error(&error, RECNN_ERROR_DATA,
              "no negative item for user \"bob\" (index 1), who has all 2 items");
  recnn_dataset_unref(dataset);

  static const RecnnSamplerClass refusing = {.name = "refusing", .create = refuse};
  g_assert_null(recnn_sampler_new(&refusing, NULL, &part, 1, &error));
  check_error(&error, RECNN_ERROR_DATA, "sampler refusing: no");
}

/* Rows in which item i was chosen i times, by a user who knows items 1 and 8 alone. */
static RecnnSampler *popularity(const char *text, GError **error) {
  static int32_t row_items[45], row_users[45];
  static int64_t own_first[] = {0, 2};
  static int32_t own_items[] = {1, 8};
  static RecnnPart counted = {.first = own_first, .items = own_items};
  int n = 0;
  for (int32_t item = 0; item < ITEMS; item++)
    for (int32_t i = 0; i < item; i++)
      row_items[n++] = item;
  counted.rows = (RecnnInteractions){.struct_size = sizeof(RecnnInteractions),
                                     .n = n,
                                     .n_users = 1,
                                     .n_items = ITEMS,
                                     .user = row_users,
                                     .item = row_items};
  return recnn_sampler_new_from_text(text, &counted, 11, error);
}

static void check_popularity(const char *text, double alpha) {
  enum { DRAWS = 60000 };
  GError *error = NULL;
  RecnnSampler *sampler = popularity(text, &error);
  g_assert_no_error(error);
  int counts[ITEMS] = {0};
  for (uint64_t row = 0; row < DRAWS; row++)
    counts[recnn_sampler_draw(sampler, 0, -1, 3, row)]++;
  double sum = 0.0, chi2 = 0.0;
  for (int item = 0; item < ITEMS; item++)
    sum += item == 1 || item == 8 ? 0.0 : pow(item, alpha);
  for (int item = 0; item < ITEMS; item++) {
    double expected = item == 1 || item == 8 ? 0.0 : DRAWS * pow(item, alpha) / sum;
    if (expected == 0.0)
      g_assert_cmpint(counts[item], ==, 0);
    else
      chi2 += (counts[item] - expected) * (counts[item] - expected) / expected;
  }
  g_assert_cmpfloat(chi2, <, 24.4); /* at most 7 degrees of freedom */
  recnn_sampler_free(sampler);
}

static void test_popularity(void) {
  check_popularity("popularity", 1.0);
  check_popularity("popularity alpha=0.5", 0.5);
  check_popularity(" popularity  alpha=2 ", 2.0);
  check_popularity("popularity alpha=0", 0.0);
}

static void test_text(void) {
  static const struct {
    const char *text;
    int code;
    const char *error;
  } cases[] = {
      {"popularty", RECNN_ERROR_NOT_FOUND,
       "unknown sampler \"popularty\" (did you mean popularity?)"},
      {"popularity beta=1", RECNN_ERROR_OPTION, "beta"},
      {"popularity alpha=-1", RECNN_ERROR_OPTION, "alpha"},
      {"uniform alpha=1", RECNN_ERROR_OPTION, "alpha"},
      {"uniform; popularity", RECNN_ERROR_OPTION, "uniform and popularity, expected one"},
      {"", RECNN_ERROR_OPTION, "option sampler"},
  };
  for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
    GError *error = NULL;
    g_assert_null(popularity(cases[c].text, &error));
    g_assert_cmpint(error->code, ==, cases[c].code);
    if (!strstr(error->message, cases[c].error))
      g_error("%s: %s", cases[c].text, error->message);
    g_clear_error(&error);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/sampler/registry", test_registry);
  g_test_add_func("/data/sampler/uniform", test_uniform);
  g_test_add_func("/data/sampler/popularity", test_popularity);
  g_test_add_func("/data/sampler/text", test_text);
  g_test_add_func("/data/sampler/exact-draw", test_exact_draw);
  g_test_add_func("/data/sampler/pure", test_pure);
  g_test_add_func("/data/sampler/refusals", test_refusals);
  return g_test_run();
}
