/* The metrics against numbers worked out by hand, their names, and the reading of "NAME@k". */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/rng.h"
#include "eval/metric.h"

static double at(const char *text, const double *ranks, int64_t n) {
  GError *error = NULL;
  int64_t k = 0;
  const RecnnMetric *metric = recnn_metric_parse(text, &k, &error);
  g_assert_no_error(error);
  g_assert_nonnull(metric);
  RecnnRanking ranking = {
      .struct_size = sizeof ranking, .ranks = ranks, .n_relevant = n, .n_candidates = 1000};
  return metric->rank(&ranking, k);
}

#define assert_near(a, b) g_assert_cmpfloat_with_epsilon(a, b, 1e-12)

/* Four relevant items, at ranks 2, 3, 7 and 20. */
static const double some[] = {2, 3, 7, 20};

static void test_worked_by_hand(void) {
  assert_near(at("Recall@1", some, 4), 0.0);
  assert_near(at("Recall@2", some, 4), 0.25);
  assert_near(at("Recall@10", some, 4), 0.75);
  assert_near(at("Recall@20", some, 4), 1.0);
  assert_near(at("Precision@2", some, 4), 0.5);
  assert_near(at("Precision@10", some, 4), 0.3);
  assert_near(at("Hit@1", some, 4), 0.0);
  assert_near(at("Hit@2", some, 4), 1.0);
  assert_near(at("MRR@1", some, 4), 0.0);
  assert_near(at("MRR@10", some, 4), 0.5);
  /* (1/2 + 2/3 + 3/7) / min (4, 10); at 3 the divisor is 3 */
  assert_near(at("MAP@10", some, 4), (1.0 / 2 + 2.0 / 3 + 3.0 / 7) / 4);
  assert_near(at("MAP@3", some, 4), (1.0 / 2 + 2.0 / 3) / 3);
  /* 1/log2 3 + 1/log2 4 + 1/log2 8 over 1 + 1/log2 3 + 1/log2 4 + 1/log2 5 */
  assert_near(at("NDCG@10", some, 4), 0.5716190970674814);
  assert_near(at("NDCG@2", some, 4), 0.38685280723454163); /* 1/log2 3 over 1 + that */
  assert_near(at("NDCG@1", some, 4), 0.0);
}

static void test_limits(void) {
  static const double first[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  /* a perfect list is 1 at every cut-off, exactly */
  for (int64_t k = 1; k <= 12; k++) {
    char *ndcg = g_strdup_printf("NDCG@%d", (int)k);
    char *map = g_strdup_printf("MAP@%d", (int)k);
    g_assert_cmpfloat(at(ndcg, first, 10), ==, 1.0);
    g_assert_cmpfloat(at(map, first, 10), ==, 1.0);
    g_free(ndcg);
    g_free(map);
  }
  /* one hit of ten at rank 1 is no perfect list (the trap of normalising by the hits found) */
  static const double one[] = {1, 101, 102, 103, 104, 105, 106, 107, 108, 109};
  g_assert_cmpfloat(at("NDCG@10", one, 10), <, 0.23);
  /* fewer candidates than k: Precision still divides by k */
  assert_near(at("Precision@20", first, 10), 0.5);
}

static double value(const char *name, const double *predictions, const double *targets, int64_t n) {
  int64_t k = -1;
  const RecnnMetric *metric = recnn_metric_parse(name, &k, NULL);
  g_assert_nonnull(metric);
  g_assert_cmpint(k, ==, 0);
  g_assert_false(metric->higher_is_better);
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += metric->row(predictions[i], targets[i]);
  return metric->finish(sum, n);
}

static void test_values(void) {
  static const double predictions[] = {1.0, 2.0, 4.5};
  static const double targets[] = {1.0, 4.0, 3.5};
  assert_near(value("RMSE", predictions, targets, 3), sqrt(5.0 / 3.0));
  assert_near(value("mae", predictions, targets, 3), 1.0);
  static const double probabilities[] = {0.9, 0.2, 1.0};
  static const double labels[] = {1.0, 0.0, 0.0};
  assert_near(value("LogLoss", probabilities, labels, 3),
              -(log(0.9) + log(0.8) + log(1.0 - (1.0 - 1e-15))) / 3.0);
}

static double of_rows(const char *name, const float *predictions, const float *labels,
                      const int32_t *users, int64_t n) {
  const RecnnMetric *metric = recnn_metric_find(name, NULL);
  g_assert_nonnull(metric);
  RecnnValues values = {sizeof values, predictions, labels, users, n};
  double result = -1.0;
  g_assert_cmpint(metric->all(&values, &result, NULL), ==, RECNN_OK);
  return result;
}

/* Six rows: of the 9 pairs the positives win 5, lose 2 and tie in 2. */
static void test_auc(void) {
  static const float predictions[] = {0.5f, -1.0f, 0.0f, -0.0f, 2.0f, 0.5f};
  static const float labels[] = {1, 0, 1, 0, 1, 0};
  static const int32_t users[] = {0, 0, 0, 1, 1, 2};
  /* 0.5: beats -1 and 0, ties 0.5; 0: beats -1, ties 0, loses to 0.5; 2: beats all */
  assert_near(of_rows("AUC", predictions, labels, users, 6), (2.5 + 1.5 + 3.0) / 9.0);
  /* user 0 has pairs (0.5, -1) and (0, -1), user 1 (2, 0), user 2 none */
  static const float worse[] = {0.5f, 0.25f, 0.0f, -0.0f, 2.0f, 0.5f};
  assert_near(of_rows("UserAUC", worse, labels, users, 6), (0.5 * 3 + 1.0 * 2) / 5.0);
  static const float ones[] = {1, 1, 1, 1, 1, 1};
  g_assert_true(isnan(of_rows("AUC", predictions, ones, users, 6)));
  g_assert_true(isnan(of_rows("UserAUC", predictions, ones, users, 6)));
  /* constant predictions know nothing */
  static const float constant[] = {3, 3, 3, 3, 3, 3};
  assert_near(of_rows("AUC", constant, labels, users, 6), 0.5);
}

/* Against the sum over all pairs, with many ties and with none. */
static void test_auc_random(void) {
  enum { N = 700 };
  RecnnRng rng;
  recnn_rng_init(&rng, 21, RECNN_STREAM(RECNN_STREAM_TEST, 5));
  for (int round = 0; round < 20; round++) {
    float predictions[N], labels[N];
    int32_t users[N];
    uint64_t levels = round % 2 == 0 ? 20 : 1 << 20;
    for (int i = 0; i < N; i++) {
      predictions[i] = (float)recnn_rng_below(&rng, levels) - (float)levels / 2;
      labels[i] = recnn_rng_below(&rng, 4) == 0 ? 1.0f : 0.0f;
      users[i] = (int32_t)recnn_rng_below(&rng, 40);
    }
    double right = 0, pairs = 0, sum = 0, rows = 0;
    for (int user = -1; user < 40; user++) {
      double own_right = 0, own_pairs = 0, own_rows = 0;
      for (int i = 0; i < N; i++) {
        own_rows += users[i] == user;
        for (int j = 0; j < N; j++) {
          if (labels[i] != 1.0f || labels[j] != 0.0f ||
              (user >= 0 && (users[i] != user || users[j] != user)))
            continue;
          own_pairs += 1;
          own_right += predictions[i] > predictions[j]    ? 1.0
                       : predictions[i] == predictions[j] ? 0.5
                                                          : 0.0;
        }
      }
      if (user < 0) {
        right = own_right;
        pairs = own_pairs;
      } else if (own_pairs > 0) {
        sum += own_right / own_pairs * own_rows;
        rows += own_rows;
      }
    }
    assert_near(of_rows("AUC", predictions, labels, users, N), right / pairs);
    assert_near(of_rows("UserAUC", predictions, labels, users, N), sum / rows);
  }
}

/* Ranks 2, 3, 7 and 20 of 1000: the others behind them are 995, 995, 992 and 980. */
static void test_gauc_and_f1(void) {
  const RecnnMetric *gauc = recnn_metric_find("gauc", NULL);
  RecnnRanking ranking = {sizeof ranking, some, 4, 1000, 32.0};
  assert_near(gauc->rank(&ranking, 0), (995.0 + 995.0 + 992.0 + 980.0) / (4.0 * 996.0));
  g_assert_cmpfloat(gauc->weight(&ranking), ==, 4.0);
  ranking.n_candidates = 4;
  g_assert_cmpfloat(gauc->weight(&ranking), ==, 0.0); /* no pairs */
  double precision = 0.3, recall = 0.75;
  assert_near(at("F1@10", some, 4), 2 * precision * recall / (precision + recall));
  assert_near(at("F1@1", some, 4), 0.0);
}

/* Five items, three lists of two: item 0 three times, 1 twice, 4 once. */
static void test_catalogue(void) {
  static const int64_t count[] = {3, 2, 0, 0, 1};
  RecnnShownCounts shown = {sizeof shown, count, 5, 3, 6};
  int64_t sorted[5];
  assert_near(recnn_metric_find("ItemCoverage", NULL)->catalogue(&shown, sorted), 0.6);
  /* ascending 0 0 1 2 3: (0 * -4 + 0 * -2 + 1 * 0 + 2 * 2 + 3 * 4) / (5 * 6) */
  assert_near(recnn_metric_find("GiniIndex", NULL)->catalogue(&shown, sorted), 16.0 / 30.0);
  double entropy = -(0.5 * log(0.5) + log(1.0 / 3) / 3 + log(1.0 / 6) / 6);
  assert_near(recnn_metric_find("ShannonEntropy", NULL)->catalogue(&shown, sorted), entropy);
  assert_near(recnn_metric_find_in("recbole", "ShannonEntropy", NULL)->catalogue(&shown, sorted),
              entropy / 3);
}

static void test_lists(void) {
  static const int64_t count[] = {10, 4, 0}, users[] = {8, 4, 0};
  static const bool tail[] = {false, true, false};
  /* item 0 has features a and b, 1 has b, 2 has none */
  static const int64_t first[] = {0, 2, 3, 3};
  static const int32_t features[] = {0, 1, 1};
  static const float weights[] = {0.70710678118654752f, 0.70710678118654752f, 1.0f};
  RecnnItemFacts facts = {sizeof facts, 3, 8, count, users, tail, first, features, weights};
  static const int64_t items[] = {1, 0, 2};
  RecnnShown three = {sizeof three, items, 3, &facts}, one = {sizeof one, items, 1, &facts};
  assert_near(recnn_metric_find("AveragePopularity", NULL)->list(&three, 3), 14.0 / 3);
  assert_near(recnn_metric_find("TailPercentage", NULL)->list(&three, 3), 1.0 / 3);
  assert_near(recnn_metric_find("Novelty", NULL)->list(&three, 3), (1.0 + 0.0 + 3.0) / 3);
  const RecnnMetric *diversity = recnn_metric_find("Diversity", NULL);
  g_assert_cmpfloat_with_epsilon(diversity->list(&three, 3), (1 - sqrt(0.5) + 1 + 1) / 3, 1e-7);
  g_assert_cmpfloat(diversity->list(&one, 3), ==, 0.0);
}

static void test_names(void) {
  static const struct {
    const char *text;
    const char *label;
  } cases[] = {{"hr@5", "Hit@5"},
               {"HitRatio@20", "Hit@20"},
               {"nDCG@10", "NDCG@10"},
               {"RecipRank@3", "MRR@3"},
               {"recall@1", "Recall@1"},
               {"rmse", "RMSE"},
               {"PRECISION@7", "Precision@7"}};
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GError *error = NULL;
    int64_t k = 0;
    const RecnnMetric *metric = recnn_metric_parse(cases[i].text, &k, &error);
    g_assert_no_error(error);
    char *label = recnn_metric_label(metric, k);
    g_assert_cmpstr(label, ==, cases[i].label);
    g_free(label);
  }
  const char **names = recnn_metric_names();
  size_t n = 0;
  for (; names[n] != NULL; n++)
    if (n > 0)
      g_assert_cmpint(g_ascii_strcasecmp(names[n - 1], names[n]), <, 0);
  g_assert_cmpuint(n, >=, 8);
  g_free(names);
}

/* Names and aliases are what people type: no two metrics may share one, but for what profiles put
 * in another's place. */
static void test_names_are_unique(void) {
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++) {
    char **profiles = g_strsplit((*m)->profiles != NULL ? (*m)->profiles : "none", " ", -1);
    char **aliases = g_strsplit((*m)->aliases != NULL ? (*m)->aliases : "", " ", -1);
    for (char **profile = profiles; *profile != NULL; profile++) {
      g_assert_true(recnn_metric_find_in(*profile, (*m)->name, NULL) == *m);
      for (char **alias = aliases; *alias != NULL; alias++)
        g_assert_true(recnn_metric_find_in(*profile, *alias, NULL) == *m);
    }
    g_strfreev(aliases);
    g_strfreev(profiles);
    g_assert_true(((*m)->kind == RECNN_METRIC_RANK) == ((*m)->rank != NULL));
    g_assert_true(((*m)->kind == RECNN_METRIC_LIST) == ((*m)->list != NULL));
    g_assert_true(((*m)->kind == RECNN_METRIC_CATALOGUE) == ((*m)->catalogue != NULL));
    g_assert_true(((*m)->kind == RECNN_METRIC_VALUE) == ((*m)->row != NULL || (*m)->all != NULL));
    g_assert_true(((*m)->row != NULL) == ((*m)->finish != NULL));
    g_assert_nonnull((*m)->doc);
  }
}

static void test_bad_names(void) {
  static const struct {
    const char *text;
    int code;
    const char *says;
  } cases[] = {
      {"NDGC@10", RECNN_ERROR_NOT_FOUND, "did you mean NDCG"},
      {"", RECNN_ERROR_NOT_FOUND, "not known"},
      {"@10", RECNN_ERROR_NOT_FOUND, "not known"},
      {"NDCG", RECNN_ERROR_ARGUMENT, "NDCG@10"},
      {"NDCG@", RECNN_ERROR_ARGUMENT, "from 1 up"},
      {"NDCG@0", RECNN_ERROR_ARGUMENT, "from 1 up"},
      {"NDCG@-3", RECNN_ERROR_ARGUMENT, "from 1 up"},
      {"NDCG@1.5", RECNN_ERROR_ARGUMENT, "from 1 up"},
      {"NDCG@10x", RECNN_ERROR_ARGUMENT, "from 1 up"},
      {"NDCG@99999999999999999999", RECNN_ERROR_ARGUMENT, "from 1 up"},
      {"RMSE@10", RECNN_ERROR_ARGUMENT, "no cut-off"},
      {"GAUC@10", RECNN_ERROR_ARGUMENT, "over the whole ranking"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GError *error = NULL;
    int64_t k = 42;
    g_assert_null(recnn_metric_parse(cases[i].text, &k, &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, cases[i].code);
    g_assert_nonnull(strstr(error->message, cases[i].says));
    g_assert_cmpint(k, ==, 42);
    g_clear_error(&error);
  }
}

static double no_rank(const RecnnRanking *ranking, int64_t k) {
  (void)ranking;
  (void)k;
  return 0.0;
}
static double no_catalogue(const RecnnShownCounts *shown, int64_t *sorted) {
  (void)shown;
  (void)sorted;
  return 0.0;
}
static double no_finish(double sum, int64_t n) {
  (void)n;
  return sum;
}

/* A metric has the functions of its kind, and of no other. */
static void test_functions(void) {
  const struct {
    int32_t kind;
    bool rank, catalogue, finish, good;
  } cases[] = {{RECNN_METRIC_RANK, true, false, false, true},
               {RECNN_METRIC_RANK, false, false, false, false},
               {RECNN_METRIC_RANK, true, true, false, false},
               {RECNN_METRIC_RANK, true, false, true, false},
               {RECNN_METRIC_CATALOGUE, false, true, false, true},
               {RECNN_METRIC_CATALOGUE, false, true, true, false},
               {RECNN_METRIC_VALUE, false, false, true, false}};
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GError *error = NULL;
    const RecnnMetric metric = {.struct_size = sizeof metric,
                                .name = "Mine",
                                .doc = "One that is made up",
                                .kind = cases[i].kind,
                                .rank = cases[i].rank ? no_rank : NULL,
                                .catalogue = cases[i].catalogue ? no_catalogue : NULL,
                                .finish = cases[i].finish ? no_finish : NULL};
    g_assert_true(recnn_metric_check(&metric, &error) == cases[i].good);
    if (!cases[i].good)
      g_assert_nonnull(strstr(error->message, "and no others"));
    g_clear_error(&error);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/metric/worked-by-hand", test_worked_by_hand);
  g_test_add_func("/metric/limits", test_limits);
  g_test_add_func("/metric/values", test_values);
  g_test_add_func("/metric/auc", test_auc);
  g_test_add_func("/metric/auc-random", test_auc_random);
  g_test_add_func("/metric/gauc-and-f1", test_gauc_and_f1);
  g_test_add_func("/metric/catalogue", test_catalogue);
  g_test_add_func("/metric/lists", test_lists);
  g_test_add_func("/metric/names", test_names);
  g_test_add_func("/metric/names-are-unique", test_names_are_unique);
  g_test_add_func("/metric/bad-names", test_bad_names);
  g_test_add_func("/metric/functions", test_functions);
  return g_test_run();
}
