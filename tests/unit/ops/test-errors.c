/* What ops say of inputs and attributes that do not fit: the offending value and what was expected.
 */
#include <string.h>

#include "unit/ops/op-values.h"

static const float numbers[64];

typedef struct Wrong {
  const char *op;
  const char *expected; /* the whole text */
  int32_t n_inputs;
  struct {
    int32_t dtype;
    int32_t rank;
    int64_t shape[RECNN_MAX_RANK];
  } inputs[6];
  int32_t n_attrs;
  RecnnAttr attrs[2];
} Wrong;

#define F RECNN_FLOAT32
#define I RECNN_INT64
#define INT(name, i)                                                                               \
  {                                                                                                \
    name, {                                                                                        \
      RECNN_OPTION_INT, 0, { i }                                                                   \
    }                                                                                              \
  }

static const int64_t two_open[] = {-1, -1};
static const int64_t five_rows[] = {5, -1};
static const int64_t nine[] = {3, 3};

static const Wrong wrongs[] = {
    {"linear",
     "op linear: x is int64 (2, 3); expected float32",
     2,
     {{I, 2, {2, 3}}, {F, 2, {4, 3}}},
     0,
     {{0}}},
    {"linear",
     "op linear: weight is float32 (4, 5); expected (N, 3), as x has 3 columns",
     2,
     {{F, 2, {2, 3}}, {F, 2, {4, 5}}},
     0,
     {{0}}},
    {"linear",
     "op linear: bias is float32 (3); expected float32 (4), as weight has 4 rows",
     3,
     {{F, 2, {2, 3}}, {F, 2, {4, 3}}, {F, 1, {3}}},
     0,
     {{0}}},
    {"linear",
     "op linear: x is float32 (2, 0); expected (..., K) with K at least 1",
     2,
     {{F, 2, {2, 0}}, {F, 2, {4, 0}}},
     0,
     {{0}}},
    {"matmul",
     "op matmul: b is float32 (4, 2); expected a matrix with 3 rows, as a has 3 columns",
     2,
     {{F, 2, {2, 3}}, {F, 2, {4, 2}}},
     0,
     {{0}}},
    {"matmul",
     "op matmul: a is float32 (6); expected a matrix (two axes)",
     2,
     {{F, 1, {6}}, {F, 2, {4, 2}}},
     0,
     {{0}}},
    {"embedding",
     "op embedding: ids is float32 (4); expected int64",
     2,
     {{F, 2, {5, 2}}, {F, 1, {4}}},
     0,
     {{0}}},
    {"embedding",
     "op embedding: table is int64 (5, 2); expected float32",
     2,
     {{I, 2, {5, 2}}, {I, 1, {4}}},
     0,
     {{0}}},
    {"embedding",
     "op embedding: ids is int64 (1, 1, 1, 1, 1, 1); expected at most 5 axes, as the result may "
     "have "
     "6",
     2,
     {{F, 2, {5, 2}}, {I, 6, {1, 1, 1, 1, 1, 1}}},
     0,
     {{0}}},
    {"concat",
     "op concat: input 1 is float32 (3, 2); expected the axes of input 0, float32 (2, 2), but for "
     "the "
     "last one",
     2,
     {{F, 2, {2, 2}}, {F, 2, {3, 2}}},
     0,
     {{0}}},
    {"stack_rows",
     "op stack_rows: input 1 is int64 (2, 2); expected the dtype and axes of input 0, float32 (2, "
     "2), "
     "but for the first one",
     2,
     {{F, 2, {2, 2}}, {I, 2, {2, 2}}},
     0,
     {{0}}},
    {"slice",
     "op slice: columns from 3 on, 2 of them, were asked for, but x has 4",
     1,
     {{F, 2, {2, 4}}},
     2,
     {INT("start", 3), INT("length", 2)}},
    {"slice",
     "op slice: columns from 9 on, 0 of them, were asked for, but x has 4",
     1,
     {{F, 2, {2, 4}}},
     2,
     {INT("start", 9), INT("length", 0)}},
    {"reshape",
     "op reshape: axes 0 and 1 of the shape are both -1; one may be",
     1,
     {{F, 2, {2, 4}}},
     1,
     {{"shape", {RECNN_OPTION_INT_LIST, 2, {.ints = two_open}}}}},
    {"reshape",
     "op reshape: x is float32 (2, 4), which has 8 elements; the shape asked for has a multiple of "
     "5",
     1,
     {{F, 2, {2, 4}}},
     1,
     {{"shape", {RECNN_OPTION_INT_LIST, 2, {.ints = five_rows}}}}},
    {"reshape",
     "op reshape: x is float32 (2, 4), which has 8 elements; the shape asked for has 9",
     1,
     {{F, 2, {2, 4}}},
     1,
     {{"shape", {RECNN_OPTION_INT_LIST, 2, {.ints = nine}}}}},
    {"add",
     "op add: b is float32 (2); expected a's shape, float32 (2, 4), or a vector as long as a's "
     "last "
     "axis",
     2,
     {{F, 2, {2, 4}}, {F, 1, {2}}},
     0,
     {{0}}},
    {"outer_add",
     "op outer_add: b is float32 (3, 5); expected (I, 4), as a has 4 columns",
     2,
     {{F, 2, {2, 4}}, {F, 2, {3, 5}}},
     0,
     {{0}}},
    {"batch_norm",
     "op batch_norm: running_var is float32 (4); expected float32 (3), as x has 3 columns",
     6,
     {{F, 2, {2, 3}}, {F, 1, {3}}, {F, 1, {3}}, {F, 1, {3}}, {F, 1, {4}}, {I, 0, {0}}},
     0,
     {{0}}},
    {"batch_norm",
     "op batch_norm: num_batches_tracked is float32 (); expected an int64 scalar",
     6,
     {{F, 2, {2, 3}}, {F, 1, {3}}, {F, 1, {3}}, {F, 1, {3}}, {F, 1, {3}}, {F, 0, {0}}},
     0,
     {{0}}},
    {"bpr_loss",
     "op bpr_loss: negative is float32 (3); expected the shape of positive, float32 (4)",
     2,
     {{F, 1, {4}}, {F, 1, {3}}},
     0,
     {{0}}},
    {"mse_loss",
     "op mse_loss: target is int64 (4); expected float32",
     2,
     {{F, 1, {4}}, {I, 1, {4}}},
     0,
     {{0}}},
    {"sum_last",
     "op sum_last: x is float32 (); expected at least one axis",
     1,
     {{F, 0, {0}}},
     0,
     {{0}}},
    {"repeat_rows",
     "op repeat_rows: x is float32 (1, 1, 1, 1, 1, 1); expected at most 5 axes",
     1,
     {{F, 6, {1, 1, 1, 1, 1, 1}}},
     1,
     {INT("rows", 2)}},
};

static void wrong_input(const void *data) {
  const Wrong *w = data;
  RecnnGraph *graph = new_graph(true);
  RecnnVar *inputs[6];
  GError *error = NULL;
  for (int32_t i = 0; i < w->n_inputs; i++) {
    RecnnTensor t = recnn_tensor_view((void *)numbers, w->inputs[i].dtype, w->inputs[i].rank,
                                      w->inputs[i].shape);
    inputs[i] = recnn_graph_constant(graph, &t);
  }
  g_assert_null(recnn_graph_apply(graph, w->op, inputs, w->n_inputs, w->attrs, w->n_attrs));
  g_assert_false(recnn_graph_check(graph, &error));
  g_assert_cmpstr(error->message, ==, w->expected);
  g_error_free(error);
  recnn_graph_free(graph);
}

static void check_id(int64_t id, const char *expected) {
  int64_t ids[] = {0, 4, id, -7};
  RecnnGraph *graph = new_graph(true);
  GError *error = NULL;
  g_assert_null(apply(graph, "embedding",
                      VARS(constant(graph, numbers, SHAPE(5, 2)), integers(graph, ids, SHAPE(4)))));
  g_assert_false(recnn_graph_check(graph, &error));
  g_assert_cmpint(error->code, ==, RECNN_ERROR_ARGUMENT);
  g_assert_cmpstr(error->message, ==, expected);
  g_error_free(error);
  recnn_graph_free(graph);
}

static void id_out_of_range(void) {
  check_id(5, "op embedding: id 5 at position 2 is out of range: the table has rows 0 to 4");
  check_id(-1, "op embedding: id -1 at position 2 is out of range: the table has rows 0 to 4");
}

/* Attributes are checked by the driver from the op's table; that the tables have the ranges is
 * ours. */
static void check_attr(const char *op, RecnnAttr attr, const char *expected) {
  RecnnGraph *graph = new_graph(true);
  GError *error = NULL;
  g_assert_null(apply_with(
      graph, op, attr,
      VARS(constant(graph, numbers, SHAPE(2, 2)), constant(graph, numbers, SHAPE(2, 2)))));
  g_assert_false(recnn_graph_check(graph, &error));
  g_assert_nonnull(strstr(error->message, expected));
  g_error_free(error);
  recnn_graph_free(graph);
}

static void wrong_attribute(void) {
  check_attr("linear", recnn_attr_string("activation", "rleu"), "rleu");
  check_attr("linear", recnn_attr_float("dropout", 1.0), "[0,1)");
  check_attr("linear", recnn_attr_float("dropuot", 0.5), "dropout");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(wrongs); i++) {
    char *path = g_strdup_printf("/ops/errors/%s/%zu", wrongs[i].op, i);
    g_test_add_data_func(path, &wrongs[i], wrong_input);
    g_free(path);
  }
  g_test_add_func("/ops/errors/id-out-of-range", id_out_of_range);
  g_test_add_func("/ops/errors/attribute", wrong_attribute);
  return g_test_run();
}
