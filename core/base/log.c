/* Where messages go: one sink for the process.  The lock is held while the sink runs, so messages
 * do not mix and a sink that was replaced is not running any more; it is recursive, so a sink may
 * itself call what logs. */
#include "config.h"

#include "base/log.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static RecnnLogSink sink;
static void *sink_data;

void recnn_log_set_sink(RecnnLogSink new_sink, void *data) {
  pthread_mutex_lock(&lock);
  sink = new_sink;
  sink_data = data;
  pthread_mutex_unlock(&lock);
}

void recnn_log(int32_t level, const char *domain, const char *format, ...) {
  pthread_mutex_lock(&lock);
  if (sink != NULL) {
    va_list args;
    va_start(args, format);
    char *text = g_strdup_vprintf(format, args);
    va_end(args);
    sink(sink_data, level, domain, text);
    g_free(text);
  }
  pthread_mutex_unlock(&lock);
}
