/* How many users and items go through a model at a time.  Knows costs and counts, no model.
 *
 * A plan depends on the model's cost, the number of items and the limit, never on which users are
 * asked for, and not on the limit either while that is not the tighter bound.  Every call of the
 * model has one of the plan's own shapes: the last block of users is filled up.  Blocks are small
 * enough for their temporaries to stay in the processor's caches, which is also where they are
 * fastest. */
#ifndef RECNN_CORE_EVAL_BLOCK_H
#define RECNN_CORE_EVAL_BLOCK_H

#include <recnn/abi.h>

#define RECNN_BLOCK_BYTES ((size_t)8 << 20)        /* what a block's temporaries should take */
#define RECNN_BLOCK_SCORE_BYTES ((size_t)32 << 20) /* what a block's rows of scores should take */
#define RECNN_BLOCK_ITEMS                                                                          \
  64                         /* items come in multiples of this, where not all of them do at once  \
                              */
#define RECNN_BLOCK_USERS 64 /* a block has at most so many */
/* The same for models that score all items or none, whose blocks are one matrix product with all
 * items: these are packed for every block anew, so there should be many users to a block. */
#define RECNN_BLOCK_WHOLE_BYTES ((size_t)32 << 20)
#define RECNN_BLOCK_WHOLE_USERS 256

/* The bytes of the temporaries of `users` x `items` scores. */
typedef struct RecnnBlockCost {
  double fixed;
  double per_user;
  double per_item;
  double per_pair;
} RecnnBlockCost;

typedef struct RecnnBlockPlan {
  int64_t users; /* a power of two */
  int64_t items; /* of a block; the last one may have fewer */
  int64_t rows;  /* users worth scoring in one call: a multiple of `users` */
} RecnnBlockPlan;

double recnn_block_bytes(const RecnnBlockCost *cost, int64_t users, int64_t items);

/* The cost from the bytes measured at two numbers of users and two of items, b[user][item]. */
RecnnBlockCost recnn_block_fit(const int64_t users[2], const int64_t items[2],
                               const double bytes[2][2]);

/* What the temporaries of a block should take under `limit` bytes, 0 being no limit. */
double recnn_block_budget(size_t limit, bool whole);
/* The most items, in whole steps of RECNN_BLOCK_ITEMS, that fit into `budget` bytes with `users`;
 * one step at the least, `n_items` at the most. */
int64_t recnn_block_most_items(const RecnnBlockCost *cost, int64_t users, int64_t n_items,
                               double budget);

/* The plan for `n_items` that stays within `limit` bytes (0: the sizes above), both for a block's
 * temporaries and for `rows` users' scores of all items.  `whole`: all items at once or not at all.
 * False when the smallest block is beyond a `limit` that is not 0; `*ret_plan` is that block then.
 */
bool recnn_block_plan(const RecnnBlockCost *cost, int64_t n_items, bool whole, size_t limit,
                      RecnnBlockPlan *ret_plan);

#endif
