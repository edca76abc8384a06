/* The models' sizes and first values, against those of the PyTorch classes that they are: the
 * counts are
 *   sum (p.numel () for p in model.parameters ()), len (list (model.parameters ()))
 * of each class with its defaults, for 943 users, 1682 items, 21 conditions and features of 943,
 * 1682, 21, 2 and 10 values. */
#include "e2e/model-cases.h"

static const RecnnCount large_counts[] = {
    {"users", 943},     {"items", 1682},     {"conditions", 21},
    {"features", 5},    {"features.0", 943}, {"features.1", 1682},
    {"features.2", 21}, {"features.3", 2},   {"features.4", 10},
};

static const struct {
  const char *model;
  int64_t n_values;
  int n_tensors; /* trainable */
  int64_t n_buffer_values;
} sizes[] = {
    {"advanced_ncf", 564097, 20, 451},
    {"deepfm", 224228, 19, 0},
    {"neural_bpr", 192833, 8, 0},
    {"multitask_ncf", 196994, 14, 0},
    {"denoising_autoencoder", 2053394, 12, 0},
    {"variational_autoencoder", 2086290, 14, 0},
    {"conditional_vae", 2136786, 15, 0},
    {"cnn_sequential", 483944, 11, 0},
    {"hierarchical_cnn", 361106, 13, 0},
    {"gru_session", 498258, 11, 0},
    {"attention_gru", 498387, 13, 0},
    {"narm", 680018, 11, 0},
};

static void check_sizes(void) {
  g_assert_cmpint(G_N_ELEMENTS(sizes), ==, G_N_ELEMENTS(twelve));
  for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
    RecnnModel *model = new_case(sizes[i].model, large_counts, G_N_ELEMENTS(large_counts), NULL, 1);
    RecnnParam *const *params;
    int32_t n = recnn_model_params(model, &params);
    int trainable = 0;
    int64_t buffers = 0;
    for (int32_t k = 0; k < n; k++) {
      trainable += params[k]->trainable;
      buffers += params[k]->trainable ? 0 : recnn_tensor_count(&params[k]->value);
    }
    g_test_message("%s", sizes[i].model);
    g_assert_cmpint(recnn_model_param_count(model), ==, sizes[i].n_values);
    g_assert_cmpint(trainable, ==, sizes[i].n_tensors);
    g_assert_cmpint(buffers, ==, sizes[i].n_buffer_values);
    recnn_model_free(model);
  }
}

/* How a parameter begins.  NORMAL: mean 0 and this deviation; UNIFORM: within this; CONSTANT. */
typedef enum { NORMAL, UNIFORM, CONSTANT } Kind;
static const struct {
  const char *model;
  const char *param;
  Kind kind;
  double value;
} begins[] = {
    {"advanced_ncf", "user_embeddings.0.weight", NORMAL, 0.01},
    {"advanced_ncf", "item_embeddings.1.weight", UNIFORM, 0.0586244}, /* sqrt (6 / (1682 + 64)) */
    {"advanced_ncf", "mlp.0.weight", UNIFORM, 0.0510310},             /* 1 / sqrt (384) */
    {"advanced_ncf", "mlp.1.weight", CONSTANT, 1.0},
    {"advanced_ncf", "mlp.1.running_var", CONSTANT, 1.0},
    {"deepfm", "first_order_weights.1.weight", CONSTANT, 0.0},
    {"deepfm", "embeddings.1.weight", NORMAL, 0.01},
    {"deepfm", "bias", CONSTANT, 0.0},
    {"deepfm", "deep_layers.0.weight", UNIFORM, 0.0559017}, /* 1 / sqrt (320) */
    {"neural_bpr", "item_embedding.weight", NORMAL, 0.01},
    {"neural_bpr", "network.0.weight", UNIFORM, 0.0883883}, /* 1 / sqrt (128) */
    {"multitask_ncf", "user_embedding.weight", NORMAL, 0.01},
    {"multitask_ncf", "rating_head.0.weight", UNIFORM, 0.125},
    {"denoising_autoencoder", "encoder.0.weight", NORMAL, 0.0243830}, /* sqrt (1 / 1682) */
    {"denoising_autoencoder", "decoder.0.weight", NORMAL, 0.0883883}, /* sqrt (1 / 128) */
    {"denoising_autoencoder", "encoder.0.bias", CONSTANT, 0.0},
    {"variational_autoencoder", "encoder.0.weight", UNIFORM, 0.0243830},
    {"variational_autoencoder", "fc_mu.weight", UNIFORM, 0.0625},
    {"conditional_vae", "fc_logvar.weight", UNIFORM, 0.0625},
    {"conditional_vae", "condition_embedding.weight", NORMAL, 1.0},
    {"cnn_sequential", "item_embedding.weight", NORMAL, 0.01},
    {"cnn_sequential", "conv_layers.0.weight", UNIFORM, 0.0721688},       /* 1 / sqrt (64 * 3) */
    {"cnn_sequential", "fc_layers.3.bias", UNIFORM, 0.0816497},           /* 1 / sqrt (150) */
    {"hierarchical_cnn", "global_conv.weight", UNIFORM, 0.0360844},       /* 1 / sqrt (64 * 12) */
    {"hierarchical_cnn", "attention.in_proj_weight", UNIFORM, 0.1082532}, /* sqrt (6 / 512) */
    {"hierarchical_cnn", "attention.in_proj_bias", CONSTANT, 0.0},
    {"hierarchical_cnn", "attention.out_proj.weight", UNIFORM, 0.0883883},
    {"hierarchical_cnn", "attention.out_proj.bias", CONSTANT, 0.0},
    {"gru_session", "item_embedding.weight", NORMAL, 0.01},
    {"gru_session", "gru.weight_ih_l0", UNIFORM, 0.0883883}, /* 1 / sqrt (hidden) */
    {"gru_session", "gru.bias_hh_l1", UNIFORM, 0.0883883},
    {"attention_gru", "item_embedding.weight", NORMAL, 1.0},
    {"attention_gru", "attention_layer.weight", UNIFORM, 0.0883883},
    {"narm", "A2.weight", UNIFORM, 0.0883883},
    {"narm", "output_layer.weight", UNIFORM, 0.0625},
};

static void check_begin(const float *x, int64_t n, Kind kind, double value) {
  double sum = 0.0, squares = 0.0, most = 0.0;
  for (int64_t i = 0; i < n; i++) {
    sum += (double)x[i];
    squares += (double)x[i] * (double)x[i];
    most = MAX(most, fabs((double)x[i]));
    if (kind == CONSTANT)
      g_assert_cmpfloat((double)x[i], ==, value);
  }
  if (kind == CONSTANT)
    return;
  /* Four standard errors of the mean and of the deviation. */
  double deviation = kind == NORMAL ? value : value / sqrt(3.0);
  double slack = 4.0 / sqrt((double)n);
  g_assert_cmpfloat(fabs(sum / (double)n), <=, deviation * slack);
  g_assert_cmpfloat_with_epsilon(sqrt(squares / (double)n), deviation, deviation * slack);
  if (kind == UNIFORM)
    g_assert_cmpfloat(most, <=, value * 1.000001);
}

static void check_begins(void) {
  for (size_t i = 0; i < G_N_ELEMENTS(begins); i++) {
    RecnnModel *model =
        new_case(begins[i].model, large_counts, G_N_ELEMENTS(large_counts), NULL, 3);
    const RecnnParam *param = recnn_model_find_param(model, begins[i].param);
    g_test_message("%s: %s", begins[i].model, begins[i].param);
    g_assert_nonnull(param);
    const float *x = param->value.data;
    int64_t n = recnn_tensor_count(&param->value);
    if (strcmp(begins[i].param, "item_embedding.weight") == 0 && begins[i].value == 1.0) {
      for (int64_t k = 0; k < 64; k++) /* the padding row, which nn.Embedding leaves zero */
        g_assert_cmpfloat(x[k], ==, 0.0f);
      x += 64;
      n -= 64;
    }
    check_begin(x, n, begins[i].kind, begins[i].value);
    recnn_model_free(model);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/models/sizes", check_sizes);
  g_test_add_func("/models/begins", check_begins);
  return g_test_run();
}
