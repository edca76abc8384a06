/* The models against the PyTorch classes that they come from.
 *
 * tests/data/reference/MODEL.safetensors were made by running those classes (torch 1.13, float32,
 * no dropout): state/NAME the weights before, input/NAME the batch, eval/NAME outputs in
 * evaluation, train/losses and train/grad_norms of three Adam steps, grad/NAME the first step's
 * gradients, after/NAME the weights after the third. */
#include "e2e/model-test.h"

#include "tensor/safetensors.h"

typedef struct Reference {
  const char *model;
  const char *options[8];
  /* Fields of the batch and the tensors that they are; then outputs and the field that stands for
   * "item" in them. */
  struct {
    const char *field;
    const char *tensor;
  } inputs[4];
  struct {
    const char *tensor;
    const char *item;
  } outputs[3];
} Reference;

static const Reference references[] = {
    {"advanced_ncf",
     {"embedding_dim=8", "mlp_dims=24,12", "n_layers=3", "dropout_rate=0", "use_batch_norm=true",
      NULL},
     {{"user", "input/user_ids"}, {"item", "input/item_ids"}, {"rating", "input/ratings"}},
     {{"eval/score", "item"}}},
    {"neural_bpr",
     {"embedding_dim=8", "hidden_dims=20,10", "dropout_rate=0", NULL},
     {{"user", "input/user_ids"},
      {"item", "input/pos_item_ids"},
      {"neg_item", "input/neg_item_ids"}},
     {{"eval/pos_score", "item"}, {"eval/neg_score", "neg_item"}}},
};

static RecnnSafetensors *open_reference(const Reference *reference) {
  GError *error = NULL;
  char *name = g_strdup_printf("%s.safetensors", reference->model);
  char *path = g_test_build_filename(G_TEST_DIST, "data", "reference", name, NULL);
  RecnnSafetensors *file = recnn_safetensors_open(path, &error);
  g_assert_no_error(error);
  g_free(path);
  g_free(name);
  return file;
}

/* Every parameter and buffer from state/NAME; there are as many, so the names are the same. */
static void load_state(RecnnModel *model, const RecnnSafetensors *file) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  int32_t n_stored = 0;
  GError *error = NULL;
  for (int32_t i = 0; i < n; i++) {
    char *name = g_strdup_printf("state/%s", params[i]->name);
    recnn_safetensors_read(file, name, &params[i]->value, &error);
    g_assert_no_error(error);
    g_free(name);
  }
  for (int64_t i = 0; i < recnn_safetensors_count(file); i++)
    n_stored += g_str_has_prefix(recnn_safetensors_get(file, i)->name, "state/");
  g_assert_cmpint(n_stored, ==, n);
  recnn_model_touch(model);
}

static RecnnBatch *load_batch(const Reference *reference, const RecnnSafetensors *file) {
  RecnnBatch *batch = recnn_batch_new();
  GError *error = NULL;
  for (int i = 0; reference->inputs[i].field != NULL; i++) {
    const RecnnStoredTensor *stored = recnn_safetensors_find(file, reference->inputs[i].tensor);
    g_assert_nonnull(stored);
    int32_t dtype = strcmp(stored->dtype, "I64") == 0 ? RECNN_INT64 : RECNN_FLOAT32;
    recnn_batch_add(batch, reference->inputs[i].field, dtype, stored->shape[0], 0, NULL, &error);
    g_assert_no_error(error);
    recnn_batch_set_size(batch, stored->shape[0]);
    recnn_safetensors_read(file, stored->name, recnn_batch_field(batch, reference->inputs[i].field),
                           &error);
    g_assert_no_error(error);
  }
  return batch;
}

/* |value - expected| in the largest and in the mean; every one within absolute + relative *
 * |expected| of what is expected. */
typedef struct Distance {
  double largest;
  double mean;
} Distance;

static Distance compare(const char *what, const RecnnSafetensors *file, const char *prefix,
                        const RecnnTensor *value, double absolute, double relative) {
  Distance d = {0.0, 0.0};
  GError *error = NULL;
  int64_t n;
  char *name = g_strconcat(prefix, what, NULL);
  double *expected = recnn_safetensors_doubles(file, name, &n, &error);
  g_assert_no_error(error);
  g_assert_cmpint(n, ==, recnn_tensor_count(value));
  for (int64_t i = 0; i < n; i++) {
    double is = value->dtype == RECNN_INT64 ? (double)((const int64_t *)value->data)[i]
                                            : (double)((const float *)value->data)[i];
    double distance = fabs(is - expected[i]);
    if (!(distance <= absolute + relative * fabs(expected[i])))
      g_error("%s[%" G_GINT64_FORMAT "] is %.9g, expected %.9g", name, i, is, expected[i]);
    d.largest = MAX(d.largest, distance);
    d.mean += distance / (double)n;
  }
  g_free(expected);
  g_free(name);
  return d;
}

static void check_evaluation(const Reference *reference, RecnnModel *model, RecnnGraph *graph,
                             const RecnnSafetensors *file, const RecnnBatch *batch) {
  GError *error = NULL;
  for (int i = 0; reference->outputs[i].tensor != NULL; i++) {
    RecnnBatch *pairs = recnn_batch_new();
    recnn_batch_borrow(pairs, "user", recnn_batch_field(batch, "user"), &error);
    recnn_batch_borrow(pairs, "item", recnn_batch_field(batch, reference->outputs[i].item), &error);
    g_assert_no_error(error);
    recnn_batch_set_size(pairs, recnn_batch_size(batch));
    recnn_graph_reset(graph, 0, false, false);
    RecnnVar *score = recnn_model_predict(model, graph, pairs);
    assert_fine(graph);
    compare(reference->outputs[i].tensor, file, "", recnn_graph_tensor(score), 1e-6, 1e-5);
    recnn_batch_free(pairs);
  }
}

/* The gradient as a whole tensor, whichever form it has. */
static RecnnTensor whole_gradient(const RecnnParam *param) {
  int64_t n = recnn_tensor_count(&param->value);
  int64_t row = recnn_param_row_size(param);
  RecnnTensor grad = recnn_tensor_view(g_new0(float, n), RECNN_FLOAT32, 1, &n);
  g_assert_cmpint(param->grad_kind, !=, RECNN_GRAD_NONE);
  if (param->grad_kind == RECNN_GRAD_DENSE)
    memcpy(grad.data, param->grad.data, (size_t)n * sizeof(float));
  else
    for (int64_t i = 0; i < param->n_rows; i++)
      memcpy((float *)grad.data + param->row_ids[i] * row, param->row_values + i * row,
             (size_t)row * sizeof(float));
  return grad;
}

static void check_gradients(RecnnModel *model, const RecnnSafetensors *file) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  for (int32_t i = 0; i < n; i++) {
    if (!params[i]->trainable)
      continue;
    RecnnTensor grad = whole_gradient(params[i]);
    compare(params[i]->name, file, "grad/", &grad, 1e-5, 1e-4);
    g_free(grad.data);
  }
}

static void check_training(RecnnModel *model, RecnnGraph *graph, const RecnnSafetensors *file,
                           const RecnnBatch *batch) {
  const RecnnOptimizerClass *adam = recnn_optimizer_find("adam");
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(model, &params);
  GError *error = NULL;
  int64_t n_steps, n_norms;
  double *losses = recnn_safetensors_doubles(file, "train/losses", &n_steps, &error);
  g_assert_no_error(error);
  double *norms = recnn_safetensors_doubles(file, "train/grad_norms", &n_norms, &error);
  g_assert_no_error(error);
  g_assert_cmpint(n_steps, ==, 3);
  RecnnOptions *options = recnn_options_new(adam->options, "adam", &error);
  recnn_options_set_text(options, "learning_rate", "0.01", &error);
  recnn_options_set_text(options, "weight_decay", "1e-4", &error);
  g_assert_no_error(error);
  RecnnOptimizer *optimizer = recnn_optimizer_new(adam, options, params, n_params, &error);
  g_assert_no_error(error);
  for (int64_t step = 0; step < n_steps; step++) {
    double norm;
    recnn_graph_reset(graph, (uint64_t)step, true, true);
    RecnnVar *loss = recnn_model_loss(model, graph, batch, NULL);
    assert_fine(graph);
    double value = (double)*(const float *)recnn_graph_tensor(loss)->data;
    g_assert_cmpfloat_with_epsilon(value, losses[step], 1e-5 * fabs(losses[step]));
    recnn_graph_backward(graph, loss, params, n_params, &error);
    g_assert_no_error(error);
    if (step == 0)
      check_gradients(model, file);
    recnn_optimizer_step(optimizer, 1.0, &norm, &error);
    g_assert_no_error(error);
    g_assert_cmpfloat_with_epsilon(norm, norms[step], 1e-5 + 1e-4 * norms[step]);
  }
  Distance worst = {0.0, 0.0};
  for (int32_t i = 0; i < n_params; i++) {
    Distance d = compare(params[i]->name, file, "after/", &params[i]->value, 2e-4, 0.0);
    g_assert_cmpfloat(d.mean, <=, 1e-5);
    worst.largest = MAX(worst.largest, d.largest);
    worst.mean = MAX(worst.mean, d.mean);
  }
  g_test_message("weights after 3 steps: at most %.2g off, %.2g in the mean", worst.largest,
                 worst.mean);
  recnn_optimizer_free(optimizer);
  recnn_options_free(options);
  g_free(losses);
  g_free(norms);
}

static void check_reference(const void *data) {
  const Reference *reference = data;
  RecnnSafetensors *file = open_reference(reference);
  RecnnModel *model = new_model(reference->model, reference->options);
  RecnnBatch *batch = load_batch(reference, file);
  RecnnGraph *graph = recnn_graph_new(1);
  load_state(model, file);
  check_evaluation(reference, model, graph, file, batch);
  check_training(model, graph, file, batch);
  recnn_graph_free(graph);
  recnn_batch_free(batch);
  recnn_model_free(model);
  recnn_safetensors_close(file);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(references); i++) {
    char *path = g_strdup_printf("/models/reference/%s", references[i].model);
    g_test_add_data_func(path, &references[i], check_reference);
    g_free(path);
  }
  return g_test_run();
}
