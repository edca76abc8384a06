/* The driver, with ops of the test's own: what it promises to ops and to models. */
#include "unit/graph/graph-test.h"

#include "base/memory.h"
#include "base/parallel.h"

static void test_gradient_of_a_value_used_twice(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  float data[3] = {1.0f, -2.0f, 3.0f};
  RecnnTensor t = floats(data, 3);
  RecnnVar *x = recnn_graph_variable(graph, &t);
  /* sum (x * x) + nothing else: the gradient is 2 x, from both inputs of one op */
  RecnnVar *loss = apply1(graph, "test_sum", apply2(graph, "test_mul", x, x));
  GError *error = NULL;
  g_assert_true(recnn_graph_backward(graph, loss, NULL, 0, &error));
  g_assert_no_error(error);
  const float *g = recnn_graph_grad(x)->data;
  for (int i = 0; i < 3; i++)
    g_assert_cmpfloat(g[i], ==, 2.0f * data[i]);

  /* x used by two ops: x * c and sum x */
  recnn_graph_reset(graph, 1, true, true);
  float c[3] = {10.0f, 20.0f, 30.0f};
  RecnnTensor ct = floats(c, 3);
  x = recnn_graph_variable(graph, &t);
  RecnnVar *both[2] = {
      apply1(graph, "test_sum", apply2(graph, "test_mul", x, recnn_graph_constant(graph, &ct))),
      apply1(graph, "test_sum", x)};
  loss = recnn_graph_apply(graph, "test_mul", both, 2, NULL, 0);
  g_assert_true(recnn_graph_backward(graph, loss, NULL, 0, &error));
  g = recnn_graph_grad(x)->data;
  for (int i = 0; i < 3; i++) /* d (s * t) = t ds + s dt with s = 60, t = 2 */
    g_assert_cmpfloat(g[i], ==, 2.0f * c[i] + 60.0f);
  recnn_graph_free(graph);
}

static void test_view(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  float data[6] = {1, 2, 3, 4, 5, 6};
  RecnnTensor t = matrix(data, 2, 3);
  RecnnVar *x = recnn_graph_variable(graph, &t);
  RecnnVar *column = apply1(graph, "test_column", x);
  g_assert_true(recnn_graph_tensor(column)->data == data + 1);
  RecnnVar *square = apply2(graph, "test_mul", column, column);
  g_assert_cmpfloat(((const float *)recnn_graph_tensor(square)->data)[1], ==, 25.0f);
  g_assert_true(recnn_graph_backward(graph, apply1(graph, "test_sum", square), NULL, 0, NULL));
  const float expected[6] = {0, 4, 0, 0, 10, 0};
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat(((const float *)recnn_graph_grad(x)->data)[i], ==, expected[i]);
  recnn_graph_free(graph);
}

static void test_errors_stick(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  float data[3] = {1, 2, 3};
  RecnnTensor three = floats(data, 3), two = floats(data, 2);
  RecnnVar *a = recnn_graph_constant(graph, &three);
  RecnnVar *b = recnn_graph_constant(graph, &two);
  g_assert_null(apply2(graph, "test_mul", a, b));
  assert_failed(graph, RECNN_ERROR_SHAPE, "op test_mul: two shapes, expected one");
  g_assert_null(apply2(graph, "test_mul", a, a)); /* well formed, but too late */
  g_assert_null(recnn_graph_constant(graph, &three));
  g_assert_null(recnn_graph_fail(graph, RECNN_ERROR_DATA, "later"));
  assert_failed(graph, RECNN_ERROR_SHAPE, "two shapes"); /* the first one stays */
  GError *error = NULL;
  g_assert_false(recnn_graph_backward(graph, a, NULL, 0, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_SHAPE);
  g_clear_error(&error);

  recnn_graph_reset(graph, 1, true, true); /* forgotten */
  a = recnn_graph_constant(graph, &three);
  g_assert_nonnull(apply2(graph, "test_mul", a, a));

  g_assert_null(apply2(graph, "test_mull", a, a));
  assert_failed(graph, RECNN_ERROR_NOT_FOUND, "test_mul");
  recnn_graph_reset(graph, 1, true, true);
  a = recnn_graph_constant(graph, &three);
  g_assert_null(apply1(graph, "test_mul", a));
  assert_failed(graph, RECNN_ERROR_ARGUMENT, "1 inputs, expected 2 to 2");
  recnn_graph_reset(graph, 1, true, true);
  g_assert_null(apply2(graph, "test_mul", NULL, NULL));
  assert_failed(graph, RECNN_ERROR_ARGUMENT, "input 0 is NULL");
  recnn_graph_free(graph);
}

static void test_attributes(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  float data[3] = {1, 2, 3};
  RecnnTensor three = floats(data, 3);
  RecnnVar *x = recnn_graph_constant(graph, &three);
  RecnnAttr good = recnn_attr_int("factor", -2); /* an integer passes for a float */
  RecnnVar *y = recnn_graph_apply(graph, "test_sum", &x, 1, &good, 1);
  g_assert_cmpfloat(*(const float *)recnn_graph_tensor(y)->data, ==, -12.0f);
  const struct {
    RecnnAttr attr;
    const char *part;
  } bad[] = {{recnn_attr_float("faktor", 1.0), "faktor"},
             {recnn_attr_float("factor", 10.0), "[-9,9]"},
             {recnn_attr_string("factor", "two"), "factor"}};
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    recnn_graph_reset(graph, 0, true, true);
    x = recnn_graph_constant(graph, &three);
    g_assert_null(recnn_graph_apply(graph, "test_sum", &x, 1, &bad[i].attr, 1));
    assert_failed(graph, RECNN_ERROR_OPTION, bad[i].part);
  }
  recnn_graph_free(graph);
}

/* Text of an attribute is the graph's own: backward runs when the caller's is long gone. */
static void test_text_is_copied(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  float data[3] = {1, 2, 3};
  char note[] = "kept";
  RecnnTensor three = floats(data, 3);
  RecnnVar *x = recnn_graph_variable(graph, &three);
  RecnnAttr attr = recnn_attr_string("note", note);
  RecnnVar *y = recnn_graph_apply(graph, "test_sum", &x, 1, &attr, 1);
  memset(note, '!', 4);
  GError *error = NULL;
  g_assert_true(recnn_graph_backward(graph, y, NULL, 0, &error));
  g_assert_no_error(error);
  g_assert_cmpstr(sum_note, ==, "kept");
  recnn_graph_free(graph);
}

/* Gradients of rows 4, 1, 4, -1, 1, 4 and then of 0 and 1, against a plain loop. */
static void check_rows(RecnnGraph *graph, RecnnParam *table, bool dense_too) {
  int64_t ids[6] = {4, 1, 4, -1, 1, 4}, more[2] = {0, 1};
  float weights[6 * 8], more_weights[2 * 8];
  float expected[5 * 8] = {0};
  for (int i = 0; i < 48; i++)
    weights[i] = (float)(i % 7) - 3.0f;
  for (int i = 0; i < 16; i++)
    more_weights[i] = (float)i;
  for (int j = 5; j >= 0; j--)
    for (int k = 0; k < 8 && ids[j] >= 0; k++)
      expected[ids[j] * 8 + k] += weights[j * 8 + k];
  for (int j = 0; j < 2; j++)
    for (int k = 0; k < 8; k++)
      expected[more[j] * 8 + k] += more_weights[j * 8 + k];
  int64_t n6 = 6, n2 = 2;
  RecnnTensor ids_t = recnn_tensor_view(ids, RECNN_INT64, 1, &n6);
  RecnnTensor more_t = recnn_tensor_view(more, RECNN_INT64, 1, &n2);
  RecnnTensor w_t = matrix(weights, 6, 8), mw_t = matrix(more_weights, 2, 8);

  recnn_graph_reset(graph, 0, true, true);
  RecnnVar *t = recnn_graph_param(graph, table);
  RecnnVar *first = apply1(
      graph, "test_sum",
      apply2(graph, "test_mul", apply2(graph, "test_rows", t, recnn_graph_constant(graph, &ids_t)),
             recnn_graph_constant(graph, &w_t)));
  RecnnVar *second = apply1(
      graph, "test_sum",
      apply2(graph, "test_mul", apply2(graph, "test_rows", t, recnn_graph_constant(graph, &more_t)),
             recnn_graph_constant(graph, &mw_t)));
  /* All three factors are scalars whose product's gradients are wanted at 1: fix them there. */
  *(float *)recnn_graph_tensor(first)->data = 1.0f;
  *(float *)recnn_graph_tensor(second)->data = 1.0f;
  RecnnVar *loss = apply2(graph, "test_mul", first, second);
  if (dense_too) {
    RecnnVar *all = apply1(graph, "test_sum", t);
    *(float *)recnn_graph_tensor(all)->data = 1.0f;
    loss = apply2(graph, "test_mul", loss, all);
    for (int i = 0; i < 40; i++)
      expected[i] += 1.0f;
  }
  GError *error = NULL;
  g_assert_true(recnn_graph_backward(graph, loss, &table, 1, &error));
  g_assert_no_error(error);
  g_assert_cmpint(table->grad_kind, ==, dense_too ? RECNN_GRAD_DENSE : RECNN_GRAD_ROWS);
  if (!dense_too)
    g_assert_cmpint(table->n_rows, ==, 3); /* 4, 1, 0 */
  for (int row = 0; row < 5; row++)
    for (int k = 0; k < 8; k++) {
      int32_t slot = dense_too ? row : table->row_slot[row];
      const float *from = dense_too ? table->grad.data : table->row_values;
      g_assert_cmpfloat(slot < 0 ? 0.0f : from[slot * 8 + k], ==, expected[row * 8 + k]);
    }
}

static void test_rows(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  GError *error = NULL;
  RecnnParam *table = recnn_param_new("table", RECNN_FLOAT32, 2, (int64_t[]){5, 8}, true, &error);
  g_assert_no_error(error);
  check_rows(graph, table, false);
  check_rows(graph, table, true); /* the slots of the last time must be gone */
  check_rows(graph, table, false);
  recnn_graph_free(graph);
  recnn_param_free(table);
}

/* The rows of a value that is no parameter go into its dense gradient. */
static void test_rows_of_a_value(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  float data[6] = {1, 2, 3, 4, 5, 6};
  int64_t ids[3] = {2, 0, 2}, n = 3;
  RecnnTensor t = matrix(data, 3, 2), ids_t = recnn_tensor_view(ids, RECNN_INT64, 1, &n);
  RecnnVar *x = recnn_graph_variable(graph, &t);
  RecnnVar *rows = apply2(graph, "test_rows", x, recnn_graph_constant(graph, &ids_t));
  g_assert_true(recnn_graph_backward(graph, apply1(graph, "test_sum", rows), NULL, 0, NULL));
  const float expected[6] = {1, 1, 0, 0, 2, 2};
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat(((const float *)recnn_graph_grad(x)->data)[i], ==, expected[i]);
  recnn_graph_free(graph);
}

static void test_who_has_a_gradient(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  int64_t n = 2;
  RecnnParam *params[3] = {recnn_param_new("used", RECNN_FLOAT32, 1, &n, true, NULL),
                           recnn_param_new("unused", RECNN_FLOAT32, 1, &n, true, NULL),
                           recnn_param_new("buffer", RECNN_FLOAT32, 1, &n, false, NULL)};
  for (int round = 0; round < 2; round++) {
    recnn_graph_reset(graph, 0, true, true);
    RecnnVar *used = recnn_graph_param(graph, params[0]);
    g_assert_true(recnn_graph_param(graph, params[0]) == used);
    RecnnVar *loss = apply1(graph, "test_sum",
                            apply2(graph, "test_mul", used, recnn_graph_param(graph, params[2])));
    /* asked for, but without effect on the loss */
    (void)apply1(graph, "test_sum", recnn_graph_param(graph, params[1]));
    g_assert_true(recnn_graph_backward(graph, loss, params, 3, NULL));
    g_assert_cmpint(params[0]->grad_kind, ==, RECNN_GRAD_DENSE);
    g_assert_cmpint(params[1]->grad_kind, ==, RECNN_GRAD_NONE);
    g_assert_cmpint(params[2]->grad_kind, ==, RECNN_GRAD_NONE);
  }
  /* A second backward, one without gradients, and one on what is no scalar. */
  GError *error = NULL;
  RecnnVar *x = recnn_graph_param(graph, params[0]);
  g_assert_false(recnn_graph_backward(graph, apply1(graph, "test_sum", x), params, 3, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
  g_clear_error(&error);
  recnn_graph_reset(graph, 0, false, false);
  x = recnn_graph_param(graph, params[0]);
  g_assert_false(recnn_graph_backward(graph, apply1(graph, "test_sum", x), params, 3, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
  g_clear_error(&error);
  recnn_graph_reset(graph, 0, true, true);
  x = recnn_graph_param(graph, params[0]);
  g_assert_false(recnn_graph_backward(graph, x, params, 3, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_SHAPE);
  g_assert_true(strstr(error->message, "(2)") != NULL);
  g_clear_error(&error);
  for (int i = 0; i < 3; i++)
    recnn_param_free(params[i]);
  recnn_graph_free(graph);
}

/* Whichever allocation of a step fails, the graph says so and the next step works. */
static void test_out_of_memory(void) {
  bool failed = false, worked = false;
  for (uint64_t n = 1; n < 50 && !worked; n++) {
    RecnnGraph *graph = recnn_graph_new(1);
    float *data = g_new0(float, 1 << 20);
    RecnnTensor t = floats(data, 1 << 20);
    GError *error = NULL;
    recnn_graph_reset(graph, 0, true, true);
    recnn_memory_fail_after(n);
    RecnnVar *x = recnn_graph_variable(graph, &t);
    RecnnVar *loss = apply1(graph, "test_sum", apply2(graph, "test_mul", x, x));
    worked = recnn_graph_check(graph, NULL) && recnn_graph_backward(graph, loss, NULL, 0, &error);
    recnn_memory_fail_after(0);
    if (!worked) {
      failed = true;
      if (error == NULL)
        recnn_graph_check(graph, &error);
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
      g_clear_error(&error);
      recnn_graph_reset(graph, 1, true, true);
      x = recnn_graph_variable(graph, &t);
      g_assert_nonnull(apply2(graph, "test_mul", x, x));
    }
    g_free(data);
    recnn_graph_free(graph);
  }
  g_assert_true(failed);
  g_assert_true(worked);
}

static void test_register(void) {
  const struct {
    RecnnOp op;
    const char *part;
  } bad[] = {
      {{.struct_size = 8, .name = "test_small"}, "struct_size is 8"},
      {{.struct_size = sizeof(RecnnOp), .name = "Test"}, "\"Test\""},
      {{.struct_size = sizeof(RecnnOp), .name = "test_empty"}, "shape and forward"},
      {{.struct_size = sizeof(RecnnOp),
        .name = "test_mul",
        .min_inputs = 1,
        .max_inputs = 1,
        .shape = mul_shape,
        .forward = mul_forward},
       "taken"},
      {{.struct_size = sizeof(RecnnOp),
        .name = "test_view",
        .min_inputs = 2,
        .max_inputs = 2,
        .flags = RECNN_OP_VIEW,
        .shape = mul_shape,
        .forward = mul_forward},
       "exactly one input"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    GError *error = NULL;
    g_assert_false(recnn_op_register(&bad[i].op, "plugin x", &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_PLUGIN_FEATURE);
    if (strstr(error->message, bad[i].part) == NULL || strstr(error->message, "plugin x") == NULL)
      g_error("\"%s\" lacks \"%s\"", error->message, bad[i].part);
    g_clear_error(&error);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  register_test_ops();
  g_test_add_func("/graph/used-twice", test_gradient_of_a_value_used_twice);
  g_test_add_func("/graph/view", test_view);
  g_test_add_func("/graph/errors-stick", test_errors_stick);
  g_test_add_func("/graph/attributes", test_attributes);
  g_test_add_func("/graph/text-is-copied", test_text_is_copied);
  g_test_add_func("/graph/rows", test_rows);
  g_test_add_func("/graph/rows-of-a-value", test_rows_of_a_value);
  g_test_add_func("/graph/who-has-a-gradient", test_who_has_a_gradient);
  g_test_add_func("/graph/out-of-memory", test_out_of_memory);
  g_test_add_func("/graph/register", test_register);
  return g_test_run();
}
