/* Where a run's time goes: spans of work by part and name, added up to a table and kept one by one
 * for a trace that browsers show (chrome://tracing, ui.perfetto.dev).  Off, it costs a look at one
 * variable a span.  Knows no op and no model: who traces says what a span cost. */
#ifndef RECNN_CORE_BASE_TRACE_H
#define RECNN_CORE_BASE_TRACE_H

#include <glib.h>

#include <recnn/abi.h>

/* Spans of a part do not overlap on one thread; phases hold the spans of the other parts. */
typedef enum RecnnTracePart {
  RECNN_TRACE_PHASE,    /* of a run: loader, forward, backward, optimizer, evaluation */
  RECNN_TRACE_FORWARD,  /* an op's, for a backward to come */
  RECNN_TRACE_BACKWARD, /* an op's */
  RECNN_TRACE_SCORING,  /* an op's, without a backward */
  RECNN_TRACE_UPDATE    /* the optimizer's */
} RecnnTracePart;

/* All spans of one part and name. */
typedef struct RecnnTraceSum {
  RecnnTracePart part;
  const char *name;
  uint64_t calls;
  int64_t ns;
  double operations; /* floating point */
  double bytes;      /* that must move between memory and processor at least */
} RecnnTraceSum;

/* Begins, when `setting` (RECNN_PROFILE in the environment) asks for it: NULL, "" and "0" do not;
 * "1" keeps the trace for the file recnn-profile.json, anything else names the file.  Not while
 * work is running. */
void recnn_trace_begin(const char *setting);
/* Forgets what was measured, not that it is: after a warm-up. */
void recnn_trace_clear(void);
bool recnn_trace_is_on(void);

/* The time now in nanoseconds, or 0 when it is off. */
int64_t recnn_trace_now(void);
/* A span from `start` (from recnn_trace_now) to now; nothing when it is off.  `name` lives as long
 * as the process.  Any thread; calls no allocator. */
void recnn_trace_add(RecnnTracePart part, const char *name, int64_t start, double operations,
                     double bytes);

/* The sums so far, in the order in which they first came; theirs until recnn_trace_end. */
const RecnnTraceSum *recnn_trace_sums(int32_t *ret_n);
/* Ends, writes the trace and returns the table, which the caller frees; NULL when it was off, or
 * when the file could not be written: then with an error. */
char *recnn_trace_end(GError **error);

#endif
