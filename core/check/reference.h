/* Checks a model against recorded numbers: a safetensors file with a state, a batch, and what the
 * original computed from them (docs/REFERENCE-FILES.md has the layout). */
#ifndef RECNN_CORE_CHECK_REFERENCE_H
#define RECNN_CORE_CHECK_REFERENCE_H

#include "check/report.h"

/* Builds the model that the file's metadata names, loads its state and compares evaluation outputs,
 * losses and their parts, gradients, gradient norms, and the parameters after the optimizer's
 * steps; or, when it is the history of a training, runs that and compares.  What is missing or
 * differs is a failed row; a file that cannot be read, or names no known model, is an error. */
RecnnCheckReport *recnn_check_reference(const char *path, GError **error);

#endif
