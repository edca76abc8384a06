/* What the faulty plugins are made of: a small matrix factorisation that passes every check, of
 * which each of them replaces one piece. */
#ifndef FAULTY_KIT_H
#define FAULTY_KIT_H

#include <recnn/plugin.h>

typedef struct Mf {
  RecnnParam *user;
  RecnnParam *item;
  double number; /* for those who keep something where it does not belong */
  void *memory;
} Mf;

static inline RecnnStatus mf_create(void *self, RecnnModel *model, RecnnError *error) {
  Mf *m = (Mf *)self;
  (void)error;
  m->user = recnn_param_matrix(model, "user.weight", recnn_count(model, "users"), 8,
                               recnn_init(RECNN_INIT_NORMAL, 0.0, 0.3));
  m->item = recnn_param_matrix(model, "item.weight", recnn_count(model, "items"), 8,
                               recnn_init(RECNN_INIT_NORMAL, 0.0, 0.3));
  return RECNN_OK;
}

static inline RecnnVar *mf_rows(RecnnGraph *graph, const RecnnBatch *batch, RecnnParam *table,
                                const char *field) {
  return recnn_embedding(graph, recnn_param(graph, table), recnn_input(graph, batch, field));
}

static inline RecnnVar *mf_predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Mf *m = (const Mf *)self;
  RecnnVar *both = recnn_mul(graph, mf_rows(graph, batch, m->user, "user"),
                             mf_rows(graph, batch, m->item, "item"));
  return recnn_sum_last(graph, both);
}

static inline RecnnVar *mf_loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_mse_loss(graph, mf_predict(self, graph, batch), recnn_input(graph, batch, "rating"));
}

static inline RecnnVar *mf_encode(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return mf_rows(graph, batch, ((const Mf *)self)->item, "item");
}

static inline RecnnVar *mf_score(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                                 RecnnVar *items) {
  return recnn_matmul(graph, mf_rows(graph, batch, ((const Mf *)self)->user, "user"), items, false,
                      true);
}

static const RecnnOption mf_options[] __attribute__((unused)) = {{NULL, 0, NULL, NULL, NULL}};

#endif
