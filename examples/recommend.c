/* A C program that recommends: the bundle that model:save() wrote, and users or the items of a
 * history on the command line.
 *
 *   cc recommend.c $(pkg-config --cflags --libs recnn) -o recommend
 *   ./recommend BUNDLE USER...
 *   ./recommend BUNDLE -- ITEM...
 */
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
  int status = 0;
  if (argc < 3) {
    fputs("Usage: recommend BUNDLE USER... | recommend BUNDLE -- ITEM...\n", stderr);
    return 2;
  }
  RecnnRecommender *recommender = recnn_recommender_open(argv[1], 1, &error);
  if (recommender == NULL) {
    fprintf(stderr, "recommend: %s\n", error.message);
    return 1;
  }
  question.k = 5;
  if (strcmp(argv[2], "--") == 0) {
    question.history = (const char *const *)(argv + 3);
    question.n_history = (size_t)(argc - 3);
    status = show(recommender, &question, "history");
  } else {
    for (int i = 2; i < argc; i++) {
      question.user = argv[i];
      status |= show(recommender, &question, argv[i]);
    }
  }
  recnn_recommender_close(recommender);
  return status;
}
