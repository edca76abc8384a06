/* Begins with numbers of its own making, others each time. */
#define FAULTY "faulty_create"
#include "faulty-kit.h"
static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  static float last;
  RecnnStatus status = mf_create(self, model, error);
  if (status == RECNN_OK)
    ((float *)recnn_api.param->tensor(((Mf *)self)->user)->data)[0] = last += 0.001f;
  return status;
}
#define CREATE create
#include "faulty.h"
