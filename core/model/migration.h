/* Weights that another version of the plugin wrote, and what the class's migrate() makes of them.
 */
#ifndef RECNN_CORE_MODEL_MIGRATION_H
#define RECNN_CORE_MODEL_MIGRATION_H

#include <json-glib/json-glib.h>

#include "model/model.h"
#include "tensor/safetensors.h"

/* The file's content, after migrate() has edited it.  `from` wrote the file; `options` and `counts`
 * (JSON objects, either may be NULL) are what it was written with, and are only read here.  The
 * file must stay open as long as the result.  NULL when migrate() refuses, or does what cannot be
 * done. */
RecnnMigration *recnn_migration_run(const RecnnModelClass *model_class,
                                    const RecnnModelOrigin *from, const RecnnSafetensors *file,
                                    JsonObject *options, JsonObject *counts, GError **error);
void recnn_migration_free(RecnnMigration *migration); /* takes NULL */

/* Sets all options that there are, over the defaults. */
bool recnn_migration_set_options(const RecnnMigration *migration, RecnnOptions *options,
                                 GError **error);

/* Its tensors, as recnn_safetensors_* has those of a file. */
int64_t recnn_migration_count(const RecnnMigration *migration);
const char *recnn_migration_name(const RecnnMigration *migration, int64_t i);
bool recnn_migration_check(const RecnnMigration *migration, const char *name, const RecnnTensor *to,
                           GError **error);
bool recnn_migration_read(const RecnnMigration *migration, const char *name, const RecnnTensor *to,
                          GError **error);

#endif
