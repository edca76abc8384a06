/* A profile: what is added up, what the table and the trace say, and that nothing is kept when it
 * is off. */
#include <glib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "base/trace.h"

static void test_off(void) {
  int32_t n;
  static const char *const settings[] = {NULL, "", "0"};
  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
    recnn_trace_begin(settings[i]);
    g_assert_false(recnn_trace_is_on());
    g_assert_cmpint(recnn_trace_now(), ==, 0);
    recnn_trace_add(RECNN_TRACE_FORWARD, "linear", 0, 1.0, 1.0);
    (void)recnn_trace_sums(&n);
    g_assert_cmpint(n, ==, 0);
    g_assert_null(recnn_trace_end(NULL));
  }
}

static void *add_another(void *unused) {
  (void)unused;
  recnn_trace_add(RECNN_TRACE_BACKWARD, "linear", recnn_trace_now(), 40.0, 4.0);
  return NULL;
}

static JsonArray *read_events(JsonParser *parser, const char *file) {
  g_assert_true(json_parser_load_from_file(parser, file, NULL));
  JsonObject *root = json_node_get_object(json_parser_get_root(parser));
  g_assert_cmpint(json_object_get_int_member(json_object_get_object_member(root, "otherData"),
                                             "spans_left_out"),
                  ==, 0);
  return json_object_get_array_member(root, "traceEvents");
}

static void test_sums(void) {
  char *folder = g_dir_make_tmp("recnn-trace-XXXXXX", NULL);
  char *file = g_build_filename(folder, "trace.json", NULL);
  recnn_trace_begin(file);
  g_assert_true(recnn_trace_is_on());
  recnn_trace_add(RECNN_TRACE_PHASE, "warm_up", recnn_trace_now(), 0.0, 0.0);
  recnn_trace_clear();
  for (int i = 0; i < 3; i++) {
    int64_t start = recnn_trace_now();
    g_usleep(2000);
    recnn_trace_add(RECNN_TRACE_FORWARD, "linear", start, 10.0, 2.0);
  }
  GThread *other = g_thread_new("other", add_another, NULL);
  g_thread_join(other);

  int32_t n;
  const RecnnTraceSum *sums = recnn_trace_sums(&n);
  g_assert_cmpint(n, ==, 2);
  g_assert_cmpstr(sums[0].name, ==, "linear");
  g_assert_cmpint(sums[0].part, ==, RECNN_TRACE_FORWARD);
  g_assert_cmpint(sums[0].calls, ==, 3);
  g_assert_cmpint(sums[0].ns, >=, 6000000);
  g_assert_cmpfloat(sums[0].operations, ==, 30.0);
  g_assert_cmpfloat(sums[0].bytes, ==, 6.0);
  g_assert_cmpint(sums[1].part, ==, RECNN_TRACE_BACKWARD);
  g_assert_cmpfloat(sums[1].operations, ==, 40.0);

  char *table = recnn_trace_end(NULL);
  g_assert_nonnull(table);
  g_assert_nonnull(strstr(table, "forward   linear"));
  g_assert_nonnull(strstr(table, "backward  linear"));
  g_assert_null(strstr(table, "warm_up"));
  g_assert_nonnull(strstr(table, file));
  g_assert_false(recnn_trace_is_on());

  JsonParser *parser = json_parser_new();
  JsonArray *events = read_events(parser, file);
  g_assert_cmpuint(json_array_get_length(events), ==, 4);
  JsonObject *last = json_array_get_object_element(events, 3);
  JsonObject *first = json_array_get_object_element(events, 0);
  g_assert_cmpstr(json_object_get_string_member(first, "cat"), ==, "forward");
  g_assert_cmpfloat(json_object_get_double_member(first, "dur"), >=, 2000.0);
  g_assert_cmpfloat(json_object_get_double_member(last, "ts"), >=, 6000.0);
  g_assert_cmpint(json_object_get_int_member(first, "tid"), !=,
                  json_object_get_int_member(last, "tid"));
  g_object_unref(parser);
  g_free(table);
  g_remove(file);
  g_rmdir(folder);
  g_free(file);
  g_free(folder);
}

static void test_no_file(void) {
  GError *error = NULL;
  recnn_trace_begin("/nowhere/trace.json");
  g_assert_null(recnn_trace_end(&error));
  g_assert_nonnull(error);
  g_assert_nonnull(strstr(error->message, "/nowhere"));
  g_error_free(error);
  g_assert_false(recnn_trace_is_on());
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base/trace/off", test_off);
  g_test_add_func("/base/trace/sums", test_sums);
  g_test_add_func("/base/trace/no-file", test_no_file);
  return g_test_run();
}
