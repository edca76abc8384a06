/* What writing and reading bundles share: the names of files and of what is in them. */
#ifndef RECNN_CORE_SERVE_BUNDLE_PRIVATE_H
#define RECNN_CORE_SERVE_BUNDLE_PRIVATE_H

#include "serve/bundle.h"

#define BUNDLE_FORMAT "recnn bundle"
#define BUNDLE_VERSION 1

#define BUNDLE_ABOUT "bundle.json"
#define BUNDLE_WEIGHTS "weights.safetensors"
#define BUNDLE_DATA "data.safetensors"
#define BUNDLE_USERS "users.ids" /* tokens, each ended by a zero byte, in the order of indices */
#define BUNDLE_ITEMS "items.ids"
#define BUNDLE_CONDITIONS "conditions.ids"

/* A token's file. */
bool recnn__bundle_write_tokens(const char *folder, const char *file, const RecnnIdMap *map,
                                GError **error);
/* Adds the file's tokens to an empty map, in their order. */
bool recnn__bundle_read_tokens(const char *folder, const char *file, RecnnIdMap *map,
                               GError **error);

/* The interactions of train and valid, and the users' conditions, as a data set. */
bool recnn__bundle_write_data(const char *folder, const RecnnModel *model, const RecnnSplit *split,
                              GError **error);
RecnnDataset *recnn__bundle_read_data(const char *folder, const char *name, const char *source,
                                      const char *condition, GError **error);

#endif
