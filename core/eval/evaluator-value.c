/* Value metrics: predictions of the part's rows against their ratings, summed in the order of rows.
 */
#include <string.h>

#include "base/memory.h"
#include "eval/evaluator-private.h"

#define CHUNK 65536 /* rows whose predictions are held at a time */

bool recnn__evaluator_value(RecnnEvaluator *evaluator, double *values, RecnnResult *result,
                            GError **error) {
  const RecnnInteractions *rows = &evaluator->split->part[evaluator->part].rows;
  const RecnnRequest *requests = (const RecnnRequest *)(void *)evaluator->value_requests->data;
  int64_t n_requests = evaluator->value_requests->len;
  float *predictions = recnn_memory_new((size_t)MIN(rows->n, CHUNK), sizeof *predictions,
                                        "a block of predictions", error);
  if (predictions == NULL)
    return false;
  memset(values, 0, (size_t)n_requests * sizeof *values);
  for (int64_t first = 0; first < rows->n; first += CHUNK) {
    int64_t n = MIN(CHUNK, rows->n - first);
    if (!recnn_ranker_predict(evaluator->ranker, rows->user + first, rows->item + first, n,
                              predictions, error)) {
      recnn_memory_free(predictions);
      return false;
    }
    for (int64_t r = 0; r < n_requests; r++)
      for (int64_t i = 0; i < n; i++)
        values[r] +=
            requests[r].metric->row((double)predictions[i], (double)rows->rating[first + i]);
  }
  recnn_memory_free(predictions);
  for (int64_t r = 0; r < n_requests; r++)
    values[r] = requests[r].metric->finish(values[r], rows->n);
  result->n_rows = rows->n;
  return true;
}
