/* Ends the process that it was asked to work in. */
#define FAULTY "faulty_exit"
#include "faulty-kit.h"
#include <stdlib.h>
static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  (void)self;
  (void)model;
  (void)error;
  exit(3);
}
#define CREATE create
#include "faulty.h"
