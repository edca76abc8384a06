/* Ops of the tests' own, with which the driver is tested apart from the real ones, and short ways
 * to use them. */
#ifndef RECNN_TESTS_GRAPH_TEST_H
#define RECNN_TESTS_GRAPH_TEST_H

#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "graph/graph.h"
#include "tensor/tensor.h"

/* test_mul: a * b, elementwise; adds into its gradients. */
static inline bool mul_shape(RecnnOpCall *call) {
  if (!recnn_tensor_same_shape(call->inputs[0], call->inputs[1]))
    return call->host->fail(call, RECNN_ERROR_SHAPE, "two shapes, expected one");
  *call->output = *call->inputs[0];
  return true;
}

static inline bool mul_forward(RecnnOpCall *call) {
  const float *a = call->inputs[0]->data;
  const float *b = call->inputs[1]->data;
  for (int64_t i = 0; i < recnn_tensor_count(call->output); i++)
    ((float *)call->output->data)[i] = a[i] * b[i];
  return true;
}

static inline bool mul_backward(RecnnOpCall *call) {
  const float *g = call->output_grad->data;
  for (int input = 0; input < 2; input++)
    if (call->wanted[input])
      for (int64_t i = 0; i < recnn_tensor_count(call->output); i++)
        ((float *)call->input_grads[input].data)[i] +=
            g[i] * ((const float *)call->inputs[1 - input]->data)[i];
  return true;
}

static const RecnnOp op_mul = {.struct_size = sizeof(RecnnOp),
                               .name = "test_mul",
                               .min_inputs = 2,
                               .max_inputs = 2,
                               .shape = mul_shape,
                               .forward = mul_forward,
                               .backward = mul_backward};

/* test_sum: the sum of all elements, times the attribute `factor`; overwrites by beta. */
static inline bool sum_shape(RecnnOpCall *call) {
  call->output->dtype = RECNN_FLOAT32;
  call->output->rank = 0;
  return true;
}

static inline bool sum_forward(RecnnOpCall *call) {
  double sum = 0.0;
  for (int64_t i = 0; i < recnn_tensor_count(call->inputs[0]); i++)
    sum += ((const float *)call->inputs[0]->data)[i];
  *(float *)call->output->data = (float)(sum * call->attrs[0].as.f);
  return true;
}

static char sum_note[16]; /* what backward found in `note` */

static inline bool sum_backward(RecnnOpCall *call) {
  g_strlcpy(sum_note, call->attrs[2].as.s, sizeof sum_note);
  float g = *(const float *)call->output_grad->data * (float)call->attrs[0].as.f;
  float *to = call->input_grads[0].data;
  for (int64_t i = 0; i < recnn_tensor_count(call->inputs[0]); i++)
    to[i] = (call->beta[0] != 0.0f ? to[i] : 0.0f) + g;
  return true;
}

static const RecnnOption sum_attrs[] = {{"factor", RECNN_OPTION_FLOAT, "1", "[-9,9]", "a factor"},
                                        {"sizes", RECNN_OPTION_INT_LIST, "", NULL, "unused"},
                                        {"note", RECNN_OPTION_STRING, "", NULL, "for backward"},
                                        {NULL, 0, NULL, NULL, NULL}};
static const RecnnOp op_sum = {.struct_size = sizeof(RecnnOp),
                               .name = "test_sum",
                               .min_inputs = 1,
                               .max_inputs = 1,
                               .attrs = sum_attrs,
                               .flags = RECNN_OP_BETA,
                               .shape = sum_shape,
                               .forward = sum_forward,
                               .backward = sum_backward};

/* test_rows: rows of a table; its gradient goes to rows. */
static inline bool rows_shape(RecnnOpCall *call) {
  *call->output = *call->inputs[0];
  call->output->shape[0] = call->inputs[1]->shape[0];
  return true;
}

static inline bool rows_forward(RecnnOpCall *call) {
  int64_t d = call->inputs[0]->shape[1];
  for (int64_t i = 0; i < call->inputs[1]->shape[0]; i++) {
    int64_t id = ((const int64_t *)call->inputs[1]->data)[i];
    memcpy((float *)call->output->data + i * d,
           (const float *)call->inputs[0]->data + MAX(id, 0) * d, (size_t)d * sizeof(float));
  }
  return true;
}

static inline bool rows_backward(RecnnOpCall *call) {
  call->host->add_rows(call, 0, call->inputs[1], call->output_grad);
  return true;
}

static const RecnnOp op_rows = {.struct_size = sizeof(RecnnOp),
                                .name = "test_rows",
                                .min_inputs = 2,
                                .max_inputs = 2,
                                .flags = RECNN_OP_ROWS(0),
                                .shape = rows_shape,
                                .forward = rows_forward,
                                .backward = rows_backward};

/* test_column: a view of one column, (N, M) -> (N). */
static inline bool column_shape(RecnnOpCall *call) {
  *call->output = *call->inputs[0];
  call->output->rank = 1;
  return true;
}

static inline bool column_forward(RecnnOpCall *call) {
  call->output->data = (float *)call->inputs[0]->data + 1;
  call->output->stride[0] = call->inputs[0]->stride[0];
  return true;
}

static const RecnnOp op_column = {.struct_size = sizeof(RecnnOp),
                                  .name = "test_column",
                                  .min_inputs = 1,
                                  .max_inputs = 1,
                                  .flags = RECNN_OP_VIEW,
                                  .shape = column_shape,
                                  .forward = column_forward};

/* test_draw: random words as floats, of input 0's shape. */
static inline bool draw_shape(RecnnOpCall *call) {
  *call->output = *call->inputs[0];
  return true;
}

static inline bool draw_forward(RecnnOpCall *call) {
  for (int64_t i = 0; i < recnn_tensor_count(call->output); i++) {
    uint32_t words[4];
    call->host->random(call, (uint64_t)i, words);
    ((float *)call->output->data)[i] = (float)words[0];
  }
  return true;
}

static const RecnnOp op_draw = {.struct_size = sizeof(RecnnOp),
                                .name = "test_draw",
                                .min_inputs = 1,
                                .max_inputs = 1,
                                .flags = RECNN_OP_STOCHASTIC,
                                .shape = draw_shape,
                                .forward = draw_forward};

static inline RecnnTensor floats(float *data, int64_t n) {
  return recnn_tensor_view(data, RECNN_FLOAT32, 1, &n);
}

static inline RecnnTensor matrix(float *data, int64_t rows, int64_t columns) {
  return recnn_tensor_view(data, RECNN_FLOAT32, 2, (int64_t[]){rows, columns});
}

static inline RecnnVar *apply1(RecnnGraph *graph, const char *op, RecnnVar *x) {
  return recnn_graph_apply(graph, op, &x, 1, NULL, 0);
}

static inline RecnnVar *apply2(RecnnGraph *graph, const char *op, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_graph_apply(graph, op, inputs, 2, NULL, 0);
}

/* The graph has failed with `code` and a text that has `part`. */
static inline void assert_failed(RecnnGraph *graph, RecnnStatus code, const char *part) {
  GError *error = NULL;
  g_assert_false(recnn_graph_check(graph, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  if (strstr(error->message, part) == NULL)
    g_error("\"%s\" lacks \"%s\"", error->message, part);
  g_clear_error(&error);
}

/* Makes the ops known; call it once. */
static inline void register_test_ops(void) {
  const RecnnOp *ops[] = {&op_mul, &op_sum, &op_rows, &op_column, &op_draw};
  for (size_t i = 0; i < G_N_ELEMENTS(ops); i++) {
    GError *error = NULL;
    recnn_op_register(ops[i], "test", &error);
    g_assert_no_error(error);
  }
}

#endif
