/* Two results side by side, user by user. */
#ifndef RECNN_CORE_EVAL_RESULT_COMPARE_H
#define RECNN_CORE_EVAL_RESULT_COMPARE_H

#include "eval/result.h"
#include "eval/significance.h"

/* Every question's number of a metric, in their order, and how many there are.  Free with
 * recnn_memory_free.  Fails when they were not kept, or the metric is none of users. */
double *recnn_result_numbers(const RecnnResult *result, const char *metric, int64_t *ret_n,
                             GError **error);

/* The differences result - other of the same.  Fails unless both were asked the same questions. */
double *recnn_result_differences(const RecnnResult *result, const RecnnResult *other,
                                 const char *metric, int64_t *ret_n, GError **error);

#endif
