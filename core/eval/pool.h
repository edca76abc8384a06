/* The pool: which items the relevant ones of a user are ranked among.  All but the seen ones, a
 * list that came with the data, or a few that are drawn.  Knows no scores. */
#ifndef RECNN_CORE_EVAL_POOL_H
#define RECNN_CORE_EVAL_POOL_H

#include <glib.h>

#include "data/split.h"

typedef enum {
  RECNN_POOL_ALL,     /* "all", "full": every item that the user has not seen */
  RECNN_POOL_GIVEN,   /* "given": the list that the data has for an interaction */
  RECNN_POOL_UNIFORM, /* "uni100": so many, each as likely as any other */
  RECNN_POOL_POPULAR  /* "pop100": so many, as likely as they are frequent in train */
} RecnnPoolKind;

/* What `text` (NULL: "all") stands for; `*ret_n` is 0 where nothing is drawn. */
bool recnn_pool_parse(const char *text, RecnnPoolKind *ret_kind, int64_t *ret_n, GError **error);

typedef struct RecnnPool RecnnPool;

/* For the questions of a part.  `split` must outlive the pool.  RECNN_POOL_ALL needs no pool. */
RecnnPool *recnn_pool_new(const RecnnSplit *split, int part, RecnnPoolKind kind, int64_t n,
                          uint64_t seed, GError **error);
void recnn_pool_free(RecnnPool *pool); /* takes NULL */

/* The most items that one call of recnn_pool_take writes. */
int64_t recnn_pool_most(const RecnnPool *pool);

/* Writes the items that a user's relevant ones are ranked among, without these, each once, and
 * returns their number.  Drawn: none that the user has in any part; as many as were asked for,
 * where there are so many; a function of seed, part and user.  Given: those of the list of the
 * part's row `row`, without the row's own item.  `marks` has a zero byte for every item, and has so
 * again afterwards.  Any thread. */
int64_t recnn_pool_take(const RecnnPool *pool, int64_t user, int64_t row, uint8_t *marks,
                        int32_t *items);

#endif
