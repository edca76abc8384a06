/* A batch's fields: shapes at every size, borrowed and owned buffers, mistakes. */
#include <glib.h>

#include "base/memory.h"
#include "data/batch.h"
#include "tensor/tensor.h"
#include "unit/data/data-test.h"

static void test_fields(void) {
  GError *error = NULL;
  RecnnBatch *batch = recnn_batch_new();
  g_assert_true(recnn_batch_add(batch, "user", RECNN_INT64, 8, 0, NULL, &error));
  g_assert_true(recnn_batch_add(batch, "history", RECNN_FLOAT32, 8, 2, (int64_t[]){3, 5}, &error));
  g_assert_no_error(error);
  g_assert_cmpint(recnn_batch_size(batch), ==, 0);
  const RecnnTensor *user = recnn_batch_field(batch, "user");
  const RecnnTensor *history = recnn_batch_field(batch, "history");
  g_assert_cmpint(user->shape[0], ==, 0);

  recnn_batch_set_size(batch, 6);
  g_assert_cmpint(recnn_batch_size(batch), ==, 6);
  g_assert_cmpint(user->rank, ==, 1);
  g_assert_cmpint(user->dtype, ==, RECNN_INT64);
  g_assert_cmpint(user->shape[0], ==, 6);
  g_assert_cmpint(user->stride[0], ==, 1);
  g_assert_cmpint(history->rank, ==, 3);
  g_assert_cmpint(history->shape[0], ==, 6);
  g_assert_cmpint(history->shape[1], ==, 3);
  g_assert_cmpint(history->shape[2], ==, 5);
  g_assert_cmpint(history->stride[0], ==, 15);
  g_assert_true(recnn_tensor_is_contiguous(history));
  g_assert_null(recnn_batch_field(batch, "item"));

  recnn_batch_int64(batch, "user")[5] = 17;
  recnn_batch_float32(batch, "history")[6 * 15 - 1] = 0.5f;
  g_assert_cmpint(((const int64_t *)user->data)[5], ==, 17);
  recnn_batch_free(batch);
  recnn_batch_free(NULL);
}

static void test_borrow(void) {
  GError *error = NULL;
  RecnnBatch *batch = recnn_batch_new();
  int64_t numbers[6] = {1, 2, 3, 4, 5, 6};
  RecnnTensor view = recnn_tensor_view(numbers, RECNN_INT64, 1, (int64_t[]){6});
  g_assert_true(recnn_batch_borrow(batch, "item", &view, &error));
  recnn_batch_set_size(batch, 4);
  g_assert_true(recnn_batch_field(batch, "item")->data == numbers);
  g_assert_cmpint(recnn_batch_field(batch, "item")->shape[0], ==, 4);
  view.data = numbers + 2;
  view.shape[0] = 4;
  g_assert_true(recnn_batch_borrow(batch, "item", &view, &error));
  g_assert_no_error(error);
  g_assert_true(recnn_batch_field(batch, "item")->data == numbers + 2);
  g_assert_cmpint(batch->n_fields, ==, 1);

  /* A borrowed field takes an owned one's place, whose buffer is freed. */
  g_assert_true(recnn_batch_add(batch, "user", RECNN_INT64, 4, 0, NULL, &error));
  g_assert_true(recnn_batch_borrow(batch, "user", &view, &error));
  g_assert_true(recnn_batch_field(batch, "user")->data == numbers + 2);

  RecnnTensor scalar = recnn_tensor_view(numbers, RECNN_INT64, 0, NULL);
  g_assert_false(recnn_batch_borrow(batch, "x", &scalar, &error));
  check_error(&error, RECNN_ERROR_SHAPE, "batch field x: a scalar has no rows");
  recnn_batch_free(batch);
}

static void test_mistakes(void) {
  static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h",
                                      "i", "j", "k", "l", "m", "n", "o", "p"};
  G_STATIC_ASSERT(G_N_ELEMENTS(names) == RECNN_BATCH_MAX_FIELDS);
  GError *error = NULL;
  RecnnBatch *batch = recnn_batch_new();
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_assert_true(recnn_batch_add(batch, names[i], RECNN_FLOAT32, 1, 0, NULL, &error));
    g_assert_no_error(error);
  }
  g_assert_false(recnn_batch_add(batch, "c", RECNN_FLOAT32, 1, 0, NULL, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT, "batch field c: added twice");
  g_assert_false(recnn_batch_add(batch, "q", RECNN_FLOAT32, 1, 0, NULL, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT, "batch field q: a batch has at most 16");
  recnn_batch_free(batch);

  batch = recnn_batch_new();
  int64_t shape[RECNN_MAX_RANK] = {1, 1, 1, 1, 1, 1};
  g_assert_false(recnn_batch_add(batch, "a", RECNN_FLOAT32, 1, RECNN_MAX_RANK, shape, &error));
  check_error(&error, RECNN_ERROR_SHAPE, "batch field a: rows of rank 6, expected 0 to 5");
  g_assert_false(recnn_batch_add(batch, "a", 99, 1, 0, NULL, &error));
  g_assert_true(g_str_has_prefix(error->message, "batch field a: "));
  g_clear_error(&error);
  recnn_memory_fail_after(1);
  g_assert_false(recnn_batch_add(batch, "a", RECNN_FLOAT32, 4, 0, NULL, &error));
  recnn_memory_fail_after(0);
  g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
  g_clear_error(&error);
  g_assert_cmpint(batch->n_fields, ==, 0);
  recnn_batch_free(batch);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/batch/fields", test_fields);
  g_test_add_func("/data/batch/borrow", test_borrow);
  g_test_add_func("/data/batch/mistakes", test_mistakes);
  return g_test_run();
}
