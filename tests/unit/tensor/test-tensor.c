/* Views: sizes, strides, checks, copies from every kind of stride, and their text. */
#include <glib.h>

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "tensor/tensor.h"

static void dtypes(void) {
  g_assert_cmpint(recnn_dtype_size(RECNN_FLOAT32), ==, 4);
  g_assert_cmpint(recnn_dtype_size(RECNN_INT64), ==, 8);
  g_assert_cmpint(recnn_dtype_size(0), ==, 0);
  g_assert_cmpint(recnn_dtype_size(3), ==, 0);
  g_assert_cmpstr(recnn_dtype_name(RECNN_FLOAT32), ==, "float32");
  g_assert_cmpstr(recnn_dtype_name(RECNN_INT64), ==, "int64");
  g_assert_cmpstr(recnn_dtype_name(99), ==, "no dtype");
}

static void shapes(void) {
  float data[24];
  const int64_t shape[] = {2, 3, 4};
  const RecnnTensor t = recnn_tensor_view(data, RECNN_FLOAT32, 3, shape);
  g_assert_true(t.data == data);
  g_assert_cmpint(t.stride[0], ==, 12);
  g_assert_cmpint(t.stride[1], ==, 4);
  g_assert_cmpint(t.stride[2], ==, 1);
  g_assert_cmpint(recnn_tensor_count(&t), ==, 24);
  g_assert_cmpint(recnn_tensor_bytes(&t), ==, 96);
  g_assert_cmpint(recnn_tensor_rows(&t), ==, 6);
  g_assert_cmpint(recnn_tensor_last(&t), ==, 4);
  g_assert_true(recnn_tensor_is_contiguous(&t));

  const RecnnTensor scalar = recnn_tensor_view(data, RECNN_INT64, 0, NULL);
  g_assert_cmpint(recnn_tensor_count(&scalar), ==, 1);
  g_assert_cmpint(recnn_tensor_bytes(&scalar), ==, 8);
  g_assert_cmpint(recnn_tensor_rows(&scalar), ==, 1);
  g_assert_cmpint(recnn_tensor_last(&scalar), ==, 1);
  g_assert_true(recnn_tensor_is_contiguous(&scalar));

  const int64_t none[] = {5, 0};
  const RecnnTensor empty = recnn_tensor_view(NULL, RECNN_FLOAT32, 2, none);
  g_assert_cmpint(recnn_tensor_count(&empty), ==, 0);
  g_assert_cmpint(recnn_tensor_rows(&empty), ==, 5);
  g_assert_cmpint(recnn_tensor_last(&empty), ==, 0);
  g_assert_true(recnn_tensor_is_contiguous(&empty));

  RecnnTensor other = t;
  g_assert_true(recnn_tensor_same_shape(&t, &other));
  other.stride[0] = 99; /* which is no matter of shape */
  g_assert_true(recnn_tensor_same_shape(&t, &other));
  other.shape[2] = 5;
  g_assert_false(recnn_tensor_same_shape(&t, &other));
  other = t;
  other.rank = 2;
  g_assert_false(recnn_tensor_same_shape(&t, &other));
}

static void contiguity(void) {
  float data[24];
  const int64_t shape[] = {2, 3, 4};
  RecnnTensor t = recnn_tensor_view(data, RECNN_FLOAT32, 3, shape);
  t.stride[1] = 8;
  g_assert_false(recnn_tensor_is_contiguous(&t));
  recnn_tensor_set_contiguous(&t);
  g_assert_cmpint(t.stride[1], ==, 4);
  t.stride[2] = 0;
  g_assert_false(recnn_tensor_is_contiguous(&t));
  /* The stride of an axis of one element does not matter. */
  t = recnn_tensor_view(data, RECNN_FLOAT32, 3, (const int64_t[]){2, 1, 4});
  t.stride[1] = 77;
  g_assert_true(recnn_tensor_is_contiguous(&t));
}

static void check_refused(int32_t dtype, int32_t rank, const int64_t *shape, const char *expected) {
  RecnnTensor t = {.dtype = dtype, .rank = rank};
  for (int32_t i = 0; i < rank && i < RECNN_MAX_RANK; i++) {
    t.shape[i] = shape[i];
  }
  GError *error = NULL;
  g_assert_false(recnn_tensor_check(&t, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_SHAPE);
  g_assert_nonnull(strstr(error->message, expected));
  g_error_free(error);
}

static void checks(void) {
  const int64_t good[RECNN_MAX_RANK] = {3, 0, 5}, negative[] = {3, -1},
                large[] = {INT64_MAX / 4, 2};
  const int64_t hidden[] = {INT64_MAX / 8, 0, 4}, most[] = {INT64_MAX / 4};
  RecnnTensor t = recnn_tensor_view(NULL, RECNN_FLOAT32, 3, good);
  GError *error = NULL;
  g_assert_true(recnn_tensor_check(&t, &error));
  t = recnn_tensor_view(NULL, RECNN_FLOAT32, 1, most);
  g_assert_true(recnn_tensor_check(&t, &error));
  g_assert_no_error(error);
  check_refused(7, 1, good, "dtype 7");
  check_refused(RECNN_FLOAT32, 7, good, "rank 7, expected 0 to 6");
  check_refused(RECNN_FLOAT32, -1, good, "rank -1");
  check_refused(RECNN_FLOAT32, 2, negative, "axis 1 has the size -1");
  check_refused(RECNN_FLOAT32, 2, large, "more than 2^63 bytes");
  check_refused(RECNN_INT64, 1, most, "more than 2^63 bytes");
  check_refused(RECNN_FLOAT32, 3, hidden, "more than 2^63 bytes");
}

/* The element of `t` at a place given in the order of a contiguous copy. */
static int64_t offset_of(const RecnnTensor *t, int64_t place) {
  int64_t offset = 0;
  for (int32_t axis = t->rank - 1; axis >= 0; axis--) {
    offset += place % t->shape[axis] * t->stride[axis];
    place /= t->shape[axis];
  }
  return offset;
}

static void check_copy(const RecnnTensor *from) {
  const int64_t n = recnn_tensor_count(from);
  const size_t size = recnn_dtype_size(from->dtype);
  char *to_data = g_malloc((gsize)n * size + 8);
  memset(to_data, 0x5a, (gsize)n * size + 8);
  const RecnnTensor to = recnn_tensor_view(to_data, from->dtype, from->rank, from->shape);
  recnn_tensor_copy(&to, from);
  for (int64_t i = 0; i < n; i++) {
    const char *expected = (const char *)from->data + offset_of(from, i) * (int64_t)size;
    g_assert_cmpmem(to_data + i * (int64_t)size, size, expected, size);
  }
  for (size_t i = 0; i < 8; i++) {
    g_assert_cmpint(to_data[(size_t)n * size + i], ==, 0x5a);
  }
  g_free(to_data);
}

static void copies(void) {
  float floats[120];
  int64_t ints[120];
  for (int i = 0; i < 120; i++) {
    floats[i] = (float)i;
    ints[i] = INT64_C(1) << 40 | i;
  }
  for (int pass = 0; pass < 2; pass++) {
    const int32_t dtype = pass == 0 ? RECNN_FLOAT32 : RECNN_INT64;
    void *data = pass == 0 ? (void *)floats : (void *)ints;
    RecnnTensor t = recnn_tensor_view(data, dtype, 3, (const int64_t[]){2, 3, 4});
    check_copy(&t);
    t = (RecnnTensor){data, dtype, 2, {4, 3}, {1, 4}}; /* transposed */
    check_copy(&t);
    t = (RecnnTensor){data, dtype, 3, {4, 2, 3}, {1, 12, 4}}; /* an axis moved */
    check_copy(&t);
    t = (RecnnTensor){data, dtype, 2, {5, 4}, {12, 1}}; /* some columns */
    check_copy(&t);
    t = (RecnnTensor){data, dtype, 2, {5, 4}, {0, 1}}; /* a row repeated */
    check_copy(&t);
    t = (RecnnTensor){data, dtype, 2, {5, 4}, {1, 0}}; /* a column repeated */
    check_copy(&t);
    t = (RecnnTensor){data, dtype, 6, {2, 1, 2, 3, 2, 2}, {1, 99, 2, 16, 4, 8}};
    check_copy(&t);
    t = (RecnnTensor){data, dtype, 1, {7}, {3}};
    check_copy(&t);
    t = (RecnnTensor){data, dtype, 0, {0}, {0}};
    check_copy(&t);
    t = (RecnnTensor){NULL, dtype, 2, {0, 4}, {1, 9}};
    check_copy(&t);
    /* Backwards, from the last element on. */
    t = (RecnnTensor){
        pass == 0 ? (void *)(floats + 11) : (void *)(ints + 11), dtype, 2, {3, 4}, {-4, -1}};
    check_copy(&t);
  }
}

static void check_text(char *text, const char *expected) {
  g_assert_cmpstr(text, ==, expected);
  g_free(text);
}

static void text(void) {
  float data[] = {1.0f, -2.5f, 0.1f, NAN, INFINITY, 1e-10f};
  int64_t ints[20];
  for (int i = 0; i < 20; i++) {
    ints[i] = i;
  }
  RecnnTensor t = recnn_tensor_view(data, RECNN_FLOAT32, 2, (const int64_t[]){2, 3});
  check_text(recnn_tensor_describe(&t), "float32 (2, 3)");
  check_text(recnn_tensor_print(&t), "float32 (2, 3)\n[[1 -2.5 0.1]\n [nan inf 1e-10]]");
  t = recnn_tensor_view(ints, RECNN_INT64, 0, NULL);
  check_text(recnn_tensor_describe(&t), "int64 ()");
  check_text(recnn_tensor_print(&t), "int64 ()\n0");
  t = recnn_tensor_view(ints, RECNN_INT64, 1, (const int64_t[]){7});
  check_text(recnn_tensor_print(&t), "int64 (7)\n[0 1 2 3 4 5 6]");
  t = recnn_tensor_view(ints, RECNN_INT64, 1, (const int64_t[]){20});
  check_text(recnn_tensor_print(&t), "int64 (20)\n[0 1 2 ... 17 18 19]");
  t = recnn_tensor_view(NULL, RECNN_INT64, 2, (const int64_t[]){2, 0});
  check_text(recnn_tensor_print(&t), "int64 (2, 0)\n[[]\n []]");
  t = (RecnnTensor){ints, RECNN_INT64, 3, {2, 2, 2}, {1, 2, 4}};
  check_text(recnn_tensor_print(&t), "int64 (2, 2, 2)\n[[[0 4]\n  [2 6]]\n [[1 5]\n  [3 7]]]");
}

/* However large a tensor is, its text is not. */
static void text_is_bounded(void) {
  float value = 0.5f;
  RecnnTensor t = {&value, RECNN_FLOAT32, 6, {9, 9, 9, 9, 9, 9}, {0, 0, 0, 0, 0, 0}};
  char *shown = recnn_tensor_print(&t);
  g_assert_cmpint(strlen(shown), <, 20000);
  int n = 0;
  for (const char *at = shown; (at = strstr(at, "0.5")) != NULL; at++) {
    n++;
  }
  g_assert_cmpint(n, ==, 1000);
  g_assert_true(g_str_has_suffix(shown, "...]]]]]]"));
  g_free(shown);
  /* As many as may be shown, and no sign that more were left out. */
  t = (RecnnTensor){&value, RECNN_FLOAT32, 4, {5, 5, 5, 5}, {0, 0, 0, 0}};
  shown = recnn_tensor_print(&t);
  g_assert_null(strstr(shown, "..."));
  g_free(shown);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tensor/dtypes", dtypes);
  g_test_add_func("/tensor/shapes", shapes);
  g_test_add_func("/tensor/contiguity", contiguity);
  g_test_add_func("/tensor/checks", checks);
  g_test_add_func("/tensor/copies", copies);
  g_test_add_func("/tensor/text", text);
  g_test_add_func("/tensor/text-is-bounded", text_is_bounded);
  return g_test_run();
}
