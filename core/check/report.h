/* What a check found, row by row. */
#ifndef RECNN_CORE_CHECK_REPORT_H
#define RECNN_CORE_CHECK_REPORT_H

#include <json-glib/json-glib.h>

#include <recnn/abi.h>

typedef struct RecnnCheckRow {
  char *what;        /* "grad/mlp.0.weight" */
  char *shape;       /* "24 x 48"; empty for what has none */
  double difference; /* the largest, in units of what is allowed: above 1 is a failure; NAN: none */
  double absolute;   /* the largest, as a plain difference */
  char *allowed;     /* "1e-05 + 0.0001 |g|" */
  bool passed;
  bool skipped; /* it does not apply; passed is false */
  char *note;   /* where or why it failed, what was seen, why it does not apply; or NULL */
} RecnnCheckRow;

/* Hears of a check as it goes on: `row` is NULL when `what` begins, and the finding afterwards. */
typedef void (*RecnnCheckListener)(void *data, const char *what, const RecnnCheckRow *row);

typedef struct RecnnCheckReport {
  char *title; /* "narm (FILE)" */
  GPtrArray *rows;
  int64_t n_passed;
  int64_t n_failed;
  int64_t n_skipped;
  RecnnCheckListener listener; /* may be NULL */
  void *listener_data;
} RecnnCheckReport;

RecnnCheckReport *recnn_check_report_new(const char *title);
void recnn_check_report_free(RecnnCheckReport *report); /* takes NULL */

/* Tells the listener that `what` is about to be looked at. */
void recnn_check_report_begin(RecnnCheckReport *report, const char *what);

/* Adds a row without numbers: one that failed for a reason of its own, such as something missing;
 * one that passed; one that does not apply. */
void recnn_check_report_fail(RecnnCheckReport *report, const char *what, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void recnn_check_report_pass(RecnnCheckReport *report, const char *what, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void recnn_check_report_skip(RecnnCheckReport *report, const char *what, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* How close numbers must be: |a - b| <= absolute + relative * (|b|, or with `scaled` the largest
 * |b| there is); with `mean` > 0 the mean of |a - b| must not be above that either. */
typedef struct RecnnTolerance {
  double absolute;
  double relative;
  bool scaled;
  double mean;
} RecnnTolerance;

/* Compares `n` numbers with the expected ones and adds the row; NaN is never close. */
void recnn_check_report_compare(RecnnCheckReport *report, const char *what, const char *shape,
                                const double *is, const double *expected, int64_t n,
                                RecnnTolerance tolerance);

/* A table for people; columns that no row uses are left out.  Caller frees. */
char *recnn_check_report_text(const RecnnCheckReport *report);
/* The same for programs: {"title", "passed", "failed", "skipped", "rows": [{"what", "verdict":
 * "passed" | "failed" | "skipped", "note", "shape", "difference", "allowed"}]}. Caller owns. */
JsonObject *recnn_check_report_json(const RecnnCheckReport *report);

#endif
