/* A factorisation machine and a tower over the same embeddings of categorical fields, for click
 * prediction.
 *
 * Guo, Tang, Ye, Li, He: DeepFM: A Factorization-Machine based Neural Network for CTR Prediction,
 * IJCAI 2017. */
#include <recnn/kit/mlp.h>

#define MAX_FIELDS 256

typedef struct DeepFm {
  int32_t n_fields;
  int64_t embedding_dim;
  RecnnParam *bias;
  RecnnParam *first_order[MAX_FIELDS]; /* (V, 1) each */
  RecnnParam *embeddings[MAX_FIELDS];  /* (V, embedding_dim) each */
  RecnnMlp deep;
} DeepFm;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  DeepFm *m = self;
  char name[64];
  int64_t sizes[MAX_FIELDS];
  RecnnValue mlp_dims = recnn_option_list(model, "mlp_dims");
  RecnnStatus status = recnn_mlp_check(mlp_dims, "mlp_dims", error);
  if (status != RECNN_OK)
    return status;
  int64_t n_fields = recnn_count(model, "features");
  if (n_fields < 1 || n_fields > MAX_FIELDS)
    return recnn_fail(error, RECNN_ERROR_DATA, "the data has %lld features, expected 1 to %d",
                      (long long)n_fields, MAX_FIELDS);
  m->n_fields = (int32_t)n_fields;
  m->embedding_dim = recnn_option_int(model, "embedding_dim");
  for (int32_t i = 0; i < m->n_fields; i++) {
    (void)snprintf(name, sizeof name, "features.%d", (int)i);
    sizes[i] = recnn_count(model, name);
  }
  m->bias = recnn_param_vector(model, "bias", 1, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0));
  for (int32_t i = 0; i < m->n_fields; i++) {
    (void)snprintf(name, sizeof name, "first_order_weights.%d.weight", (int)i);
    m->first_order[i] =
        recnn_param_matrix(model, name, sizes[i], 1, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0));
  }
  for (int32_t i = 0; i < m->n_fields; i++) {
    (void)snprintf(name, sizeof name, "embeddings.%d.weight", (int)i);
    m->embeddings[i] = recnn_param_matrix(model, name, sizes[i], m->embedding_dim,
                                          recnn_init(RECNN_INIT_NORMAL, 0.0, 0.01));
  }
  recnn_mlp_declare(&m->deep, model, "deep_layers", n_fields * m->embedding_dim, mlp_dims, 1,
                    recnn_option_bool(model, "use_batch_norm"),
                    recnn_option_float(model, "dropout_rate"));
  return RECNN_OK;
}

/* The rows of all fields' tables: (B, F, D). */
static RecnnVar *embed(const DeepFm *m, RecnnGraph *graph, RecnnVar *features,
                       RecnnParam *const *tables) {
  RecnnVar *inputs[1 + MAX_FIELDS];
  inputs[0] = features;
  for (int32_t i = 0; i < m->n_fields; i++)
    inputs[1 + i] = recnn_param(graph, tables[i]);
  return recnn_field_embedding(graph, inputs, 1 + m->n_fields);
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const DeepFm *m = self;
  const int64_t flat[2] = {-1, m->n_fields * m->embedding_dim};
  const int64_t row[2] = {-1, m->n_fields};
  const int64_t column[2] = {-1, 1};
  RecnnVar *features = recnn_input(graph, batch, "features");
  RecnnVar *x = embed(m, graph, features, m->embeddings);
  RecnnVar *linear = recnn_sum_last(
      graph, recnn_reshape(graph, embed(m, graph, features, m->first_order), row, 2));
  RecnnVar *sum = recnn_add(graph, linear, recnn_fm_interaction(graph, x));
  RecnnVar *deep = recnn_mlp_forward(&m->deep, graph, recnn_reshape(graph, x, flat, 2));
  RecnnVar *logits = recnn_add(graph, deep, recnn_reshape(graph, sum, column, 2));
  return recnn_flatten(graph, recnn_add(graph, logits, recnn_param(graph, m->bias)));
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]", "Width of every field's embedding"},
    {"mlp_dims", RECNN_OPTION_INT_LIST, "128,64,32", "[1,65536]", "Widths of the tower's layers"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)", "Dropout behind every hidden layer"},
    {"use_batch_norm", RECNN_OPTION_BOOL, "false", NULL, "Batch norm in every hidden layer"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"features", "label", NULL};

static const RecnnModelClass deepfm = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "deepfm",
    .summary = "A factorisation machine and a tower over categorical fields, for clicks",
    .paper = "Guo et al., DeepFM: A Factorization-Machine based Neural Network for CTR Prediction, "
             "IJCAI 2017",
    .options = options,
    .train_fields = train_fields,
    .default_loss = "bce",
    .flags = RECNN_MODEL_BATCH_NORM,
    .instance_size = sizeof(DeepFm),
    .create = create,
    .predict = predict,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &deepfm}, {NULL, NULL}};
RECNN_PLUGIN("deepfm", "0.1.0", "Apache-2.0", "DeepFM for click prediction", features);
