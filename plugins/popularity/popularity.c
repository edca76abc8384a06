/* The baseline that a personalised model has to beat: every item's score is how often it occurs in
 * the interactions, the same for every user. */
#include <recnn/plugin.h>

typedef struct Popularity {
  RecnnParam *item_score; /* (items) */
} Popularity;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Popularity *m = self;
  (void)error;
  m->item_score = recnn_buffer_vector(model, "item_score.weight", recnn_count(model, "items"), 0.0);
  return RECNN_OK;
}

static RecnnStatus fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                       RecnnError *error) {
  const Popularity *m = self;
  float *score = (float *)recnn_api.param->tensor(m->item_score)->data;
  (void)model;
  (void)error;
  for (int64_t i = 0; i < data->n_items; i++)
    score[i] = 0.0f;
  for (int64_t i = 0; i < data->n; i++)
    score[data->item[i]] += 1.0f;
  return RECNN_OK;
}

/* A table of numbers, one an item. */
static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Popularity *m = self;
  return recnn_embedding(graph, recnn_param(graph, m->item_score),
                         recnn_input(graph, batch, "item"));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  (void)self;
  return recnn_repeat_rows(graph, items, recnn_api.batch->size(batch));
}

static const RecnnOption options[] = {
    {"count", RECNN_OPTION_CHOICE, "train", "train|all",
     "What is counted; all: the interactions to be predicted too, as in some published tables"},
    {NULL, 0, NULL, NULL, NULL}};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass popularity = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "popularity",
    .summary = "How often an item occurs in the training data, the same for every user",
    .paper = "",
    .options = options,
    .query_fields = query_fields,
    .flags = RECNN_MODEL_COUNTS_ALL,
    .instance_size = sizeof(Popularity),
    .create = create,
    .predict = encode_items,
    .encode_items = encode_items,
    .score_items = score_items,
    .fit = fit,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &popularity}, {NULL, NULL}};
RECNN_PLUGIN("popularity", "0.1.0", "Apache-2.0", "The most popular items for everybody", features);
