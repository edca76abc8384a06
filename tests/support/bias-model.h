/* Small models with one number for each user and each item, and data for them: what the trainer
 * does with them can be worked out.
 *
 *   bias_rating   rating = user + item, trained on ratings
 *   bias_pairs    score = item, trained on pairs
 *   bias_count    score = how often the item is in the training data; computed */
#ifndef RECNN_TESTS_BIAS_MODEL_H
#define RECNN_TESTS_BIAS_MODEL_H

#include <string.h>

#include <glib.h>

#include "data/split.h"
#include "graph/graph.h"
#include "model/model.h"
#include "tensor/tensor.h"

typedef struct BiasModel {
  RecnnParam *user; /* (users) */
  RecnnParam *item; /* (items) */
} BiasModel;

static inline RecnnStatus bias_create(void *self, RecnnModel *model, RecnnError *error) {
  BiasModel *m = self;
  (void)error;
  const int64_t users = recnn_model_config_count(model, "users");
  const int64_t items = recnn_model_config_count(model, "items");
  RecnnInit zero = recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0);
  m->user = recnn_model_declare_param(model, "user", 1, &users, zero, 0);
  m->item = recnn_model_declare_param(model, "item", 1, &items, zero, 0);
  return RECNN_OK;
}

static inline RecnnVar *bias_of(RecnnGraph *graph, RecnnParam *param, const RecnnBatch *batch,
                                const char *field) {
  RecnnVar *inputs[2] = {recnn_graph_param(graph, param),
                         recnn_graph_constant(graph, recnn_batch_field(batch, field))};
  return recnn_graph_apply(graph, "embedding", inputs, 2, NULL, 0);
}

static inline RecnnVar *bias_sum(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const BiasModel *m = self;
  RecnnVar *inputs[2] = {bias_of(graph, m->user, batch, "user"),
                         bias_of(graph, m->item, batch, "item")};
  return recnn_graph_apply(graph, "add", inputs, 2, NULL, 0);
}

static inline RecnnVar *bias_item(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return bias_of(graph, ((const BiasModel *)self)->item, batch, "item");
}

static inline RecnnVar *bias_pair_loss(const void *self, RecnnGraph *graph,
                                       const RecnnBatch *batch) {
  const BiasModel *m = self;
  RecnnVar *inputs[2] = {bias_of(graph, m->item, batch, "item"),
                         bias_of(graph, m->item, batch, "neg_item")};
  return recnn_graph_apply(graph, "bpr_loss", inputs, 2, NULL, 0);
}

static inline RecnnStatus bias_fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                                   RecnnError *error) {
  float *item = ((BiasModel *)self)->item->value.data;
  (void)model;
  (void)error;
  for (int64_t i = 0; i < data->n; i++)
    item[data->item[i]] += 1.0f;
  return RECNN_OK;
}

static const RecnnOption bias_options[] = {{NULL, 0, NULL, NULL, NULL}};
static const char *const bias_rating_fields[] = {"user", "item", "rating", NULL};
static const char *const bias_pair_fields[] = {"user", "item", "neg_item", NULL};

#define BIAS_CLASS                                                                                 \
  .struct_size = sizeof(RecnnModelClass), .summary = "biases", .paper = "none",                    \
  .options = bias_options, .instance_size = sizeof(BiasModel), .create = bias_create

static const RecnnModelClass bias_rating_class = {
    BIAS_CLASS,
    .name = "bias_rating",
    .train_fields = bias_rating_fields,
    .default_loss = "mse",
    .predict = bias_sum,
};

static const RecnnModelClass bias_pairs_class = {
    BIAS_CLASS,
    .name = "bias_pairs",
    .train_fields = bias_pair_fields,
    .loss = bias_pair_loss,
    .predict = bias_item,
};

static const RecnnModelClass bias_count_class = {
    BIAS_CLASS,
    .name = "bias_count",
    .predict = bias_item,
    .fit = bias_fit,
};

static inline RecnnModel *bias_model(const RecnnModelClass *model_class, const RecnnSplit *split) {
  const RecnnCount counts[2] = {{"users", recnn_dataset_n_users(split->dataset)},
                                {"items", recnn_dataset_n_items(split->dataset)}};
  GError *error = NULL;
  RecnnModel *model = recnn_model_new(model_class, NULL, counts, 2, 1, &error);
  g_assert_no_error(error);
  return model;
}

static inline float *bias_values(const RecnnModel *model, const char *name) {
  return recnn_model_find_param(model, name)->value.data;
}

/* Users with `n_rows` interactions each, in time order: rating(user, row) of item item(user, row).
 * The last one is for test, the one before for validation. */
static inline RecnnSplit *bias_split(int n_users, int n_rows, int (*item)(int, int),
                                     float (*rating)(int, int)) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("biased", "test", rating != NULL, true);
  GError *error = NULL;
  for (int u = 0; u < n_users; u++) {
    for (int r = 0; r < n_rows; r++) {
      char user_token[16];
      char item_token[16];
      g_snprintf(user_token, sizeof user_token, "u%d", u);
      g_snprintf(item_token, sizeof item_token, "i%d", item(u, r));
      recnn_dataset_builder_add(builder, user_token, strlen(user_token), item_token,
                                strlen(item_token), rating != NULL ? rating(u, r) : 0.0f, r,
                                &error);
      g_assert_no_error(error);
    }
  }
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", &error);
  g_assert_true(recnn_options_set_text(options, "leave_one_out", "true", &error));
  RecnnSplit *split = recnn_split_new(dataset, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  recnn_dataset_unref(dataset);
  return split;
}

#endif
