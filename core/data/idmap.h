/* Tokens and indices: the names that a data set has for its users and items, numbered from 0 in the
 * order in which they are first seen. */
#ifndef RECNN_CORE_DATA_IDMAP_H
#define RECNN_CORE_DATA_IDMAP_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnIdMap RecnnIdMap;

RecnnIdMap *recnn_id_map_new(void);
void recnn_id_map_free(RecnnIdMap *map); /* takes NULL */

/* The index of a token, added when new; -1 with an error when memory is short or there are more
 * than 2^31 - 2 of them.  The token's bytes are copied. */
int32_t recnn_id_map_add(RecnnIdMap *map, const char *token, size_t length, GError **error);
int32_t recnn_id_map_find(const RecnnIdMap *map, const char *token, size_t length); /* -1: none */
/* Terminated; valid until the next add. */
const char *recnn_id_map_token(const RecnnIdMap *map, int32_t index);
int32_t recnn_id_map_size(const RecnnIdMap *map);

#endif
