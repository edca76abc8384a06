/* Scores a user by what the other users of the batch are like. */
#define FAULTY "faulty_one"
#include "faulty-kit.h"
static RecnnVar *score(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                       RecnnVar *items) {
  int64_t n = recnn_api.batch->size(batch);
  return recnn_scale(graph, mf_score(self, graph, batch, items), 1.0 / (double)(n > 0 ? n : 1));
}
#define SCORE score
#include "faulty.h"
