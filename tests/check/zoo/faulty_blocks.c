/* Tells items by where they stand in a block. */
#define FAULTY "faulty_blocks"
#include "faulty-kit.h"
static RecnnVar *encode(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnTensor item = *recnn_api.batch->field(batch, "item");
  static int64_t places[4096];
  for (int64_t i = 0; i < item.shape[0] && i < 4096; i++)
    places[i] = i;
  item.data = places;
  return recnn_embedding(graph, recnn_param(graph, ((const Mf *)self)->item),
                         recnn_api.graph->constant(graph, &item));
}
#define ENCODE encode
#include "faulty.h"
