/* Slices of a pass.  A user is in one slice of each slicing of users, with the numbers that he has
 * anyhow; of a slicing of items he is in every slice that has a relevant item of his, with numbers
 * of these alone: the others stay in the ranking, where they are. */
#include <math.h>

#include "eval/pass.h"

/* The numbers of those of the ranks whose items are in a slice; false when there are none. */
static bool measure(const RecnnPass *pass, const RecnnRanking *ranking, const int32_t *items,
                    const uint8_t *slice_of, uint8_t slice, double *ranks, double *values) {
  int64_t n = 0;
  for (int64_t i = 0; i < ranking->n_relevant; i++)
    if (slice_of[items[i]] == slice)
      ranks[n++] = ranking->ranks[i];
  if (n == 0)
    return false;
  RecnnRanking sliced = {sizeof sliced, ranks, n, ranking->n_candidates, 0.0};
  for (int64_t r = 0; r < pass->n_requests; r++) {
    const RecnnMetric *metric = pass->requests[r].metric;
    bool fits = metric->kind == RECNN_METRIC_RANK && recnn_metric_has_cutoff(metric);
    values[r] = fits ? metric->rank(&sliced, pass->requests[r].k) : NAN;
  }
  return true;
}

void recnn__pass_slice(const RecnnPass *pass, int64_t q, const RecnnRanking *ranking,
                       const int32_t *items, double *ranks) {
  int64_t i = q - pass->begin;
  bool *in_slice = pass->in_slice + i * pass->slices->n;
  double *values = pass->slice_values + i * pass->slices->n * pass->n_requests;
  int64_t at = 0;
  for (int32_t s = 0; s < pass->slices->n_slicings; s++) {
    const RecnnSlicing *slicing = &pass->slices->slicings[s];
    for (int32_t slice = 0; slice < slicing->n; slice++, at++) {
      double *to = values + at * pass->n_requests;
      if (slicing->of_items) {
        in_slice[at] =
            items != NULL && measure(pass, ranking, items, slicing->of, (uint8_t)slice, ranks, to);
        continue;
      }
      in_slice[at] = slicing->of[pass->questions->users[q]] == slice;
      for (int64_t r = 0; in_slice[at] && r < pass->n_requests; r++)
        to[r] = recnn__pass_values(pass, q)[r];
    }
  }
}

void recnn__pass_add_slices(RecnnPass *pass) {
  int64_t n = pass->slices->n;
  for (int64_t i = 0; i < pass->n; i++) {
    int64_t at = 0;
    for (int32_t s = 0; s < pass->slices->n_slicings; s++) {
      const RecnnSlicing *slicing = &pass->slices->slicings[s];
      for (int32_t slice = 0; slice < slicing->n; slice++, at++) {
        if (!pass->in_slice[i * n + at])
          continue;
        pass->slice_users[at]++;
        for (int64_t r = 0; r < pass->n_requests; r++) {
          double weight = slicing->of_items ? 1.0 : pass->weights[i * pass->n_requests + r];
          pass->slice_sums[at * pass->n_requests + r] +=
              weight * pass->slice_values[(i * n + at) * pass->n_requests + r];
          pass->slice_weights[at * pass->n_requests + r] += weight;
        }
      }
    }
  }
}

void recnn__pass_finish_slices(const RecnnPass *pass, RecnnResult *result) {
  int32_t at = 0;
  result->n_slices = pass->slices->n;
  result->n_sliced_values = (int32_t)pass->n_requests;
  result->slices = g_new0(RecnnSliceResult, result->n_slices);
  for (int32_t s = 0; s < pass->slices->n_slicings; s++) {
    const RecnnSlicing *slicing = &pass->slices->slicings[s];
    for (int32_t slice = 0; slice < slicing->n; slice++, at++) {
      RecnnSliceResult *to = &result->slices[at];
      to->by = recnn_slice_kind_name(slicing->kind);
      to->name = recnn_slice_name(slicing, slice);
      to->n_users = pass->slice_users[at];
      to->values = g_new(double, pass->n_requests + 1);
      for (int64_t r = 0; r < pass->n_requests; r++)
        to->values[r] = pass->slice_sums[at * pass->n_requests + r] /
                        pass->slice_weights[at * pass->n_requests + r];
    }
  }
}
