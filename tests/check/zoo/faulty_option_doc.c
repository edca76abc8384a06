/* Leaves users alone with an option. */
#define FAULTY "faulty_option_doc"
#include "faulty-kit.h"
static const RecnnOption options[] = {{"depth", RECNN_OPTION_INT, "1", "[1,9]", ""},
                                      {NULL, 0, NULL, NULL, NULL}};
#define OPTIONS options
#include "faulty.h"
