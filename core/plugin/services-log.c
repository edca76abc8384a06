/* The service "recnn.log/1".  A plugin's text never becomes a format. */
#include <recnn/service/log.h>

#include "base/log.h"
#include "plugin/plugin-private.h"

static void message(int32_t level, const char *domain, const char *text) {
  if (text != NULL)
    recnn_log(level, domain != NULL ? domain : "plugin", "%s", text);
}

static const RecnnLogApi api = {
    .struct_size = sizeof(RecnnLogApi),
    .message = message,
};

RECNN_SERVICE(log) = {RECNN_LOG_SERVICE, &api};
