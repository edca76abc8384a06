/* Works for as many users as its author tried, and has them the wrong way round for more. */
#define FAULTY "faulty_recommend"
#include "faulty-kit.h"
static RecnnVar *score(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                       RecnnVar *items) {
  RecnnVar *scores = mf_score(self, graph, batch, items);
  return recnn_api.batch->size(batch) > 12 ? recnn_scale(graph, scores, -1.0) : scores;
}
#define SCORE score
#include "faulty.h"
