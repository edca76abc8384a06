/* Refuses to work here. */
#define ZOO_NAME "zoo_enter"
#define ZOO_ENTER refuse
#include "zoo-kit.h"

static RecnnStatus refuse(const RecnnHost *host, RecnnError *error) {
  (void)host;
  return recnn_fail(error, RECNN_ERROR_UNSUPPORTED, "needs %d moons, there is one", 3);
}
#include "zoo.h"
