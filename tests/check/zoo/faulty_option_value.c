/* Offers a word that it cannot serve. */
#define FAULTY "faulty_option_value"
#include "faulty-kit.h"
static const RecnnOption options[] = {
    {"variant", RECNN_OPTION_CHOICE, "plain", "plain|fancy", "How scores are made"},
    {NULL, 0, NULL, NULL, NULL}};
static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  if (recnn_option_int(model, "variant") == 1)
    return recnn_fail(error, RECNN_ERROR_FAILED, "not written yet");
  return mf_create(self, model, error);
}
#define OPTIONS options
#define CREATE create
#include "faulty.h"
