/* Items like those that the user had: an item's score is the sum of its similarities to those of
 * the user's items that are among its k nearest.
 *
 * Deshpande and Karypis: Item-Based Top-N Recommendation Algorithms, TOIS 2004. */
#include <recnn/kit/csr.h>
#include <recnn/kit/nearest.h>

#include "item_knn.h"

enum { TILE = 32 };

typedef struct ItemKnn {
  int64_t items;
  int64_t k;
  int64_t similarity;
  double shrink;
  /* Row i: the items that have i among their nearest, and the similarities. */
  RecnnParam *start;  /* int64 (items + 1) */
  RecnnParam *item;   /* int64 (items * k) */
  RecnnParam *weight; /* (items * k) */
} ItemKnn;

static RecnnParam *declare(RecnnModel *model, const char *name, int64_t n, uint32_t flags) {
  return recnn_api.param->declare(model, name, 1, &n, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0),
                                  RECNN_PARAM_BUFFER | flags);
}

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  ItemKnn *m = self;
  (void)error;
  m->items = recnn_count(model, "items");
  m->k = recnn_option_int(model, "k");
  m->k = m->k < m->items ? m->k : m->items;
  m->similarity = recnn_option_int(model, "similarity");
  m->shrink = recnn_option_float(model, "shrink");
  m->start = declare(model, "neighbours.start", m->items + 1, RECNN_PARAM_INT64);
  m->item = declare(model, "neighbours.item", m->items * m->k, RECNN_PARAM_INT64);
  m->weight = declare(model, "neighbours.weight", m->items * m->k, 0);
  return RECNN_OK;
}

/* The search: item j's nearest are id[j * k ..] and similarity[j * k ..], n[j] of them. */
typedef struct Search {
  const ItemKnn *m;
  RecnnCsr by_user;
  RecnnCsr by_item;
  int32_t *id;
  float *similarity;
  int64_t *n;
} Search;

static void search_item(const Search *s, int64_t item, int32_t *common) {
  int64_t k = s->m->k;
  RecnnNearest nearest = {.k = k, .id = s->id + item * k, .similarity = s->similarity + item * k};
  const int64_t *start = s->by_item.start;
  memset(common, 0, (size_t)s->m->items * sizeof *common);
  for (int64_t a = start[item]; a < start[item + 1]; a++) {
    int32_t user = s->by_item.column[a];
    for (int64_t b = s->by_user.start[user]; b < s->by_user.start[user + 1]; b++)
      common[s->by_user.column[b]]++;
  }
  common[item] = 0; /* an item is no neighbour of itself */
  double size = (double)(start[item + 1] - start[item]);
  for (int64_t i = 0; i < s->m->items; i++)
    if (common[i] > 0)
      recnn_nearest_add(&nearest, (int32_t)i,
                        recnn_similarity(s->m->similarity, s->m->shrink, common[i], size,
                                         (double)(start[i + 1] - start[i])));
  s->n[item] = nearest.n;
}

static void search_tile(void *context, int64_t tile) {
  const Search *s = context;
  int32_t *common = malloc((size_t)s->m->items * sizeof *common);
  for (int64_t i = tile * TILE; i < s->m->items && i < (tile + 1) * TILE; i++) {
    if (common == NULL)
      s->n[i] = -1;
    else
      search_item(s, i, common);
  }
  free(common);
}

/* Turns the lists of the items' nearest round: by neighbour, in the order of the items. */
static void write_rows(const Search *s) {
  int64_t items = s->m->items, k = s->m->k;
  int64_t *start = recnn_api.param->tensor(s->m->start)->data;
  int64_t *item = recnn_api.param->tensor(s->m->item)->data;
  float *weight = recnn_api.param->tensor(s->m->weight)->data;
  memset(start, 0, (size_t)(items + 1) * sizeof *start);
  memset(item, 0, (size_t)(items * k) * sizeof *item);
  memset(weight, 0, (size_t)(items * k) * sizeof *weight);
  for (int64_t j = 0; j < items; j++)
    for (int64_t c = 0; c < s->n[j]; c++)
      start[s->id[j * k + c] + 1]++;
  for (int64_t i = 0; i < items; i++)
    start[i + 1] += start[i];
  for (int64_t j = 0; j < items; j++)
    for (int64_t c = 0; c < s->n[j]; c++) {
      int64_t to = start[s->id[j * k + c]]++;
      item[to] = j;
      weight[to] = s->similarity[j * k + c];
    }
  for (int64_t i = items; i > 0; i--)
    start[i] = start[i - 1];
  start[0] = 0;
}

static RecnnStatus fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                       RecnnError *error) {
  const ItemKnn *m = self;
  size_t n = (size_t)m->items * (size_t)m->k;
  (void)model;
  Search s = {.m = m};
  s.id = malloc(n * sizeof *s.id);
  s.similarity = malloc(n * sizeof *s.similarity);
  s.n = malloc((size_t)m->items * sizeof *s.n);
  bool ok = s.id != NULL && s.similarity != NULL && s.n != NULL &&
            recnn_csr_by_user(&s.by_user, data, error) &&
            recnn_csr_by_item(&s.by_item, data, error);
  if (ok)
    recnn_api.compute->parallel((m->items + TILE - 1) / TILE, search_tile, &s);
  for (int64_t i = 0; ok && i < m->items; i++)
    ok = s.n[i] >= 0;
  if (ok)
    write_rows(&s);
  recnn_csr_clear(&s.by_user);
  recnn_csr_clear(&s.by_item);
  free(s.id);
  free(s.similarity);
  free(s.n);
  return ok ? RECNN_OK
            : recnn_fail(error, RECNN_ERROR_MEMORY, "no memory for the %lld nearest of %lld items",
                         (long long)m->k, (long long)m->items);
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const ItemKnn *m = self;
  (void)items; /* always all of them */
  RecnnVar *inputs[6] = {recnn_input(graph, batch, "row_start"),
                         recnn_input(graph, batch, "row_item"),
                         recnn_input(graph, batch, "row_value"),
                         recnn_param(graph, m->start),
                         recnn_param(graph, m->item),
                         recnn_param(graph, m->weight)};
  return recnn_api.graph->apply(graph, "item_knn_scores", inputs, 6, NULL, 0);
}

static const RecnnOption options[] = {
    {"k", RECNN_OPTION_INT, "100", "[1,65536]", "Neighbours of an item"},
    {"similarity", RECNN_OPTION_CHOICE, "cosine", RECNN_SIMILARITIES,
     "How like two items are, by the users they have in common"},
    {"shrink", RECNN_OPTION_FLOAT, "0", "[0,inf)",
     "Added to the similarity's denominator: lowers what rests on few users"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const query_fields[] = {"row_start", "row_item", "row_value", NULL};

static const RecnnModelClass item_knn = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "item_knn",
    .summary = "Items whose users are those of the items that the user had",
    .paper = "Deshpande and Karypis, Item-Based Top-N Recommendation Algorithms, TOIS 2004",
    .options = options,
    .query_fields = query_fields,
    .instance_size = sizeof(ItemKnn),
    .create = create,
    .fit = fit,
    .score_items = score_items,
};

static const RecnnFeature features[] = {
    {RECNN_OP_KIND, &item_knn_scores}, {RECNN_MODEL_KIND, &item_knn}, {NULL, NULL}};
RECNN_PLUGIN("item_knn", "0.1.0", "Apache-2.0", "Item-based nearest neighbours", features);
