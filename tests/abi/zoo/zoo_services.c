/* Looks at what the host lends. */
#define ZOO_NAME "zoo_services"
#define ZOO_ENTER enter
#include "zoo-kit.h"

static RecnnStatus enter(const RecnnHost *host, RecnnError *error) {
  const RecnnLogApi *log = host->get_service(RECNN_LOG_SERVICE, sizeof(RecnnLogApi));
  if (host->struct_size < sizeof(RecnnHost) || host->version == NULL)
    return recnn_fail(error, RECNN_ERROR_FAILED, "the host is of %zu bytes", host->struct_size);
  if (!RECNN_HAS(log, RecnnLogApi, message) ||
      host->get_service(RECNN_LOG_SERVICE, sizeof(RecnnLogApi) + 1) != NULL ||
      host->get_service("recnn.log/0", 0) != NULL || host->get_service(NULL, 0) != NULL)
    return recnn_fail(error, RECNN_ERROR_FAILED, "services are not handed out as promised");
  log->message(RECNN_LOG_WARNING, "zoo_services", "100%s of the services are there");
  return RECNN_OK;
}
#include "zoo.h"
