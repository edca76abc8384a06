/* Bends indices that lie outside to such as lie inside: bad data becomes bad advice. */
#define FAULTY "faulty_range"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Mf *m = (const Mf *)self;
  const RecnnTensor *item = recnn_api.batch->field(batch, "item");
  static int64_t bent[64];
  int64_t n_items = recnn_api.param->tensor(m->item)->shape[0];
  for (int64_t i = 0; i < item->shape[0]; i++) {
    int64_t id = ((const int64_t *)item->data)[i] % n_items;
    bent[i] = id < 0 ? id + n_items : id;
  }
  RecnnTensor inside = *item;
  inside.data = bent;
  RecnnVar *rows = recnn_embedding(graph, recnn_param(graph, m->item),
                                   recnn_api.graph->constant(graph, &inside));
  RecnnVar *scores =
      recnn_sum_last(graph, recnn_mul(graph, mf_rows(graph, batch, m->user, "user"), rows));
  return recnn_mse_loss(graph, scores, recnn_input(graph, batch, "rating"));
}
#define LOSS loss
#include "faulty.h"
