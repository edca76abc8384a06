/* The functions of the service recnn.dataset/1, as recnn/service/dataset.h says. */
#ifndef RECNN_CORE_DATA_DATASET_SERVICE_H
#define RECNN_CORE_DATA_DATASET_SERVICE_H

#include <recnn/service/dataset.h>

RecnnText *recnn__dataset_open(RecnnReading *reading, const char *path, const char *delimiter,
                               uint32_t flags);
bool recnn__dataset_next(RecnnReading *reading, RecnnText *text, const RecnnField **ret_fields,
                         int32_t *ret_n);
void recnn__dataset_close(RecnnReading *reading, RecnnText *text);
bool recnn__dataset_number(RecnnReading *reading, RecnnText *text, int32_t column, const char *name,
                           double *ret_value);
bool recnn__dataset_fail(RecnnReading *reading, RecnnText *text, int32_t column, const char *name,
                         const char *expected);
bool recnn__dataset_columns(RecnnReading *reading, uint32_t flags);
int64_t recnn__dataset_add(RecnnReading *reading, RecnnText *text, const RecnnRow *row);
int32_t recnn__dataset_entity(RecnnReading *reading, int32_t of, const char *token, size_t length);
int32_t recnn__dataset_feature(RecnnReading *reading, int32_t of, int32_t type, const char *name);
bool recnn__dataset_token(RecnnReading *reading, int32_t feature, int64_t entity, const char *token,
                          size_t length);
bool recnn__dataset_value(RecnnReading *reading, int32_t feature, int64_t entity, float value);
bool recnn__dataset_parse(const char *text, size_t length, double *ret_value);

#endif
