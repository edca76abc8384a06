/* What a check found, row by row. */
#ifndef RECNN_CORE_CHECK_REPORT_H
#define RECNN_CORE_CHECK_REPORT_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnCheckRow {
  char *what;        /* "grad/mlp.0.weight" */
  char *shape;       /* "24 x 48"; empty for what has none */
  double difference; /* the largest, in units of what is allowed: above 1 is a failure; NAN: none */
  double absolute;   /* the largest, as a plain difference */
  char *allowed;     /* "1e-05 + 0.0001 |g|" */
  bool passed;
  char *note; /* where or why it failed, or NULL */
} RecnnCheckRow;

typedef struct RecnnCheckReport {
  char *title; /* "narm (FILE)" */
  GPtrArray *rows;
  int64_t n_passed;
  int64_t n_failed;
} RecnnCheckReport;

RecnnCheckReport *recnn_check_report_new(const char *title);
void recnn_check_report_free(RecnnCheckReport *report); /* takes NULL */

/* Adds a row that failed for a reason of its own, such as something missing. */
void recnn_check_report_fail(RecnnCheckReport *report, const char *what, const char *format, ...)
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

/* A table for people, with the counts in the last line.  Caller frees. */
char *recnn_check_report_text(const RecnnCheckReport *report);

#endif
