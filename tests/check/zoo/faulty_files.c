/* Opens a file for each instance and closes none. */
#define FAULTY "faulty_files"
#include "faulty-kit.h"
#include <fcntl.h>
static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  ((Mf *)self)->number = (double)open("/dev/null", O_RDONLY);
  return mf_create(self, model, error);
}
#define CREATE create
#include "faulty.h"
