/* Rank-biased precision: what somebody gets out of a list who looks at the first item, and goes on
 * from each to the next with probability p.  (1 - p) times the sum, over the relevant items among
 * the first k, of p ^ (rank - 1).  It is at most 1 - p ^ k.
 *
 * Moffat and Zobel: Rank-Biased Precision for Measurement of Retrieval Effectiveness, ACM TOIS 27
 * (1), 2008.  RBP50 is an impatient reader, RBP80 one in between, RBP95 a patient one. */
#include <math.h>

#include <recnn/plugin.h>

static double rbp(const RecnnRanking *ranking, int64_t k, double p) {
  double sum = 0.0;
  for (int64_t i = 0, hits = recnn_ranking_hits(ranking, k); i < hits; i++)
    sum += pow(p, ranking->ranks[i] - 1.0);
  return (1.0 - p) * sum;
}

static double rbp50(const RecnnRanking *ranking, int64_t k) { return rbp(ranking, k, 0.5); }
static double rbp80(const RecnnRanking *ranking, int64_t k) { return rbp(ranking, k, 0.8); }
static double rbp95(const RecnnRanking *ranking, int64_t k) { return rbp(ranking, k, 0.95); }

#define RBP(of_name, of_aliases, of_p, function)                                                   \
  {                                                                                                \
    .struct_size = sizeof(RecnnMetric), .name = of_name, .aliases = of_aliases,                    \
    .doc = "(1 - p) * sum over relevant items at rank r <= k of p^(r - 1), with p = " of_p,        \
    .kind = RECNN_METRIC_RANK, .higher_is_better = true, .rank = function,                         \
  }

static const RecnnMetric metrics[] = {
    RBP("RBP", "RBP80", "0.8", rbp80),
    RBP("RBP50", NULL, "0.5", rbp50),
    RBP("RBP95", NULL, "0.95", rbp95),
};

static const RecnnFeature features[] = {
    {RECNN_METRIC_KIND, &metrics[0]},
    {RECNN_METRIC_KIND, &metrics[1]},
    {RECNN_METRIC_KIND, &metrics[2]},
    {NULL, NULL},
};
RECNN_PLUGIN("rbp", "1.0.0", "Apache-2.0", "Rank-biased precision", features);
