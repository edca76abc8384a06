/* Ranks of relevant items: worked by hand, and against a plain sort on random cases full of ties,
 * masked items and repeats, below and above the size where the way of counting changes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/rng.h"
#include "eval/ranks.h"

#define LIST(...)                                                                                  \
  (RecnnItemList) {                                                                                \
    (const int32_t[]){__VA_ARGS__}, (int64_t)(sizeof((const int32_t[]){__VA_ARGS__}) / 4)          \
  }
static const RecnnTiePolicy against = {.ties = RECNN_TIES_PESSIMISTIC};
#define NOTHING ((RecnnItemList){NULL, 0})

static void test_worked_by_hand(void) {
  /*                 0     1     2     3     4     5     6 */
  float scores[] = {0.9f, 0.5f, 0.8f, 0.5f, 0.1f, 0.7f, 0.5f};
  uint64_t scratch[64];
  double ranks[4];
  g_assert_cmpuint(recnn_ranks_scratch(4), <=, sizeof scratch);

  /* nothing seen: item 2 is second, item 4 last, item 1 behind the two it is tied with */
  RecnnItemList relevant = LIST(1, 2, 4);
  RecnnRanks r = recnn_ranks_count(scores, 7, 0, relevant, against, 0, scratch, ranks, NULL);
  g_assert_cmpint(r.n_relevant, ==, 3);
  g_assert_cmpint(r.n_candidates, ==, 7);
  g_assert_true(r.tied);
  g_assert_cmpfloat(ranks[0], ==, 2);
  g_assert_cmpfloat(ranks[1], ==, 6);
  g_assert_cmpfloat(ranks[2], ==, 7);

  /* 0 and 3 seen (3 twice, in both lists), 1 seen as well but relevant: it stays */
  int64_t masked = recnn_ranks_mask(scores, LIST(0, 1, 3, 3), LIST(3), relevant);
  g_assert_cmpint(masked, ==, 2);
  r = recnn_ranks_count(scores, 7, masked, relevant, against, 0, scratch, ranks, NULL);
  g_assert_cmpint(r.n_candidates, ==, 5);
  g_assert_true(r.tied); /* 1 and 6 */
  g_assert_cmpfloat(ranks[0], ==, 1);
  g_assert_cmpfloat(ranks[1], ==, 4);
  g_assert_cmpfloat(ranks[2], ==, 5);
}

static void test_ties_among_relevant(void) {
  float scores[] = {1.0f, 2.0f, 2.0f, 3.0f};
  uint64_t scratch[64];
  double ranks[4];
  RecnnRanks r = recnn_ranks_count(scores, 4, 0, LIST(1, 2), against, 0, scratch, ranks, NULL);
  g_assert_false(r.tied); /* with each other only: no policy changes the ranks */
  g_assert_cmpfloat(ranks[0], ==, 2);
  g_assert_cmpfloat(ranks[1], ==, 3);
}

static void test_constant_scores(void) {
  float scores[10] = {0};
  uint64_t scratch[64];
  double ranks[4];
  RecnnRanks r = recnn_ranks_count(scores, 10, 0, LIST(0, 1), against, 0, scratch, ranks, NULL);
  g_assert_true(r.tied);
  g_assert_cmpfloat(ranks[0], ==, 9);
  g_assert_cmpfloat(ranks[1], ==, 10);
}

/* Ties in the order of the numbers: those of the places, or others. */
static void test_order(void) {
  float scores[] = {1.0f, 2.0f, 1.0f, 1.0f, 1.0f, -INFINITY};
  static const int32_t numbers[] = {9, 8, 7, 6, 5, 4};
  RecnnTiePolicy policy = {.ties = RECNN_TIES_ORDER};
  uint64_t scratch[64];
  double ranks[4];
  (void)recnn_ranks_count(scores, 6, 1, LIST(2, 4), policy, 0, scratch, ranks, NULL);
  g_assert_cmpfloat(ranks[0], ==, 3); /* behind 1 and 0 */
  g_assert_cmpfloat(ranks[1], ==, 5); /* behind 1, 0, 2, 3 */
  policy.numbers = numbers;
  (void)recnn_ranks_count(scores, 6, 1, LIST(2), policy, 0, scratch, ranks, NULL);
  g_assert_cmpfloat(ranks[0], ==, 4); /* behind 1, 4, 3 */
  policy.numbers = NULL;
  float low[] = {-INFINITY, -INFINITY, 0.0f};
  (void)recnn_ranks_count(low, 3, 0, LIST(0), policy, 0, scratch, ranks, NULL);
  g_assert_cmpfloat(ranks[0], ==, 2);
  float masked[] = {-INFINITY, -INFINITY, -INFINITY, 0.0f}; /* no telling which: last */
  (void)recnn_ranks_count(masked, 4, 1, LIST(1), policy, 0, scratch, ranks, NULL);
  g_assert_cmpfloat(ranks[0], ==, 3);
}

/* A candidate's own score may be -INFINITY: masked items are not counted with it. */
static void test_minus_infinity(void) {
  float scores[] = {-INFINITY, 1.0f, -INFINITY, 2.0f, 3.0f};
  uint64_t scratch[64];
  double ranks[4];
  int64_t masked = recnn_ranks_mask(scores, LIST(3, 4), NOTHING, LIST(0));
  RecnnRanks r = recnn_ranks_count(scores, 5, masked, LIST(0), against, 0, scratch, ranks, NULL);
  g_assert_cmpint(r.n_candidates, ==, 3);
  g_assert_true(r.tied); /* with item 2 */
  g_assert_cmpfloat(ranks[0], ==, 3);

  float alone[] = {-INFINITY, 1.0f, 5.0f};
  masked = recnn_ranks_mask(alone, NOTHING, LIST(2), LIST(0));
  r = recnn_ranks_count(alone, 3, masked, LIST(0), against, 0, scratch, ranks, NULL);
  g_assert_false(r.tied);
  g_assert_cmpfloat(ranks[0], ==, 2);
}

/* The same by sorting: candidates in descending order, relevant ones last among equals. */
typedef struct Candidate {
  float score;
  int relevant;
} Candidate;

static int by_score(const void *a, const void *b) {
  const Candidate *x = a;
  const Candidate *y = b;
  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return x->relevant - y->relevant;
}

static void random_list(RecnnRng *rng, int32_t *items, int64_t n, int64_t n_items) {
  uint8_t *times = g_new0(uint8_t, n_items);
  for (int64_t i = 0; i < n; i++)
    times[recnn_rng_below(rng, (uint64_t)n_items)]++;
  for (int64_t item = 0, i = 0; item < n_items; item++)
    for (uint8_t t = 0; t < times[item]; t++)
      items[i++] = (int32_t)item;
  g_free(times);
}

static void test_random(void) {
  RecnnRng rng;
  recnn_rng_init(&rng, 5, RECNN_STREAM(RECNN_STREAM_TEST, 1));
  int n_tied = 0;
  for (int round = 0; round < 600; round++) {
    int64_t n_items = 1 + (int64_t)recnn_rng_below(&rng, 700);
    int64_t limit = round % 3 == 0 ? 200 : 20;
    int64_t n_a = (int64_t)recnn_rng_below(&rng, 40);
    int64_t n_b = (int64_t)recnn_rng_below(&rng, 40);
    int64_t n_r = 1 + (int64_t)recnn_rng_below(&rng, (uint64_t)limit);
    uint64_t levels = round % 2 == 0 ? 30 : 1000000; /* few levels: many ties */
    int32_t *a = g_new(int32_t, n_a + 1);
    int32_t *b = g_new(int32_t, n_b + 1);
    int32_t *relevant = g_new(int32_t, n_r);
    float *scores = g_new(float, n_items);
    uint8_t *role = g_new0(uint8_t, n_items); /* 0 other, 1 masked, 2 relevant */
    random_list(&rng, a, n_a, n_items);
    random_list(&rng, b, n_b, n_items);
    random_list(&rng, relevant, n_r, n_items);
    for (int64_t i = 0; i < n_items; i++) {
      uint64_t level = recnn_rng_below(&rng, levels);
      scores[i] = level == 0 ? -INFINITY : (float)level - 10.0f;
    }
    for (int64_t i = 0; i < n_a; i++)
      role[a[i]] = 1;
    for (int64_t i = 0; i < n_b; i++)
      role[b[i]] = 1;
    for (int64_t i = 0; i < n_r; i++)
      role[relevant[i]] = 2;

    Candidate *candidates = g_new(Candidate, n_items);
    int64_t n_candidates = 0;
    int64_t n_distinct = 0;
    for (int64_t i = 0; i < n_items; i++) {
      if (role[i] == 1)
        continue;
      candidates[n_candidates++] = (Candidate){scores[i], role[i] == 2};
      n_distinct += role[i] == 2;
    }
    qsort(candidates, (size_t)n_candidates, sizeof *candidates, by_score);
    bool tied = false;
    for (int64_t i = 1; i < n_candidates; i++)
      tied |= candidates[i].score == candidates[i - 1].score &&
              candidates[i].relevant != candidates[i - 1].relevant;

    RecnnItemList relevant_list = {relevant, n_r};
    int64_t masked =
        recnn_ranks_mask(scores, (RecnnItemList){a, n_a}, (RecnnItemList){b, n_b}, relevant_list);
    void *scratch = g_malloc(recnn_ranks_scratch(n_r));
    double *ranks = g_new(double, n_r);
    RecnnRanks r =
        recnn_ranks_count(scores, n_items, masked, relevant_list, against, 0, scratch, ranks, NULL);
    g_assert_cmpint(r.n_candidates, ==, n_candidates);
    g_assert_cmpint(r.n_relevant, ==, n_distinct);
    g_assert_true(r.tied == tied);
    for (int64_t i = 0, at = 0; i < n_candidates; i++)
      if (candidates[i].relevant)
        g_assert_cmpfloat(ranks[at++], ==, i + 1);
    n_tied += tied;

    g_free(a);
    g_free(b);
    g_free(relevant);
    g_free(scores);
    g_free(role);
    g_free(candidates);
    g_free(scratch);
    g_free(ranks);
  }
  g_assert_cmpint(n_tied, >, 100); /* the cases are what they are meant to be */
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/eval/ranks/order", test_order);
  g_test_add_func("/ranks/worked-by-hand", test_worked_by_hand);
  g_test_add_func("/ranks/ties-among-relevant", test_ties_among_relevant);
  g_test_add_func("/ranks/constant-scores", test_constant_scores);
  g_test_add_func("/ranks/minus-infinity", test_minus_infinity);
  g_test_add_func("/ranks/random", test_random);
  return g_test_run();
}
