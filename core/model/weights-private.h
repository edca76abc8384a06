/* Where a model takes weights from: a file, or a migration. */
#ifndef RECNN_CORE_MODEL_WEIGHTS_PRIVATE_H
#define RECNN_CORE_MODEL_WEIGHTS_PRIVATE_H

#include "model/weights-file.h"

typedef struct RecnnWeightsSource {
  const void *from;
  const char *path; /* for error texts */
  int64_t n;
  const char *(*name)(const void *from, int64_t i);
  bool (*check)(const void *from, const char *name, const RecnnTensor *to, GError **error);
  bool (*read)(const void *from, const char *name, const RecnnTensor *to, GError **error);
} RecnnWeightsSource;

bool recnn__model_take(RecnnModel *model, const RecnnWeightsSource *source, const char *prefix,
                       GError **error);

#endif
