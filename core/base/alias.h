/* Drawing numbers with given weights in constant time: the alias method (Walker 1977, in the
 * construction of Vose 1991).  The table is a function of the weights alone. */
#ifndef RECNN_CORE_BASE_ALIAS_H
#define RECNN_CORE_BASE_ALIAS_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnAlias RecnnAlias;

/* For 0 .. n-1, n > 0, where i is drawn with the share weights[i] of their sum, to 2^-32; weights
 * are finite and not negative.  All of them zero: as if all were equal.  `what` ("the popularity of
 * items") goes into the error text when there is no memory. */
RecnnAlias *recnn_alias_new(const double *weights, int64_t n, const char *what, GError **error);
void recnn_alias_free(RecnnAlias *alias); /* takes NULL */
/* From three of the words. */
int64_t recnn_alias_draw(const RecnnAlias *alias, const uint32_t words[4]);

#endif
