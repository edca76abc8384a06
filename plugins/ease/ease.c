/* Embarrassingly shallow autoencoders: a matrix of item-to-item weights with a zero diagonal that
 * restores the users' rows best in the least squares sense, in closed form.
 *
 * Steck: Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019. */
#include <recnn/kit/autoencoder.h>
#include <recnn/kit/csr.h>

#include "inverse.h"

typedef struct Ease {
  double regularization;
  RecnnParam *weight; /* (items, items): row i is what item i says for the others */
} Ease;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Ease *m = self;
  const int64_t items = recnn_count(model, "items");
  const int64_t shape[2] = {items, items};
  (void)error;
  m->regularization = recnn_option_float(model, "regularization");
  m->weight =
      recnn_api.param->declare(model, "item_weight.weight", 2, shape,
                               recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0), RECNN_PARAM_BUFFER);
  return RECNN_OK;
}

typedef struct Gram {
  const RecnnCsr *by_user;
  const RecnnCsr *by_item;
  float regularization;
  float *g;
} Gram;

/* Row i of XᵀX: how many users item i shares with every other. */
static void count_row(void *context, int64_t i) {
  const Gram *gram = context;
  const RecnnCsr *users = gram->by_item, *items = gram->by_user;
  float *row = gram->g + i * users->n_rows;
  memset(row, 0, (size_t)users->n_rows * sizeof *row);
  for (int64_t a = users->start[i]; a < users->start[i + 1]; a++) {
    int32_t user = users->column[a];
    for (int64_t b = items->start[user]; b < items->start[user + 1]; b++)
      row[items->column[b]] += 1.0f;
  }
  row[i] += gram->regularization;
}

static RecnnStatus fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                       RecnnError *error) {
  const Ease *m = self;
  float *weight = (float *)recnn_api.param->tensor(m->weight)->data;
  int64_t n = data->n_items;
  RecnnCsr by_user = {0}, by_item = {0};
  (void)model;
  RecnnStatus status =
      recnn_csr_by_user(&by_user, data, error) && recnn_csr_by_item(&by_item, data, error)
          ? RECNN_OK
          : RECNN_ERROR_MEMORY;
  if (status == RECNN_OK) {
    Gram gram = {&by_user, &by_item, (float)m->regularization, weight};
    recnn_api.compute->parallel(n, count_row, &gram);
    status = ease_invert(weight, n, error);
  }
  /* With P the inverse: -P_ij / P_jj, and 0 on the diagonal, which is done last. */
  for (int64_t i = 0; status == RECNN_OK && i < n; i++)
    for (int64_t j = 0; j < n; j++)
      if (i != j)
        weight[i * n + j] /= -weight[j * n + j];
  for (int64_t i = 0; status == RECNN_OK && i < n; i++)
    weight[i * n + i] = 0.0f;
  recnn_csr_clear(&by_user);
  recnn_csr_clear(&by_item);
  return status;
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const Ease *m = self;
  (void)items; /* always all of them */
  return recnn_sparse_linear(graph, recnn_rows_input(graph, batch), recnn_param(graph, m->weight),
                             NULL, "none", 0.0);
}

static const RecnnOption options[] = {
    {"regularization", RECNN_OPTION_FLOAT, "250", "(0,inf)",
     "What is added to the diagonal of the items' co-occurrences (the paper's lambda)"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const query_fields[] = {"row_start", "row_item", "row_value", NULL};

static const RecnnModelClass ease = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "ease",
    .summary = "Item-to-item weights that restore the users' rows best, in closed form",
    .paper = "Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019",
    .options = options,
    .query_fields = query_fields,
    .instance_size = sizeof(Ease),
    .create = create,
    .fit = fit,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &ease}, {NULL, NULL}};
RECNN_PLUGIN("ease", "0.1.0", "Apache-2.0", "Embarrassingly shallow autoencoders", features);
