/* Profiles against the libraries they imitate: figures that these gave for random rankings, lists
 * and rows, which tests/data/eval/make-profiles.py has stored; and by hand for code that is no
 * package. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "eval/evaluator.h"
#include "eval/item-facts.h"
#include "eval/profile.h"

/* What the last line without "expect" said. */
typedef struct Case {
  GArray *ranks; /* double */
  int64_t n_candidates;

  int64_t n_items;
  GArray *counts;   /* int64_t: of items in train */
  GPtrArray *lists; /* GArray of int64_t */

  GArray *users;       /* int32_t */
  GArray *labels;      /* float */
  GArray *predictions; /* float */
} Case;

static void free_list(gpointer list) { g_array_unref(list); }

static void clear(Case *c) {
  g_clear_pointer(&c->ranks, g_array_unref);
  g_clear_pointer(&c->counts, g_array_unref);
  g_clear_pointer(&c->lists, g_ptr_array_unref);
  g_clear_pointer(&c->users, g_array_unref);
  g_clear_pointer(&c->labels, g_array_unref);
  g_clear_pointer(&c->predictions, g_array_unref);
}

static GArray *read_integers(const char *text) {
  GArray *numbers = g_array_new(FALSE, FALSE, sizeof(int64_t));
  char **words = g_strsplit(text, ",", -1);
  for (char **word = words; *word != NULL; word++) {
    int64_t number = g_ascii_strtoll(*word, NULL, 10);
    g_array_append_val(numbers, number);
  }
  g_strfreev(words);
  return numbers;
}

static void read_ranking(Case *c, char **fields) {
  GArray *ranks = read_integers(fields[2]);
  c->n_candidates = g_ascii_strtoll(fields[1], NULL, 10);
  c->ranks = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint i = 0; i < ranks->len; i++) {
    double rank = (double)g_array_index(ranks, int64_t, i);
    g_array_append_val(c->ranks, rank);
  }
  g_array_unref(ranks);
}

static void read_lists(Case *c, char **fields) {
  c->n_items = g_ascii_strtoll(fields[1], NULL, 10);
  c->counts = read_integers(fields[2]);
  c->lists = g_ptr_array_new_with_free_func(free_list);
  char **lists = g_strsplit(fields[3], ";", -1);
  for (char **list = lists; *list != NULL; list++)
    g_ptr_array_add(c->lists, read_integers(*list));
  g_strfreev(lists);
}

static void read_rows(Case *c, char **fields) {
  c->users = g_array_new(FALSE, FALSE, sizeof(int32_t));
  c->labels = g_array_new(FALSE, FALSE, sizeof(float));
  c->predictions = g_array_new(FALSE, FALSE, sizeof(float));
  char **rows = g_strsplit(fields[1], ",", -1);
  for (char **row = rows; *row != NULL; row++) {
    char **parts = g_strsplit(*row, ":", 3);
    int32_t user = (int32_t)g_ascii_strtoll(parts[0], NULL, 10);
    float label = (float)g_ascii_strtod(parts[1], NULL);
    float prediction = (float)g_ascii_strtod(parts[2], NULL);
    g_array_append_val(c->users, user);
    g_array_append_val(c->labels, label);
    g_array_append_val(c->predictions, prediction);
    g_strfreev(parts);
  }
  g_strfreev(rows);
}

static double of_ranking(const Case *c, const RecnnMetric *metric, int64_t k) {
  double sum = 0.0;
  for (guint i = 0; i < c->ranks->len; i++)
    sum += g_array_index(c->ranks, double, i);
  RecnnRanking ranking = {sizeof ranking, (const double *)(void *)c->ranks->data, c->ranks->len,
                          c->n_candidates, sum};
  return metric->rank(&ranking, k);
}

/* A split whose train part has every item as often as the case says. */
static RecnnSplit *split_of(const Case *c) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("counts", "test", false, false);
  for (int64_t i = 0; i < c->n_items; i++) {
    for (int64_t times = 0; times <= g_array_index(c->counts, int64_t, i); times++) {
      char item[24];
      g_snprintf(item, sizeof item, "%d", (int)i);
      recnn_dataset_builder_set_part(builder, times == 0 ? RECNN_TEST : RECNN_TRAIN);
      g_assert_true(
          recnn_dataset_builder_add(builder, "u", 1, item, strlen(item), 0.0f, 0.0, NULL));
    }
  }
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, NULL);
  RecnnSplit *split = recnn_split_new(dataset, NULL, NULL);
  g_assert_nonnull(split);
  recnn_dataset_unref(dataset);
  return split;
}

static double of_lists(const Case *c, const RecnnMetric *metric, int64_t k) {
  if (metric->kind == RECNN_METRIC_CATALOGUE) {
    int64_t *count = g_new0(int64_t, c->n_items);
    int64_t *sorted = g_new0(int64_t, c->n_items);
    for (guint u = 0; u < c->lists->len; u++) {
      const GArray *list = c->lists->pdata[u];
      for (guint i = 0; i < list->len; i++)
        count[g_array_index(list, int64_t, i)]++;
    }
    RecnnShownCounts shown = {sizeof shown, count, c->n_items, c->lists->len,
                              (int64_t)c->lists->len * k};
    double value = metric->catalogue(&shown, sorted);
    g_free(count);
    g_free(sorted);
    return value;
  }
  RecnnSplit *split = split_of(c);
  RecnnItemFacts *facts = recnn_item_facts_new(split, false, NULL);
  double sum = 0.0;
  for (guint u = 0; u < c->lists->len; u++) {
    const GArray *list = c->lists->pdata[u];
    RecnnShown shown = {sizeof shown, (const int64_t *)(void *)list->data, list->len, facts};
    sum += metric->list(&shown, k);
  }
  recnn_item_facts_free(facts);
  recnn_split_unref(split);
  return sum / (double)c->lists->len;
}

static double of_rows(const Case *c, const RecnnMetric *metric) {
  RecnnValues values = {sizeof values, (const float *)(void *)c->predictions->data,
                        (const float *)(void *)c->labels->data,
                        (const int32_t *)(void *)c->users->data, c->users->len};
  double value = 0.0;
  if (metric->all != NULL) {
    g_assert_cmpint(metric->all(&values, &value, NULL), ==, RECNN_OK);
    return value;
  }
  for (int64_t i = 0; i < values.n; i++)
    value += metric->row((double)values.predictions[i], (double)values.targets[i]);
  return metric->finish(value, values.n);
}

static void expect(const Case *c, char **fields, int line) {
  GError *error = NULL;
  int64_t k = 0;
  g_assert_nonnull(recnn_profile_find(fields[1], NULL));
  const RecnnMetric *metric = recnn_metric_parse_open(fields[1], fields[2], &k, &error);
  g_assert_no_error(error);
  double want = g_ascii_strtod(fields[3], NULL);
  double got = metric->kind == RECNN_METRIC_RANK    ? of_ranking(c, metric, k)
               : metric->kind == RECNN_METRIC_VALUE ? of_rows(c, metric)
                                                    : of_lists(c, metric, k);
  /* LibRecommender counts in float32. */
  double tolerance = strcmp(fields[1], "librecommender") == 0 ? 1e-6 : 1e-12;
  if (!(fabs(got - want) <= tolerance * fmax(1.0, fabs(want))))
    g_error("line %d: %s's %s is %.17g, ours %.17g", line, fields[1], fields[2], want, got);
}

static void test_stored(void) {
  const char *root = g_getenv("srcdir");
  const char *other = g_getenv("RECNN_TEST_PROFILES"); /* made just now: tests/e2e/profiles.sh */
  char *path = other != NULL ? g_strdup(other)
                             : g_build_filename(root != NULL ? root : ".",
                                                "tests/data/eval/profiles.tsv", NULL);
  char *text = NULL;
  GError *error = NULL;
  g_file_get_contents(path, &text, NULL, &error);
  g_assert_no_error(error);
  char **lines = g_strsplit(text, "\n", -1);
  Case c = {0};
  int checked = 0;
  for (int i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    char **fields = g_strsplit(lines[i], "\t", -1);
    if (strcmp(fields[0], "expect") == 0) {
      expect(&c, fields, i + 1);
      checked++;
    } else {
      clear(&c);
      void (*read)(Case *, char **) = strcmp(fields[0], "ranking") == 0 ? read_ranking
                                      : strcmp(fields[0], "lists") == 0 ? read_lists
                                                                        : read_rows;
      read(&c, fields);
    }
    g_strfreev(fields);
  }
  g_assert_cmpint(checked, >, 1200);
  clear(&c);
  g_strfreev(lines);
  g_free(text);
  g_free(path);
}

static double at(const char *profile, const char *name, const double *ranks, int64_t n,
                 int64_t n_candidates) {
  int64_t k = 0;
  const RecnnMetric *metric = recnn_metric_parse_open(profile, name, &k, NULL);
  g_assert_nonnull(metric);
  RecnnRanking ranking = {sizeof ranking, ranks, n, n_candidates, 0.0};
  return metric->rank(&ranking, k);
}

#define assert_near(a, b) g_assert_cmpfloat_with_epsilon(a, b, 1e-12)

/* The code of Mult-VAE: Recall_at_k_batch and NDCG_binary_at_k_batch; that of NCF: getHitRatio and
 * getNDCG, log 2 / log (i + 2) of the place i from 0; that of ReChorus: hit / log2 (gt_rank + 1).
 */
static void test_by_hand(void) {
  static const double some[] = {1, 4, 5, 30}, one[] = {7};
  assert_near(at("multvae", "Recall@2", some, 4, 100), 0.5);
  assert_near(at("multvae", "Recall@20", some, 4, 100), 0.75);
  assert_near(at("multvae", "NDCG@5", some, 4, 100),
              (1 + 1 / log2(5) + 1 / log2(6)) / (1 + 1 / log2(3) + 0.5 + 1 / log2(5)));
  assert_near(at("ncf", "HR@10", one, 1, 100), 1.0);
  assert_near(at("ncf", "NDCG@10", one, 1, 100), log(2) / log(8));
  assert_near(at("ncf", "NDCG@5", one, 1, 100), 0.0);
  assert_near(at("rechorus", "HR@7", one, 1, 100), 1.0);
  assert_near(at("rechorus", "NDCG@7", one, 1, 100), 1 / log2(8));
  g_assert_cmpstr(recnn_profile_find("NCF", NULL)->candidates, ==, "given");
  g_assert_cmpstr(recnn_profile_find("rechorus", NULL)->candidates, ==, "given");
  g_assert_null(recnn_profile_find("multvae", NULL)->candidates);
}

/* What LibRecommender's roc_gauc_score is for users with one label. */
static void test_single_label_users(void) {
  static const float predictions[] = {1, 2, 3, 4}, labels[] = {0, 1, 1, 1};
  static const int32_t users[] = {0, 0, 1, 1};
  RecnnValues values = {sizeof values, predictions, labels, users, 4};
  double value;
  g_assert_cmpint(recnn_metric_find("UserAUC", NULL)->all(&values, &value, NULL), ==, RECNN_OK);
  assert_near(value, 1.0);
  const RecnnMetric *other = recnn_metric_find_in("librecommender", "roc_gauc", NULL);
  g_assert_cmpint(other->all(&values, &value, NULL), ==, RECNN_OK);
  assert_near(value, 0.5);
}

static void test_names(void) {
  GError *error = NULL;
  g_assert_null(recnn_profile_find("recbowl", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, "did you mean recbole"));
  g_clear_error(&error);
  /* every profile that a metric names is one */
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++) {
    char **words = g_strsplit((*m)->profiles != NULL ? (*m)->profiles : "ncf", " ", -1);
    for (char **word = words; *word != NULL; word++)
      g_assert_nonnull(recnn_profile_find(*word, NULL));
    g_strfreev(words);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/profile/stored", test_stored);
  g_test_add_func("/profile/by-hand", test_by_hand);
  g_test_add_func("/profile/single-label-users", test_single_label_users);
  g_test_add_func("/profile/names", test_names);
  return g_test_run();
}
