/* The metrics against numbers worked out by hand, their names, and the reading of "NAME@k". */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "eval/metric.h"

static double at(const char *text, const int64_t *ranks, int64_t n) {
  GError *error = NULL;
  int64_t k = 0;
  const RecnnMetric *metric = recnn_metric_parse(text, &k, &error);
  g_assert_no_error(error);
  g_assert_nonnull(metric);
  RecnnRanking ranking = {.ranks = ranks, .n_relevant = n, .n_candidates = 1000};
  return metric->rank(&ranking, k);
}

#define assert_near(a, b) g_assert_cmpfloat_with_epsilon(a, b, 1e-12)

/* Four relevant items, at ranks 2, 3, 7 and 20. */
static const int64_t some[] = {2, 3, 7, 20};

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
  static const int64_t first[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
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
  static const int64_t one[] = {1, 101, 102, 103, 104, 105, 106, 107, 108, 109};
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

/* Names and aliases are what people type: no two metrics may share one. */
static void test_names_are_unique(void) {
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++) {
    g_assert_true(recnn_metric_find((*m)->name, NULL) == *m);
    char **aliases = g_strsplit((*m)->aliases != NULL ? (*m)->aliases : "", " ", -1);
    for (char **alias = aliases; *alias != NULL; alias++)
      g_assert_true(recnn_metric_find(*alias, NULL) == *m);
    g_strfreev(aliases);
    g_assert_true(((*m)->kind == RECNN_METRIC_RANK) == ((*m)->rank != NULL));
    g_assert_true(((*m)->kind == RECNN_METRIC_VALUE) == ((*m)->row != NULL));
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

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/metric/worked-by-hand", test_worked_by_hand);
  g_test_add_func("/metric/limits", test_limits);
  g_test_add_func("/metric/values", test_values);
  g_test_add_func("/metric/names", test_names);
  g_test_add_func("/metric/names-are-unique", test_names_are_unique);
  g_test_add_func("/metric/bad-names", test_bad_names);
  return g_test_run();
}
