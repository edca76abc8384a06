/* The shipped models that go by histories: a score is the same to the last bit whether its user is
 * asked about together with others or alone, by index or by what he did, and at any number of
 * threads; and another past makes another score. */
#include <string.h>

#include <glib.h>

#include "base/parallel.h"
#include "data/synthetic.h"
#include "eval/ranker.h"
#include "plugin/plugin.h"

typedef struct Shipped {
  const char *name;
  const char *options; /* "NAME=VALUE NAME=VALUE" */
} Shipped;

static const Shipped shipped[] = {
    {"gru_session", "embedding_dim=16 hidden_dim=24"},
    {"attention_gru", "embedding_dim=16 hidden_dim=24"},
    {"narm", "embedding_dim=16 hidden_dim=24"},
    {"cnn_sequential", "embedding_dim=16 sequence_length=12"},
    {"hierarchical_cnn", "embedding_dim=16 sequence_length=12"},
    {"denoising_autoencoder", "hidden_dims=32,16"},
    {"variational_autoencoder", "latent_dim=8 encoder_dims=32 decoder_dims=32"},
    {"conditional_vae", "latent_dim=8 encoder_dims=32 decoder_dims=32"},
};

static RecnnOptions *settings(const RecnnOption *table, const char *text) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(table, "test", &error);
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  for (char **word = words; *word; word++) {
    g_auto(GStrv) pair = g_strsplit(*word, "=", 2);
    recnn_options_set_text(options, pair[0], pair[1], &error);
    g_assert_no_error(error);
  }
  return options;
}

static RecnnSplit *generated(void) {
  GError *error = NULL;
  RecnnOptions *options =
      settings(recnn_synthetic_options(), "users=90 items=70 interactions_per_user=15 seed=3");
  RecnnDataset *dataset = recnn_synthetic_new(options, &error);
  g_assert_no_error(error);
  RecnnSplit *split = recnn_split_new(dataset, NULL, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  recnn_dataset_unref(dataset);
  return split;
}

static RecnnRanker *new_ranker(RecnnModel *model, const RecnnSplit *split) {
  GError *error = NULL;
  RecnnRanker *ranker = recnn_ranker_new(model, 0, &error);
  g_assert_no_error(error);
  g_assert_true(recnn_ranker_set_history(ranker, split, RECNN_TEST, &error));
  g_assert_no_error(error);
  return ranker;
}

/* Each by himself: by his index, and as somebody with that past. */
static void check_alone(RecnnRanker *ranker, const float *together, int64_t n_users,
                        int64_t n_items) {
  GError *error = NULL;
  g_autofree float *scores = g_new(float, n_items);
  for (int64_t user = 0; user < n_users; user++) {
    RecnnSubject subject;
    g_assert_true(recnn_ranker_score(ranker, &user, 1, scores, &error));
    g_assert_cmpmem(scores, (size_t)n_items * sizeof *scores, together + user * n_items,
                    (size_t)n_items * sizeof *scores);
    g_assert_true(recnn_ranker_subject(ranker, user, &subject, &error));
    g_autofree int32_t *items = g_memdup2(subject.items, (gsize)subject.n * sizeof *items);
    subject.items = items;
    g_assert_true(recnn_ranker_ask(ranker, &subject, scores, &error));
    g_assert_cmpmem(scores, (size_t)n_items * sizeof *scores, together + user * n_items,
                    (size_t)n_items * sizeof *scores);
    subject.n--;
    g_assert_true(recnn_ranker_ask(ranker, &subject, scores, &error));
    g_assert_no_error(error);
    g_assert_true(memcmp(scores, together + user * n_items, (size_t)n_items * sizeof *scores));
  }
}

static void check(const void *data) {
  static const int threads[] = {1, 2, 4};
  const Shipped *s = data;
  GError *error = NULL;
  RecnnSplit *split = generated();
  const RecnnModelClass *model_class = recnn_model_class_find(s->name, &error);
  g_assert_no_error(error);
  RecnnOptions *options = settings(model_class->options, s->options);
  RecnnModel *model = recnn_model_new_for(model_class, options, split->dataset, NULL, 11, &error);
  g_assert_no_error(error);
  int64_t n_users = recnn_dataset_n_users(split->dataset);
  int64_t n_items = recnn_dataset_n_items(split->dataset);
  g_autofree int64_t *users = g_new(int64_t, n_users);
  g_autofree float *together = g_new(float, n_users *n_items);
  g_autofree float *scores = g_new(float, n_users *n_items);
  for (int64_t u = 0; u < n_users; u++)
    users[u] = u;
  int before = recnn_parallel_threads();
  for (size_t t = 0; t < G_N_ELEMENTS(threads); t++) {
    g_assert_true(recnn_parallel_set_threads(threads[t], &error));
    RecnnRanker *ranker = new_ranker(model, split);
    float *to = t == 0 ? together : scores;
    g_assert_true(recnn_ranker_score(ranker, users, n_users, to, &error));
    g_assert_no_error(error);
    if (t > 0)
      g_assert_cmpmem(scores, (size_t)(n_users * n_items) * sizeof *scores, together,
                      (size_t)(n_users * n_items) * sizeof *scores);
    else
      check_alone(ranker, together, n_users, n_items);
    recnn_ranker_free(ranker);
  }
  g_assert_true(recnn_parallel_set_threads(before, &error));
  recnn_model_free(model);
  recnn_options_free(options);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(shipped); i++) {
    g_autofree char *path = g_strdup_printf("/histories/%s", shipped[i].name);
    g_test_add_data_func(path, &shipped[i], check);
  }
  return g_test_run();
}
