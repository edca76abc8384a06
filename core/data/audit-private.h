/* The audit's checks share what they know of each row. */
#ifndef RECNN_CORE_DATA_AUDIT_PRIVATE_H
#define RECNN_CORE_DATA_AUDIT_PRIVATE_H

#include "data/audit.h"

typedef struct RecnnAuditor {
  const RecnnSplit *split;
  const RecnnDataset *dataset;
  RecnnAudit *audit;
  uint8_t *place; /* of each row of the data set: its part, or RECNN_FOLD_IN */
} RecnnAuditor;

/* Whether a row in `place` is known when part `part` is asked about. */
static inline bool recnn__audit_knows(int part, int place) {
  return place == RECNN_FOLD_IN || place < part;
}

bool recnn__audit_repeats(RecnnAuditor *auditor, GError **error);
bool recnn__audit_times(RecnnAuditor *auditor, GError **error);
bool recnn__audit_cold(RecnnAuditor *auditor, GError **error);
bool recnn__audit_candidates(RecnnAuditor *auditor, GError **error);

#endif
