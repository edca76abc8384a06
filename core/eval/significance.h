/* Is one model better than another, or was it luck?  Tests of paired differences, one number a
 * user, and intervals.  Knows no results: result-compare.h makes the differences. */
#ifndef RECNN_CORE_EVAL_SIGNIFICANCE_H
#define RECNN_CORE_EVAL_SIGNIFICANCE_H

#include <glib.h>

#include <recnn/abi.h>

typedef enum {
  RECNN_TEST_T,        /* paired t-test: are the differences 0 on average? */
  RECNN_TEST_WILCOXON, /* signed ranks: are they as often and as far above 0 as below it? */
  RECNN_TEST_SIGN      /* are they as often above 0 as below it? */
} RecnnTest;
#define RECNN_TEST_WORDS "t|wilcoxon|sign"

typedef struct RecnnTestResult {
  int64_t n;        /* differences that took part: Wilcoxon and sign leave out those of 0 */
  double mean;      /* of all differences */
  double statistic; /* t; the smaller sum of ranks; the number of positive differences */
  double p;         /* two-sided; 1 where all differences are 0, NaN for t with less than two */
} RecnnTestResult;

/* Wilcoxon: exact for up to 50 differences without ties, otherwise by the normal distribution with
 * the variance corrected for ties, as scipy does.  Fails when memory runs out. */
bool recnn_test_differences(RecnnTest test, const double *differences, int64_t n,
                            RecnnTestResult *ret_result, GError **error);

/* The interval that holds the mean with probability `level` (such as 0.95): percentiles of the
 * means of `samples` draws of n numbers with replacement (Efron).  A function of the numbers and
 * the seed.
 */
bool recnn_bootstrap_mean(const double *numbers, int64_t n, double level, int64_t samples,
                          uint64_t seed, double *ret_low, double *ret_high, GError **error);

/* The probability that Student's t with `freedom` degrees is at least |t| from 0, and that a
 * standard normal variable is. */
double recnn_student_two_sided(double t, double freedom);
double recnn_normal_two_sided(double z);
/* The regularised incomplete beta function I_x (a, b). */
double recnn_incomplete_beta(double a, double b, double x);

#endif
