/* Ops against numbers that were worked out elsewhere: by hand, or by PyTorch 2 (in double where it
 * matters). */
#include <string.h>

#include "base/parallel.h"
#include "unit/ops/op-values.h"

static void linear(void) {
  static const float x[] = {0.8f,  0.17f, 0.09f,  -0.61f, 0.05f, -1.37f,
                            0.34f, 1.01f, -1.44f, 0.98f,  0.52f, 1.24f};
  static const float weight[] = {-0.86f, 0.3f, 0.42f, -0.08f, 0.93f, 0.82f};
  static const float bias[] = {0.5f, -0.16f};
  static const float g[] = {-0.68f, -1.06f, 0.75f, 0.24f, -0.39f, 0.15f, -1.18f, 0.53f};
  static const float relu_y[] = {0.0f, 0.0079f, 0.4642f, 0.0f, 0.0f, 0.0f, 0.334f, 1.262f};
  static const float dx[] = {0.0848f, -0.9858f, -0.8692f, -0.645f, 0.225f,  0.315f,
                             0.0f,    0.0f,     0.0f,     0.9724f, 0.1389f, -0.061f};
  static const float dweight[] = {-1.6139f, -0.5761f, -2.4907f, -0.3286f, 0.0954f, 0.5618f};
  static const float dbias[] = {-0.43f, -0.53f};
  RecnnGraph *graph = new_graph(true);
  RecnnVar *in[] = {variable(graph, x, SHAPE(4, 3)), variable(graph, weight, SHAPE(2, 3)),
                    variable(graph, bias, SHAPE(2))};
  RecnnVar *y = apply_with(graph, "linear", recnn_attr_string("activation", "relu"), 3, in);
  assert_value(graph, y, relu_y, SHAPE(4, 2));
  backward(graph, y, g);
  assert_grad(in[0], dx, 1e-6);
  assert_grad(in[1], dweight, 1e-6);
  assert_grad(in[2], dbias, 1e-6);
  recnn_graph_free(graph);
}

/* A weight that is a range of columns of a larger one, as when a first layer is taken apart. */
static void linear_of_slices(void) {
  static const float x[] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f};
  static const float weight[] = {1.0f, 0.0f, -1.0f, 2.0f, 1.0f, 1.0f};
  static const float left_y[] = {1.0f, 4.0f, 4.0f, 13.0f};   /* columns 0, 1 of both */
  static const float right_y[] = {-3.0f, 3.0f, -6.0f, 6.0f}; /* column 2 */
  static const float ones[] = {1.0f, 1.0f, 1.0f, 1.0f};
  static const float dweight[] = {5.0f, 7.0f, 0.0f, 5.0f, 7.0f, 0.0f};
  RecnnGraph *graph = new_graph(false);
  RecnnAttr left[2] = {recnn_attr_int("start", 0), recnn_attr_int("length", 2)};
  RecnnAttr right[2] = {recnn_attr_int("start", 2), recnn_attr_int("length", 1)};
  RecnnVar *w = variable(graph, weight, SHAPE(2, 3));
  RecnnVar *all = constant(graph, x, SHAPE(2, 3));
  RecnnVar *y = apply(graph, "linear",
                      VARS(recnn_graph_apply(graph, "slice", &all, 1, left, 2),
                           recnn_graph_apply(graph, "slice", &w, 1, left, 2)));
  RecnnVar *z = apply(graph, "linear",
                      VARS(recnn_graph_apply(graph, "slice", &all, 1, right, 2),
                           recnn_graph_apply(graph, "slice", &w, 1, right, 2)));
  assert_value(graph, y, left_y, SHAPE(2, 2));
  assert_value(graph, z, right_y, SHAPE(2, 2));
  backward(graph, y, ones);
  assert_grad(w, dweight, 1e-6);
  recnn_graph_free(graph);
}

/* Rows that lie on top of each other have no place in BLAS and must be copied. */
static void linear_of_repeated_row(void) {
  static const float x[] = {1.0f, 2.0f};
  static const float weight[] = {3.0f, 4.0f};
  static const float expected[] = {11.0f, 11.0f, 11.0f};
  RecnnGraph *graph = new_graph(false);
  RecnnTensor rows = floats(x, SHAPE(3, 2));
  rows.stride[0] = 0;
  RecnnVar *y =
      apply(graph, "linear",
            VARS(recnn_graph_constant(graph, &rows), constant(graph, weight, SHAPE(1, 2))));
  assert_value(graph, y, expected, SHAPE(3, 1));
  recnn_graph_free(graph);
}

static const float norm_x[] = {-1.45f,  98.11f, -1.97f, -0.25f,  101.35f, -1.998f, 1.34f, 104.38f,
                               -1.912f, 1.02f,  93.43f, -1.958f, -0.94f,  99.04f,  -2.21f};
static const float norm_weight[] = {0.82f, -0.53f, 0.81f};
static const float norm_bias[] = {-0.8f, -1.05f, -0.11f};
static const float norm_g[] = {1.09f, -0.5f,  0.76f, -0.68f, 0.84f, 0.61f, 0.68f, 0.41f,
                               0.03f, -0.03f, 1.46f, 3.79f,  0.27f, 0.4f,  -0.61f};

typedef struct Norm {
  RecnnGraph *graph;
  float mean[3];
  float var[3];
  int64_t batches;
  RecnnVar *in[6];
} Norm;

static Norm new_norm(bool training) {
  Norm norm = {.mean = {0.35f, -0.44f, -0.95f}, .var = {0.06f, 1.44f, 1.21f}, .batches = 41};
  norm.graph = new_graph(training);
  return norm;
}

static RecnnVar *apply_norm(Norm *norm, int64_t rows) {
  const int64_t shape[2] = {rows, 3};
  RecnnGraph *graph = norm->graph;
  norm->in[0] = variable(graph, norm_x, 2, shape);
  norm->in[1] = variable(graph, norm_weight, SHAPE(3));
  norm->in[2] = variable(graph, norm_bias, SHAPE(3));
  norm->in[3] = constant(graph, norm->mean, SHAPE(3));
  norm->in[4] = constant(graph, norm->var, SHAPE(3));
  norm->in[5] = integers(graph, &norm->batches, SCALAR);
  return apply(graph, "batch_norm", 6, norm->in);
}

static void batch_norm_training(void) {
  static const float y[] = {-1.8550686f,   -0.88187549f, 0.1983623f,  -0.94683164f, -1.3547257f,
                            -0.019671808f, 0.25658229f,  -1.7969283f, 0.65000512f,  0.014385737f,
                            -0.19886918f,  0.29180615f,  -1.4690679f, -1.0176011f,  -1.6705018f};
  static const float dx[] = {0.49615908f,   0.15979724f, -3.2547409f,   -0.73373692f, -0.065703497f,
                             -2.98037f,     0.4410216f,  -0.030947277f, -11.927058f,  -0.1256195f,
                             -0.083002702f, 19.721486f,  -0.077824264f, 0.019856236f, -1.5593178f};
  static const float dweight[] = {-0.65461366f, -1.1496945f, 3.4407495f};
  static const float dbias[] = {1.33f, 2.61f, 4.58f};
  static const float mean_after[] = {0.3094f, 9.5302f, -1.05596f};
  static const float var_after[] = {0.200723f, 2.9445561f, 1.0903513f};
  Norm norm = new_norm(true);
  RecnnVar *out = apply_norm(&norm, 5);
  const RecnnTensor *value = recnn_graph_tensor(out);
  g_assert_nonnull(value);
  assert_near(value->data, y, 15, 1e-5);
  assert_near(norm.mean, mean_after, 3, 1e-6);
  assert_near(norm.var, var_after, 3, 1e-6);
  g_assert_cmpint(norm.batches, ==, 42);
  backward(norm.graph, out, norm_g);
  assert_grad(norm.in[0], dx, 2e-5); /* x is float32 here, of a hundred times its deviation */
  assert_grad(norm.in[1], dweight, 1e-5);
  assert_grad(norm.in[2], dbias, 1e-5);
  recnn_graph_free(norm.graph);
}

static void batch_norm_evaluation(void) {
  static const float y[] = {-6.825243f,   -44.576096f,  -0.8610878f, -2.8084142f,  -46.007088f,
                            -0.88170588f, 2.5138836f,   -47.345333f, -0.81837881f, 1.4427292f,
                            -42.509102f,  -0.85225141f, -5.1180906f, -44.986843f,  -1.0378144f};
  static const float dx[] = {3.6486194f,   0.22083256f, 0.55963403f, -2.2762029f,  -0.37099868f,
                             0.44917995f,  2.2762029f,  -0.1810827f, 0.022090817f, -0.10042071f,
                             -0.64483112f, 2.7908065f,  0.90378642f, -0.17666605f, -0.44917995f};
  static const float dweight[] = {-5.0994134f, 213.37177f, -4.0864005f};
  Norm norm = new_norm(false);
  RecnnVar *out = apply_norm(&norm, 5);
  assert_value(norm.graph, out, y, SHAPE(5, 3));
  g_assert_cmpint(norm.batches, ==, 41);
  g_assert_cmpfloat(norm.mean[0], ==, 0.35f);
  g_assert_cmpfloat(norm.var[0], ==, 0.06f);
  backward(norm.graph, out, norm_g);
  assert_grad(norm.in[0], dx, 1e-6);
  assert_grad(norm.in[1], dweight, 1e-6);
  recnn_graph_free(norm.graph);
}

/* One row is no batch to train on, but one to predict. */
static void batch_norm_single_row(void) {
  Norm norm = new_norm(true);
  GError *error = NULL;
  g_assert_null(apply_norm(&norm, 1));
  g_assert_false(recnn_graph_check(norm.graph, &error));
  g_assert_cmpint(error->code, ==, RECNN_ERROR_SHAPE);
  g_assert_nonnull(strstr(error->message, "batch norm"));
  g_assert_nonnull(strstr(error->message, "size 1"));
  g_assert_cmpint(norm.batches, ==, 41);
  g_error_free(error);
  recnn_graph_reset(norm.graph, 1, false, false);
  g_assert_nonnull(apply_norm(&norm, 1));
  recnn_graph_free(norm.graph);
}

/* Where the mean is a million times the deviation, a naive sum of squares has no digit left. */
static void batch_norm_far_mean(void) {
  enum { ROWS = 200 };
  float x[ROWS], mean = 0.0f, var = 1.0f;
  const float one = 1.0f, zero = 0.0f;
  int64_t batches = 0;
  for (int i = 0; i < ROWS; i++)
    x[i] = 4096.0f + (i % 2 == 0 ? 0.00390625f : -0.00390625f); /* exact in float32 */
  RecnnGraph *graph = new_graph(true);
  RecnnVar *y = apply(graph, "batch_norm",
                      VARS(variable(graph, x, SHAPE(ROWS, 1)), constant(graph, &one, SHAPE(1)),
                           constant(graph, &zero, SHAPE(1)), constant(graph, &mean, SHAPE(1)),
                           constant(graph, &var, SHAPE(1)), integers(graph, &batches, SCALAR)));
  double expected = 0.00390625 / sqrt(0.00390625 * 0.00390625 + 1e-5);
  const float *out = recnn_graph_tensor(y)->data;
  for (int i = 0; i < ROWS; i++)
    g_assert_cmpfloat_with_epsilon((double)out[i], i % 2 == 0 ? expected : -expected, 1e-5);
  recnn_graph_free(graph);
}

static const float first[] = {2.5f, -1.25f, 0.0f, 30.0f, -200.0f, 200.0f};
static const float second[] = {0.5f, 1.0f, 0.0f, -30.0f, 200.0f, -200.0f};

static void check_loss(const char *op, const float *b, float value, const float *da,
                       const float *db) {
  RecnnGraph *graph = new_graph(true);
  RecnnVar *in[] = {variable(graph, first, SHAPE(6)), variable(graph, b, SHAPE(6))};
  RecnnVar *y = apply(graph, op, 2, in);
  assert_value(graph, y, &value, SCALAR);
  backward(graph, y, NULL);
  assert_grad(in[0], da, 1e-6);
  assert_grad(in[1], db, 1e-6);
  recnn_graph_free(graph);
}

/* Differences of 400 are infinite in -log (sigmoid (x)). */
static void bpr_loss(void) {
  static const float da[] = {-0.019867154f, -0.15077509f, -0.083333336f, 0.0f, -0.16666667f, 0.0f};
  static const float db[] = {0.019867154f, 0.15077509f, 0.083333336f, 0.0f, 0.16666667f, 0.0f};
  check_loss("bpr_loss", second, 67.1950469584f, da, db);
}

static void mse_loss(void) {
  static const float da[] = {0.66666669f, -0.75f, 0.0f, 20.0f, -133.33333f, 133.33333f};
  static const float db[] = {-0.66666669f, 0.75f, 0.0f, -20.0f, 133.33333f, -133.33333f};
  check_loss("mse_loss", second, 53934.84375f, da, db);
}

static void bce_loss(void) {
  static const float targets[] = {1.0f, 0.0f, 0.25f, 1.0f, 0.0f, 1.0f};
  static const float da[] = {-0.01264303f, 0.037116691f, 0.041666668f, 0.0f, 0.0f, 0.0f};
  static const float db[] = {-0.41666666f, 0.20833333f, 0.0f, -5.0f, 33.333332f, -33.333332f};
  check_loss("bce_loss", targets, 0.170660999366f, da, db);
}

/* Rows that are read several times add up; the padding row gets nothing. */
static void embedding(void) {
  static const float table[] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f};
  static const int64_t ids[] = {2, 0, 2, 1};
  static const float rows[] = {5.0f, 6.0f, 1.0f, 2.0f, 5.0f, 6.0f, 3.0f, 4.0f};
  static const float g[] = {1.0f, 10.0f, 2.0f, 20.0f, 3.0f, 30.0f, 4.0f, 40.0f};
  static const float all[] = {2.0f, 20.0f, 4.0f, 40.0f, 4.0f, 40.0f};
  static const float padded[] = {2.0f, 20.0f, 4.0f, 40.0f, 0.0f, 0.0f};
  for (int64_t padding = -1; padding < 3; padding += 3) {
    RecnnGraph *graph = new_graph(true);
    RecnnVar *in[] = {variable(graph, table, SHAPE(3, 2)), integers(graph, ids, SHAPE(2, 2))};
    RecnnVar *y = apply_with(graph, "embedding", recnn_attr_int("padding_index", padding), 2, in);
    assert_value(graph, y, rows, SHAPE(2, 2, 2));
    backward(graph, y, g);
    assert_grad(in[0], padding < 0 ? all : padded, 1e-6);
    recnn_graph_free(graph);
  }
}

static void outer_add(void) {
  static const float a[] = {1.0f, -2.0f, 3.0f, 4.0f};
  static const float b[] = {10.0f, 0.0f, -20.0f, 1.0f, 0.5f, -5.0f};
  static const float sums[] = {11.0f, -2.0f, -19.0f, -1.0f, 1.5f, -7.0f,
                               13.0f, 4.0f,  -17.0f, 5.0f,  3.5f, -1.0f};
  static const float positive[] = {11.0f, 0.0f, 0.0f, 0.0f, 1.5f, 0.0f,
                                   13.0f, 4.0f, 0.0f, 5.0f, 3.5f, 0.0f};
  RecnnGraph *graph = new_graph(false);
  RecnnVar *in[] = {constant(graph, a, SHAPE(2, 2)), constant(graph, b, SHAPE(3, 2))};
  assert_value(graph, apply(graph, "outer_add", 2, in), sums, SHAPE(6, 2));
  assert_value(graph,
               apply_with(graph, "outer_add", recnn_attr_string("activation", "relu"), 2, in),
               positive, SHAPE(6, 2));
  recnn_graph_free(graph);
}

static void matmul(void) {
  static const float a[] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f};
  static const float b[] = {1.0f, 0.0f, -1.0f, 2.0f, 0.5f, 1.0f};
  static const float dots[] = {-2.0f, 6.0f, -2.0f, 16.5f}; /* a (2, 3) and b (2, 3) */
  static const float plain[] = {5.0f, 1.0f, 1.0f, 11.0f, 2.0f, 1.0f, 17.0f, 3.0f, 1.0f};
  RecnnGraph *graph = new_graph(false);
  assert_value(graph,
               apply_with(graph, "matmul", recnn_attr_bool("transpose_b", true),
                          VARS(constant(graph, a, SHAPE(2, 3)), constant(graph, b, SHAPE(2, 3)))),
               dots, SHAPE(2, 2));
  assert_value(graph,
               apply(graph, "matmul",
                     VARS(constant(graph, a, SHAPE(3, 2)), constant(graph, b, SHAPE(2, 3)))),
               plain, SHAPE(3, 3));
  recnn_graph_free(graph);
}

static void rows_and_columns(void) {
  static const float a[] = {1.0f, 2.0f, 3.0f, 4.0f};
  static const float b[] = {5.0f, 6.0f};
  static const int64_t ids[] = {7, 8, 9};
  static const float side[] = {1.0f, 2.0f, 5.0f, 3.0f, 4.0f, 6.0f};
  static const float stacked[] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f};
  static const float twice[] = {5.0f, 6.0f, 5.0f, 6.0f};
  static const float with_vector[] = {6.0f, 8.0f, 8.0f, 10.0f};
  static const float row_sums[] = {3.0f, 7.0f};
  static const float ten = 10.0f, mean = 2.5f, squares = 30.0f;
  RecnnGraph *graph = new_graph(false);
  RecnnVar *m = constant(graph, a, SHAPE(2, 2));
  RecnnVar *v = constant(graph, b, SHAPE(2));
  assert_value(graph, apply(graph, "concat", VARS(m, constant(graph, b, SHAPE(2, 1)))), side,
               SHAPE(2, 3));
  assert_value(graph, apply(graph, "stack_rows", VARS(m, constant(graph, b, SHAPE(1, 2)))), stacked,
               SHAPE(3, 2));
  assert_value(graph, apply_with(graph, "repeat_rows", recnn_attr_int("rows", 2), VARS(v)), twice,
               SHAPE(2, 2));
  assert_value(graph, apply_with(graph, "repeat_rows", recnn_attr_int("rows", 0), VARS(v)), twice,
               SHAPE(0, 2));
  assert_value(graph, apply(graph, "add", VARS(m, v)), with_vector, SHAPE(2, 2));
  assert_value(graph, apply(graph, "sum_last", VARS(m)), row_sums, SHAPE(2));
  assert_value(graph, apply(graph, "sum", VARS(m)), &ten, SCALAR);
  assert_value(graph, apply(graph, "mean", VARS(m)), &mean, SCALAR);
  assert_value(graph, apply(graph, "l2", VARS(m)), &squares, SCALAR);
  RecnnVar *n = integers(graph, ids, SHAPE(3));
  const RecnnTensor *both = recnn_graph_tensor(apply(graph, "stack_rows", VARS(n, n)));
  g_assert_cmpint(both->dtype, ==, RECNN_INT64);
  g_assert_cmpint(both->shape[0], ==, 6);
  g_assert_cmpint(((const int64_t *)both->data)[4], ==, 8);
  recnn_graph_free(graph);
}

/* Shares and scales of what dropout keeps, and that neighbours are independent. */
static void dropout(void) {
  enum { ROWS = 1000, COLUMNS = 101 };
  static float x[ROWS * COLUMNS];
  for (int i = 0; i < ROWS * COLUMNS; i++)
    x[i] = 1.0f;
  RecnnGraph *graph = new_graph(true);
  RecnnVar *y = apply_with(graph, "dropout", recnn_attr_float("p", 0.2),
                           VARS(constant(graph, x, SHAPE(ROWS, COLUMNS))));
  const float *out = recnn_graph_tensor(y)->data;
  int64_t kept = 0, both = 0;
  for (int i = 0; i < ROWS * COLUMNS; i++) {
    g_assert_true(out[i] == 0.0f || out[i] == 1.25f);
    kept += out[i] > 0.0f;
    both += i > 0 && out[i] > 0.0f && out[i - 1] > 0.0f;
  }
  g_assert_cmpfloat_with_epsilon((double)kept / (ROWS * COLUMNS), 0.8, 0.005);
  g_assert_cmpfloat_with_epsilon((double)both / (ROWS * COLUMNS), 0.64, 0.01);
  recnn_graph_free(graph);
}

/* The fused dropout of `linear` drops each element by itself too, in every row otherwise. */
static void linear_dropout(void) {
  enum { ROWS = 2000, COLUMNS = 33 };
  static float x[ROWS];
  static float weight[COLUMNS];
  for (int i = 0; i < ROWS; i++)
    x[i] = 1.0f;
  for (int i = 0; i < COLUMNS; i++)
    weight[i] = 1.0f;
  RecnnGraph *graph = new_graph(true);
  RecnnAttr attrs[2] = {recnn_attr_string("activation", "relu"), recnn_attr_float("dropout", 0.25)};
  RecnnVar *in[2] = {constant(graph, x, SHAPE(ROWS, 1)),
                     constant(graph, weight, SHAPE(COLUMNS, 1))};
  RecnnVar *y = recnn_graph_apply(graph, "linear", in, 2, attrs, 2);
  const float *out = recnn_graph_tensor(y)->data;
  int64_t kept = 0, same = 0;
  for (int i = 0; i < ROWS * COLUMNS; i++) {
    kept += out[i] > 0.0f;
    same += i >= COLUMNS && out[i] == out[i - COLUMNS];
  }
  g_assert_cmpfloat_with_epsilon((double)kept / (ROWS * COLUMNS), 0.75, 0.01);
  g_assert_cmpfloat_with_epsilon((double)same / (ROWS * COLUMNS), 0.625, 0.01);
  recnn_graph_free(graph);
}

/* A run that diverges must be seen: NaN passes a ReLU. */
static void relu_keeps_nan(void) {
  static const float x[] = {NAN, -1.0f, 2.0f};
  RecnnGraph *graph = new_graph(false);
  const float *y =
      recnn_graph_tensor(apply(graph, "relu", VARS(constant(graph, x, SHAPE(3)))))->data;
  g_assert_true(isnan(y[0]));
  g_assert_cmpfloat(y[1], ==, 0.0f);
  g_assert_cmpfloat(y[2], ==, 2.0f);
  recnn_graph_free(graph);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ops/values/linear", linear);
  g_test_add_func("/ops/values/linear-of-slices", linear_of_slices);
  g_test_add_func("/ops/values/linear-of-repeated-row", linear_of_repeated_row);
  g_test_add_func("/ops/values/linear-dropout", linear_dropout);
  g_test_add_func("/ops/values/batch-norm-training", batch_norm_training);
  g_test_add_func("/ops/values/batch-norm-evaluation", batch_norm_evaluation);
  g_test_add_func("/ops/values/batch-norm-single-row", batch_norm_single_row);
  g_test_add_func("/ops/values/batch-norm-far-mean", batch_norm_far_mean);
  g_test_add_func("/ops/values/bpr-loss", bpr_loss);
  g_test_add_func("/ops/values/mse-loss", mse_loss);
  g_test_add_func("/ops/values/bce-loss", bce_loss);
  g_test_add_func("/ops/values/embedding", embedding);
  g_test_add_func("/ops/values/outer-add", outer_add);
  g_test_add_func("/ops/values/matmul", matmul);
  g_test_add_func("/ops/values/rows-and-columns", rows_and_columns);
  g_test_add_func("/ops/values/dropout", dropout);
  g_test_add_func("/ops/values/relu-keeps-nan", relu_keeps_nan);
  return g_test_run();
}
