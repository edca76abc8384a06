/* Models whose scores are dictated: a table of one number for each user and item, which the test
 * writes.  Five classes say the same numbers in the ways in which the ranker can ask:
 *
 *   table_encoded   encode_items() and score_items() on blocks of items
 *   table_whole     score_items() for all items at once
 *   table_pairs     predict() only
 *   table_rating    encoded, and predict() too; trained on ratings, as far as its class says
 *   table_label     the same; trained on labels, of which predict() gives the logits
 *
 * All arithmetic is exact: table entries are looked up, or multiplied by 1 and added to zeros. */
#ifndef RECNN_TESTS_TABLE_MODEL_H
#define RECNN_TESTS_TABLE_MODEL_H

#include <glib.h>

#include "graph/graph.h"
#include "model/model.h"
#include "tensor/tensor.h"

typedef struct TableModel {
  RecnnParam *table;    /* (users, items) */
  RecnnParam *by_item;  /* (items, users): the same, transposed */
  RecnnParam *identity; /* (users, users) */
  RecnnParam *cells;    /* (users * items): the same as a column */
  int64_t n_items;
  int64_t *ids; /* for predict(): which cells */
  int64_t n_ids;
} TableModel;

static inline RecnnStatus table_create(void *self, RecnnModel *model, RecnnError *error) {
  TableModel *m = self;
  (void)error;
  int64_t n_users = recnn_model_config_count(model, "users");
  m->n_items = recnn_model_config_count(model, "items");
  RecnnInit zero = recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0);
  const int64_t table[2] = {n_users, m->n_items};
  const int64_t by_item[2] = {m->n_items, n_users};
  const int64_t identity[2] = {n_users, n_users};
  const int64_t cells[1] = {n_users * m->n_items};
  m->table = recnn_model_declare_param(model, "table", 2, table, zero, 0);
  m->by_item = recnn_model_declare_param(model, "by_item", 2, by_item, zero, 0);
  m->identity = recnn_model_declare_param(model, "identity", 2, identity, zero, 0);
  m->cells = recnn_model_declare_param(model, "cells", 1, cells, zero, 0);
  for (int64_t u = 0; u < n_users; u++)
    ((float *)m->identity->value.data)[u * n_users + u] = 1.0f;
  m->n_ids = 1 << 17;
  m->ids = g_new(int64_t, m->n_ids);
  return RECNN_OK;
}

static inline void table_destroy(void *self) { g_free(((TableModel *)self)->ids); }

static inline RecnnVar *table_lookup(RecnnGraph *graph, RecnnParam *table, RecnnVar *ids) {
  RecnnVar *inputs[2] = {recnn_graph_param(graph, table), ids};
  return recnn_graph_apply(graph, "embedding", inputs, 2, NULL, 0);
}

static inline RecnnVar *table_field(RecnnGraph *graph, const RecnnBatch *batch, const char *name) {
  return recnn_graph_constant(graph, recnn_batch_field(batch, name));
}

static inline RecnnVar *table_predict(const void *self, RecnnGraph *graph,
                                      const RecnnBatch *batch) {
  const TableModel *m = self;
  const int64_t *user = recnn_batch_field(batch, "user")->data;
  const int64_t *item = recnn_batch_field(batch, "item")->data;
  int64_t n = recnn_batch_size(batch);
  g_assert_cmpint(n, <=, m->n_ids);
  for (int64_t i = 0; i < n; i++)
    m->ids[i] = user[i] * m->n_items + item[i];
  RecnnTensor ids = recnn_tensor_view(m->ids, RECNN_INT64, 1, &n);
  return table_lookup(graph, m->cells, recnn_graph_constant(graph, &ids));
}

static inline RecnnVar *table_encode(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const TableModel *m = self;
  return table_lookup(graph, m->by_item, table_field(graph, batch, "item"));
}

static inline RecnnVar *table_score(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                                    RecnnVar *items) {
  const TableModel *m = self;
  RecnnVar *inputs[2] = {table_lookup(graph, m->identity, table_field(graph, batch, "user")),
                         items};
  return recnn_graph_apply(graph, "linear", inputs, 2, NULL, 0);
}

static inline RecnnVar *table_score_whole(const void *self, RecnnGraph *graph,
                                          const RecnnBatch *batch, RecnnVar *items) {
  const TableModel *m = self;
  g_assert_null(items);
  return table_lookup(graph, m->table, table_field(graph, batch, "user"));
}

static const RecnnOption table_options[] = {{NULL, 0, NULL, NULL, NULL}};
static const char *const table_query[] = {"user", NULL};
static const char *const table_pair_fields[] = {"user", "item", "neg_item", NULL};
static const char *const table_rating_fields[] = {"user", "item", "rating", NULL};
static const char *const table_label_fields[] = {"user", "item", "label", NULL};

#define TABLE_CLASS                                                                                \
  .struct_size = sizeof(RecnnModelClass), .summary = "dictated scores", .paper = "none",           \
  .options = table_options, .instance_size = sizeof(TableModel), .create = table_create,           \
  .destroy = table_destroy

static const RecnnModelClass table_encoded_class = {
    TABLE_CLASS,
    .default_loss = "mse",
    .name = "table_encoded",
    .train_fields = table_pair_fields,
    .query_fields = table_query,
    .encode_items = table_encode,
    .score_items = table_score,
};

static const RecnnModelClass table_whole_class = {
    TABLE_CLASS,
    .default_loss = "mse",
    .name = "table_whole",
    .train_fields = table_pair_fields,
    .query_fields = table_query,
    .score_items = table_score_whole,
};

static const RecnnModelClass table_pairs_class = {
    TABLE_CLASS,
    .default_loss = "mse",
    .name = "table_pairs",
    .train_fields = table_pair_fields,
    .predict = table_predict,
};

static const RecnnModelClass table_rating_class = {
    TABLE_CLASS,
    .default_loss = "mse",
    .name = "table_rating",
    .train_fields = table_rating_fields,
    .query_fields = table_query,
    .predict = table_predict,
    .encode_items = table_encode,
    .score_items = table_score,
};

static const RecnnModelClass table_label_class = {
    TABLE_CLASS,
    .default_loss = "bce",
    .name = "table_label",
    .train_fields = table_label_fields,
    .query_fields = table_query,
    .predict = table_predict,
    .encode_items = table_encode,
    .score_items = table_score,
};

static inline RecnnModel *table_model(const RecnnModelClass *model_class, int64_t n_users,
                                      int64_t n_items) {
  const RecnnCount counts[2] = {{"users", n_users}, {"items", n_items}};
  GError *error = NULL;
  RecnnModel *model = recnn_model_new(model_class, NULL, counts, 2, 1, &error);
  g_assert_no_error(error);
  return model;
}

/* Dictates one score. */
static inline void table_set(RecnnModel *model, int64_t user, int64_t item, float score) {
  int64_t n_users = recnn_model_get_count(model, "users");
  int64_t n_items = recnn_model_get_count(model, "items");
  ((float *)recnn_model_find_param(model, "table")->value.data)[user * n_items + item] = score;
  ((float *)recnn_model_find_param(model, "cells")->value.data)[user * n_items + item] = score;
  ((float *)recnn_model_find_param(model, "by_item")->value.data)[item * n_users + user] = score;
  recnn_model_touch(model);
}

static inline float table_get(const RecnnModel *model, int64_t user, int64_t item) {
  int64_t n_items = recnn_model_get_count(model, "items");
  return ((const float *)recnn_model_find_param(model, "table")->value.data)[user * n_items + item];
}

#endif
