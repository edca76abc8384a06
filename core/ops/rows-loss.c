/* Losses of logits over all items against the few items that a row has: what is the same for all of
 * them.  A row is summed by one thread, and rows are added up in order. */
#include "ops/ops-private.h"

enum { LOGITS, START };

bool recnn__ops_rows_loss_shape(RecnnOpCall *call) {
  const RecnnTensor *logits = call->inputs[LOGITS];
  if (!recnn__ops_float32(call, LOGITS, "logits"))
    return false;
  if (logits->rank != 2)
    return recnn__ops_refuse(call, LOGITS, "logits", "(B, items)");
  return recnn__ops_sparse_shape(call, START, logits->shape[0]) && recnn__ops_output_scalar(call);
}

typedef struct Rows {
  const RecnnOpRowsLoss *loss;
  RecnnOpSparse x;
  int64_t n_items;
  float share; /* of a row's (or element's) derivative */
} Rows;

static double loss_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Rows *r = data;
  double sum = 0.0;
  for (int64_t row = begin; row < end; row++) {
    int64_t at = r->x.start[row];
    sum += r->loss->row(recnn__ops_in(call, LOGITS) + row * r->n_items, r->n_items, r->x.item + at,
                        r->x.value + at, r->x.start[row + 1] - at);
  }
  return sum;
}

/* What a sum over all is divided by. */
static double divisor(const RecnnOpCall *call, const Rows *r) {
  bool mean = call->attrs[0].as.i == 0;
  double n = (double)r->x.n_rows * (r->loss->per_element ? (double)r->n_items : 1.0);
  return mean && n > 0.0 ? n : 1.0;
}

bool recnn__ops_rows_loss_forward(RecnnOpCall *call, const RecnnOpRowsLoss *loss) {
  Rows r = {.loss = loss, .n_items = call->inputs[LOGITS]->shape[1]};
  if (!recnn__ops_sparse(call, START, r.n_items, &r.x))
    return false;
  double sum = recnn__ops_sum(call, r.x.n_rows, 8 * r.n_items, loss_rows, &r);
  recnn__ops_out(call)[0] = (float)(sum / divisor(call, &r));
  return true;
}

static void gradient_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Rows *r = data;
  for (int64_t row = begin; row < end; row++) {
    int64_t at = r->x.start[row];
    int64_t from = row * r->n_items;
    r->loss->gradient(recnn__ops_dx(call, LOGITS) + from, call->beta[LOGITS], r->share,
                      recnn__ops_in(call, LOGITS) + from, r->n_items, r->x.item + at,
                      r->x.value + at, r->x.start[row + 1] - at);
  }
}

bool recnn__ops_rows_loss_backward(RecnnOpCall *call, const RecnnOpRowsLoss *loss) {
  Rows r = {.loss = loss, .n_items = call->inputs[LOGITS]->shape[1]};
  if (recnn__ops_dx(call, LOGITS) == NULL)
    return true;
  if (!recnn__ops_sparse(call, START, r.n_items, &r.x))
    return false;
  r.share = (float)((double)recnn__ops_dy(call)[0] / divisor(call, &r));
  recnn__ops_rows(call, r.x.n_rows, 8 * r.n_items, gradient_rows, &r);
  return true;
}

const RecnnOption recnn__ops_rows_loss_attrs[] = {
    {"reduction", RECNN_OPTION_CHOICE, "mean", "mean|sum", "What becomes of the terms"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput some[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 6}, .low = -3.0, .high = 3.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {4}, .fill = RECNN_SAMPLE_OFFSETS, .high = 5},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 5},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {5}, .low = 0.5, .high = 1.0, .no_grad = true},
};
static const RecnnOpSampleInput one[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {1, 20}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {2}, .fill = RECNN_SAMPLE_OFFSETS, .high = 7},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {7}, .low = 0, .high = 19},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {7}, .low = 1.0, .high = 1.0, .no_grad = true},
};
static const RecnnAttr sum[] = {{"reduction", {RECNN_OPTION_STRING, 0, {.s = "sum"}}}};
const RecnnOpSample recnn__ops_rows_loss_samples[] = {
    {.name = "mean", .inputs = some, .n_inputs = 4, .batch = 3},
    {.name = "sum", .inputs = one, .n_inputs = 4, .attrs = sum, .n_attrs = 1, .batch = 1},
    {.name = NULL},
};
