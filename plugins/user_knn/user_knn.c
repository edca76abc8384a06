/* What users like this one had: an item's score is the sum of the similarities of those of the k
 * nearest users who chose it.  Neighbours are searched for when the model is asked, so it answers
 * for people who are not in the data too; a user of the data is a neighbour of his own, which adds
 * nothing but to items that he had.
 *
 * Resnick et al.: GroupLens, CSCW 1994; for implicit feedback Sarwar et al.: Analysis of
 * Recommendation Algorithms for E-Commerce, EC 2000. */
#include <recnn/kit/csr.h>
#include <recnn/kit/nearest.h>

#include "user_knn.h"

typedef struct UserKnn {
  int64_t k;
  int64_t similarity;
  double shrink;
  RecnnParam *user_start; /* int64 (users + 1) */
  RecnnParam *user_item;  /* int64, room for all interactions of the data */
  RecnnParam *item_start; /* int64 (items + 1) */
  RecnnParam *item_user;
} UserKnn;

static RecnnParam *declare(RecnnModel *model, const char *name, int64_t n) {
  return recnn_api.param->declare(model, name, 1, &n, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0),
                                  RECNN_PARAM_BUFFER | RECNN_PARAM_INT64);
}

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  UserKnn *m = self;
  int64_t interactions = recnn_count(model, "interactions");
  (void)error;
  m->k = recnn_option_int(model, "k");
  m->similarity = recnn_option_int(model, "similarity");
  m->shrink = recnn_option_float(model, "shrink");
  m->user_start = declare(model, "users.start", recnn_count(model, "users") + 1);
  m->user_item = declare(model, "users.item", interactions);
  m->item_start = declare(model, "items.start", recnn_count(model, "items") + 1);
  m->item_user = declare(model, "items.user", interactions);
  return RECNN_OK;
}

/* Copies a matrix into its parameters, where there is room for `room` entries. */
static RecnnStatus keep(const RecnnCsr *csr, RecnnParam *start_param, RecnnParam *id_param,
                        RecnnError *error) {
  int64_t *start = recnn_api.param->tensor(start_param)->data;
  const RecnnTensor *ids = recnn_api.param->tensor(id_param);
  int64_t *id = ids->data, n = csr->start[csr->n_rows], room = ids->shape[0];
  if (n > room)
    return recnn_fail(error, RECNN_ERROR_DATA, "%lld interactions, made for %lld at most",
                      (long long)n, (long long)room);
  memcpy(start, csr->start, (size_t)(csr->n_rows + 1) * sizeof *start);
  for (int64_t i = 0; i < room; i++)
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): the matrix has n entries */
    id[i] = i < n ? csr->column[i] : 0;
  return RECNN_OK;
}

static RecnnStatus fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                       RecnnError *error) {
  const UserKnn *m = self;
  RecnnCsr by_user = {0}, by_item = {0};
  RecnnStatus status = RECNN_ERROR_MEMORY;
  (void)model;
  if (recnn_csr_by_user(&by_user, data, error) && recnn_csr_by_item(&by_item, data, error))
    status = keep(&by_user, m->user_start, m->user_item, error);
  if (status == RECNN_OK)
    status = keep(&by_item, m->item_start, m->item_user, error);
  recnn_csr_clear(&by_user);
  recnn_csr_clear(&by_item);
  return status;
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const UserKnn *m = self;
  (void)items; /* always all of them */
  RecnnVar *inputs[6] = {
      recnn_input(graph, batch, "row_start"), recnn_input(graph, batch, "row_item"),
      recnn_param(graph, m->user_start),      recnn_param(graph, m->user_item),
      recnn_param(graph, m->item_start),      recnn_param(graph, m->item_user)};
  const RecnnAttr attrs[3] = {{"k", {RECNN_OPTION_INT, 0, {.i = m->k}}},
                              {"similarity", {RECNN_OPTION_INT, 0, {.i = m->similarity}}},
                              {"shrink", {RECNN_OPTION_FLOAT, 0, {.f = m->shrink}}}};
  return recnn_api.graph->apply(graph, "user_knn_scores", inputs, 6, attrs, 3);
}

static const RecnnOption options[] = {
    {"k", RECNN_OPTION_INT, "100", "[1,65536]", "Neighbours of a user"},
    {"similarity", RECNN_OPTION_CHOICE, "cosine", RECNN_SIMILARITIES,
     "How like two users are, by the items they have in common"},
    {"shrink", RECNN_OPTION_FLOAT, "0", "[0,inf)",
     "Added to the similarity's denominator: lowers what rests on few items"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const query_fields[] = {"row_start", "row_item", "row_value", NULL};

static const RecnnModelClass user_knn = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "user_knn",
    .summary = "Items of the users who had the same ones as this one",
    .paper = "Resnick et al., GroupLens: An Open Architecture for Collaborative Filtering of "
             "Netnews, CSCW 1994; Sarwar et al., Analysis of Recommendation Algorithms for "
             "E-Commerce, EC 2000",
    .options = options,
    .query_fields = query_fields,
    .instance_size = sizeof(UserKnn),
    .create = create,
    .fit = fit,
    .score_items = score_items,
};

static const RecnnFeature features[] = {
    {RECNN_OP_KIND, &user_knn_scores}, {RECNN_MODEL_KIND, &user_knn}, {NULL, NULL}};
RECNN_PLUGIN("user_knn", "0.1.0", "Apache-2.0", "User-based nearest neighbours", features);
