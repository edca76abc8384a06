/* What the checks of plugins share.  A check is one file, found by the mark that ends it:
 * RECNN_CHECK(model_threads) = {...}; */
#ifndef RECNN_CORE_CHECK_PLUGIN_PRIVATE_H
#define RECNN_CORE_CHECK_PLUGIN_PRIVATE_H

#include "check/plugin.h"
#include "model/model.h"
#include "optim/optimizer.h"
#include "plugin/plugin.h"

/* One check of one thing. */
typedef struct RecnnTrial {
  const RecnnPlugin *plugin;
  const void *descriptor; /* of the feature; NULL for the plugin itself */
  const char *const *references;
  RecnnCheckReport *report; /* for checks that add rows of their own */
  char *failure;            /* the first one */
  char *skipped;
  char *note;
} RecnnTrial;

/* The first failure counts; always false, for `return recnn__trial_fail (...)`. */
bool recnn__trial_fail(RecnnTrial *trial, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Consumes the error; false. */
bool recnn__trial_fail_error(RecnnTrial *trial, const char *doing, GError *error);
void recnn__trial_skip(RecnnTrial *trial, const char *format, ...) G_GNUC_PRINTF(2, 3);
void recnn__trial_note(RecnnTrial *trial, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A check that says nothing has passed. */
typedef struct RecnnCheck {
  const char *kind; /* of the features that it looks at; NULL: the plugin itself */
  int rank;         /* its place among those of its kind */
  const char *name;
  const char *doc; /* what must be so */
  void (*run)(RecnnTrial *trial);
} RecnnCheck;
#define RECNN_CHECK(n) const RecnnCheck recnn__check_##n
extern const RecnnCheck *const recnn__check_table[];

#endif
