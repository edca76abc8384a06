/* What an evaluation found out: named values, and how they came about.  Plain data: nothing here
 * knows a model. */
#ifndef RECNN_CORE_EVAL_RESULT_H
#define RECNN_CORE_EVAL_RESULT_H

#include <glib.h>

#include "eval/metric.h"

typedef struct RecnnResultValue {
  char *name; /* "NDCG@10" */
  const RecnnMetric *metric;
  int64_t k; /* 0 for value metrics */
  double value;
} RecnnResultValue;

typedef struct RecnnResult {
  char *model;
  char *part; /* "test" */
  int32_t n_values;
  RecnnResultValue *values;
  int64_t n_users;    /* ranked: those with an interaction in the part; 0 without rank metrics */
  int64_t n_items;    /* that were ranked for each, less those he has seen */
  int64_t tied_users; /* whose ranks another tie policy could change */
  int64_t n_rows;     /* compared with ratings; 0 without value metrics */
  double seconds;
  size_t peak_bytes; /* the most that the temporaries of one block took */
} RecnnResult;

void recnn_result_free(RecnnResult *result); /* takes NULL */

/* By name in any case, aliases too ("hr@10"); a rank metric's cut-off may be left out where there
 * is only one.  NAN with an error when it was not computed. */
double recnn_result_get(const RecnnResult *result, const char *name, GError **error);

/* A table for people: a row per metric, a column per cut-off.  Caller frees. */
char *recnn_result_text(const RecnnResult *result);

#endif
