/* A model that changed from version to version: AGE is 1, 2 or 3.  Version 1.4.0 keeps a mean and
 * the users' biases apart; 2.0.0 adds them up, and calls tensors and an option otherwise; 3.0.0 is
 * as 2.0.0, and does not care about 1.x any more. */
#include <recnn/kit/version.h>
#include <recnn/plugin.h>

#ifndef AGE
#define AGE 3
#endif

typedef struct Aging {
  RecnnParam *mean; /* (1), in version 1 */
  RecnnParam *user; /* (users, 1) */
  RecnnParam *item; /* (items, 1) */
} Aging;

#if AGE == 1
#define VERSION "1.4.0"
#define SCALE "scale"
#define USER "user.weight"
#define ITEM "item.weight"
#else
#if AGE == 2
#define VERSION "2.0.0"
#else
#define VERSION "3.0.0"
#endif
#define SCALE "std"
#define USER "user.bias"
#define ITEM "item.bias"
#endif

static const RecnnOption options[] = {
    {SCALE, RECNN_OPTION_FLOAT, "0.01", "(0,1]", "How far biases begin from zero."},
    {NULL, 0, NULL, NULL, NULL},
};

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Aging *aging = self;
  RecnnInit init = recnn_init(RECNN_INIT_NORMAL, 0.0, recnn_option_float(model, SCALE));
  (void)error;
  if (AGE == 1)
    aging->mean = recnn_param_vector(model, "mean", 1, recnn_init(RECNN_INIT_CONSTANT, 3.0, 0.0));
  aging->user = recnn_param_matrix(model, USER, recnn_count(model, "users"), 1, init);
  aging->item = recnn_param_matrix(model, ITEM, recnn_count(model, "items"), 1, init);
  return RECNN_OK;
}

static RecnnVar *look_up(RecnnGraph *graph, RecnnParam *table, const RecnnBatch *batch,
                         const char *field) {
  return recnn_embedding(graph, recnn_param(graph, table), recnn_input(graph, batch, field));
}

static RecnnVar *of_users(const Aging *aging, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *users = look_up(graph, aging->user, batch, "user");
  return AGE == 1 ? recnn_add(graph, users, recnn_param(graph, aging->mean)) : users;
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Aging *aging = self;
  const int64_t shape[1] = {-1};
  RecnnVar *items = look_up(graph, aging->item, batch, "item");
  return recnn_reshape(graph, recnn_add(graph, of_users(aging, graph, batch), items), shape, 1);
}

static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return look_up(graph, ((const Aging *)self)->item, batch, "item");
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const RecnnTensor *encoded = recnn_tensor(items);
  const int64_t shape[2] = {recnn_api.batch->size(batch), encoded != NULL ? encoded->shape[0] : 0};
  RecnnVar *pairs = recnn_outer_add(graph, of_users(self, graph, batch), items, "none");
  return recnn_reshape(graph, pairs, shape, 2);
}

#if AGE > 1
static RecnnStatus migrate(RecnnMigration *m, RecnnError *error) {
  if (recnn_version_compare(m->version, "2.0.0") >= 0)
    return RECNN_OK;
  if (AGE > 2 || recnn_version_compare(m->version, "1.0.0") < 0)
    return recnn_fail(error, RECNN_ERROR_UNSUPPORTED,
                      "its version is %s, this one reads 2.0.0 and later; load and save it with "
                      "version 2.x first",
                      m->version);
  const RecnnTensor *mean = m->tensor(m, "mean"), *user = m->tensor(m, "user.weight");
  RecnnTensor *sum = user != NULL ? m->add(m, USER, RECNN_FLOAT32, 2, user->shape) : NULL;
  if (mean == NULL || sum == NULL)
    return recnn_fail(error, RECNN_ERROR_FORMAT, "there is no mean, or no user.weight");
  for (int64_t i = 0; i < user->shape[0]; i++)
    ((float *)sum->data)[i] = ((const float *)user->data)[i] + *(const float *)mean->data;
  m->remove(m, "user.weight");
  m->remove(m, "mean");
  m->rename(m, "item.weight", ITEM);
  m->set_option(m, SCALE, m->option(m, "scale"));
  m->set_option(m, "scale", NULL);
  return RECNN_OK;
}
#endif

static const char *const train_fields[] = {"user", "item", "rating", NULL};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass aging_class = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "aging",
    .summary = "Biases of users and items",
    .paper = "",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .default_loss = "mse",
    .instance_size = sizeof(Aging),
    .create = create,
    .predict = predict,
    .encode_items = encode_items,
    .score_items = score_items,
#if AGE > 1
    .migrate = migrate,
#endif
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &aging_class}, {NULL, NULL}};
RECNN_PLUGIN("aging", VERSION, "Apache-2.0", "Changes from version to version", features);
