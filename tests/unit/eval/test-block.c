/* The cutting of users and items into blocks: costs are found again, bounds are kept, and the plan
 * does not change while the bound is not the tighter one. */
#include <glib.h>

#include "eval/block.h"

static void test_fit(void) {
  const RecnnBlockCost cost = {1000.0, 64.0, 8.0, 772.0};
  const int64_t users[2] = {1, 2};
  const int64_t items[2] = {48, 96};
  double bytes[2][2];
  for (int u = 0; u < 2; u++)
    for (int i = 0; i < 2; i++)
      bytes[u][i] = recnn_block_bytes(&cost, users[u], items[i]);
  RecnnBlockCost found = recnn_block_fit(users, items, bytes);
  g_assert_cmpfloat_with_epsilon(found.fixed, cost.fixed, 1e-6);
  g_assert_cmpfloat_with_epsilon(found.per_user, cost.per_user, 1e-6);
  g_assert_cmpfloat_with_epsilon(found.per_item, cost.per_item, 1e-6);
  g_assert_cmpfloat_with_epsilon(found.per_pair, cost.per_pair, 1e-6);
}

/* With one number of items only, all is put on the users. */
static void test_fit_without_a_second_point(void) {
  const int64_t users[2] = {1, 2};
  const int64_t items[2] = {48, 48};
  const double bytes[2][2] = {{1100.0, 1100.0}, {2100.0, 2100.0}};
  RecnnBlockCost found = recnn_block_fit(users, items, bytes);
  g_assert_cmpfloat(found.per_user, ==, 1000.0);
  g_assert_cmpfloat(found.per_item, ==, 0.0);
  g_assert_cmpfloat(found.fixed, ==, 100.0);
}

static const RecnnBlockCost products = {4096.0, 512.0, 0.0, 4.0}; /* scores by one product */
static const RecnnBlockCost towers = {4096.0, 512.0, 0.0, 772.0}; /* a tower for every pair */

static void test_shapes(void) {
  RecnnBlockPlan plan;
  /* cheap pairs: many users, all items at once */
  g_assert_true(recnn_block_plan(&products, 1682, false, 0, &plan));
  g_assert_cmpint(plan.users, ==, 64);
  g_assert_cmpint(plan.items, ==, 1682);
  /* dear ones: few users, and items in two even blocks instead of a full one and a rest */
  g_assert_true(recnn_block_plan(&towers, 1682, false, 0, &plan));
  g_assert_cmpint(plan.users, ==, 8);
  g_assert_cmpint(plan.items, ==, 896);
  /* a call has enough users for several threads, whatever a block has */
  g_assert_cmpint(plan.rows, >=, 64);
  g_assert_cmpint(plan.rows % plan.users, ==, 0);
  /* all items or none */
  g_assert_true(recnn_block_plan(&towers, 5000, true, 0, &plan));
  g_assert_cmpint(plan.items, ==, 5000);
  g_assert_cmpint(plan.users, ==, 8);
  g_assert_true(recnn_block_plan(&towers, 1, true, 0, &plan));
  g_assert_cmpint(plan.items, ==, 1);
}

static void test_bounds(void) {
  static const int64_t catalogues[] = {1, 64, 100, 1682, 65536, 1000000, 10000000};
  for (size_t c = 0; c < G_N_ELEMENTS(catalogues); c++) {
    for (int which = 0; which < 2; which++) {
      const RecnnBlockCost *cost = which == 0 ? &products : &towers;
      for (size_t limit = 1 << 16; limit <= (size_t)1 << 30; limit *= 2) {
        RecnnBlockPlan plan;
        bool fits = recnn_block_plan(cost, catalogues[c], false, limit, &plan);
        g_assert_cmpint(plan.users, >=, 1);
        g_assert_cmpint(plan.items, >=, 1);
        g_assert_cmpint(plan.items, <=, catalogues[c]);
        g_assert_true(plan.items % RECNN_BLOCK_ITEMS == 0 || plan.items == catalogues[c]);
        g_assert_true(RECNN_BLOCK_USERS % plan.users == 0);
        double bytes = recnn_block_bytes(cost, plan.users, plan.items);
        double rows = 4.0 * (double)plan.rows * (double)catalogues[c];
        if (fits) {
          g_assert_cmpfloat(bytes, <=, (double)limit);
          g_assert_cmpfloat(rows, <=, (double)limit);
        } else { /* it was really the smallest */
          g_assert_cmpint(plan.users, ==, 1);
          g_assert_true(bytes > (double)limit || rows > (double)limit);
        }
      }
    }
  }
}

/* Scores must not depend on the bound, so the blocks must not, where that can be. */
static void test_the_bound_has_no_influence(void) {
  RecnnBlockPlan usual;
  g_assert_true(recnn_block_plan(&towers, 1682, false, 0, &usual));
  for (size_t limit = RECNN_BLOCK_BYTES; limit <= (size_t)1 << 33; limit *= 2) {
    RecnnBlockPlan plan;
    g_assert_true(recnn_block_plan(&towers, 1682, false, limit, &plan));
    g_assert_cmpint(plan.users, ==, usual.users);
    g_assert_cmpint(plan.items, ==, usual.items);
  }
}

/* Models that score all items at once get many users to a block, since items are packed for each.
 */
static void test_whole(void) {
  static const RecnnBlockCost logits = {.per_user = 1024.0, .per_pair = 4.0};
  RecnnBlockPlan usual, tight;
  g_assert_true(recnn_block_plan(&logits, 29197, true, 0, &usual));
  g_assert_cmpint(usual.users, ==, RECNN_BLOCK_WHOLE_USERS);
  g_assert_cmpint(usual.items, ==, 29197);
  g_assert_true(recnn_block_plan(&logits, 29197, true, RECNN_BLOCK_WHOLE_BYTES, &tight));
  g_assert_cmpint(tight.users, ==, usual.users);
  g_assert_true(recnn_block_plan(&logits, 29197, true, 1 << 20, &tight));
  g_assert_cmpint(tight.users, ==, 8);
}

/* Without a bound even a block that must be large is made. */
static void test_no_bound(void) {
  RecnnBlockPlan plan;
  g_assert_true(recnn_block_plan(&towers, 10000000, true, 0, &plan));
  g_assert_cmpint(plan.users, ==, 1);
  g_assert_false(recnn_block_plan(&towers, 10000000, true, 1 << 20, &plan));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/block/fit", test_fit);
  g_test_add_func("/block/fit-without-a-second-point", test_fit_without_a_second_point);
  g_test_add_func("/block/shapes", test_shapes);
  g_test_add_func("/block/whole", test_whole);
  g_test_add_func("/block/bounds", test_bounds);
  g_test_add_func("/block/the-bound-has-no-influence", test_the_bound_has_no_influence);
  g_test_add_func("/block/no-bound", test_no_bound);
  return g_test_run();
}
