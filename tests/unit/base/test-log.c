/* Messages: to the sink, to nobody, from several threads, from the sink itself. */
#include <glib.h>

#include <string.h>

#include "base/log.h"

typedef struct Seen {
  GString *text;
  int depth;
} Seen;

static void collect(void *data, int32_t level, const char *domain, const char *text) {
  Seen *seen = data;
  g_string_append_printf(seen->text, "%d %s %s\n", level, domain, text);
  if (strcmp(text, "again") == 0 && seen->depth++ == 0) {
    recnn_log(RECNN_LOG_DEBUG, "sink", "inner");
  }
}

static void to_the_sink(void) {
  Seen seen = {g_string_new(NULL), 0};
  recnn_log(RECNN_LOG_WARNING, "test", "nobody hears %d", 1);
  recnn_log_set_sink(collect, &seen);
  recnn_log(RECNN_LOG_WARNING, "test", "heard %d%%", 2);
  recnn_log(RECNN_LOG_INFO, "test", "again");
  recnn_log_set_sink(NULL, NULL);
  recnn_log(RECNN_LOG_WARNING, "test", "nobody hears %d", 3);
  g_assert_cmpstr(seen.text->str, ==, "2 test heard 2%\n1 test again\n0 sink inner\n");
  g_string_free(seen.text, TRUE);
}

static void count(void *data, int32_t level, const char *domain, const char *text) {
  (void)level;
  (void)domain;
  /* Not atomic: the log lets one message through at a time. */
  *(int *)data += text[0] == 'm';
}

static gpointer send_messages(gpointer unused) {
  for (int i = 0; i < 1000; i++) {
    recnn_log(RECNN_LOG_DEBUG, "thread", "message %d", i);
  }
  return unused;
}

static void from_threads(void) {
  int n = 0;
  GThread *threads[4];
  recnn_log_set_sink(count, &n);
  for (int i = 0; i < 4; i++) {
    threads[i] = g_thread_new("sender", send_messages, NULL);
  }
  for (int i = 0; i < 4; i++) {
    g_thread_join(threads[i]);
  }
  recnn_log_set_sink(NULL, NULL);
  g_assert_cmpint(n, ==, 4000);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/log/to-the-sink", to_the_sink);
  g_test_add_func("/log/from-threads", from_threads);
  return g_test_run();
}
