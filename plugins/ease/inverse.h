/* The inverse of a large symmetric positive definite matrix. */
#ifndef EASE_INVERSE_H
#define EASE_INVERSE_H

#include <recnn/plugin.h>

/* Replaces a (n x n, row major) by its inverse.  Inside fit().  RECNN_ERROR_NUMERIC when it is not
 * positive definite. */
RECNN_PLUGIN_HIDDEN RecnnStatus ease_invert(float *a, int64_t n, RecnnError *error);

#endif
