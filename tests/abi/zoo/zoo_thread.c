/* A good one, which many threads load at once.  Its enter() does not touch the environment. */
#define ZOO_NAME "zoo_thread"
#define ZOO_ENTER enter
#include "zoo-kit.h"

static RecnnStatus enter(const RecnnHost *host, RecnnError *error) {
  static int entered;
  (void)host;
  if (++entered > 1)
    return recnn_fail(error, RECNN_ERROR_FAILED, "entered %d times", entered);
  return RECNN_OK;
}
#include "zoo.h"
