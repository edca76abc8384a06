/* recnn/embed.h: answers, mistakes, and a model that is swapped a thousand times while four threads
 * ask. */
#include <recnn/embed.h>

#include "unit/serve/serve-test.h"

static char *paths[2]; /* two bundles of the same data, with other weights */
static Made made[2];

static RecnnHits *ask(RecnnRecommender *recommender, const RecnnQuestion *question) {
  RecnnError error = RECNN_ERROR_INIT;
  RecnnHits *hits = recnn_recommender_ask(recommender, question, &error);
  if (hits == NULL)
    g_error("%s", error.message);
  return hits;
}

static RecnnRecommender *open_bundle(int which, int n) {
  RecnnError error = RECNN_ERROR_INIT;
  RecnnRecommender *recommender = recnn_recommender_open(paths[which], n, &error);
  if (recommender == NULL)
    g_error("%s", error.message);
  return recommender;
}

static const char *user_token(int64_t user) {
  return recnn_id_map_token(made[0].dataset->users, (int32_t)user);
}
static const char *item_token(int64_t item) {
  return recnn_id_map_token(made[0].dataset->items, (int32_t)item);
}

/* Whether the answer is what model `which` says of the user, with everything allowed. */
static bool is_answer_of(const RecnnHits *hits, int which, int64_t user) {
  int64_t items[5];
  float scores[5];
  best(made[which].model, made[which].split, user, items, scores);
  bool same = recnn_hits_count(hits) == 5;
  for (size_t i = 0; same && i < 5; i++)
    same = strcmp(recnn_hits_item(hits, i), item_token(items[i])) == 0 &&
           recnn_hits_score(hits, i) == (double)scores[i];
  return same;
}

static void answers(void) {
  RecnnRecommender *recommender = open_bundle(0, 2);
  RecnnQuestion question = RECNN_QUESTION_INIT;
  g_assert_cmpstr(recnn_recommender_model(recommender), ==, "narm");
  question.k = 5;
  question.include_seen = true;
  for (int64_t user = 0; user < 60; user++) {
    question.user = user_token(user);
    RecnnHits *hits = ask(recommender, &question);
    g_assert_true(is_answer_of(hits, 0, user));
    g_assert_null(recnn_hits_item(hits, 5));
    recnn_hits_free(hits);
  }
  recnn_recommender_close(recommender);
}

/* What was seen is not recommended, from a history or from the data; candidates are all there is.
 */
static void leaves_out(void) {
  RecnnRecommender *recommender = open_bundle(0, 1);
  const char *const history[] = {item_token(3), item_token(8), "never heard of", item_token(1)};
  const char *const candidates[] = {item_token(8), item_token(20), item_token(21)};
  RecnnQuestion question = RECNN_QUESTION_INIT;
  question.k = 1000;
  question.user = user_token(4);
  RecnnHits *hits = ask(recommender, &question);
  const RecnnPart *train = &made[0].split->part[RECNN_TRAIN];
  int64_t n_train = train->first[5] - train->first[4];
  g_assert_cmpuint(recnn_hits_count(hits), <=, (size_t)(45 - n_train));
  for (size_t i = 0; i < recnn_hits_count(hits); i++)
    for (int64_t j = train->first[4]; j < train->first[5]; j++)
      g_assert_cmpstr(recnn_hits_item(hits, i), !=, item_token(train->items[j]));
  recnn_hits_free(hits);

  question.user = NULL;
  question.history = history;
  question.n_history = G_N_ELEMENTS(history);
  question.skip_unknown = true;
  hits = ask(recommender, &question);
  g_assert_cmpuint(recnn_hits_count(hits), ==, 42);
  recnn_hits_free(hits);
  question.candidates = candidates;
  question.n_candidates = G_N_ELEMENTS(candidates);
  hits = ask(recommender, &question);
  g_assert_cmpuint(recnn_hits_count(hits), ==, 2); /* one of them was seen */
  recnn_hits_free(hits);
  recnn_recommender_close(recommender);
}

static void assert_refused(RecnnRecommender *recommender, const RecnnQuestion *question,
                           RecnnStatus code, const char *says) {
  RecnnError error = RECNN_ERROR_INIT;
  g_assert_null(recnn_recommender_ask(recommender, question, &error));
  g_test_message("%s", error.message);
  g_assert_cmpint(error.code, ==, code);
  g_assert_nonnull(strstr(error.message, says));
  g_assert_null(recnn_recommender_ask(recommender, question, NULL));
}

static void mistakes(void) {
  static const char *const nobody[] = {"nobody's item"};
  RecnnRecommender *recommender = open_bundle(0, 1);
  RecnnError error = RECNN_ERROR_INIT;
  RecnnQuestion question = RECNN_QUESTION_INIT;
  assert_refused(recommender, &question, RECNN_ERROR_ARGUMENT, "neither a user nor a history");
  question.user = "nobody";
  assert_refused(recommender, &question, RECNN_ERROR_NOT_FOUND, "user \"nobody\"");
  question.user = user_token(0);
  question.k = 0;
  assert_refused(recommender, &question, RECNN_ERROR_ARGUMENT, "k is 0");
  question.k = 3;
  question.condition = "red";
  assert_refused(recommender, &question, RECNN_ERROR_ARGUMENT, "model narm takes none");
  question.condition = NULL;
  question.history = nobody;
  question.n_history = 1;
  assert_refused(recommender, &question, RECNN_ERROR_NOT_FOUND, "item \"nobody's item\"");
  question.skip_unknown = true; /* then nothing is left */
  assert_refused(recommender, &question, RECNN_ERROR_DATA, "");
  question.struct_size = 8;
  assert_refused(recommender, &question, RECNN_ERROR_ARGUMENT, "RECNN_QUESTION_INIT");

  g_assert_cmpint(recnn_recommender_swap(recommender, "/nonexistent", &error), ==, RECNN_ERROR_IO);
  g_assert_nonnull(strstr(error.message, "/nonexistent/bundle.json"));
  question = (RecnnQuestion)RECNN_QUESTION_INIT;
  question.user = user_token(0); /* it answers as before */
  recnn_hits_free(ask(recommender, &question));
  recnn_recommender_close(recommender);

  g_assert_null(recnn_recommender_open(paths[0], 0, &error));
  g_assert_nonnull(strstr(error.message, "n_instances is 0"));
  recnn_recommender_close(NULL);
  recnn_hits_free(NULL);
}

typedef struct Asker {
  RecnnRecommender *recommender;
  int64_t first;
  gint *stop;
  int64_t n;
  int64_t of[2]; /* answers of the one model and of the other */
  /* What each model says of each user, worked out before. */
  char *(*expected)[60];
} Asker;

/* The answer in one line. */
static char *in_words(const RecnnHits *hits) {
  GString *words = g_string_new(NULL);
  for (size_t i = 0; i < recnn_hits_count(hits); i++)
    g_string_append_printf(words, "%s=%a ", recnn_hits_item(hits, i), recnn_hits_score(hits, i));
  return g_string_free(words, FALSE);
}

static void *keep_asking(void *data) {
  Asker *asker = data;
  RecnnQuestion question = RECNN_QUESTION_INIT;
  for (int64_t user = asker->first; !g_atomic_int_get(asker->stop) || asker->n < 50;
       user = (user + 7) % 60) {
    question.user = user_token(user);
    RecnnHits *hits = ask(asker->recommender, &question);
    char *words = in_words(hits);
    int which = strcmp(words, asker->expected[0][user]) == 0 ? 0 : 1;
    g_assert_cmpstr(words, ==, asker->expected[which][user]); /* whole, of one of the two */
    asker->of[which]++;
    asker->n++;
    g_free(words);
    recnn_hits_free(hits);
  }
  return NULL;
}

static void swapped_under_load(void) {
  enum { THREADS = 4, SWAPS = 1000 };
  static char *expected[2][60];
  gint stop = 0;
  Asker askers[THREADS];
  GThread *threads[THREADS];
  RecnnQuestion question = RECNN_QUESTION_INIT;
  int64_t n = 0, of[2] = {0, 0};
  for (int which = 0; which < 2; which++) {
    RecnnRecommender *alone = open_bundle(which, 1);
    for (int64_t user = 0; user < 60; user++) {
      question.user = user_token(user);
      RecnnHits *hits = ask(alone, &question);
      expected[which][user] = in_words(hits);
      recnn_hits_free(hits);
    }
    recnn_recommender_close(alone);
  }
  RecnnRecommender *recommender = open_bundle(0, 2); /* fewer than askers: some wait */
  for (int i = 0; i < THREADS; i++) {
    askers[i] =
        (Asker){.recommender = recommender, .first = i, .stop = &stop, .expected = expected};
    threads[i] = g_thread_new("asker", keep_asking, &askers[i]);
  }
  for (int i = 1; i <= SWAPS; i++) {
    RecnnError error = RECNN_ERROR_INIT;
    if (recnn_recommender_swap(recommender, paths[i % 2], &error) != RECNN_OK)
      g_error("%s", error.message);
  }
  g_atomic_int_set(&stop, 1);
  for (int i = 0; i < THREADS; i++) {
    g_thread_join(threads[i]);
    n += askers[i].n;
    of[0] += askers[i].of[0];
    of[1] += askers[i].of[1];
  }
  g_test_message("%d answers, %d of the one model and %d of the other", (int)n, (int)of[0],
                 (int)of[1]);
  g_assert_cmpint(n, >=, 50 * THREADS);
  g_assert_cmpint(of[0], >, 0);
  g_assert_cmpint(of[1], >, 0);
  recnn_recommender_close(recommender);
  for (int which = 0; which < 2; which++)
    for (int user = 0; user < 60; user++)
      g_free(expected[which][user]);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  GError *error = NULL;
  char *folder = g_dir_make_tmp("recnn-embed-XXXXXX", &error);
  g_assert_no_error(error);
  for (int i = 0; i < 2; i++) {
    made[i] = make("narm", (uint64_t)(7 + i), NULL);
    paths[i] = g_build_filename(folder, i == 0 ? "one" : "other", NULL);
    recnn_bundle_save(made[i].model, made[i].split, paths[i], &error);
    g_assert_no_error(error);
  }
  g_test_add_func("/embed/answers", answers);
  g_test_add_func("/embed/leaves-out", leaves_out);
  g_test_add_func("/embed/mistakes", mistakes);
  g_test_add_func("/embed/swapped-under-load", swapped_under_load);
  int status = g_test_run();
  for (int i = 0; i < 2; i++) {
    unmake(&made[i]);
    g_free(paths[i]);
  }
  remove_tree(folder);
  g_free(folder);
  return status;
}
