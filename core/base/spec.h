/* Things named with options in one text: "sgd momentum=0.9 nesterov=true", and several of them:
 * "warmup epochs=1; cosine".  Items are separated by semicolons, words by spaces. */
#ifndef RECNN_CORE_BASE_SPEC_H
#define RECNN_CORE_BASE_SPEC_H

#include <glib.h>

#include "base/options.h"

typedef struct RecnnSpecItem {
  char *name;
  int32_t n_keys;
  char **keys;
  char **values;
} RecnnSpecItem;

typedef struct RecnnSpec {
  int32_t n_items;
  RecnnSpecItem *items;
} RecnnSpec;

/* `what` ("option schedule") goes into error texts: an empty item, a word that is no key=value. */
RecnnSpec *recnn_spec_parse(const char *text, const char *what, GError **error);
void recnn_spec_free(RecnnSpec *spec); /* takes NULL */

bool recnn_spec_has(const RecnnSpecItem *item, const char *key);
/* Sets every key of the item; an unknown one is answered with the nearest. */
bool recnn_spec_apply(const RecnnSpecItem *item, RecnnOptions *options, GError **error);

#endif
