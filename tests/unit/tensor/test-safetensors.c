/* Safetensors: what is written is read back, and every way in which a header can lie is refused. */
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "tensor/safetensors.h"
#include "tensor/tensor.h"

static char *folder;

static char *path_of(const char *name) { return g_build_filename(folder, name, NULL); }

/* A file of a header and `data_size` bytes; `length` -1 for the true one. */
static char *write_file(const char *header, size_t data_size, int64_t length) {
  GString *bytes = g_string_new(NULL);
  uint64_t n = length == -1 ? strlen(header) : (uint64_t)length;
  for (int i = 0; i < 8; i++)
    g_string_append_c(bytes, (char)(n >> (8 * i)));
  g_string_append(bytes, header);
  for (size_t i = 0; i < data_size; i++)
    g_string_append_c(bytes, (char)i);
  char *path = path_of("lie.safetensors");
  g_assert_true(g_file_set_contents(path, bytes->str, (gssize)bytes->len, NULL));
  g_string_free(bytes, TRUE);
  return path;
}

static void assert_refused(const char *path, const char *part) {
  GError *error = NULL;
  RecnnSafetensors *f = recnn_safetensors_open(path, &error);
  if (f != NULL)
    g_error("accepted, expected \"%s\"", part);
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_FORMAT);
  if (strstr(error->message, part) == NULL || strstr(error->message, path) == NULL)
    g_error("\"%s\" lacks \"%s\" or the path", error->message, part);
  g_clear_error(&error);
}

static void test_round_trip(void) {
  float a[6] = {1.5f, -2.0f, 0.0f, 3.25f, 1e-30f, -1e30f}, empty[1];
  int64_t b = 7, zero = 0, six[2] = {2, 3};
  RecnnTensor ta = recnn_tensor_view(a, RECNN_FLOAT32, 2, six);
  RecnnTensor tb = recnn_tensor_view(&b, RECNN_INT64, 0, NULL);
  RecnnTensor te = recnn_tensor_view(empty, RECNN_FLOAT32, 1, &zero);
  char *path = path_of("good.safetensors");
  RecnnSafetensorsWriter *writer = recnn_safetensors_writer_new();
  recnn_safetensors_writer_metadata(writer, "note", "quotes \" and \\ and \xc3\xa9");
  recnn_safetensors_writer_add(writer, "a.weight", &ta);
  recnn_safetensors_writer_add(writer, "b", &tb);
  recnn_safetensors_writer_add(writer, "empty", &te);
  GError *error = NULL;
  g_assert_true(recnn_safetensors_writer_commit(writer, path, &error));
  g_assert_no_error(error);

  RecnnSafetensors *f = recnn_safetensors_open(path, &error);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_safetensors_count(f), ==, 3);
  g_assert_cmpstr(recnn_safetensors_metadata(f, "note"), ==, "quotes \" and \\ and \xc3\xa9");
  g_assert_null(recnn_safetensors_metadata(f, "nothing"));
  float back[6] = {0};
  int64_t back_b = 0;
  RecnnTensor to = recnn_tensor_view(back, RECNN_FLOAT32, 2, six);
  g_assert_true(recnn_safetensors_read(f, "a.weight", &to, &error));
  g_assert_cmpmem(back, sizeof back, a, sizeof a);
  to = recnn_tensor_view(&back_b, RECNN_INT64, 0, NULL);
  g_assert_true(recnn_safetensors_read(f, "b", &to, &error));
  g_assert_cmpint(back_b, ==, 7);
  int64_t n = 0;
  double *doubles = recnn_safetensors_doubles(f, "a.weight", &n, &error);
  g_assert_cmpint(n, ==, 6);
  g_assert_cmpfloat(doubles[3], ==, 3.25);
  g_free(doubles);

  /* Another shape, another dtype, another name: both sides are said. */
  to = recnn_tensor_view(back, RECNN_FLOAT32, 1, (int64_t[]){6});
  g_assert_false(recnn_safetensors_read(f, "a.weight", &to, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_SHAPE);
  g_assert_nonnull(strstr(error->message, "F32 (2, 3), expected float32 (6)"));
  g_clear_error(&error);
  to = recnn_tensor_view(&back_b, RECNN_INT64, 2, six);
  g_assert_false(recnn_safetensors_read(f, "a.weight", &to, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_SHAPE);
  g_clear_error(&error);
  g_assert_false(recnn_safetensors_read(f, "c", &to, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  g_clear_error(&error);
  recnn_safetensors_close(f);

  /* Whatever the file is cut to, it is refused. */
  char *bytes;
  gsize size;
  g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
  char *cut = path_of("cut.safetensors");
  for (gsize n_bytes = 0; n_bytes < size; n_bytes++) {
    g_assert_true(g_file_set_contents(cut, bytes, (gssize)n_bytes, NULL));
    g_assert_null(recnn_safetensors_open(cut, &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_FORMAT);
    g_clear_error(&error);
  }
  g_unlink(cut);
  g_unlink(path);
  g_free(cut);
  g_free(bytes);
  g_free(path);
}

static void test_lies(void) {
  const struct {
    const char *header;
    size_t data;
    int64_t length;
    const char *part;
  } lies[] = {
      {"{}", 0, INT64_MIN + 1, "said to have"}, /* a length of 2^63 + 1 */
      {"{}", 0, 3, "said to have 3 bytes"},
      {"{}", 0, 0, "does not begin with {"},
      {"[]", 0, -1, "does not begin with {"},
      {"{\"a\":", 0, -1, "no JSON"},
      {"{\"a\":1}", 0, -1, "described by no object"},
      {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, -1, "dtype is missing"},
      {"{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, -1, "dtype is F33"},
      {"{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, -1, "has no shape"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, -1, "axis 0"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, -1, "axis 0"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}", 4,
       -1, "more than 2^63"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,4]}}", 4, -1,
       "need"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, -1, "need 8 bytes"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, -1, "not two integers"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,\"4\"]}}", 4, -1,
       "not two integers"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 4, -1, "truncated"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, -1, "4 and 0"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4, -1, "-4 and 0"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, -1, "a hole"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, -1, "4 bytes lie"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
       "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
       12, -1, "overlap"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
       "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
       8, -1, "a twice"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", 4, -1,
       "9 axes"},
      {"{\"__metadata__\":[]}", 0, -1, "__metadata__"},
      {"{\"__metadata__\":{\"a\":1}}", 0, -1, "a is no text"},
      {"{\"a\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}", 0, -1, "nested"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
    char *path = write_file(lies[i].header, lies[i].data, lies[i].length);
    assert_refused(path, lies[i].part);
    g_unlink(path);
    g_free(path);
  }
}

/* A hundred thousand tensors are a large file, not a reason to fall over. */
static void test_many(void) {
  GString *header = g_string_new("{");
  for (int i = 0; i < 100000; i++)
    g_string_append_printf(header,
                           "%s\"t%d\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[%d,%d]}",
                           i > 0 ? "," : "", i, i, i + 1);
  g_string_append_c(header, '}');
  char *path = write_file(header->str, 100000, -1);
  GError *error = NULL;
  RecnnSafetensors *f = recnn_safetensors_open(path, &error);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_safetensors_count(f), ==, 100000);
  g_assert_nonnull(recnn_safetensors_find(f, "t99999"));
  int64_t n;
  g_assert_null(recnn_safetensors_doubles(f, "t5", &n, &error)); /* U8: known, but not read */
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_UNSUPPORTED);
  g_clear_error(&error);
  recnn_safetensors_close(f);
  g_unlink(path);
  g_free(path);
  g_string_free(header, TRUE);
}

static void test_missing(void) {
  GError *error = NULL;
  char *path = path_of("nowhere.safetensors");
  g_assert_null(recnn_safetensors_open(path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
  g_assert_nonnull(strstr(error->message, path));
  g_clear_error(&error);
  g_free(path);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("recnn-XXXXXX", NULL);
  g_test_add_func("/safetensors/round-trip", test_round_trip);
  g_test_add_func("/safetensors/lies", test_lies);
  g_test_add_func("/safetensors/many", test_many);
  g_test_add_func("/safetensors/missing", test_missing);
  int status = g_test_run();
  g_rmdir(folder);
  g_free(folder);
  return status;
}
