/* What was traced, as a table for people and as JSON for a browser. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/parallel.h"
#include "base/trace-private.h"

static const char *const part_names[] = {
    [RECNN_TRACE_PHASE] = "phase",       [RECNN_TRACE_FORWARD] = "forward",
    [RECNN_TRACE_BACKWARD] = "backward", [RECNN_TRACE_SCORING] = "scoring",
    [RECNN_TRACE_UPDATE] = "update",
};

/* Names hold letters, digits and underscores: nothing that JSON would escape. */
bool recnn__trace_write(const TraceView *view, const char *path, GError **error) {
  RecnnFileWriter *writer = recnn_file_writer_new(path, error);
  if (writer == NULL)
    return false;
  bool ok = recnn_file_writer_printf(writer, error,
                                     "{\"displayTimeUnit\": \"ms\",\n"
                                     "\"traceEvents\": [");
  for (int64_t i = 0; ok && i < view->n_spans; i++) {
    const TraceSpan *span = &view->spans[i];
    const RecnnTraceSum *sum = &view->sums[span->sum];
    ok = recnn_file_writer_printf(writer, error,
                                  "%s\n{\"name\": \"%s\", \"cat\": \"%s\", \"ph\": \"X\", \"pid\": "
                                  "1, \"tid\": %d, \"ts\": %.3f, \"dur\": %.3f}",
                                  i > 0 ? "," : "", sum->name, part_names[sum->part],
                                  (int)span->thread, (double)span->start * 1e-3,
                                  (double)span->ns * 1e-3);
  }
  ok = ok && recnn_file_writer_printf(writer, error,
                                      "\n],\n\"otherData\": {\"spans_left_out\": %" PRId64 "}}\n",
                                      view->n_left_out);
  if (ok)
    return recnn_file_writer_commit(writer, error);
  recnn_file_writer_abort(writer);
  return false;
}

/* By part, the longest first. */
static int by_time(const void *a, const void *b) {
  const RecnnTraceSum *x = a, *y = b;
  if (x->part != y->part)
    return (x->part > y->part) - (x->part < y->part);
  return (x->ns < y->ns) - (x->ns > y->ns);
}

char *recnn__trace_table(const TraceView *view) {
  GString *text = g_string_new(NULL);
  RecnnTraceSum *sorted = g_memdup2(view->sums, (gsize)view->n_sums * sizeof *sorted);
  double all = (double)MAX(view->ns, 1);
  if (view->n_sums > 0)
    qsort(sorted, (size_t)view->n_sums, sizeof *sorted, by_time);
  g_string_append_printf(text,
                         "profile: %.3f s, threads: %d\n%-9s %-24s %9s %11s %11s %6s %9s %7s\n",
                         all * 1e-9, recnn_parallel_threads(), "part", "what", "calls", "ms",
                         "us/call", "share", "GFLOP/s", "GB/s");
  for (int32_t i = 0; i < view->n_sums; i++) {
    const RecnnTraceSum *s = &sorted[i];
    double ns = (double)MAX(s->ns, 1);
    g_string_append_printf(text, "%-9s %-24s %9" PRIu64 " %11.3f %11.2f %5.1f%%",
                           part_names[s->part], s->name, s->calls, ns * 1e-6,
                           ns * 1e-3 / (double)s->calls, 100.0 * ns / all);
    if (s->bytes > 0.0)
      g_string_append_printf(text, " %9.2f %7.2f", s->operations / ns, s->bytes / ns);
    g_string_append_c(text, '\n');
  }
  g_free(sorted);
  return g_string_free(text, FALSE);
}
