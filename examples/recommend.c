/* A C program that recommends: the bundle that model:save() wrote, and users on the command line,
 * or behind "--" the items of a history.
 *
 *   cc recommend.c $(pkg-config --cflags --libs recnn) -o recommend
 *   ./recommend BUNDLE USER... [-- ITEM...] */
#include <stdio.h>
#include <string.h>

#include <recnn/embed.h>

static int show(RecnnRecommender *recommender, const RecnnQuestion *question, const char *who) {
  RecnnError error = RECNN_ERROR_INIT;
  RecnnHits *hits = recnn_recommender_ask(recommender, question, &error);
  if (hits == NULL) {
    fprintf(stderr, "recommend: %s: %s\n", who, error.message);
    return 1;
  }
  for (size_t i = 0; i < recnn_hits_count(hits); i++)
    printf("%s\t%zu\t%s\t%g\n", who, i + 1, recnn_hits_item(hits, i), recnn_hits_score(hits, i));
  recnn_hits_free(hits);
  return 0;
}

int main(int argc, char **argv) {
  RecnnError error = RECNN_ERROR_INIT;
  RecnnQuestion question = RECNN_QUESTION_INIT;
  RecnnRecommender *recommender = recnn_recommender_open(argc > 1 ? argv[1] : "", 1, &error);
  int status = recommender == NULL;
  if (recommender == NULL)
    fprintf(stderr, "recommend: %s\n", error.message);
  question.k = 5;
  for (int i = 2; recommender != NULL && i < argc && question.history == NULL; i++) {
    bool of_history = strcmp(argv[i], "--") == 0;
    question.user = of_history ? NULL : argv[i];
    question.history = of_history ? (const char *const *)(argv + i + 1) : NULL;
    question.n_history = of_history ? (size_t)(argc - i - 1) : 0;
    status |= show(recommender, &question, of_history ? "history" : argv[i]);
  }
  recnn_recommender_close(recommender);
  return status;
}
