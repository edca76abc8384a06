/* A good one, which many threads load at once.  Its enter() takes its time, so that threads that
 * were let in together would meet there; it does not touch the environment. */
#define ZOO_NAME "zoo_thread"
#define ZOO_ENTER enter
#include "zoo-kit.h"

#include <time.h>

static RecnnStatus enter(const RecnnHost *host, RecnnError *error) {
  static int entered;
  const struct timespec pause = {0, 20000000};
  (void)host;
  (void)nanosleep(&pause, NULL);
  if (++entered > 1)
    return recnn_fail(error, RECNN_ERROR_FAILED, "entered %d times", entered);
  return RECNN_OK;
}
#include "zoo.h"
