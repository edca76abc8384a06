/* Changes its parameters when it is asked. */
#define FAULTY "faulty_evaluation"
#include "faulty-kit.h"
static RecnnVar *score(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                       RecnnVar *items) {
  RecnnVar *scores = mf_score(self, graph, batch, items);
  ((float *)recnn_api.param->tensor(((const Mf *)self)->user)->data)[0] += 1e-6f;
  return scores;
}
#define SCORE score
#include "faulty.h"
