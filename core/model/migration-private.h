/* A migration while it is edited, and as the host takes it afterwards. */
#ifndef RECNN_CORE_MODEL_MIGRATION_PRIVATE_H
#define RECNN_CORE_MODEL_MIGRATION_PRIVATE_H

#include "model/migration.h"

typedef struct RecnnMigrationTensor {
  char *name;
  const char *stored; /* its name in the file; NULL: it was added */
  RecnnTensor value;  /* data NULL: not read yet */
} RecnnMigrationTensor;

typedef struct RecnnMigrationOption {
  char *name;
  char *text;
} RecnnMigrationOption;

/* What a RecnnMigration is the beginning of. */
typedef struct RecnnEditor {
  RecnnMigration api;
  const RecnnSafetensors *file;
  JsonObject *counts;
  GPtrArray *tensors; /* of RecnnMigrationTensor, in the order of the file */
  GPtrArray *options; /* of RecnnMigrationOption */
  GError *wrong;      /* the first thing that could not be done */
} RecnnEditor;

static inline RecnnEditor *recnn__editor_of(const RecnnMigration *migration) {
  return (RecnnEditor *)migration;
}

/* Holds the file's tensors and no options; its functions are set. */
RecnnEditor *recnn__editor_new(const RecnnModelOrigin *from, const RecnnSafetensors *file,
                               JsonObject *counts);
RecnnMigrationTensor *recnn__editor_find(const RecnnEditor *editor, const char *name,
                                         guint *ret_index); /* which may be NULL */

#endif
