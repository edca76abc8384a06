/* What the collecting of spans shares with the writing. */
#ifndef RECNN_CORE_BASE_TRACE_PRIVATE_H
#define RECNN_CORE_BASE_TRACE_PRIVATE_H

#include "base/trace.h"

typedef struct TraceSpan {
  int64_t start; /* since the beginning */
  int64_t ns;
  int32_t sum; /* which one it belongs to */
  int32_t thread;
} TraceSpan;

typedef struct TraceView {
  const RecnnTraceSum *sums;
  int32_t n_sums;
  const TraceSpan *spans;
  int64_t n_spans;
  int64_t n_left_out; /* spans that there was no room for */
  int64_t ns;         /* from the beginning to now */
} TraceView;

bool recnn__trace_write(const TraceView *view, const char *path, GError **error);
char *recnn__trace_table(const TraceView *view);

#endif
