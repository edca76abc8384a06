/* Calls a function that no library has. */
#define ZOO_NAME "zoo_unresolved"
#define ZOO_ENTER enter
#include "zoo-kit.h"

int zoo_nobody_has_this(void);
static RecnnStatus enter(const RecnnHost *host, RecnnError *error) {
  (void)host;
  (void)error;
  return zoo_nobody_has_this();
}
#include "zoo.h"
