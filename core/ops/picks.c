/* Steps of sequences (B, L, ...) by number, as an op's input. */
#include <string.h>

#include "ops/ops-private.h"

bool recnn__ops_picks_shape(RecnnOpCall *call, int32_t input) {
  const RecnnTensor *step = call->inputs[input];
  if (step->dtype == RECNN_INT64 && step->rank == 1)
    return true;
  return recnn__ops_refuse(call, input, "step", "int64 (T), numbers of steps");
}

static bool in_range(RecnnOpCall *call, const RecnnOpPicks *picks, int64_t n_rows,
                     int64_t n_steps) {
  for (int64_t i = 0; i < picks->n; i++)
    if (picks->step[i] < 0 || picks->step[i] >= n_rows * n_steps)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "step number %" PRId64 " is %" PRId64 ", out of range: %" PRId64
                             " sequences of %" PRId64 " steps have numbers 0 to %" PRId64,
                             i, picks->step[i], n_rows, n_steps, n_rows * n_steps - 1);
  return true;
}

/* A counting sort; `first` ends up where each sequence's begin. */
static void sort(RecnnOpPicks *picks, int64_t n_rows, int64_t n_steps) {
  int64_t *first = picks->first;
  memset(first, 0, (size_t)(n_rows + 1) * sizeof *first);
  for (int64_t i = 0; i < picks->n; i++)
    first[picks->step[i] / n_steps + 1]++;
  for (int64_t row = 0; row < n_rows; row++)
    first[row + 1] += first[row];
  for (int64_t i = 0; i < picks->n; i++)
    picks->order[first[picks->step[i] / n_steps]++] = i;
  memmove(first + 1, first, (size_t)n_rows * sizeof *first);
  first[0] = 0;
}

RecnnOpPicks *recnn__ops_picks(RecnnOpCall *call, int32_t input, int64_t n_rows, int64_t n_steps) {
  RecnnOpPicks *picks = call->host->scratch(call, sizeof *picks);
  if (picks == NULL)
    return NULL;
  *picks = (RecnnOpPicks){.n = call->inputs[input]->shape[0], .step = call->inputs[input]->data};
  if (!in_range(call, picks, n_rows, n_steps))
    return NULL;
  picks->first = call->host->scratch(call, (size_t)(n_rows + 1) * sizeof *picks->first);
  picks->order = call->host->scratch(call, (size_t)picks->n * sizeof *picks->order);
  if (picks->first == NULL || picks->order == NULL)
    return NULL;
  sort(picks, n_rows, n_steps);
  return picks;
}
