/* Student's t, Wilcoxon's signed ranks (Individual comparisons by ranking methods, 1945), the sign
 * test, and the bootstrap. */
#include "eval/significance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/rng.h"

#define MOST_EXACT 50

/* The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz's
 * method; it converges fast for x below (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x) {
  const double tiny = 1e-300;
  double c = 1.0;
  double d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (fabs(d) < tiny ? tiny : d);
  double value = d;
  for (int i = 1; i <= 10000; i++) {
    double m = (double)i;
    double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    double step = 1.0;
    for (int half = 0; half < 2; half++) {
      double term = half == 0 ? even : odd;
      d = 1.0 + term * d;
      c = 1.0 + term / c;
      d = 1.0 / (fabs(d) < tiny ? tiny : d);
      c = fabs(c) < tiny ? tiny : c;
      step = d * c;
      value *= step;
    }
    if (fabs(step - 1.0) < 1e-15)
      break;
  }
  return value;
}

double recnn_incomplete_beta(double a, double b, double x) {
  if (x <= 0.0 || x >= 1.0)
    return x <= 0.0 ? 0.0 : 1.0;
  double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
  if (x < (a + 1.0) / (a + b + 2.0))
    return front * beta_fraction(a, b, x) / a;
  return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

double recnn_student_two_sided(double t, double freedom) {
  return recnn_incomplete_beta(freedom / 2.0, 0.5, freedom / (freedom + t * t));
}

double recnn_normal_two_sided(double z) { return erfc(fabs(z) / sqrt(2.0)); }

static double mean_of(const double *x, int64_t n) {
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += x[i];
  return n > 0 ? sum / (double)n : 0.0;
}

static void test_t(const double *x, int64_t n, RecnnTestResult *result) {
  double squares = 0.0;
  for (int64_t i = 0; i < n; i++)
    squares += (x[i] - result->mean) * (x[i] - result->mean);
  double error = sqrt(squares / (double)(n - 1) / (double)n);
  result->n = n;
  result->statistic = result->mean / error;
  result->p = recnn_student_two_sided(result->statistic, (double)(n - 1));
  if (n >= 2 && squares == 0.0)
    result->p = result->mean == 0.0 ? 1.0 : 0.0;
  if (n >= 2 && squares == 0.0 && result->mean == 0.0)
    result->statistic = 0.0;
}

static void test_sign(const double *x, int64_t n, RecnnTestResult *result) {
  int64_t above = 0;
  int64_t below = 0;
  for (int64_t i = 0; i < n; i++) {
    above += x[i] > 0.0;
    below += x[i] < 0.0;
  }
  int64_t fewer = MIN(above, below);
  result->n = above + below;
  result->statistic = (double)above;
  /* P (X <= k) of n fair coins is I_(1/2) (n - k, k + 1). */
  result->p = above == below ? 1.0
                             : fmin(1.0, 2.0 * recnn_incomplete_beta((double)(result->n - fewer),
                                                                     (double)fewer + 1.0, 0.5));
}

static int by_size(const void *a, const void *b) {
  double x = fabs(*(const double *)a);
  double y = fabs(*(const double *)b);
  return (x > y) - (x < y);
}

/* The chance that the smaller sum of ranks 1 .. n is at most `sum`: of all 2^n signs, counted by
 * the sums that can be reached with the first i ranks. */
static double exact_p(int64_t n, double sum) {
  double ways[MOST_EXACT * (MOST_EXACT + 1) / 2 + 1] = {1.0};
  int64_t most = 0;
  for (int64_t i = 1; i <= n; i++) {
    most += i;
    for (int64_t s = most; s >= i; s--)
      ways[s] += ways[s - i];
  }
  double below = 0.0;
  for (int64_t s = 0; s <= (int64_t)sum; s++)
    below += ways[s];
  return fmin(1.0, 2.0 * below / ldexp(1.0, (int)n));
}

/* `x` has no 0 and is sorted here. */
static void test_wilcoxon(double *x, int64_t n, RecnnTestResult *result) {
  double above = 0.0;
  double ties = 0.0;
  qsort(x, (size_t)n, sizeof *x, by_size);
  for (int64_t i = 0; i < n;) {
    int64_t end = i + 1;
    while (end < n && fabs(x[end]) == fabs(x[i]))
      end++;
    double size = (double)(end - i);
    double rank = 0.5 * (double)(i + 1 + end);
    ties += size * (size * size - 1.0);
    for (; i < end; i++)
      above += x[i] > 0.0 ? rank : 0.0;
  }
  double count = (double)n;
  double all = count * (count + 1.0) / 2.0;
  result->n = n;
  result->statistic = fmin(above, all - above);
  if (n == 0) {
    result->p = 1.0;
  } else if (n <= MOST_EXACT && ties == 0.0) {
    result->p = exact_p(n, result->statistic);
  } else {
    double variance = (count * (count + 1.0) * (2.0 * count + 1.0) - 0.5 * ties) / 24.0;
    result->p = recnn_normal_two_sided((result->statistic - all / 2.0) / sqrt(variance));
  }
}

bool recnn_test_differences(RecnnTest test, const double *differences, int64_t n,
                            RecnnTestResult *ret_result, GError **error) {
  RecnnTestResult result = {.mean = mean_of(differences, n)};
  if (test == RECNN_TEST_T) {
    test_t(differences, n, &result);
  } else if (test == RECNN_TEST_SIGN) {
    test_sign(differences, n, &result);
  } else {
    double *x = recnn_memory_new((size_t)n, sizeof *x, "differences to sort", error);
    if (x == NULL)
      return false;
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++)
      if (differences[i] != 0.0)
        x[kept++] = differences[i];
    test_wilcoxon(x, kept, &result);
    recnn_memory_free(x);
  }
  *ret_result = result;
  return true;
}

/* ---- the bootstrap */

typedef struct Bootstrap {
  const double *numbers;
  int64_t n;
  uint64_t seed;
  double *means; /* of the samples */
} Bootstrap;

static void sample_mean(void *context, int64_t sample) {
  enum { WORDS = 256 };
  const Bootstrap *b = context;
  uint32_t words[WORDS];
  double sum = 0.0;
  for (int64_t i = 0; i < b->n; i += WORDS) {
    recnn_philox_fill(b->seed, RECNN_STREAM(RECNN_STREAM_BOOTSTRAP, sample), (uint64_t)i / 4, words,
                      WORDS);
    for (int64_t j = 0; j < MIN(WORDS, b->n - i); j++)
      sum += b->numbers[(uint64_t)words[j] * (uint64_t)b->n >> 32];
  }
  b->means[sample] = sum / (double)b->n;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Between the two nearest of `sorted`. */
static double quantile(const double *sorted, int64_t n, double share) {
  double at = share * (double)(n - 1);
  int64_t low = (int64_t)at;
  int64_t high = MIN(low + 1, n - 1);
  return sorted[low] + (at - (double)low) * (sorted[high] - sorted[low]);
}

bool recnn_bootstrap_mean(const double *numbers, int64_t n, double level, int64_t samples,
                          uint64_t seed, double *ret_low, double *ret_high, GError **error) {
  Bootstrap b = {.numbers = numbers, .n = n, .seed = seed};
  b.means = recnn_memory_new((size_t)samples, sizeof *b.means, "means of samples", error);
  if (b.means == NULL)
    return false;
  recnn_parallel(samples, sample_mean, &b);
  qsort(b.means, (size_t)samples, sizeof *b.means, ascending);
  *ret_low = quantile(b.means, samples, 0.5 - level / 2.0);
  *ret_high = quantile(b.means, samples, 0.5 + level / 2.0);
  recnn_memory_free(b.means);
  return true;
}
