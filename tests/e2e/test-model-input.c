/* Batches that no model can take: ids out of range, lengths that are none, fields that are not
 * there.  The error says which value, where, and the limit; nothing is read beyond a table. */
#include "e2e/model-cases.h"

typedef struct Bad {
  const char *model;
  const char *field;
  int64_t at; /* element of the field */
  int64_t value;
  const char *texts[4];
} Bad;

/* 64 rows; 37 users, 53 items (54 rows of a sequence's table), 6 conditions. */
static const Bad bads[] = {
    {"advanced_ncf", "user", 3, 37, {"id 37 at position 3", "0 to 36", "user_embeddings.0"}},
    {"neural_bpr", "neg_item", 5, -2, {"id -2 at position", "0 to 52", "item_embedding"}},
    {"multitask_ncf", "item", 0, 53, {"id 53 at position 0", "0 to 52", "item_embedding"}},
    {"deepfm", "features", 4, 53, {"53", "0 to 52", NULL}},
    {"deepfm", "features", 3, -1, {"-1", "0 to 10", NULL}},
    {"denoising_autoencoder", "row_item", 2, 53, {"53", "items 0 to 52", NULL}},
    {"variational_autoencoder", "row_item", 0, -1, {"-1", "items 0 to 52", NULL}},
    {"conditional_vae", "condition_item", 63, 6, {"6 at position 63", "items 0 to 5", NULL}},
    {"cnn_sequential", "sequence", 11, 54, {"id 54 at row 1, step 2", "0 to 53", "item_embedding"}},
    {"cnn_sequential", "target", 2, 53, {"target of row 2 is 53", "0 to 52", NULL}},
    {"hierarchical_cnn", "sequence", 0, -5, {"id -5 at row 0, step 0", "0 to 53", NULL}},
    {"hierarchical_cnn", "target", 0, -1, {"target of row 0 is -1", "0 to 52", NULL}},
    {"gru_session", "sequence", 8, 99, {"id 99 at row 0, step 8", "0 to 53", "item_embedding"}},
    {"gru_session", "length", 4, 0, {"length of sequence 4 is 0", "1 to 9", NULL}},
    {"gru_session", "length", 4, -1, {"length of sequence 4 is -1", "1 to 9", NULL}},
    {"attention_gru", "length", 7, 10, {"length of sequence 7 is 10", "1 to 9", NULL}},
    {"narm", "length", 0, 0, {"length of sequence 0 is 0", "1 to 9", NULL}},
    {"narm", "length", 0, INT64_MAX, {"length of sequence 0", "1 to 9", NULL}},
};

static void expect(const RecnnGraph *graph, const char *const *texts) {
  GError *error = NULL;
  g_assert_false(recnn_graph_check(graph, &error));
  for (int i = 0; i < 4 && texts[i] != NULL; i++)
    if (strstr(error->message, texts[i]) == NULL)
      g_error("\"%s\" is not in: %s", texts[i], error->message);
  g_error_free(error);
}

static void bad_value(const void *data) {
  const Bad *bad = data;
  RecnnModel *model = new_small(bad->model, 1);
  const RecnnModelClass *c = recnn_model_get_class(model);
  RecnnGraph *graph = recnn_graph_new(1);
  RecnnBatch *batch = new_case_batch(c->train_fields);
  fill_case(batch, c->train_fields, 0, CASE_MOST);
  recnn_graph_reset(graph, 0, true, true);
  recnn_model_loss(model, graph, batch, NULL);
  assert_graph(graph); /* it is that one value */
  recnn_batch_int64(batch, bad->field)[bad->at] = bad->value;
  recnn_graph_reset(graph, 1, true, true);
  g_assert_null(recnn_model_loss(model, graph, batch, NULL));
  expect(graph, bad->texts);
  recnn_batch_free(batch);
  recnn_graph_free(graph);
  recnn_model_free(model);
}

/* Every field that a model declares is one that it needs, and it is named. */
static void missing_field(const void *name) {
  RecnnModel *model = new_small(name, 1);
  const RecnnModelClass *c = recnn_model_get_class(model);
  RecnnGraph *graph = recnn_graph_new(1);
  for (int left_out = 0; c->train_fields[left_out] != NULL; left_out++) {
    const char *fields[16];
    int n = 0;
    for (int i = 0; c->train_fields[i] != NULL; i++)
      if (i != left_out)
        fields[n++] = c->train_fields[i];
    fields[n] = NULL;
    if (n == 0 || strcmp(c->train_fields[left_out], "length") == 0)
      continue; /* without lengths all steps are valid */
    RecnnBatch *batch = new_case_batch(fields);
    fill_case(batch, fields, 0, CASE_MOST);
    recnn_graph_reset(graph, 0, true, true);
    RecnnVar *loss = recnn_model_loss(model, graph, batch, NULL);
    if (loss != NULL)
      g_error("model %s has a loss without the field %s", c->name, c->train_fields[left_out]);
    bool rated = strcmp(c->train_fields[left_out], "rating") == 0 ||
                 strcmp(c->train_fields[left_out], "label") == 0;
    expect(graph, (const char *const[]){rated ? "field" : c->train_fields[left_out],
                                        rated ? c->train_fields[left_out] : NULL, NULL});
    recnn_batch_free(batch);
  }
  recnn_graph_free(graph);
  recnn_model_free(model);
}

/* A sequence of padding alone is none that the loader makes; where a model is given one it answers
 * with numbers, and leaves the others' answers alone. */
static void all_padding(const void *name) {
  RecnnModel *model = new_small(name, 1);
  const RecnnModelClass *c = recnn_model_get_class(model);
  RecnnGraph *graph = recnn_graph_new(1);
  RecnnBatch *batch = new_case_batch(c->query_fields);
  const RecnnTensor *before = recnn_graph_tensor(ask_case(model, graph, batch, 0, 5));
  assert_graph(graph);
  int64_t n = recnn_tensor_count(before);
  float *first = g_memdup2(before->data, recnn_tensor_bytes(before));
  memset(recnn_batch_int64(batch, "sequence") + 2 * CASE_WIDTH, 0, CASE_WIDTH * sizeof(int64_t));
  recnn_graph_reset(graph, 0, false, false);
  const RecnnTensor *after = recnn_graph_tensor(recnn_model_score_items(model, graph, batch, NULL));
  assert_graph(graph);
  for (int64_t i = 0; i < n; i++) {
    float is = ((const float *)after->data)[i];
    g_assert_true(isfinite(is));
    if (i / 53 != 2)
      g_assert_cmpfloat(is, ==, first[i]);
  }
  g_free(first);
  recnn_batch_free(batch);
  recnn_graph_free(graph);
  recnn_model_free(model);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(bads); i++) {
    char *path = g_strdup_printf("/input/%s/%s/%zu", bads[i].model, bads[i].field, i);
    g_test_add_data_func(path, &bads[i], bad_value);
    g_free(path);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(twelve); i++) {
    char *path = g_strdup_printf("/input/%s/missing-field", twelve[i]);
    g_test_add_data_func(path, twelve[i], missing_field);
    g_free(path);
  }
  static const char *const sequential[] = {"cnn_sequential", "hierarchical_cnn", "gru_session",
                                           "attention_gru", "narm"};
  for (size_t i = 0; i < G_N_ELEMENTS(sequential); i++) {
    char *path = g_strdup_printf("/input/%s/all-padding", sequential[i]);
    g_test_add_data_func(path, sequential[i], all_padding);
    g_free(path);
  }
  return g_test_run();
}
