/* @NAME@: a matrix factorisation, to be made into a model of your own.  A rating is the user's
 * vector times the item's, plus the item's bias and a mean.
 *
 * Koren, Bell and Volinsky, Matrix Factorization Techniques for Recommender Systems, Computer 2009.
 *
 * It compiles as C11 and as C++17 (rename it to @NAME@.cc). */
#include <recnn/plugin.h>

/* What an instance keeps: the parameters.  Their values are the host's, who saves and loads them.
 */
typedef struct Model {
  RecnnParam *user; /* (users, dim) */
  RecnnParam *item; /* (items, dim) */
  RecnnParam *bias; /* (items, 1) */
  RecnnParam *mean; /* (1) */
} Model;

/* What scripts can set: name, type, default, range, and a sentence for recnn-inspect. */
static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "32", "[1,4096]", "Width of the users' and items' vectors"},
    {"mean", RECNN_OPTION_FLOAT, "3.5", "[-100,100]", "The rating to begin with"},
    {NULL, 0, NULL, NULL, NULL}};

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Model *m = (Model *)self;
  int64_t dim = recnn_option_int(model, "embedding_dim");
  int64_t n_items = recnn_count(model, "items");
  RecnnInit small = recnn_init(RECNN_INIT_NORMAL, 0.0, 0.1);
  RecnnInit zero = recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0);
  RecnnInit mean = recnn_init(RECNN_INIT_CONSTANT, recnn_option_float(model, "mean"), 0.0);
  (void)error; /* for what the options' table cannot say: return recnn_fail (error, ...) */
  m->user = recnn_param_matrix(model, "user.weight", recnn_count(model, "users"), dim, small);
  m->item = recnn_param_matrix(model, "item.weight", n_items, dim, small);
  m->bias = recnn_param_matrix(model, "item.bias", n_items, 1, zero);
  m->mean = recnn_param_vector(model, "mean", 1, mean);
  return RECNN_OK;
}

/* The rows of a table at the batch's indices: (B, columns). */
static RecnnVar *rows(RecnnGraph *graph, RecnnParam *table, const RecnnBatch *batch,
                      const char *of) {
  return recnn_embedding(graph, recnn_param(graph, table), recnn_input(graph, batch, of));
}

/* float32 (B): one rating for each row of the batch.  Calls are chained: the first that fails is
 * remembered by the graph, and the host reports it. */
static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Model *m = (const Model *)self;
  RecnnVar *both =
      recnn_mul(graph, rows(graph, m->user, batch, "user"), rows(graph, m->item, batch, "item"));
  RecnnVar *bias =
      recnn_add(graph, rows(graph, m->bias, batch, "item"), recnn_param(graph, m->mean));
  return recnn_add(graph, recnn_sum_last(graph, both), recnn_sum_last(graph, bias));
}

/* What scoring needs of items, computed once for each state of the weights: (I, dim + 1). */
static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Model *m = (const Model *)self;
  RecnnVar *parts[2] = {rows(graph, m->item, batch, "item"), rows(graph, m->bias, batch, "item")};
  return recnn_concat(graph, parts, 2);
}

/* float32 (B, I): the scores of those items for each user of the batch. */
static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const Model *m = (const Model *)self;
  const int64_t dim = recnn_api.param->tensor(m->item)->shape[1];
  RecnnVar *users = rows(graph, m->user, batch, "user");
  /* user * item + 1 * bias + mean, as one linear map of the users whose bias is the items' */
  RecnnVar *bias = recnn_sum_last(
      graph, recnn_add(graph, recnn_slice(graph, items, dim, 1), recnn_param(graph, m->mean)));
  return recnn_linear(graph, users, recnn_slice(graph, items, 0, dim), bias);
}

static const char *const train_fields[] = {"user", "item", "rating", NULL};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass model_class = {
    sizeof(RecnnModelClass),
    "@NAME@",
    "A matrix factorisation with item biases",
    "Koren et al., Matrix Factorization Techniques for Recommender Systems, Computer 2009",
    options,
    train_fields,
    query_fields,
    "mse" /* the loss on predict() */,
    0,
    0,
    sizeof(Model),
    create,
    NULL /* destroy */,
    NULL /* loss: of its own */,
    predict,
    encode_items,
    score_items,
    NULL /* fit: not computed at once */,
    NULL /* migrate: no other version wrote weights */,
    NULL /* shares_prefixes: no model of sequences */,
    NULL /* penalty */};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &model_class}, {NULL, NULL}};
RECNN_PLUGIN("@NAME@", "0.1.0", "@LICENCE@", "A matrix factorisation with item biases", features);
