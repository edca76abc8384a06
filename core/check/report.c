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
  if (row->skipped)
    report->n_skipped++;
  else if (row->passed)
    report->n_passed++;
  else
    report->n_failed++;
  if (report->listener != NULL)
    report->listener(report->listener_data, row->what, row);
}

void recnn_check_report_begin(RecnnCheckReport *report, const char *what) {
  if (report->listener != NULL)
    report->listener(report->listener_data, what, NULL);
}

/* A row without numbers; consumes `note`. */
static void add_plain(RecnnCheckReport *report, const char *what, bool passed, bool skipped,
                      char *note) {
  RecnnCheckRow *row = g_new0(RecnnCheckRow, 1);
  row->what = g_strdup(what);
  row->shape = g_strdup("");
  row->allowed = g_strdup("");
  row->difference = row->absolute = NAN;
  row->passed = passed;
  row->skipped = skipped;
  row->note = note;
  if (note != NULL && note[0] == '\0')
    g_clear_pointer(&row->note, g_free);
  add(report, row);
}

void recnn_check_report_fail(RecnnCheckReport *report, const char *what, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add_plain(report, what, false, false, g_strdup_vprintf(format, args));
  va_end(args);
}

void recnn_check_report_pass(RecnnCheckReport *report, const char *what, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add_plain(report, what, true, false, g_strdup_vprintf(format, args));
  va_end(args);
}

void recnn_check_report_skip(RecnnCheckReport *report, const char *what, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add_plain(report, what, false, true, g_strdup_vprintf(format, args));
  va_end(args);
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

static const char *verdict(const RecnnCheckRow *row) {
  return row->skipped ? "skipped" : row->passed ? "ok" : "FAILED";
}

char *recnn_check_report_text(const RecnnCheckReport *report) {
  size_t what = 4, shape = 0, number = 0, allowed = 0;
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < report->rows->len; i++) {
    const RecnnCheckRow *row = report->rows->pdata[i];
    what = MAX(what, strlen(row->what));
    shape = MAX(shape, strlen(row->shape));
    number = isnan(row->absolute) ? number : 10;
    allowed = MAX(allowed, strlen(row->allowed));
  }
  g_string_append_printf(text, "%s\n%-*s", report->title, (int)what, "what");
  if (number > 0)
    g_string_append_printf(text, "  %-*s  %10s  %-*s", (int)MAX(shape, 5), "shape", "difference",
                           (int)MAX(allowed, 7), "allowed");
  g_string_append(text, "  verdict\n");
  for (guint i = 0; i < report->rows->len; i++) {
    const RecnnCheckRow *row = report->rows->pdata[i];
    char difference[32] = "-";
    if (!isnan(row->absolute))
      g_snprintf(difference, sizeof difference, "%.2e", row->absolute);
    g_string_append_printf(text, "%-*s", (int)what, row->what);
    if (number > 0)
      g_string_append_printf(text, "  %-*s  %10s  %-*s", (int)MAX(shape, 5), row->shape, difference,
                             (int)MAX(allowed, 7), row->allowed);
    g_string_append_printf(text, "  %s%s%s\n", verdict(row), row->note != NULL ? ": " : "",
                           row->note != NULL ? row->note : "");
  }
  return g_string_free(text, FALSE);
}

JsonObject *recnn_check_report_json(const RecnnCheckReport *report) {
  JsonObject *object = json_object_new();
  JsonArray *rows = json_array_new();
  json_object_set_string_member(object, "title", report->title);
  json_object_set_int_member(object, "passed", report->n_passed);
  json_object_set_int_member(object, "failed", report->n_failed);
  json_object_set_int_member(object, "skipped", report->n_skipped);
  for (guint i = 0; i < report->rows->len; i++) {
    const RecnnCheckRow *row = report->rows->pdata[i];
    JsonObject *o = json_object_new();
    json_object_set_string_member(o, "what", row->what);
    json_object_set_string_member(o, "verdict",
                                  row->skipped  ? "skipped"
                                  : row->passed ? "passed"
                                                : "failed");
    if (row->note != NULL)
      json_object_set_string_member(o, "note", row->note);
    if (!isnan(row->absolute)) {
      json_object_set_string_member(o, "shape", row->shape);
      json_object_set_string_member(o, "allowed", row->allowed);
      if (isfinite(row->absolute)) /* JSON has no infinity */
        json_object_set_double_member(o, "difference", row->absolute);
    }
    json_array_add_object_element(rows, o);
  }
  json_object_set_array_member(object, "rows", rows);
  return object;
}
