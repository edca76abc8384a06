/* Allocates for each instance and frees for none. */
#define FAULTY "faulty_leak"
#include "faulty-kit.h"
#include <stdlib.h>
static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  ((Mf *)self)->memory = malloc(100);
  return mf_create(self, model, error);
}
#define CREATE create
#include "faulty.h"
