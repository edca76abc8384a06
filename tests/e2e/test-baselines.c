/* The baselines against what their definitions say, computed the long way. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "model/model.h"
#include "plugin/plugin.h"
#include "tensor/tensor.h"

/* More items than two blocks of ease's inversion. */
enum { USERS = 90, ITEMS = 150, N = 1500 };

static int32_t user_of[N], item_of[N];
static bool has[USERS][ITEMS];
static double n_users[ITEMS], n_items[USERS]; /* of an item, of a user */

/* Some pairs are there twice; item ITEMS - 1 and user USERS - 1 have nothing. */
static void make_data(void) {
  RecnnRng rng;
  recnn_rng_init(&rng, 5, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (int i = 0; i < N; i++) {
    double u = recnn_rng_double(&rng);
    user_of[i] = (int32_t)recnn_rng_below(&rng, USERS - 1);
    item_of[i] = (int32_t)(u * u * (ITEMS - 1));
    if (!has[user_of[i]][item_of[i]]) {
      n_users[item_of[i]]++;
      n_items[user_of[i]]++;
    }
    has[user_of[i]][item_of[i]] = true;
  }
}

static const RecnnInteractions data = {.struct_size = sizeof data,
                                       .n = N,
                                       .n_users = USERS,
                                       .n_items = ITEMS,
                                       .user = user_of,
                                       .item = item_of};

static RecnnModel *model_of(const char *name, const char *const (*set)[2], size_t n) {
  static const RecnnCount counts[] = {{"users", USERS}, {"items", ITEMS}, {"interactions", N}};
  GError *error = NULL;
  const RecnnModelClass *model_class = recnn_model_class_find(name, &error);
  g_assert_no_error(error);
  RecnnOptions *options = recnn_options_new(model_class->options, name, &error);
  for (size_t i = 0; i < n; i++)
    g_assert_true(recnn_options_set_text(options, set[i][0], set[i][1], NULL));
  RecnnModel *model =
      recnn_model_new(model_class, options, counts, G_N_ELEMENTS(counts), 19, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  return model;
}

static RecnnModel *fitted(const char *name, const char *const (*set)[2], size_t n) {
  RecnnModel *model = model_of(name, set, n);
  GError *error = NULL;
  recnn_model_fit(model, &data, &error);
  g_assert_no_error(error);
  return model;
}

/* The scores of all users for all items, (USERS, ITEMS); caller frees. */
static float *score_all(RecnnModel *model) {
  static int64_t users[USERS], start[USERS + 1], items[USERS * ITEMS];
  static float values[USERS * ITEMS];
  int64_t n = 0;
  for (int u = 0; u < USERS; u++) {
    users[u] = u;
    for (int i = 0; i < ITEMS; i++)
      if (has[u][i]) {
        values[n] = 1.0f;
        items[n++] = i;
      }
    start[u + 1] = n;
  }
  const struct {
    const char *name;
    void *data;
    int32_t dtype;
    int64_t n;
  } fields[] = {{"user", users, RECNN_INT64, USERS},
                {"row_start", start, RECNN_INT64, USERS + 1},
                {"row_item", items, RECNN_INT64, n},
                {"row_value", values, RECNN_FLOAT32, n}};
  RecnnBatch *batch = recnn_batch_new();
  GError *error = NULL;
  for (size_t f = 0; f < G_N_ELEMENTS(fields); f++) {
    RecnnTensor t = recnn_tensor_view(fields[f].data, fields[f].dtype, 1, &fields[f].n);
    recnn_batch_borrow(batch, fields[f].name, &t, &error);
    g_assert_no_error(error);
    if (f > 0)
      recnn_batch_set_ragged(batch, fields[f].name);
  }
  recnn_batch_set_size(batch, USERS);
  int64_t all[ITEMS], n_all = ITEMS;
  for (int i = 0; i < ITEMS; i++)
    all[i] = i;
  RecnnBatch *item_batch = recnn_batch_new();
  RecnnTensor t = recnn_tensor_view(all, RECNN_INT64, 1, &n_all);
  recnn_batch_borrow(item_batch, "item", &t, &error);
  recnn_batch_set_size(item_batch, ITEMS);
  RecnnGraph *graph = recnn_graph_new(1);
  RecnnVar *encoded = recnn_model_get_class(model)->encode_items != NULL
                          ? recnn_model_encode_items(model, graph, item_batch)
                          : NULL;
  const RecnnTensor *scores =
      recnn_graph_tensor(recnn_model_score_items(model, graph, batch, encoded));
  recnn_graph_check(graph, &error);
  g_assert_no_error(error);
  g_assert_cmpint(scores->shape[0], ==, USERS);
  g_assert_cmpint(scores->shape[1], ==, ITEMS);
  float *copy = g_memdup2(scores->data, sizeof(float) * USERS * ITEMS);
  recnn_graph_free(graph);
  recnn_batch_free(batch);
  recnn_batch_free(item_batch);
  return copy;
}

static double similarity(const char *kind, double shrink, double common, double a, double b) {
  if (strcmp(kind, "cosine") == 0)
    return common / (sqrt(a) * sqrt(b) + shrink);
  if (strcmp(kind, "jaccard") == 0)
    return common / (a + b - common + shrink);
  return common / ((a + b) / 2.0 + shrink);
}

/* Keeps the k largest of n similarities, of equals the first; the others become 0. */
static void keep_largest(double *x, int n, int k) {
  for (int i = 0; i < n; i++) {
    int larger = 0;
    for (int j = 0; j < n; j++)
      larger += fabs(x[j]) > fabs(x[i]) || (fabs(x[j]) == fabs(x[i]) && j < i);
    if (larger >= k)
      x[i] = -fabs(x[i]); /* marked, so that it still counts above */
  }
  for (int i = 0; i < n; i++)
    x[i] = x[i] < 0.0 ? 0.0 : x[i];
}

typedef struct Knn {
  const char *kind;
  const char *shrink;
  const char *k;
} Knn;
static const Knn cosine = {"cosine", "0", "7"}, jaccard = {"jaccard", "2.5", "20"},
                 dice = {"dice", "0.5", "1000"};

static void check_item_knn(const void *what) {
  const Knn *knn = what;
  const char *const set[][2] = {{"similarity", knn->kind}, {"shrink", knn->shrink}, {"k", knn->k}};
  static double near[ITEMS][ITEMS]; /* near[j]: of item j */
  for (int j = 0; j < ITEMS; j++) {
    for (int i = 0; i < ITEMS; i++) {
      double common = 0.0;
      for (int u = 0; u < USERS; u++)
        common += has[u][i] && has[u][j];
      near[j][i] = i == j || common == 0.0
                       ? 0.0
                       : (double)(float)similarity(knn->kind, g_ascii_strtod(knn->shrink, NULL),
                                                   common, n_users[i], n_users[j]);
    }
    keep_largest(near[j], ITEMS, atoi(knn->k));
  }
  RecnnModel *model = fitted("item_knn", set, G_N_ELEMENTS(set));
  g_autofree float *scores = score_all(model);
  for (int u = 0; u < USERS; u++)
    for (int j = 0; j < ITEMS; j++) {
      double expected = 0.0;
      for (int i = 0; i < ITEMS; i++)
        expected += has[u][i] ? near[j][i] : 0.0;
      g_assert_cmpfloat_with_epsilon((double)scores[u * ITEMS + j], expected, 1e-4);
    }
  recnn_model_free(model);
}

static void check_user_knn(const void *what) {
  const Knn *knn = what;
  const char *const set[][2] = {{"similarity", knn->kind}, {"shrink", knn->shrink}, {"k", knn->k}};
  RecnnModel *model = fitted("user_knn", set, G_N_ELEMENTS(set));
  g_autofree float *scores = score_all(model);
  for (int u = 0; u < USERS; u++) {
    double near[USERS];
    for (int v = 0; v < USERS; v++) {
      double common = 0.0;
      for (int i = 0; i < ITEMS; i++)
        common += has[u][i] && has[v][i];
      near[v] = common == 0.0
                    ? 0.0
                    : (double)(float)similarity(knn->kind, g_ascii_strtod(knn->shrink, NULL),
                                                common, n_items[u], n_items[v]);
    }
    keep_largest(near, USERS, atoi(knn->k));
    for (int i = 0; i < ITEMS; i++) {
      double expected = 0.0;
      for (int v = 0; v < USERS; v++)
        expected += has[v][i] ? near[v] : 0.0;
      g_assert_cmpfloat_with_epsilon((double)scores[u * ITEMS + i], expected, 1e-4);
    }
  }
  recnn_model_free(model);
}

/* The columns of B solve (G + λ I) B = G - diagonal, with a diagonal of zeros: for every column j
 * G'_i B_j = G'_ij holds in all rows i but j. */
static void check_ease(void) {
  static const char *const set[][2] = {{"regularization", "3"}};
  static double gram[ITEMS][ITEMS];
  for (int i = 0; i < ITEMS; i++)
    for (int j = 0; j < ITEMS; j++) {
      gram[i][j] = i == j ? 3.0 : 0.0;
      for (int u = 0; u < USERS; u++)
        gram[i][j] += has[u][i] && has[u][j];
    }
  RecnnModel *model = fitted("ease", set, 1);
  const float *b = recnn_model_find_param(model, "item_weight.weight")->value.data;
  double size = 0.0;
  for (int j = 0; j < ITEMS; j++) {
    g_assert_cmpfloat(b[j * ITEMS + j], ==, 0.0f);
    for (int i = 0; i < ITEMS; i++) {
      double sum = 0.0;
      for (int k = 0; k < ITEMS; k++)
        sum += gram[i][k] * (double)b[k * ITEMS + j];
      if (i != j)
        g_assert_cmpfloat_with_epsilon(sum, gram[i][j], 2e-4);
      size += fabs((double)b[i * ITEMS + j]);
    }
  }
  g_assert_cmpfloat(size, >, 100.0);
  g_autofree float *scores = score_all(model);
  double first = 0.0;
  for (int i = 0; i < ITEMS; i++)
    first += has[4][i] ? (double)b[i * ITEMS + 11] : 0.0;
  g_assert_cmpfloat_with_epsilon((double)scores[4 * ITEMS + 11], first, 1e-5);
  recnn_model_free(model);
}

/* The items' vectors were solved for last: they fulfil their equations for the users' vectors. */
static void check_ials(void) {
  enum { D = 6 };
  static const char *const set[][2] = {{"embedding_dim", "6"},
                                       {"alpha", "0.2"},
                                       {"regularization", "0.05"},
                                       {"epochs", "4"},
                                       {"frequency_power", "0.7"}};
  RecnnModel *model = fitted("ials", set, G_N_ELEMENTS(set));
  const float *x = recnn_model_find_param(model, "user_embedding.weight")->value.data;
  const float *y = recnn_model_find_param(model, "item_embedding.weight")->value.data;
  double size = 0.0;
  for (int i = 0; i < ITEMS; i++) {
    double ridge = 0.05 * pow(n_users[i] + 0.2 * USERS, 0.7);
    double gradient[D] = {0};
    for (int u = 0; u < USERS; u++) {
      double score = 0.0;
      for (int c = 0; c < D; c++)
        score += (double)x[u * D + c] * (double)y[i * D + c];
      for (int c = 0; c < D; c++)
        gradient[c] += (double)x[u * D + c] * (0.2 * score + (has[u][i] ? score - 1.0 : 0.0));
    }
    for (int c = 0; c < D; c++) {
      gradient[c] += ridge * (double)y[i * D + c];
      g_assert_cmpfloat_with_epsilon(gradient[c], 0.0, 1e-4);
      size += fabs((double)y[i * D + c]);
    }
  }
  g_assert_cmpfloat(size, >, 10.0);
  g_autofree float *scores = score_all(model);
  double of_chosen = 0.0, of_others = 0.0, n_chosen = 0.0;
  for (int u = 0; u < USERS; u++)
    for (int i = 0; i < ITEMS; i++) {
      n_chosen += has[u][i];
      *(has[u][i] ? &of_chosen : &of_others) += (double)scores[u * ITEMS + i];
    }
  of_chosen /= n_chosen;
  of_others /= USERS * ITEMS - n_chosen;
  g_assert_cmpfloat(of_chosen, >, 2.0 * of_others);
  recnn_model_free(model);
}

/* Even over [0, 1), the same for the same seed, and without a relation between users. */
static void check_random(void) {
  static const char *const other[][2] = {{"seed", "43"}};
  RecnnModel *a = fitted("random", NULL, 0), *b = fitted("random", NULL, 0);
  RecnnModel *c = fitted("random", other, 1);
  g_autofree float *x = score_all(a), *y = score_all(b), *z = score_all(c);
  g_assert_cmpmem(x, sizeof(float) * USERS * ITEMS, y, sizeof(float) * USERS * ITEMS);
  int tenths[10] = {0}, same = 0, above = 0;
  for (int i = 0; i < USERS * ITEMS; i++) {
    g_assert_cmpfloat(x[i], >=, 0.0f);
    g_assert_cmpfloat(x[i], <, 1.0f);
    tenths[(int)(x[i] * 10.0f)]++;
    same += x[i] == z[i];
    above += i >= ITEMS && x[i] > x[i - ITEMS];
  }
  double chi2 = 0.0, expected = USERS * ITEMS / 10.0;
  for (int t = 0; t < 10; t++)
    chi2 += (tenths[t] - expected) * (tenths[t] - expected) / expected;
  g_assert_cmpfloat(chi2, <, 27.9); /* one in a thousand, and fixed */
  g_assert_cmpint(same, <, 5);
  g_assert_cmpint(abs(above - (USERS - 1) * ITEMS / 2), <, 200);
  recnn_model_free(a);
  recnn_model_free(b);
  recnn_model_free(c);
}

static void check_bits(void) {
  static const char *const names[] = {"item_knn", "user_knn", "ease", "ials", "random"};
  int threads = recnn_parallel_threads();
  for (size_t m = 0; m < G_N_ELEMENTS(names); m++) {
    g_autofree float *first = NULL;
    for (int n = 1; n <= 4; n *= 2) {
      g_assert_true(recnn_parallel_set_threads(n, NULL));
      RecnnModel *model = fitted(names[m], NULL, 0);
      g_autofree float *scores = score_all(model);
      recnn_model_free(model);
      if (first == NULL)
        first = g_steal_pointer(&scores);
      else
        g_assert_cmpmem(scores, sizeof(float) * USERS * ITEMS, first,
                        sizeof(float) * USERS * ITEMS);
    }
  }
  g_assert_true(recnn_parallel_set_threads(threads, NULL));
}

static void check_too_many(void) {
  static const RecnnCount counts[] = {{"users", USERS}, {"items", ITEMS}, {"interactions", 10}};
  GError *error = NULL;
  const RecnnModelClass *model_class = recnn_model_class_find("user_knn", &error);
  RecnnModel *model = recnn_model_new(model_class, NULL, counts, 3, 1, &error);
  g_assert_no_error(error);
  g_assert_false(recnn_model_fit(model, &data, &error));
  g_assert_nonnull(strstr(error->message, "interactions, made for 10 at most"));
  g_clear_error(&error);
  recnn_model_free(model);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  make_data();
  g_test_add_data_func("/baselines/item_knn/cosine", &cosine, check_item_knn);
  g_test_add_data_func("/baselines/item_knn/jaccard", &jaccard, check_item_knn);
  g_test_add_data_func("/baselines/item_knn/dice", &dice, check_item_knn);
  g_test_add_data_func("/baselines/user_knn/cosine", &cosine, check_user_knn);
  g_test_add_data_func("/baselines/user_knn/jaccard", &jaccard, check_user_knn);
  g_test_add_data_func("/baselines/user_knn/dice", &dice, check_user_knn);
  g_test_add_func("/baselines/ease", check_ease);
  g_test_add_func("/baselines/ials", check_ials);
  g_test_add_func("/baselines/random", check_random);
  g_test_add_func("/baselines/bits", check_bits);
  g_test_add_func("/baselines/user_knn/too-many", check_too_many);
  return g_test_run();
}
