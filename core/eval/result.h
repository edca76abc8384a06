/* What an evaluation found out: named values, and how they came about.  Plain data: nothing here
 * knows a model. */
#ifndef RECNN_CORE_EVAL_RESULT_H
#define RECNN_CORE_EVAL_RESULT_H

#include <glib.h>

#include "data/dataset.h"
#include "eval/metric.h"

typedef struct RecnnResultValue {
  char *name; /* "NDCG@10" */
  const RecnnMetric *metric;
  int64_t k; /* 0 for metrics without a cut-off */
  double value;
} RecnnResultValue;

/* What is kept of every question: a user, or a row that has candidates. */
typedef struct RecnnDetails {
  RecnnDataset *dataset; /* owned reference: the tokens */
  int64_t n;
  int64_t *users;
  int64_t *rows;    /* in the data set; NULL: the questions are of users */
  int32_t n_values; /* the first so many values of the result are means over the questions */
  double *values;   /* n x n_values; NULL: not kept */
  int64_t *first;   /* n + 1; question q's ranks are first[q] .. first[q+1]-1 of ... */
  double *ranks;    /* ... these; NULL: not kept */
  int32_t *items;   /* whose they are */
  int64_t n_listed; /* items of a list; 0: not kept */
  int32_t *lists;   /* n x n_listed, -1 behind the end of a shorter one */
} RecnnDetails;

/* The means over some of the questions or of the relevant items (slices.h). */
typedef struct RecnnSliceResult {
  const char *by;   /* "item_deciles" */
  const char *name; /* "1" */
  int64_t n_users;  /* that the means are over */
  double *values;   /* one for each of the result's first n_values; NAN: not of this slice */
} RecnnSliceResult;

typedef struct RecnnResult {
  char *model;
  char *part;       /* "test" */
  char *profile;    /* whose definitions; NULL: ours */
  char *candidates; /* "all", "given", "uni100" */
  const char *ties; /* "pessimistic" */
  char *leaks;      /* what the audit of the split objects to; NULL: nothing, or it is off */
  int32_t n_values;
  RecnnResultValue *values;
  int64_t n_users; /* ranked: those with a relevant item; rows with given candidates; 0 without */
  int64_t n_items; /* that were ranked for each, less those he has seen */
  int64_t tied_users; /* whose ranks another tie policy could change */
  int64_t n_rows;     /* compared with ratings or labels; 0 without value metrics */
  double seconds;
  size_t peak_bytes;     /* the most that the temporaries of one block took */
  RecnnDetails *details; /* NULL: nothing was kept */
  int32_t n_slices;
  int32_t n_sliced_values; /* the first so many values have one in each slice */
  RecnnSliceResult *slices;
} RecnnResult;

void recnn_result_free(RecnnResult *result);    /* takes NULL */
void recnn_details_free(RecnnDetails *details); /* takes NULL */

/* By name in any case, aliases too ("hr@10"); a cut-off may be left out where there is only one.
 * NAN with an error when it was not computed. */
double recnn_result_get(const RecnnResult *result, const char *name, GError **error);
/* Its place among the values; -1 with an error. */
int32_t recnn_result_find(const RecnnResult *result, const char *name, GError **error);

/* A table for people: a row per metric, a column per cut-off.  Caller frees. */
char *recnn_result_text(const RecnnResult *result);

#endif
