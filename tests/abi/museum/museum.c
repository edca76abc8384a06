/* A plugin that uses every service and offers something of every kind.  build-aux/abi-snapshot
 * keeps it, and what the compiler made of it, with each version of the ABI (museum.sh). */
#include <recnn/kind/format.h>
#include <recnn/kind/loss.h>
#include <recnn/kind/metric.h>
#include <recnn/kind/optimizer.h>
#include <recnn/kind/sampler.h>
#include <recnn/kit/version.h>
#include <recnn/plugin.h>
#include <recnn/service/dataset.h>

static const RecnnDatasetApi *dataset; /* set in enter(), never after */

/* ---- an op: x * |x| */

static int64_t elements(const RecnnTensor *x) {
  int64_t n = 1;
  for (int32_t i = 0; i < x->rank; i++)
    n *= x->shape[i];
  return n;
}

static bool signed_square_shape(RecnnOpCall *call) {
  if (call->inputs[0]->dtype != RECNN_FLOAT32)
    return call->host->fail(call, RECNN_ERROR_SHAPE, "x is not float32");
  call->output->dtype = RECNN_FLOAT32;
  call->output->rank = call->inputs[0]->rank;
  for (int32_t i = 0; i < call->output->rank; i++)
    call->output->shape[i] = call->inputs[0]->shape[i];
  return true;
}

static bool signed_square_forward(RecnnOpCall *call) {
  const float *x = call->inputs[0]->data;
  float *y = call->output->data, a = (float)call->attrs[0].as.f;
  for (int64_t i = 0, n = elements(call->output); i < n; i++)
    y[i] = a * x[i] * (x[i] < 0.0f ? -x[i] : x[i]);
  return true;
}

static bool signed_square_backward(RecnnOpCall *call) {
  const float *x = call->inputs[0]->data, *dy = call->output_grad->data;
  float *dx = call->input_grads[0].data, a = (float)call->attrs[0].as.f;
  for (int64_t i = 0, n = elements(call->output); dx != NULL && i < n; i++)
    dx[i] += dy[i] * a * 2.0f * (x[i] < 0.0f ? -x[i] : x[i]);
  return true;
}

static const RecnnOption op_attrs[] = {{"a", RECNN_OPTION_FLOAT, "1", "(0,inf)", "A factor"},
                                       {NULL, 0, NULL, NULL, NULL}};
static const RecnnOpSampleInput op_vector[] = {
    {RECNN_FLOAT32, 1, {7}, RECNN_SAMPLE_UNIFORM, -2.0, 2.0, false}};
static const RecnnOpSampleInput op_matrix[] = {
    {RECNN_FLOAT32, 2, {3, 4}, RECNN_SAMPLE_DISTINCT, -2.0, 2.0, false}};
static const RecnnOpSample op_samples[] = {{.name = "a vector", .inputs = op_vector, .n_inputs = 1},
                                           {.name = "a matrix", .inputs = op_matrix, .n_inputs = 1},
                                           {.name = NULL}};
static const RecnnOp signed_square = {
    .struct_size = sizeof(RecnnOp),
    .name = "museum_signed_square",
    .doc = "a x |x|, of any shape",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = op_attrs,
    .shape = signed_square_shape,
    .forward = signed_square_forward,
    .backward = signed_square_backward,
    .samples = op_samples,
};

/* ---- a model of pairs, trained by gradient */

typedef struct Museum {
  RecnnParam *user;
  RecnnParam *item;
  RecnnParam *bias;
  RecnnParam *seen;
  double noise;
} Museum;

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "8", "[1,512]", "Width of the vectors"},
    {"noise", RECNN_OPTION_FLOAT, "0.01", "[0,1]", "Of the users' vectors while training"},
    {"squared", RECNN_OPTION_BOOL, "true", NULL, "Whether scores go through the plugin's own op"},
    {"start", RECNN_OPTION_CHOICE, "normal", "normal|uniform", "How vectors begin"},
    {"scales", RECNN_OPTION_FLOAT_LIST, "0.3,1", "(0,10]", "Of the vectors, and of the bias"},
    {"steps", RECNN_OPTION_INT_LIST, "1,2", "[1,9]", "For nothing but to be read"},
    {"note", RECNN_OPTION_STRING, "none", NULL, "For nothing but to be read"},
    {NULL, 0, NULL, NULL, NULL}};

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Museum *m = self;
  int64_t dim = recnn_option_int(model, "embedding_dim");
  RecnnValue scales = recnn_option_list(model, "scales");
  if (scales.count != 2 || recnn_option_list(model, "steps").count < 1)
    return recnn_fail(error, RECNN_ERROR_OPTION, "option scales has %d values, expected 2",
                      (int)scales.count);
  RecnnInit init = recnn_init(
      recnn_option_int(model, "start") == 0 ? RECNN_INIT_NORMAL : RECNN_INIT_UNIFORM,
      recnn_option_int(model, "start") == 0 ? 0.0 : -scales.as.floats[0], scales.as.floats[0]);
  m->noise = recnn_option_float(model, "noise");
  m->user = recnn_param_matrix(model, "user.weight", recnn_count(model, "users"), dim, init);
  m->item = recnn_param_matrix(model, "item.weight", recnn_count(model, "items"), dim, init);
  m->bias = recnn_param_matrix(model, "item.bias", recnn_count(model, "items"), 1,
                               recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0));
  m->seen = recnn_buffer_vector(model, "seen", 1, scales.as.floats[1]);
  return RECNN_OK;
}

static RecnnVar *look_up(RecnnGraph *graph, RecnnParam *table, const RecnnBatch *batch,
                         const char *field) {
  return recnn_embedding(graph, recnn_param(graph, table), recnn_input(graph, batch, field));
}

/* (B, dim); with noise while training */
static RecnnVar *users(const Museum *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *x = look_up(graph, m->user, batch, "user");
  const RecnnTensor *value = recnn_tensor(x);
  if (!recnn_api.graph->training(graph) || m->noise == 0.0 || value == NULL)
    return x;
  RecnnVar *noise =
      recnn_api.graph->draw(graph, "noise", RECNN_DRAW_NORMAL, 0.0, value->rank, value->shape);
  return recnn_add(graph, x, recnn_scale(graph, noise, m->noise));
}

/* (B) */
static RecnnVar *score(const Museum *m, RecnnGraph *graph, const RecnnBatch *batch, RecnnVar *who,
                       const char *field) {
  const int64_t shape[1] = {recnn_api.batch->size(batch)};
  RecnnVar *product =
      recnn_sum_last(graph, recnn_mul(graph, who, look_up(graph, m->item, batch, field)));
  RecnnVar *bias = recnn_reshape(graph, look_up(graph, m->bias, batch, field), shape, 1);
  return recnn_add(graph, product, bias);
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Museum *m = self;
  RecnnVar *who = users(m, graph, batch);
  RecnnVar *apart = recnn_sub(graph, score(m, graph, batch, who, "item"),
                              score(m, graph, batch, who, "neg_item"));
  RecnnAttr a = recnn_attr_float("a", 0.001);
  RecnnVar *small = recnn_mean(graph, recnn_apply1(graph, "museum_signed_square", apart, &a, 1));
  recnn_api.graph->part(graph, "apart", small);
  recnn_api.graph->output(graph, "apart", apart);
  if (recnn_api.graph->step(graph) == UINT64_MAX)
    return recnn_api.graph->fail(graph, RECNN_ERROR_FAILED, "a step that never comes");
  RecnnVar *inputs[2] = {score(m, graph, batch, who, "item"),
                         score(m, graph, batch, who, "neg_item")};
  return recnn_api.graph->apply(graph, "bpr_loss", inputs, 2, NULL, 0);
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return score(self, graph, batch, users(self, graph, batch), "item");
}

/* items (I, dim + 1): vector and bias */
static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Museum *m = self;
  RecnnVar *inputs[2] = {look_up(graph, m->item, batch, "item"),
                         look_up(graph, m->bias, batch, "item")};
  return recnn_concat(graph, inputs, 2);
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const Museum *m = self;
  static const float one = 1.0f; /* the bias's factor, for all users the same */
  RecnnTensor ones = {(void *)&one, RECNN_FLOAT32, 2, {recnn_api.batch->size(batch), 1}, {0, 0}};
  RecnnVar *inputs[2] = {users(m, graph, batch), recnn_api.graph->constant(graph, &ones)};
  return recnn_matmul(graph, recnn_concat(graph, inputs, 2), items, false, true);
}

/* Version 0.9 had another name for a tensor and for an option, and no bias. */
static RecnnStatus migrate(RecnnMigration *m, RecnnError *error) {
  if (recnn_version_compare(m->version, "0.9") < 0)
    return recnn_fail(error, RECNN_ERROR_UNSUPPORTED, "version %s of %s is too old", m->version,
                      m->plugin);
  const RecnnTensor *item = m->tensor(m, "item.weight");
  if (m->tensor(m, "item.bias") == NULL && item != NULL && m->count(m, "items") == item->shape[0]) {
    const int64_t shape[2] = {item->shape[0], 1};
    (void)m->add(m, "item.bias", RECNN_FLOAT32, 2, shape);
  }
  for (int32_t i = 0; m->tensor_name(m, i) != NULL; i++)
    if (m->tensor(m, "people.weight") != NULL)
      (void)m->rename(m, "people.weight", "user.weight");
  if (m->tensor(m, "left_over") != NULL)
    (void)m->remove(m, "left_over");
  if (m->option(m, "dim") != NULL) {
    (void)m->set_option(m, "embedding_dim", m->option(m, "dim"));
    (void)m->set_option(m, "dim", NULL);
  }
  return RECNN_OK;
}

static const char *const train_fields[] = {"user", "item", "neg_item", NULL};
static const char *const query_fields[] = {"user", NULL};
static const RecnnModelClass museum = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "museum",
    .summary = "Matrix factorisation with a bias",
    .paper = "Rendle et al. 2009",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(Museum),
    .create = create,
    .loss = loss,
    .predict = predict,
    .encode_items = encode_items,
    .score_items = score_items,
    .migrate = migrate,
};

/* ---- a model that computes itself, with the service compute */

typedef struct Counted {
  RecnnParam *score;
} Counted;

static RecnnStatus counted_create(void *self, RecnnModel *model, RecnnError *error) {
  (void)error;
  ((Counted *)self)->score = recnn_param_vector(model, "score", recnn_count(model, "items"),
                                                recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0));
  return RECNN_OK;
}

static RecnnVar *counted_predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return look_up(graph, ((const Counted *)self)->score, batch, "item");
}

typedef struct Tile {
  const RecnnInteractions *data;
  float *score;
} Tile;

/* Every tile counts the items of one remainder: no two write to one place. */
static void count_tile(void *context, int64_t tile) {
  const Tile *t = context;
  for (int64_t i = 0; i < t->data->n; i++)
    if (t->data->item[i] % 4 == tile)
      t->score[t->data->item[i]] += 1.0f;
}

static RecnnStatus counted_fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                               RecnnError *error) {
  const RecnnTensor *score = recnn_api.param->tensor(((Counted *)self)->score);
  Tile context = {data, score->data};
  const float half = 0.5f;
  (void)model;
  (void)error;
  recnn_api.compute->parallel(4, count_tile, &context);
  /* Halved in place, by a product. */
  for (int64_t i = 0; i < data->n_items; i++) {
    float whole = ((float *)score->data)[i];
    recnn_api.compute->gemm(false, false, 1, 1, 1, 1.0f, &whole, 1, &half, 1, 0.0f,
                            (float *)score->data + i, 1);
  }
  recnn_api.log->message(RECNN_LOG_DEBUG, "museum", "counted");
  return RECNN_OK;
}

static const RecnnOption no_options[] = {{NULL, 0, NULL, NULL, NULL}};
static const RecnnModelClass counted = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "museum_counted",
    .summary = "Half the popularity of an item",
    .paper = "",
    .options = no_options,
    .instance_size = sizeof(Counted),
    .create = counted_create,
    .predict = counted_predict,
    .fit = counted_fit,
};

/* ---- a loss, a metric, a sampler, an optimizer and a format */

static RecnnVar *hinge_value(const RecnnValue *values, RecnnGraph *graph,
                             const RecnnLossInput *input) {
  RecnnVar *apart = recnn_sub(graph, input->negative, input->score);
  return recnn_mean(graph, recnn_relu(graph, recnn_scale(graph, apart, values[0].as.f)));
}
static const RecnnOption hinge_options[] = {
    {"factor", RECNN_OPTION_FLOAT, "1", "(0,inf)", "Of the difference"},
    {NULL, 0, NULL, NULL, NULL}};
static const RecnnLossClass hinge = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "museum_hinge",
    .doc = "max (0, factor (other - chosen))",
    .options = hinge_options,
    .form = RECNN_LOSS_PAIRWISE,
    .value = hinge_value,
};

static double first_rank(const RecnnRanking *ranking, int64_t k) {
  return recnn_ranking_hits(ranking, k) > 0 ? 1.0 / ranking->ranks[0] : 0.0;
}
static const RecnnMetric metric = {
    .struct_size = sizeof(RecnnMetric),
    .name = "Museum",
    .doc = "1 / the first rank, within k",
    .kind = RECNN_METRIC_RANK,
    .higher_is_better = true,
    .rank = first_rank,
};

static int32_t draw_item(const void *state, const RecnnDraw *draw) {
  (void)state;
  return (int32_t)(draw->words[0] % (uint32_t)draw->known->rows->n_items);
}
static const RecnnSamplerClass sampler = {
    .struct_size = sizeof(RecnnSamplerClass),
    .name = "museum_sampler",
    .doc = "Any item",
    .draw = draw_item,
};

static void momentum_prepare(const RecnnValue *values, double learning_rate, uint64_t step,
                             double *factor) {
  (void)step;
  factor[0] = learning_rate;
  factor[1] = values[1].as.f;
}
static void momentum_update(const RecnnUpdate *u, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row++)
    for (int64_t i = 0; i < u->row_size; i++) {
      int64_t at = row * u->row_size + i;
      float grad = 0.0f;
      if (u->grad != NULL)
        grad = u->grad[at];
      else if (u->row_slot[row] >= 0)
        grad = u->row_grad[u->row_slot[row] * u->row_size + i];
      u->slot[0][at] = (float)u->factor[1] * u->slot[0][at] + u->scale * grad;
      u->value[at] -= (float)u->factor[0] * u->slot[0][at];
    }
}
static const RecnnOption momentum_options[] = {
    {"learning_rate", RECNN_OPTION_FLOAT, "0.05", "(0,inf)", "The step size"},
    {"momentum", RECNN_OPTION_FLOAT, "0.9", "[0,1)", "What is kept of the step before"},
    {NULL, 0, NULL, NULL, NULL}};
static const RecnnOptimizerClass momentum = {
    .struct_size = sizeof(RecnnOptimizerClass),
    .name = "museum_momentum",
    .doc = "Gradient descent with momentum",
    .options = momentum_options,
    .n_slots = 1,
    .prepare = momentum_prepare,
    .update = momentum_update,
};

static RecnnStatus read_format(RecnnReading *reading, const char *path, const RecnnValue *values,
                               RecnnError *error) {
  RecnnText *text = dataset->open(reading, path, "~", 0);
  const RecnnField *fields;
  int32_t n;
  (void)values;
  (void)error;
  (void)dataset->columns(reading, RECNN_DATASET_RATING);
  while (dataset->next(reading, text, &fields, &n)) {
    double rating = 0.0;
    if (n != 3) {
      (void)dataset->fail(reading, text, 0, "line", "user~item~rating");
      break;
    }
    RecnnRow row = {.struct_size = sizeof row, .user = fields[0], .item = fields[1]};
    if (dataset->number(reading, text, 3, "rating", &rating)) {
      row.rating = (float)rating;
      (void)dataset->add(reading, text, &row);
    }
  }
  dataset->close(reading, text);
  return RECNN_OK;
}
static const RecnnFormatSample format_samples[] = {
    {"museum.tilde", "a~x~1\nb~y~2\na~y~3\n", 2, 2, 3}, {NULL, NULL, 0, 0, 0}};
static const RecnnFormatClass format = {
    .struct_size = sizeof(RecnnFormatClass),
    .name = "museum_format",
    .doc = "user~item~rating",
    .looks_for = "tildes",
    .read = read_format,
    .samples = format_samples,
};

static RecnnStatus enter(const RecnnHost *host, RecnnError *error) {
  dataset =
      (const RecnnDatasetApi *)host->get_service(RECNN_DATASET_SERVICE, sizeof(RecnnDatasetApi));
  if (dataset == NULL || host->version == NULL)
    return recnn_fail(error, RECNN_ERROR_UNSUPPORTED, "this host has no " RECNN_DATASET_SERVICE);
  return RECNN_OK;
}

static const RecnnFeature features[] = {
    {RECNN_OP_KIND, &signed_square},   {RECNN_MODEL_KIND, &museum},  {RECNN_MODEL_KIND, &counted},
    {RECNN_LOSS_KIND, &hinge},         {RECNN_METRIC_KIND, &metric}, {RECNN_SAMPLER_KIND, &sampler},
    {RECNN_OPTIMIZER_KIND, &momentum}, {RECNN_FORMAT_KIND, &format}, {NULL, NULL}};
RECNN_PLUGIN_ENTER("museum", "1.0.0", "Apache-2.0", "Something of every kind", features, enter);
