/* The service "recnn.log/1": messages to whoever runs the host.  A plugin never prints.  Texts are
 * UTF-8, one line without its end, and read during the call only. */
#ifndef RECNN_SERVICE_LOG_H
#define RECNN_SERVICE_LOG_H

#include <recnn/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_LOG_DEBUG 0
#define RECNN_LOG_INFO 1
#define RECNN_LOG_WARNING 2

#define RECNN_LOG_SERVICE "recnn.log/1"
typedef struct RecnnLogApi {
  size_t struct_size;
  /* `domain` is who speaks, the plugin's name as a rule.  Any thread. */
  void (*message)(int32_t level, const char *domain, const char *text);
} RecnnLogApi;

#ifdef __cplusplus
}
#endif

#endif
