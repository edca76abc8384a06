/* What the tests of the models share: models made of options as text, and batches of ids. */
#ifndef RECNN_TESTS_MODEL_TEST_H
#define RECNN_TESTS_MODEL_TEST_H

#include <math.h>
#include <string.h>

#include <glib.h>

#include "e2e/model-cases.h"
#include "model/model.h"
#include "optim/optimizer.h"
#include "tensor/tensor.h"

enum { N_USERS = 37, N_ITEMS = 53 };

/* `options` as NAME=VALUE, NULL at the end. */
static inline RecnnModel *new_model(const char *name, const char *const *options) {
  static const RecnnCount counts[] = {{"users", N_USERS}, {"items", N_ITEMS}};
  return new_case(name, counts, 2, options, 19);
}

static inline void assert_fine(const RecnnGraph *graph) {
  GError *error = NULL;
  recnn_graph_check(graph, &error);
  g_assert_no_error(error);
}

static inline void add_ids(RecnnBatch *batch, const char *field, int64_t *ids, int64_t n) {
  RecnnTensor tensor = recnn_tensor_view(ids, RECNN_INT64, 1, &n);
  GError *error = NULL;
  recnn_batch_borrow(batch, field, &tensor, &error);
  g_assert_no_error(error);
  recnn_batch_set_size(batch, n);
}

#endif
