/* The generator: the paper's known answers, the vectorised fill against the plain draw, and what
 * the serial convenience promises about its numbers. */
#include <glib.h>

#include <math.h>
#include <string.h>

#include "base/philox-x86.h"
#include "base/rng.h"

/* From Random123's kat_vectors: philox4x32 with 10 rounds. */
static void known_answers(void) {
  static const struct {
    uint32_t counter[4], key[2], words[4];
  } answers[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
       {0xffffffff, 0xffffffff},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
    const uint32_t *c = answers[i].counter, *k = answers[i].key;
    uint32_t words[4];
    recnn_philox((uint64_t)k[1] << 32 | k[0], (uint64_t)c[3] << 32 | c[2],
                 (uint64_t)c[1] << 32 | c[0], words);
    g_assert_cmpmem(words, sizeof words, answers[i].words, sizeof words);
  }
}

static void fill_equals_draws(void) {
  /* Across a carry into the counter's high word and around the end of the counters. */
  static const uint64_t firsts[] = {0, 5, 0xfffffff0, UINT64_MAX - 20};
  enum { MOST = 400 };
  uint32_t expected[MOST], words[MOST + 1];
  for (gsize f = 0; f < G_N_ELEMENTS(firsts); f++) {
    for (int i = 0; i < MOST; i += 4) {
      recnn_philox(77, 88, firsts[f] + (uint64_t)i / 4, expected + i);
    }
    for (int n = 0; n <= MOST; n++) {
      memset(words, 0xab, sizeof words);
      recnn_philox_fill(77, 88, firsts[f], words, n);
      g_assert_cmpmem(words, sizeof *words * (gsize)n, expected, sizeof *words * (gsize)n);
      g_assert_cmphex(words[n], ==, 0xabababab);
    }
  }
}

/* Each body for a kind of processor, on a processor that has it, against the plain draw. */
static void variants_equal_draws(void) {
#ifdef RECNN_PHILOX_X86
  typedef void (*Fill)(uint64_t seed, uint64_t stream, uint64_t first, uint32_t * words,
                       int64_t n_blocks);
  const Fill fills[] = {__builtin_cpu_supports("avx2") ? recnn__philox_avx2 : NULL,
                        __builtin_cpu_supports("avx512f") ? recnn__philox_avx512 : NULL};
  enum { BLOCKS = 3, WORDS = BLOCKS * 4 * RECNN_PHILOX_LANES };
  const uint64_t seed = UINT64_C(0xfedcba9876543210), stream = UINT64_C(0x0123456789abcdef);
  const uint64_t first = UINT64_C(0x1ffffffe9); /* over a carry into the high word */
  uint32_t expected[WORDS], words[WORDS + 1];
  for (uint32_t i = 0; i < WORDS; i += 4)
    recnn_philox(seed, stream, first + i / 4, expected + i);
  for (gsize f = 0; f < G_N_ELEMENTS(fills); f++) {
    words[WORDS] = 0xabababab;
    if (fills[f] == NULL)
      continue;
    fills[f](seed, stream, first, words, BLOCKS);
    g_assert_cmpmem(words, sizeof expected, expected, sizeof expected);
    g_assert_cmphex(words[WORDS], ==, 0xabababab);
  }
#else
  g_test_skip("no bodies for this kind of processor");
#endif
}

static void streams_differ(void) {
  uint32_t a[4], b[4];
  recnn_philox(1, RECNN_STREAM(RECNN_STREAM_INIT, 1), 0, a);
  recnn_philox(1, RECNN_STREAM(RECNN_STREAM_SHUFFLE, 1), 0, b);
  g_assert_cmpint(memcmp(a, b, sizeof a), !=, 0);
  g_assert_true(RECNN_STREAM(1, UINT64_MAX) == UINT64_C(0x1ffffffffffff));
}

static void u32_is_the_stream(void) {
  RecnnRng rng;
  uint32_t words[40];
  recnn_philox_fill(3, 4, 0, words, 40);
  recnn_rng_init(&rng, 3, 4);
  for (int i = 0; i < 40; i++) {
    g_assert_cmpuint(recnn_rng_u32(&rng), ==, words[i]);
  }
}

static void below_is_uniform(void) {
  RecnnRng rng;
  recnn_rng_init(&rng, 1, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  int counts[7] = {0};
  for (int i = 0; i < 70000; i++) {
    const uint64_t x = recnn_rng_below(&rng, 7);
    g_assert_cmpuint(x, <, 7);
    counts[x]++;
  }
  double chi2 = 0.0;
  for (int i = 0; i < 7; i++) {
    chi2 += (counts[i] - 10000.0) * (counts[i] - 10000.0) / 10000.0;
  }
  g_assert_cmpfloat(chi2, <, 22.5); /* 6 degrees of freedom, p = 0.001 */
  for (int i = 0; i < 100; i++) {
    g_assert_cmpuint(recnn_rng_below(&rng, 1), ==, 0);
  }
}

static void below_has_no_bias(void) {
  /* n = 3 * 2^30: without rejection the low quarter of each third would come twice as often. */
  RecnnRng rng;
  recnn_rng_init(&rng, 2, RECNN_STREAM(RECNN_STREAM_TEST, 1));
  const uint64_t n = UINT64_C(3) << 30;
  int thirds[3] = {0};
  for (int i = 0; i < 30000; i++) {
    thirds[recnn_rng_below(&rng, n) % 3]++;
  }
  for (int i = 0; i < 3; i++) {
    g_assert_cmpint(ABS(thirds[i] - 10000), <, 400);
  }
  /* The same for numbers of more than 32 bits. */
  const uint64_t large = UINT64_C(3) << 62;
  int high = 0;
  for (int i = 0; i < 30000; i++) {
    const uint64_t x = recnn_rng_below(&rng, large);
    g_assert_cmpuint(x, <, large);
    high += x >= UINT64_C(1) << 62 && x < UINT64_C(2) << 62;
  }
  g_assert_cmpint(ABS(high - 10000), <, 400);
}

static void doubles(void) {
  RecnnRng rng;
  recnn_rng_init(&rng, 5, RECNN_STREAM(RECNN_STREAM_TEST, 2));
  double sum = 0.0;
  bool fine = false;
  for (int i = 0; i < 100000; i++) {
    const double x = recnn_rng_double(&rng);
    g_assert_true(x >= 0.0 && x < 1.0);
    fine = fine || fmod(x * 0x1p52, 1.0) != 0.0; /* the 53rd bit is used */
    sum += x;
  }
  g_assert_true(fine);
  g_assert_cmpfloat(fabs(sum / 100000 - 0.5), <, 0.004);
}

static void normals(void) {
  RecnnRng rng;
  recnn_rng_init(&rng, 6, RECNN_STREAM(RECNN_STREAM_TEST, 3));
  double moments[5] = {0.0};
  const int n = 200000;
  for (int i = 0; i < n; i++) {
    const double x = recnn_rng_normal(&rng);
    g_assert_true(isfinite(x));
    for (int m = 1; m <= 4; m++) {
      moments[m] += pow(x, m) / n;
    }
  }
  g_assert_cmpfloat(fabs(moments[1]), <, 0.01);
  g_assert_cmpfloat(fabs(moments[2] - 1.0), <, 0.02);
  g_assert_cmpfloat(fabs(moments[3]), <, 0.04);
  g_assert_cmpfloat(fabs(moments[4] - 3.0), <, 0.15);
}

static void shuffles(void) {
  RecnnRng rng;
  recnn_rng_init(&rng, 7, RECNN_STREAM(RECNN_STREAM_TEST, 4));
  int orders[6] = {0};
  for (int i = 0; i < 60000; i++) {
    int64_t x[3] = {0, 1, 2};
    recnn_rng_shuffle(&rng, x, 3);
    g_assert_cmpint(x[0] + x[1] + x[2], ==, 3);
    g_assert_true(x[0] != x[1] && x[1] != x[2] && x[0] != x[2]);
    orders[x[0] * 2 + (x[1] > x[2])]++;
  }
  for (int i = 0; i < 6; i++) {
    g_assert_cmpint(ABS(orders[i] - 10000), <, 400);
  }
  int64_t one = 9;
  recnn_rng_shuffle(&rng, &one, 1);
  recnn_rng_shuffle(&rng, NULL, 0);
  g_assert_cmpint(one, ==, 9);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/rng/known-answers", known_answers);
  g_test_add_func("/rng/fill-equals-draws", fill_equals_draws);
  g_test_add_func("/rng/variants", variants_equal_draws);
  g_test_add_func("/rng/streams-differ", streams_differ);
  g_test_add_func("/rng/u32-is-the-stream", u32_is_the_stream);
  g_test_add_func("/rng/below-is-uniform", below_is_uniform);
  g_test_add_func("/rng/below-has-no-bias", below_has_no_bias);
  g_test_add_func("/rng/doubles", doubles);
  g_test_add_func("/rng/normals", normals);
  g_test_add_func("/rng/shuffles", shuffles);
  return g_test_run();
}
