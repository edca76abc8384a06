/* Ranking all items: the ranker, which has items encoded once and scores users by blocks, against
 * predict() for every pair of the same users and items.  Random weights, the counts of MovieLens
 * 1M.
 *
 *   ranking [MODEL [USERS [ROUNDS]]]     defaults: advanced_ncf, 64 users, 7 rounds
 *
 * Prints a line of JSON: seconds for a user of both ways, round by round, in turns; how far apart
 * their scores are; and the products of one round of the ranker. */
#include <glib.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "count.h"
#include "eval/ranker.h"
#include "synthetic.h"

static double now(void) { return 1e-6 * (double)g_get_monotonic_time(); }

typedef struct Question {
  RecnnRanker *ranker;
  int64_t n_users, n_items;
  int64_t *users;
  RecnnExamples pairs; /* of all users with all items */
  float *scores, *predictions;
} Question;

static double rank_all(const Question *q) {
  GError *error = NULL;
  double begin = now();
  recnn_ranker_score(q->ranker, q->users, q->n_users, q->scores, &error);
  synthetic_check(error);
  return now() - begin;
}

static double predict_pairs(const Question *q) {
  GError *error = NULL;
  double begin = now();
  recnn_ranker_predict(q->ranker, &q->pairs, q->n_users * q->n_items, q->predictions, &error);
  synthetic_check(error);
  return now() - begin;
}

static void ask(Question *q, RecnnModel *model, int64_t n_users) {
  GError *error = NULL;
  q->ranker = recnn_ranker_new(model, 0, &error);
  synthetic_check(error);
  q->n_users = n_users;
  q->n_items = recnn_ranker_n_items(q->ranker);
  q->users = g_new(int64_t, n_users);
  int32_t *users = g_new(int32_t, n_users * q->n_items);
  int32_t *items = g_new(int32_t, n_users * q->n_items);
  for (int64_t u = 0; u < n_users; u++) {
    q->users[u] = u;
    for (int64_t i = 0; i < q->n_items; i++) {
      users[u * q->n_items + i] = (int32_t)u;
      items[u * q->n_items + i] = (int32_t)i;
    }
  }
  q->pairs = (RecnnExamples){.users = users, .items = items};
  q->scores = g_new(float, n_users * q->n_items);
  q->predictions = g_new(float, n_users * q->n_items);
}

static double farthest(const Question *q) {
  double apart = 0.0;
  for (int64_t i = 0; i < q->n_users * q->n_items; i++)
    apart = fmax(apart, fabs((double)q->scores[i] - (double)q->predictions[i]));
  return apart;
}

static void print_seconds(const char *name, const double *seconds, int n, int64_t users) {
  printf("\"%s\": [", name);
  for (int i = 0; i < n; i++)
    printf("%s%.9g", i > 0 ? ", " : "", seconds[i] / (double)users);
  printf("], ");
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "advanced_ncf";
  int64_t n_users = argc > 2 ? MAX(atoi(argv[2]), 1) : 64;
  int rounds = argc > 3 ? CLAMP(atoi(argv[3]), 1, 1000) : 7;
  char *no_options[] = {NULL};
  Sizes sizes = sizes_of_ml_1m();
  RecnnModel *model = synthetic_model(name, &sizes, no_options);
  Question question;
  ask(&question, model, n_users);
  rank_all(&question); /* plans, and encodes the items */
  predict_pairs(&question);
  StepCount count;
  step_count_begin(&count);
  rank_all(&question);
  recnn_blas_observe(NULL, NULL);
  double *all = g_new(double, rounds), *pairs = g_new(double, rounds);
  for (int i = 0; i < rounds; i++) {
    all[i] = rank_all(&question);
    pairs[i] = predict_pairs(&question);
  }
  printf("{\"model\": \"%s\", \"users\": %lld, \"items\": %lld, ", name, (long long)n_users,
         (long long)question.n_items);
  print_seconds("all_items", all, rounds, n_users);
  print_seconds("pairs", pairs, rounds, n_users);
  printf("\"apart\": %.3g, ", farthest(&question));
  step_count_print_products(&count);
  printf("}\n");
  recnn_ranker_free(question.ranker);
  recnn_model_free(model);
  g_free(question.users);
  g_free((void *)question.pairs.users);
  g_free((void *)question.pairs.items);
  g_free(question.scores);
  g_free(question.predictions);
  g_free(all);
  g_free(pairs);
  return 0;
}
