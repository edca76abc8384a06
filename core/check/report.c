/* A check's findings: rows of comparisons, and the table that people see. */
#include "check/report.h"

#include <math.h>
#include <string.h>

static void free_row(void *data) {
  RecnnCheckRow *row = data;
  g_free(row->what);
  g_free(row->shape);
  g_free(row->allowed);
  g_free(row->note);
  g_free(row);
}

RecnnCheckReport *recnn_check_report_new(const char *title) {
  RecnnCheckReport *report = g_new0(RecnnCheckReport, 1);
  report->title = g_strdup(title);
  report->rows = g_ptr_array_new_with_free_func(free_row);
  return report;
}

void recnn_check_report_free(RecnnCheckReport *report) {
  if (report == NULL)
    return;
  g_ptr_array_unref(report->rows);
  g_free(report->title);
  g_free(report);
}

static void add(RecnnCheckReport *report, RecnnCheckRow *row) {
  g_ptr_array_add(report->rows, row);
  if (row->passed)
    report->n_passed++;
  else
    report->n_failed++;
}

void recnn_check_report_fail(RecnnCheckReport *report, const char *what, const char *format, ...) {
  RecnnCheckRow *row = g_new0(RecnnCheckRow, 1);
  va_list args;
  va_start(args, format);
  row->note = g_strdup_vprintf(format, args);
  va_end(args);
  row->what = g_strdup(what);
  row->shape = g_strdup("");
  row->allowed = g_strdup("");
  row->difference = row->absolute = NAN;
  add(report, row);
}

static char *describe(RecnnTolerance t) {
  GString *text = g_string_new(NULL);
  if (t.absolute > 0.0)
    g_string_append_printf(text, "%g", t.absolute);
  if (t.relative > 0.0)
    g_string_append_printf(text, "%s%g %s", text->len > 0 ? " + " : "", t.relative,
                           t.scaled ? "max|x|" : "|x|");
  if (t.mean > 0.0)
    g_string_append_printf(text, ", mean %g", t.mean);
  if (text->len == 0)
    g_string_append(text, "equal");
  return g_string_free(text, FALSE);
}

void recnn_check_report_compare(RecnnCheckReport *report, const char *what, const char *shape,
                                const double *is, const double *expected, int64_t n,
                                RecnnTolerance t) {
  RecnnCheckRow *row = g_new0(RecnnCheckRow, 1);
  double largest = 0.0, sum = 0.0;
  int64_t worst = -1;
  for (int64_t i = 0; i < n; i++)
    largest = MAX(largest, fabs(expected[i]));
  for (int64_t i = 0; i < n; i++) {
    double off = fabs(is[i] - expected[i]);
    double room = t.absolute + t.relative * (t.scaled ? largest : fabs(expected[i]));
    double units = off <= 0.0 ? 0.0 : room > 0.0 ? off / room : INFINITY;
    if (isnan(off))
      off = units = INFINITY;
    sum += off;
    row->absolute = MAX(row->absolute, off);
    if (units > row->difference || worst < 0) {
      row->difference = MAX(row->difference, units);
      worst = i;
    }
  }
  double mean = n > 0 ? sum / (double)n : 0.0;
  row->what = g_strdup(what);
  row->shape = g_strdup(shape);
  row->allowed = describe(t);
  row->passed = row->difference <= 1.0 && (t.mean <= 0.0 || mean <= t.mean);
  if (!row->passed && row->difference > 1.0)
    row->note = g_strdup_printf("element %" G_GINT64_FORMAT " is %.9g, expected %.9g",
                                (gint64)worst, is[worst], expected[worst]);
  else if (!row->passed)
    row->note = g_strdup_printf("the mean difference is %.3g", mean);
  add(report, row);
}

char *recnn_check_report_text(const RecnnCheckReport *report) {
  size_t what = 4, shape = 5, allowed = 7;
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < report->rows->len; i++) {
    const RecnnCheckRow *row = report->rows->pdata[i];
    what = MAX(what, strlen(row->what));
    shape = MAX(shape, strlen(row->shape));
    allowed = MAX(allowed, strlen(row->allowed));
  }
  g_string_append_printf(text, "%s\n%-*s  %-*s  %10s  %-*s  verdict\n", report->title, (int)what,
                         "what", (int)shape, "shape", "difference", (int)allowed, "allowed");
  for (guint i = 0; i < report->rows->len; i++) {
    const RecnnCheckRow *row = report->rows->pdata[i];
    char number[32] = "-";
    if (!isnan(row->absolute))
      g_snprintf(number, sizeof number, "%.2e", row->absolute);
    g_string_append_printf(text, "%-*s  %-*s  %10s  %-*s  %s%s%s\n", (int)what, row->what,
                           (int)shape, row->shape, number, (int)allowed, row->allowed,
                           row->passed ? "ok" : "FAILED", row->note != NULL ? ": " : "",
                           row->note != NULL ? row->note : "");
  }
  return g_string_free(text, FALSE);
}
