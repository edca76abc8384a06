/* How a feature column comes about: values are handed in entity by entity, in any order of
 * entities, and end up sorted by entity.  For readers and generators. */
#ifndef RECNN_CORE_DATA_FEATURE_H
#define RECNN_CORE_DATA_FEATURE_H

#include <glib.h>

#include "data/dataset.h"

typedef struct RecnnFeatureBuilder RecnnFeatureBuilder;

RecnnFeatureBuilder *recnn_feature_builder_new(const char *name, RecnnFeatureType type);
void recnn_feature_builder_free(RecnnFeatureBuilder *builder); /* takes NULL */

/* Values for an entity, which come behind those it already has.  A FLOAT or TOKEN feature has at
 * most one value an entity; the caller sees to that. */
bool recnn_feature_builder_token(RecnnFeatureBuilder *builder, int32_t entity, const char *token,
                                 size_t length, GError **error);
bool recnn_feature_builder_float(RecnnFeatureBuilder *builder, int32_t entity, float value,
                                 GError **error);
/* The words of a text, cut at single spaces; empty ones are left out. */
bool recnn_feature_builder_words(RecnnFeatureBuilder *builder, int32_t entity, const char *text,
                                 size_t length, GError **error);

/* The column for entities 0 .. n_entities-1.  Frees the builder, in failure too. */
RecnnFeatureColumn *recnn_feature_builder_finish(RecnnFeatureBuilder *builder, int32_t n_entities,
                                                 GError **error);
void recnn_feature_column_free(RecnnFeatureColumn *column); /* takes NULL */

/* "token", "token_seq", "float", "float_seq", as atomic files spell them. */
const char *recnn_feature_type_name(RecnnFeatureType type);
bool recnn_feature_is_token(RecnnFeatureType type); /* TOKEN or TOKEN_SEQ */

#endif
