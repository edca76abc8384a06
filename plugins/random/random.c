/* The baseline below all others: a score that has nothing to do with user or item.  It is a
 * function of seed, user and item, so that the same question has the same answer. */
#include <recnn/plugin.h>

typedef struct Random {
  int64_t items;
  int64_t seed;
} Random;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Random *m = self;
  (void)error;
  m->items = recnn_count(model, "items");
  m->seed = recnn_option_int(model, "seed");
  return RECNN_OK;
}

static RecnnStatus fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                       RecnnError *error) {
  (void)self;
  (void)model;
  (void)data;
  (void)error;
  return RECNN_OK;
}

static RecnnVar *apply(const Random *m, RecnnGraph *graph, RecnnVar *const *inputs, int32_t n) {
  const RecnnAttr attrs[2] = {{"items", {RECNN_OPTION_INT, 0, {.i = m->items}}},
                              {"seed", {RECNN_OPTION_INT, 0, {.i = m->seed}}}};
  return recnn_api.graph->apply(graph, "random_scores", inputs, n, attrs, 2);
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *inputs[2] = {recnn_input(graph, batch, "user"), recnn_input(graph, batch, "item")};
  return apply(self, graph, inputs, 2);
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  RecnnVar *user = recnn_input(graph, batch, "user");
  (void)items; /* always all of them */
  return apply(self, graph, &user, 1);
}

static const RecnnOption options[] = {
    {"seed", RECNN_OPTION_INT, "42", "[0,inf)", "Another seed gives other scores"},
    {NULL, 0, NULL, NULL, NULL},
};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass model_class = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "random",
    .summary = "Scores by chance, the same ones whenever they are asked for",
    .paper = "",
    .options = options,
    .query_fields = query_fields,
    .instance_size = sizeof(Random),
    .create = create,
    .predict = predict,
    .score_items = score_items,
    .fit = fit,
};

/* The op. */

/* Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014: the finalizer
 * of SplitMix64. */
static uint64_t mix(uint64_t x) {
  x += UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

/* In [0, 1), 24 bits. */
static float score_of(int64_t seed, int64_t user, int64_t item) {
  uint64_t x = mix(mix(mix((uint64_t)seed) ^ (uint64_t)user) ^ (uint64_t)item);
  return (float)(x >> 40) * 0x1p-24f;
}

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *user = call->inputs[0];
  if (user->dtype != RECNN_INT64 || user->rank != 1)
    return call->host->fail(call, RECNN_ERROR_SHAPE, "user: expected int64 (B)");
  if (call->n_inputs > 1 && (call->inputs[1]->dtype != RECNN_INT64 || call->inputs[1]->rank != 1 ||
                             call->inputs[1]->shape[0] != user->shape[0]))
    return call->host->fail(call, RECNN_ERROR_SHAPE, "item: expected int64 (B), as user is");
  call->output->dtype = RECNN_FLOAT32;
  call->output->rank = call->n_inputs > 1 ? 1 : 2;
  call->output->shape[0] = user->shape[0];
  if (call->n_inputs == 1)
    call->output->shape[1] = call->attrs[0].as.i;
  return true;
}

static bool forward(RecnnOpCall *call) {
  int64_t n = call->inputs[0]->shape[0], items = call->attrs[0].as.i, seed = call->attrs[1].as.i;
  const int64_t *user = call->inputs[0]->data;
  float *y = call->output->data;
  if (call->n_inputs > 1) {
    const int64_t *item = call->inputs[1]->data;
    for (int64_t i = 0; i < n; i++)
      y[i] = score_of(seed, user[i], item[i]);
    return true;
  }
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < items; j++)
      y[i * items + j] = score_of(seed, user[i], j);
  return true;
}

static const RecnnOption attrs[] = {
    {"items", RECNN_OPTION_INT, "1", "[1,inf)", "How many items there are"},
    {"seed", RECNN_OPTION_INT, "0", NULL, "Another seed gives other scores"},
    {NULL, 0, NULL, NULL, NULL},
};
static const RecnnOpSampleInput ids[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 9},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 9},
};
static const RecnnAttr ten[] = {{"items", {RECNN_OPTION_INT, 0, {.i = 10}}}};
static const RecnnOpSample samples[] = {
    {.name = "all items", .inputs = ids, .n_inputs = 1, .attrs = ten, .n_attrs = 1},
    {.name = "pairs", .inputs = ids, .n_inputs = 2},
    {.name = NULL},
};

static const RecnnOp op = {
    .struct_size = sizeof(RecnnOp),
    .name = "random_scores",
    .doc = "A number in [0, 1) that is a function of seed, user and item: of users int64 (B) and "
           "all items (B, items), or of users and items int64 (B) (B)",
    .min_inputs = 1,
    .max_inputs = 2,
    .attrs = attrs,
    .shape = shape,
    .forward = forward,
    .samples = samples,
};

static const RecnnFeature features[] = {
    {RECNN_OP_KIND, &op}, {RECNN_MODEL_KIND, &model_class}, {NULL, NULL}};
RECNN_PLUGIN("random", "0.1.0", "Apache-2.0", "Items by chance", features);
