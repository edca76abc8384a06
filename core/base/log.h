/* Where messages go.  recnn itself never prints: whoever embeds it sets a sink; without one,
 * messages are dropped. */
#ifndef RECNN_CORE_BASE_LOG_H
#define RECNN_CORE_BASE_LOG_H

#include <glib.h>

#include <recnn/service/log.h>

typedef void (*RecnnLogSink)(void *data, int32_t level, const char *domain, const char *text);
void recnn_log_set_sink(RecnnLogSink sink, void *data); /* NULL: none */
void recnn_log(int32_t level, const char *domain, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
