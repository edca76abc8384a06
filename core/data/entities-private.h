/* What the readers of tables of users or items share: each entity has one row. */
#ifndef RECNN_CORE_DATA_ENTITIES_PRIVATE_H
#define RECNN_CORE_DATA_ENTITIES_PRIVATE_H

#include "data/dataset.h"
#include "data/text.h"

/* The entities that had their row, and the line it was on. */
typedef struct RecnnEntityRows {
  int64_t *line; /* by entity; 0: none yet */
  size_t n;
  size_t capacity;
} RecnnEntityRows;

/* The index in `map` of the entity whose row this is, added when it is new; -1 with an error when
 * the token is empty or had a row before. */
int32_t recnn__entity_row(RecnnEntityRows *rows, RecnnIdMap *map, const RecnnText *text,
                          int32_t column, const char *name, const RecnnField *field,
                          GError **error);
void recnn__entity_rows_clear(RecnnEntityRows *rows);

/* Finishes the builders (RecnnFeatureBuilder, freed as they go) and adds their columns to
 * `features`. */
bool recnn__add_features(GPtrArray *features, GPtrArray *builders, int32_t n_entities,
                         GError **error);

#endif
