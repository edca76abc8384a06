/* The arithmetic of blocks; block.h says what they are for. */
#include "eval/block.h"

/* A block with fewer items than this rather takes fewer users: the work of a call on its users is
 * done again in every block of items. */
#define ENOUGH_ITEMS 768

/* Scores of so many bytes are worth a call: enough for several threads to rank, and for users to
 * find their places in full blocks. */
#define CALL_BYTES ((size_t)4 << 20)

double recnn_block_bytes(const RecnnBlockCost *cost, int64_t users, int64_t items) {
  return cost->fixed + cost->per_user * (double)users + cost->per_item * (double)items +
         cost->per_pair * (double)users * (double)items;
}

static double at_least_zero(double x) { return x > 0.0 ? x : 0.0; }

RecnnBlockCost recnn_block_fit(const int64_t users[2], const int64_t items[2],
                               const double bytes[2][2]) {
  RecnnBlockCost cost = {0};
  double du = (double)(users[1] - users[0]);
  double di = (double)(items[1] - items[0]);
  double u = (double)users[0];
  double i = (double)items[0];
  if (du > 0.0 && di > 0.0)
    cost.per_pair =
        at_least_zero((bytes[1][1] - bytes[1][0] - bytes[0][1] + bytes[0][0]) / (du * di));
  if (du > 0.0)
    cost.per_user = at_least_zero((bytes[1][0] - bytes[0][0]) / du - cost.per_pair * i);
  if (di > 0.0)
    cost.per_item = at_least_zero((bytes[0][1] - bytes[0][0]) / di - cost.per_pair * u);
  cost.fixed =
      at_least_zero(bytes[0][0] - cost.per_user * u - cost.per_item * i - cost.per_pair * u * i);
  return cost;
}

double recnn_block_budget(size_t limit, bool whole) {
  const size_t usual = whole ? RECNN_BLOCK_WHOLE_BYTES : RECNN_BLOCK_BYTES;
  return (double)(limit != 0 && limit < usual ? limit : usual);
}

int64_t recnn_block_most_items(const RecnnBlockCost *cost, int64_t users, int64_t n_items,
                               double budget) {
  if (recnn_block_bytes(cost, users, n_items) <= budget)
    return n_items;
  double per_item = cost->per_item + cost->per_pair * (double)users;
  double room = budget - recnn_block_bytes(cost, users, 0);
  int64_t steps = room > 0.0 ? (int64_t)(room / per_item) / RECNN_BLOCK_ITEMS : 0;
  int64_t items = (steps > 0 ? steps : 1) * RECNN_BLOCK_ITEMS;
  return items < n_items ? items : n_items;
}

/* The same number of blocks, of even sizes. */
static int64_t even_items(int64_t n_items, int64_t items) {
  int64_t n_blocks = (n_items + items - 1) / items;
  int64_t even = (n_items + n_blocks - 1) / n_blocks;
  even = (even + RECNN_BLOCK_ITEMS - 1) / RECNN_BLOCK_ITEMS * RECNN_BLOCK_ITEMS;
  return even < items ? even : items;
}

bool recnn_block_plan(const RecnnBlockCost *cost, int64_t n_items, bool whole, size_t limit,
                      RecnnBlockPlan *ret_plan) {
  double budget = recnn_block_budget(limit, whole);
  double score_budget = (double)(limit != 0 ? limit : RECNN_BLOCK_SCORE_BYTES);
  double row_bytes = (double)n_items * (double)sizeof(float);
  int64_t enough = whole || n_items < ENOUGH_ITEMS ? n_items : ENOUGH_ITEMS;
  int64_t users = whole ? RECNN_BLOCK_WHOLE_USERS : RECNN_BLOCK_USERS;
  while (users > 1 && (recnn_block_bytes(cost, users, enough) > budget ||
                       row_bytes * (double)users > score_budget))
    users /= 2;
  int64_t items = whole ? n_items : recnn_block_most_items(cost, users, n_items, budget);
  ret_plan->users = users;
  ret_plan->items = whole ? n_items : even_items(n_items, items);
  int64_t calls = (int64_t)((double)CALL_BYTES / (row_bytes * (double)users + 1.0));
  if (row_bytes * (double)users * (double)calls > score_budget)
    calls = (int64_t)(score_budget / (row_bytes * (double)users + 1.0));
  ret_plan->rows = users * (calls > 1 ? calls : 1);
  return limit == 0 || (recnn_block_bytes(cost, users, ret_plan->items) <= (double)limit &&
                        row_bytes <= score_budget);
}
