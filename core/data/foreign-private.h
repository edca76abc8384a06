/* A plugin's format at work: a reading, whose errors stick, around the builders of this room. */
#ifndef RECNN_CORE_DATA_FOREIGN_PRIVATE_H
#define RECNN_CORE_DATA_FOREIGN_PRIVATE_H

#include <recnn/kind/format.h>

#include "data/dataset.h"

int recnn__foreign_recognise(const RecnnFormatClass *format, const char *path);
/* `options` is of the format's table, NULL when it has none. */
RecnnDataset *recnn__foreign_read(const RecnnFormatClass *format, const char *path,
                                  const RecnnOptions *options, GError **error);

#endif
