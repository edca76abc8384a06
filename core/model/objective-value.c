/* An objective's value on a batch: the model is asked for what the loss's form is made of. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/where.h"
#include "model/objective-private.h"
#include "tensor/tensor.h"

/* Fails the graph with the error, which it takes. */
static RecnnVar *give_up(RecnnGraph *graph, GError *error) {
  recnn_graph_fail(graph, (RecnnStatus)error->code, error->message);
  g_error_free(error);
  return NULL;
}

/* Room for n integers, which last until the next batch; NULL when there is none. */
static int64_t *take_ids(RecnnObjective *o, RecnnGraph *graph, int64_t n) {
  if (n > o->n_ids) {
    GError *error = NULL;
    recnn_memory_free(o->ids);
    o->n_ids = 0;
    o->ids = recnn_memory_new((size_t)n, sizeof *o->ids, "the items of a loss", &error);
    if (o->ids == NULL) {
      give_up(graph, error);
      return NULL;
    }
    o->n_ids = n;
  }
  return o->ids;
}

/* Adds n integers to a batch, which has so many rows from then on. */
static bool lend(RecnnBatch *batch, RecnnGraph *graph, const char *field, int64_t *ids, int64_t n) {
  GError *error = NULL;
  const RecnnTensor tensor = recnn_tensor_view(ids, RECNN_INT64, 1, &n);
  if (!recnn_batch_borrow(batch, field, &tensor, &error)) {
    give_up(graph, error);
    return false;
  }
  batch->size = n;
  return true;
}

static RecnnVar *constant(RecnnGraph *graph, int64_t *ids, int64_t n) {
  const RecnnTensor tensor = recnn_tensor_view(ids, RECNN_INT64, 1, &n);
  return recnn_graph_constant(graph, &tensor);
}

static RecnnVar *field(RecnnGraph *graph, const RecnnBatch *batch, const char *name) {
  const RecnnTensor *tensor = recnn_batch_field(batch, name);
  if (tensor != NULL)
    return recnn_graph_constant(graph, tensor);
  char text[96];
  (void)g_snprintf(text, sizeof text, "the batch has no field %.40s for the loss", name);
  return recnn_graph_fail(graph, RECNN_ERROR_DATA, text);
}

static void ask_points(RecnnObjective *o, RecnnGraph *graph, RecnnLossInput *in) {
  in->target = field(graph, in->batch, o->target);
  in->score = recnn_model_predict(o->model, graph, in->batch);
}

/* Positives and negatives are predicted as one batch of twice the size, as batch norm wants it. */
static void ask_pairs(RecnnObjective *o, RecnnGraph *graph, RecnnLossInput *in) {
  int64_t n = recnn_batch_size(in->batch);
  const RecnnTensor *user = recnn_batch_field(in->batch, "user");
  const RecnnTensor *item = recnn_batch_field(in->batch, "item");
  const RecnnTensor *negative = recnn_batch_field(in->batch, "neg_item");
  if (item == NULL || negative == NULL) {
    (void)field(graph, in->batch, item == NULL ? "item" : "neg_item");
    return;
  }
  int64_t *ids = take_ids(o, graph, 4 * n);
  if (ids == NULL)
    return;
  size_t bytes = (size_t)n * sizeof *ids;
  if (o->pairs == NULL)
    o->pairs = recnn_batch_new();
  memcpy(ids, item->data, bytes);
  memcpy(ids + n, negative->data, bytes);
  if (!lend(o->pairs, graph, "item", ids, 2 * n))
    return;
  if (user != NULL) {
    memcpy(ids + 2 * n, user->data, bytes);
    memcpy(ids + 3 * n, user->data, bytes);
    if (!lend(o->pairs, graph, "user", ids + 2 * n, 2 * n))
      return;
  }
  RecnnVar *scores = recnn_model_predict(o->model, graph, o->pairs);
  for (int i = 0; i < 2; i++) {
    const RecnnAttr attrs[2] = {recnn_attr_int("start", i * n), recnn_attr_int("length", n)};
    *(i == 0 ? &in->score : &in->negative) =
        recnn_graph_apply(graph, "slice", &scores, 1, attrs, 2);
  }
}

/* The scores of n items, or of all in their order, for each of `rows` questions: the batch's rows,
 * or where it has several targets a row each of those. */
static RecnnVar *score(RecnnObjective *o, RecnnGraph *graph, const RecnnBatch *batch, int64_t rows,
                       int64_t *ids, int64_t n, bool all) {
  const bool encodes = recnn_model_get_class(o->model)->encode_items != NULL;
  RecnnVar *items = NULL;
  if (encodes) {
    if (o->items == NULL)
      o->items = recnn_batch_new();
    if (!lend(o->items, graph, "item", ids, n))
      return NULL;
    items = recnn_model_encode_items(o->model, graph, o->items);
    if (items == NULL)
      return NULL;
  }
  RecnnVar *scores = recnn_model_score_items(o->model, graph, batch, items);
  if (!encodes && !all) {
    RecnnVar *inputs[2] = {scores, constant(graph, ids, n)};
    scores = recnn_graph_apply(graph, "select_columns", inputs, 2, NULL, 0);
  }
  const RecnnTensor *is = recnn_graph_tensor(scores);
  if (is == NULL ||
      (is->dtype == RECNN_FLOAT32 && is->rank == 2 && is->shape[0] == rows && is->shape[1] == n))
    return scores;
  char *shape = recnn_tensor_describe(is);
  char *text =
      g_strdup_printf("model %s: score_items() returned %s, expected float32 "
                      "(%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ")",
                      recnn_model_get_class(o->model)->name, shape, (gint64)rows, (gint64)n);
  recnn_graph_fail(graph, RECNN_ERROR_SHAPE, text);
  g_free(text);
  g_free(shape);
  return NULL;
}

static RecnnVar *score_all(RecnnObjective *o, RecnnGraph *graph, const RecnnBatch *batch,
                           int64_t rows, int64_t n_items) {
  int64_t *ids = take_ids(o, graph, n_items);
  for (int64_t i = 0; ids != NULL && i < n_items; i++)
    ids[i] = i;
  return ids != NULL ? score(o, graph, batch, rows, ids, n_items, true) : NULL;
}

/* The batch's targets and items that are drawn, the same for all of its rows: a function of the
 * seed and the step. */
static void ask_some(RecnnObjective *o, RecnnGraph *graph, const RecnnTensor *target,
                     RecnnLossInput *in) {
  int64_t n = target->shape[0], all = n + o->samples;
  int64_t *ids = take_ids(o, graph, all + n);
  if (ids == NULL)
    return;
  RecnnRng rng;
  recnn_rng_init(&rng, o->seed, RECNN_STREAM(RECNN_STREAM_LOSS, recnn_graph_step(graph)));
  memcpy(ids, target->data, (size_t)n * sizeof *ids);
  for (int64_t i = n; i < all; i++)
    ids[i] = (int64_t)recnn_rng_below(&rng, (uint64_t)in->n_items);
  for (int64_t i = 0; i < n; i++)
    ids[all + i] = i;
  in->n_drawn = o->samples;
  in->target = constant(graph, ids + all, n);
  in->item = constant(graph, ids, all);
  in->score = score(o, graph, in->batch, n, ids, all, false);
}

static void ask_list(RecnnObjective *o, RecnnGraph *graph, RecnnLossInput *in) {
  in->target = field(graph, in->batch, o->target);
  const RecnnTensor *target = recnn_graph_tensor(in->target);
  if (target != NULL && o->samples > 0)
    ask_some(o, graph, target, in);
  else if (target != NULL)
    in->score = score_all(o, graph, in->batch, target->shape[0], in->n_items);
}

static void ask_rows(RecnnObjective *o, RecnnGraph *graph, RecnnLossInput *in) {
  in->row_start = field(graph, in->batch, "row_start");
  in->row_item = field(graph, in->batch, "row_item");
  in->row_value = field(graph, in->batch, "row_value");
  in->score = score_all(o, graph, in->batch, recnn_batch_size(in->batch), in->n_items);
}

/* "loss NAME: value() ..." */
static RecnnVar *fail(const RecnnObjective *o, RecnnGraph *graph, RecnnStatus code,
                      const char *text) {
  char *full = g_strdup_printf("loss %s: %s", o->loss != NULL ? o->loss->name : "function", text);
  recnn_graph_fail(graph, code, full);
  g_free(full);
  return NULL;
}

static RecnnVar *check(const RecnnObjective *o, RecnnGraph *graph, RecnnVar *value) {
  const RecnnTensor *is = recnn_graph_tensor(value);
  if (is == NULL) /* kept only when the graph has not failed before */
    return fail(o, graph, RECNN_ERROR_FAILED, "value() returned NULL and did not say why");
  if (is->dtype == RECNN_FLOAT32 && recnn_tensor_count(is) == 1)
    return value;
  char *shape = recnn_tensor_describe(is);
  char *text = g_strdup_printf("its value is %s, expected one float32 number", shape);
  fail(o, graph, RECNN_ERROR_SHAPE, text);
  g_free(text);
  g_free(shape);
  return NULL;
}

RecnnVar *recnn__objective_value(RecnnObjective *o, RecnnGraph *graph, const RecnnBatch *batch) {
  static void (*const asks[])(RecnnObjective *, RecnnGraph *,
                              RecnnLossInput *) = {ask_points, ask_pairs, ask_list, ask_rows};
  RecnnLossInput in = {.struct_size = sizeof in,
                       .batch = batch,
                       .n_items = recnn_model_get_count(o->model, "items")};
  asks[o->form - 1](o, graph, &in);
  if (!recnn_graph_check(graph, NULL))
    return NULL;
  if (o->function.value != NULL)
    return check(o, graph, o->function.value(o->function.data, graph, &in));
  RecnnWhere before = recnn_where_enter("value()", o->loss->name, o->loss);
  RecnnVar *value = o->loss->value(recnn_options_values(o->options), graph, &in);
  recnn_where_leave(before);
  return check(o, graph, value);
}
