/* Refuses to work here and does not say why. */
#define ZOO_NAME "zoo_enter_silent"
#define ZOO_ENTER refuse
#include "zoo-kit.h"

static RecnnStatus refuse(const RecnnHost *host, RecnnError *error) {
  (void)host;
  (void)error;
  return -5;
}
#include "zoo.h"
