/* Results as files: tab-separated, a line of names first, all or nothing. */
#ifndef RECNN_CORE_EVAL_RESULT_WRITE_H
#define RECNN_CORE_EVAL_RESULT_WRITE_H

#include "eval/result.h"

typedef enum {
  RECNN_RESULT_VALUES,   /* metric value */
  RECNN_RESULT_PER_USER, /* user_id, and a column for each metric that is a mean over users */
  RECNN_RESULT_RANKS,    /* user_id item_id rank: of every relevant item */
  RECNN_RESULT_LISTS     /* user_id rank item_id: the first items of every user */
} RecnnResultTable;

/* With given candidates there is a column `row` behind user_id: the interaction, from 1 in the
 * order of the data.  Numbers read back as the same ones.  Fails when the table was not kept, or a
 * token has a tab or a line's end in it. */
bool recnn_result_write(const RecnnResult *result, RecnnResultTable table, const char *path,
                        GError **error);

#endif
