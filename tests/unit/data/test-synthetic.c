/* Generated data: the same bytes everywhere, and the properties that make it an example worth
 * learning from. */
#include <math.h>

#include <glib.h>

#include "base/memory.h"
#include "data/feature.h"
#include "data/split.h"
#include "data/synthetic.h"
#include "unit/data/data-test.h"

static RecnnOptions *options_of(const char *text) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(recnn_synthetic_options(), "synthetic", &error);
  g_assert_no_error(error);
  g_auto(GStrv) settings = g_strsplit(text, " ", -1);
  for (char **setting = settings; *setting && **setting; setting++) {
    g_auto(GStrv) pair = g_strsplit(*setting, "=", 2);
    g_assert_true(recnn_options_set_text(options, pair[0], pair[1], &error));
    g_assert_no_error(error);
  }
  return options;
}

static RecnnDataset *generate(const char *text) {
  GError *error = NULL;
  RecnnOptions *options = options_of(text);
  RecnnDataset *dataset = recnn_synthetic_new(options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  return dataset;
}

static char *sha256(const Scratch *scratch, const RecnnDataset *dataset) {
  static const char *const names[] = {"synthetic.inter", "synthetic.user", "synthetic.item"};
  GError *error = NULL;
  g_assert_true(recnn_dataset_write_atomic(dataset, scratch->folder, &error));
  g_assert_no_error(error);
  GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = scratch_path(scratch, names[i]);
    g_autofree char *bytes = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(path, &bytes, &size, &error));
    g_checksum_update(sum, (const guchar *)bytes, (gssize)size);
  }
  char *text = g_strdup(g_checksum_get_string(sum));
  g_checksum_free(sum);
  return text;
}

/* A change of the generator changes this on purpose, and is told in NEWS: who published figures on
 * the example data must know. */
static void test_same_bytes(Scratch *scratch, gconstpointer data) {
  (void)data;
  RecnnDataset *defaults = recnn_synthetic_new(NULL, NULL);
  g_autofree char *sum = sha256(scratch, defaults);
  g_assert_cmpstr(sum, ==, "32299cd4f93cb76096cbc01f2e7b5c09bfdad520d88ecdda60662f2e570f7eaa");
  RecnnDataset *spelt_out = generate(
      "users=2000 items=1000 interactions_per_user=60 groups=12 drift=0.5 noise=0.2 seed=7");
  g_autofree char *same = sha256(scratch, spelt_out);
  g_assert_cmpstr(same, ==, sum);
  RecnnDataset *other = generate("seed=8");
  g_autofree char *differs = sha256(scratch, other);
  g_assert_cmpstr(differs, !=, sum);
  recnn_dataset_unref(defaults);
  recnn_dataset_unref(spelt_out);
  recnn_dataset_unref(other);
}

static int compare_counts(gconstpointer a, gconstpointer b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? 1 : x > y ? -1 : 0;
}

/* Interactions by entity, the most first. */
static int64_t *counts_of(const int32_t *ids, int64_t n, int32_t n_ids) {
  int64_t *counts = g_new0(int64_t, n_ids);
  for (int64_t r = 0; r < n; r++)
    counts[ids[r]]++;
  qsort(counts, (size_t)n_ids, sizeof *counts, compare_counts);
  return counts;
}

static void test_shape(void) {
  RecnnDataset *d = generate("");
  g_assert_cmpint(recnn_dataset_n_users(d), ==, 2000);
  g_assert_cmpint(recnn_dataset_n_items(d), ==, 1000);
  g_assert_cmpint(d->n, >, 2000 * 50);
  g_assert_cmpint(d->n, <, 2000 * 65);
  g_assert_cmpstr(d->name, ==, "synthetic");
  g_assert_cmpstr(d->source, ==, "generated");

  int64_t ratings[6] = {0};
  g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  for (int64_t r = 0; r < d->n; r++) {
    g_assert_true(d->rating[r] >= 1 && d->rating[r] <= 5 && d->rating[r] == floorf(d->rating[r]));
    ratings[(int)d->rating[r]]++;
    g_assert_true(d->timestamp[r] == floor(d->timestamp[r]));
    g_assert_true(r == 0 || d->timestamp[r - 1] <= d->timestamp[r]);
    int64_t pair = (int64_t)d->user[r] << 32 | d->item[r];
    g_assert_true(g_hash_table_add(pairs, g_memdup2(&pair, sizeof pair))); /* each once */
  }
  /* Two years from the beginning of 2021, and the session that has begun by then. */
  g_assert_cmpfloat(d->timestamp[0], >=, 1609459200);
  g_assert_cmpfloat(d->timestamp[d->n - 1], <, 1609459200.0 + 731 * 86400);
  for (int value = 1; value <= 5; value++)
    g_assert_cmpint(ratings[value], >, d->n / 100);
  g_assert_cmpint(ratings[4], >, ratings[1]);

  /* Long tails: of popularity and of activity. */
  g_autofree int64_t *items = counts_of(d->item, d->n, 1000);
  int64_t head = 0;
  for (int i = 0; i < 100; i++)
    head += items[i];
  g_assert_cmpint(head, >, d->n / 4);
  g_assert_cmpint(head, <, d->n / 2);
  g_assert_cmpint(items[0], >, 5 * items[500]);
  g_autofree int64_t *users = counts_of(d->user, d->n, 2000);
  g_assert_cmpint(users[0], >, 10 * users[1000]);
  g_assert_cmpint(users[0], <=, 500);
  g_assert_cmpint(users[1999], >=, 3);
  recnn_dataset_unref(d);
}

static const RecnnFeatureColumn *column(const GPtrArray *features, const char *name) {
  for (guint f = 0; f < features->len; f++)
    if (strcmp(((const RecnnFeatureColumn *)features->pdata[f])->name, name) == 0)
      return features->pdata[f];
  g_assert_not_reached();
}

/* Cosine similarity of items by their training users, shrunk; n x n. */
static float *similarities(const RecnnPart *train) {
  size_t n = (size_t)train->rows.n_items;
  float *s = g_new0(float, n *n);
  for (int64_t u = 0; u < train->rows.n_users; u++)
    for (int64_t i = train->first[u]; i < train->first[u + 1]; i++)
      for (int64_t j = train->first[u]; j < train->first[u + 1]; j++)
        s[(size_t)train->items[i] * n + (size_t)train->items[j]]++;
  g_autofree float *norm = g_new(float, n);
  for (size_t i = 0; i < n; i++)
    norm[i] = sqrtf(s[i * n + i]);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      s[i * n + j] = i == j ? 0 : s[i * n + j] / (norm[i] * norm[j] + 10);
  return s;
}

static bool is_of(const RecnnPart *part, int64_t user, int32_t item) {
  for (int64_t i = part->first[user]; i < part->first[user + 1]; i++)
    if (part->items[i] == item)
      return true;
  return false;
}

/* NDCG@10 of a user's test items under `score`, where train and valid are masked. */
static double ndcg(const RecnnSplit *split, int64_t u, float *score) {
  const RecnnPart *test = &split->part[RECNN_TEST];
  for (int p = RECNN_TRAIN; p <= RECNN_VALID; p++)
    for (int64_t i = split->part[p].first[u]; i < split->part[p].first[u + 1]; i++)
      score[split->part[p].items[i]] = -1;
  double gain = 0, ideal = 0;
  for (int k = 0; k < 10; k++) {
    int32_t best = 0;
    for (int32_t i = 1; i < test->rows.n_items; i++)
      best = score[i] > score[best] ? i : best;
    score[best] = -2;
    gain += is_of(test, u, best) ? 1 / log2(k + 2) : 0;
    ideal += k < test->first[u + 1] - test->first[u] ? 1 / log2(k + 2) : 0;
  }
  return gain / ideal;
}

/* It pays to know the user: the simplest model that does ranks 1.7 times as well as popularity. */
static void test_teaches(void) {
  RecnnDataset *d = generate("");
  RecnnSplit *split = recnn_split_new(d, NULL, NULL);
  const RecnnPart *train = &split->part[RECNN_TRAIN], *test = &split->part[RECNN_TEST];
  size_t n = (size_t)train->rows.n_items;
  g_autofree float *similar = similarities(train), *score = g_new(float, n);
  g_autofree float *popularity = g_new0(float, n);
  for (int64_t r = 0; r < train->rows.n; r++)
    popularity[train->rows.item[r]]++;
  double popular = 0, personal = 0;
  int users = 0;
  for (int64_t u = 0; u < train->rows.n_users; u++) {
    if (test->first[u] == test->first[u + 1])
      continue;
    users++;
    memcpy(score, popularity, n * sizeof *score);
    popular += ndcg(split, u, score);
    memset(score, 0, n * sizeof *score);
    for (int64_t i = train->first[u]; i < train->first[u + 1]; i++)
      for (size_t j = 0; j < n; j++)
        score[j] += similar[(size_t)train->items[i] * n + j];
    personal += ndcg(split, u, score);
  }
  popular /= users;
  personal /= users;
  g_test_message("NDCG@10 of popularity %.4f, of ItemKNN %.4f", popular, personal);
  g_assert_cmpfloat(popular, >, 0.06);
  g_assert_cmpfloat(personal, >, 1.7 * popular);
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

/* The most popular hundred of the first and of the last third of the time. */
static int common_heads(const RecnnDataset *d) {
  int32_t n_items = recnn_dataset_n_items(d);
  g_autofree int64_t *early = g_new0(int64_t, n_items), *late = g_new0(int64_t, n_items);
  for (int64_t r = 0; r < d->n / 3; r++) {
    early[d->item[r]]++;
    late[d->item[d->n - 1 - r]]++;
  }
  g_autofree int64_t *first = counts_of(d->item, d->n / 3, n_items);
  g_autofree int64_t *last = counts_of(d->item + (d->n - d->n / 3), d->n / 3, n_items);
  int common = 0;
  for (int32_t i = 0; i < n_items; i++)
    common += early[i] > first[100] && late[i] > last[100];
  return common;
}

static void test_drift(void) {
  RecnnDataset *still = generate("drift=0"), *moving = generate("drift=1");
  int a = common_heads(still), b = common_heads(moving);
  g_test_message("common to the heads of the first and the last third: %d still, %d moving", a, b);
  g_assert_cmpint(b, <, a - 10);
  recnn_dataset_unref(still);
  recnn_dataset_unref(moving);
}

/* Chi squared per degree of freedom of two columns of tokens against each other: 1 for independent
 * ones. */
static double dependence(const RecnnFeatureColumn *a, const RecnnFeatureColumn *b) {
  int32_t n_a = recnn_id_map_size(a->tokens), n_b = recnn_id_map_size(b->tokens);
  g_autofree double *table = g_new0(double, n_a *n_b), *rows = g_new0(double, n_a);
  g_autofree double *columns = g_new0(double, n_b);
  for (int32_t e = 0; e < a->n_entities; e++) {
    table[a->ids[e] * n_b + b->ids[e]]++;
    rows[a->ids[e]]++;
    columns[b->ids[e]]++;
  }
  double chi2 = 0;
  for (int32_t i = 0; i < n_a; i++)
    for (int32_t j = 0; j < n_b; j++) {
      double expected = rows[i] * columns[j] / a->n_entities;
      chi2 += (table[i * n_b + j] - expected) * (table[i * n_b + j] - expected) / expected;
    }
  return chi2 / ((n_a - 1) * (n_b - 1));
}

static void test_features(void) {
  RecnnDataset *d = generate("");
  const RecnnFeatureColumn *age = column(d->user_features, "age");
  const RecnnFeatureColumn *gender = column(d->user_features, "gender");
  const RecnnFeatureColumn *occupation = column(d->user_features, "occupation");
  const RecnnFeatureColumn *region = column(d->user_features, "region");
  g_assert_cmpint(age->type, ==, RECNN_FEATURE_FLOAT);
  g_assert_cmpint(recnn_id_map_size(gender->tokens), ==, 2);
  g_assert_cmpint(recnn_id_map_size(occupation->tokens), ==, 12);
  g_assert_cmpint(recnn_id_map_size(region->tokens), ==, 6);
  for (int32_t u = 0; u < 2000; u++) {
    g_assert_cmpint(age->first[u + 1], ==, u + 1);
    g_assert_true(age->values[u] >= 15 && age->values[u] <= 90);
  }
  g_assert_cmpfloat(dependence(gender, occupation), >, 10);
  g_assert_cmpfloat(dependence(region, occupation), <, 2);

  const RecnnFeatureColumn *title = column(d->item_features, "title");
  const RecnnFeatureColumn *year = column(d->item_features, "year");
  const RecnnFeatureColumn *genres = column(d->item_features, "genres");
  g_assert_cmpint(title->type, ==, RECNN_FEATURE_TOKEN_SEQ);
  g_assert_cmpint(genres->type, ==, RECNN_FEATURE_TOKEN_SEQ);
  g_assert_cmpint(recnn_id_map_size(genres->tokens), ==, 12);
  int64_t without = 0;
  for (int32_t i = 0; i < 1000; i++) {
    g_assert_cmpint(title->first[i + 1], ==, 2 * (i + 1));
    g_assert_cmpint(year->first[i + 1], ==, i + 1);
    without += genres->first[i] == genres->first[i + 1];
    g_assert_cmpint(genres->first[i + 1] - genres->first[i], <=, 3);
  }
  g_assert_cmpint(without, >, 30);
  g_assert_cmpint(without, <, 120);
  recnn_dataset_unref(d);
}

static void test_sizes(void) {
  static const char *const sizes[] = {"users=1 items=2",
                                      "users=3 items=2 groups=40",
                                      "users=50 items=100",
                                      "users=20 items=40 groups=30 interactions_per_user=20",
                                      "users=10 items=400 drift=1 noise=0 groups=1000",
                                      "users=30 items=50 noise=0.99 groups=1"};
  for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
    RecnnDataset *d = generate(sizes[i]);
    RecnnOptions *options = options_of(sizes[i]);
    g_assert_cmpint(recnn_dataset_n_users(d), ==, recnn_options_int(options, "users"));
    g_assert_cmpint(recnn_dataset_n_items(d), ==, recnn_options_int(options, "items"));
    g_autofree int64_t *users = counts_of(d->user, d->n, recnn_dataset_n_users(d));
    g_assert_cmpint(users[0], <=, (recnn_dataset_n_items(d) + 1) / 2);
    g_assert_cmpint(users[recnn_dataset_n_users(d) - 1], >=, 1);
    recnn_options_free(options);
    recnn_dataset_unref(d);
  }
}

static void test_refusals(void) {
  GError *error = NULL;
  RecnnOptions *options = options_of("items=100 interactions_per_user=51");
  g_assert_null(recnn_synthetic_new(options, &error));
  check_error(&error, RECNN_ERROR_OPTION,
              "synthetic: interactions_per_user 51: expected at most half of the 100 items");
  g_assert_false(recnn_options_set_text(options, "users", "0", &error));
  g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION));
  g_clear_error(&error);
  recnn_options_free(options);
}

static void test_no_memory(void) {
  RecnnOptions *options = options_of("users=5 items=20");
  int failures = 0;
  for (uint64_t n = 1;; n++) {
    GError *error = NULL;
    recnn_memory_fail_after(n);
    RecnnDataset *d = recnn_synthetic_new(options, &error);
    recnn_memory_fail_after(0);
    recnn_dataset_unref(d);
    if (d)
      break;
    g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
    g_clear_error(&error);
    failures++;
  }
  g_assert_cmpint(failures, >, 30);
  recnn_options_free(options);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  SCRATCH_TEST("/data/synthetic/same-bytes", test_same_bytes);
  g_test_add_func("/data/synthetic/shape", test_shape);
  g_test_add_func("/data/synthetic/teaches", test_teaches);
  g_test_add_func("/data/synthetic/drift", test_drift);
  g_test_add_func("/data/synthetic/features", test_features);
  g_test_add_func("/data/synthetic/sizes", test_sizes);
  g_test_add_func("/data/synthetic/refusals", test_refusals);
  g_test_add_func("/data/synthetic/no-memory", test_no_memory);
  return g_test_run();
}
