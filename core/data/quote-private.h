/* Values out of data files, as error texts show them. */
#ifndef RECNN_CORE_DATA_QUOTE_PRIVATE_H
#define RECNN_CORE_DATA_QUOTE_PRIVATE_H

#include <glib.h>

/* UTF-8 text in quotes, with what cannot be printed escaped; of a long one, the beginning and the
 * number of bytes.  Caller frees. */
char *recnn__quote(const char *text, size_t length);

#endif
