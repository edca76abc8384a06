/* The core of a data set: the largest part of it in which each user and each item has at least so
 * many interactions.  It is found by peeling (Batagelj and Zaversnik 2003): who falls below the
 * number is taken out at once, with his rows, so each row is looked at twice at most. */
#include "base/memory.h"
#include "data/filter-private.h"
#include "data/group-private.h"

typedef struct Side {
  const int32_t *key; /* of each row: its user, or its item */
  int32_t n;
  int64_t least;
  int64_t *first, *rows; /* rows by key */
  int64_t *left;         /* rows that each key still has */
} Side;

/* Keys that are to be taken out: a user u as u, an item i as -1 - i. */
typedef struct Stack {
  int64_t *entries;
  int64_t n;
} Stack;

static bool side_fill(Side *side, const RecnnDataset *d, const uint8_t *keep, GError **error) {
  size_t n = (size_t)side->n;
  side->first = recnn_memory_new(n + 1, sizeof *side->first, "a filter's groups", error);
  side->rows = side->first
                   ? recnn_memory_new((size_t)d->n, sizeof *side->rows, "a filter's rows", error)
                   : NULL;
  side->left =
      side->rows ? recnn_memory_new0(n, sizeof *side->left, "a filter's counts", error) : NULL;
  if (!side->left)
    return false;
  recnn__group_rows(side->key, NULL, d->n, side->n, side->first, side->rows);
  for (int64_t r = 0; r < d->n; r++)
    side->left[side->key[r]] += keep[r];
  return true;
}

static void side_clear(Side *side) {
  recnn_memory_free(side->first);
  recnn_memory_free(side->rows);
  recnn_memory_free(side->left);
}

static void peel(Side sides[2], uint8_t *keep, Stack *stack) {
  for (int s = 0; s < 2; s++)
    for (int32_t k = 0; k < sides[s].n; k++)
      if (sides[s].left[k] > 0 && sides[s].left[k] < sides[s].least)
        stack->entries[stack->n++] = s == 0 ? k : -1 - (int64_t)k;
  while (stack->n > 0) {
    int64_t entry = stack->entries[--stack->n];
    int s = entry < 0;
    const Side *own = &sides[s];
    Side *other = &sides[1 - s];
    int64_t k = s ? -1 - entry : entry;
    for (int64_t i = own->first[k]; i < own->first[k + 1]; i++) {
      int64_t r = own->rows[i];
      if (!keep[r])
        continue;
      keep[r] = 0;
      /* Only the step below the number puts a key on the stack, so each comes there once. */
      int32_t met = other->key[r];
      if (other->left[met]-- == other->least)
        stack->entries[stack->n++] = s == 0 ? -1 - (int64_t)met : met;
    }
  }
}

bool recnn__filter_core(const RecnnDataset *d, int64_t min_user, int64_t min_item, uint8_t *keep,
                        GError **error) {
  if (min_user <= 1 && min_item <= 1)
    return true;
  Side sides[2] = {{.key = d->user, .n = recnn_dataset_n_users(d), .least = min_user},
                   {.key = d->item, .n = recnn_dataset_n_items(d), .least = min_item}};
  Stack stack = {recnn_memory_new((size_t)sides[0].n + (size_t)sides[1].n, sizeof *stack.entries,
                                  "a filter's list", error),
                 0};
  bool ok =
      stack.entries && side_fill(&sides[0], d, keep, error) && side_fill(&sides[1], d, keep, error);
  if (ok)
    peel(sides, keep, &stack);
  side_clear(&sides[0]);
  side_clear(&sides[1]);
  recnn_memory_free(stack.entries);
  return ok;
}
