/* Which users and items belong to which slice, by counts in the train part. */
#include "eval/slices.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { WARM, COLD, N_TEMPERATURES };
#define N_DECILES 10

static const char *const names[] = {"users", "user_deciles", "items", "item_deciles", NULL};

const char *recnn_slice_kind_name(RecnnSliceKind kind) { return names[kind]; }

bool recnn_slice_kind_find(const char *name, RecnnSliceKind *ret_kind, GError **error) {
  for (int kind = 0; kind < RECNN_N_SLICINGS; kind++) {
    if (strcmp(names[kind], name) == 0) {
      *ret_kind = (RecnnSliceKind)kind;
      return true;
    }
  }
  char *hint = recnn_suggest(name, names);
  recnn_error_set(error, RECNN_ERROR_OPTION,
                  "slices: \"%s\" is not known; there are users, user_deciles, items and "
                  "item_deciles%s",
                  name, hint);
  g_free(hint);
  return false;
}

const char *recnn_slice_name(const RecnnSlicing *slicing, int32_t slice) {
  static const char *const deciles[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
  if (slicing->n == N_DECILES)
    return deciles[slice];
  return slice == WARM ? "warm" : "cold";
}

void recnn_slices_free(RecnnSlices *slices) {
  if (slices == NULL)
    return;
  for (int32_t s = 0; s < slices->n_slicings; s++)
    recnn_memory_free(slices->slicings[s].of);
  g_free(slices);
}

/* One that counts: its number, and its rows in train. */
typedef struct Counted {
  int64_t count;
  int64_t index;
} Counted;

static int most_first(const void *a, const void *b) {
  const Counted *x = a;
  const Counted *y = b;
  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* Cuts `n` of them, sorted here, into tenths. */
static void cut(Counted *counted, int64_t n, uint8_t *of) {
  qsort(counted, (size_t)n, sizeof *counted, most_first);
  for (int64_t i = 0; i < n; i++)
    of[counted[i].index] = (uint8_t)(i * N_DECILES / n);
}

/* Users asked, each once, in their order. */
static int64_t take_asked(Counted *counted, const RecnnQuestions *questions, int64_t n_users) {
  bool *asked = g_new0(bool, n_users);
  for (int64_t q = 0; q < questions->n; q++)
    asked[questions->users[q]] = true;
  int64_t n = 0;
  for (int64_t u = 0; u < n_users; u++)
    if (asked[u])
      counted[n++] = counted[u];
  g_free(asked);
  return n;
}

static bool add(RecnnSlices *slices, RecnnSliceKind kind, const RecnnSplit *split,
                const RecnnQuestions *questions, GError **error) {
  const RecnnInteractions *train = &split->part[RECNN_TRAIN].rows;
  bool deciles = kind == RECNN_SLICE_USER_DECILES || kind == RECNN_SLICE_ITEM_DECILES;
  RecnnSlicing *slicing = &slices->slicings[slices->n_slicings++];
  *slicing = (RecnnSlicing){.kind = kind, .n = deciles ? N_DECILES : N_TEMPERATURES};
  slicing->of_items = kind == RECNN_SLICE_ITEMS || kind == RECNN_SLICE_ITEM_DECILES;
  int64_t n = slicing->of_items ? recnn_dataset_n_items(split->dataset)
                                : recnn_dataset_n_users(split->dataset);
  const int32_t *ids = slicing->of_items ? train->item : train->user;
  Counted *counted = recnn_memory_new0((size_t)n, sizeof *counted, "counts for slices", error);
  slicing->of = counted != NULL ? recnn_memory_new0((size_t)n, 1, "slices", error) : NULL;
  if (slicing->of == NULL) {
    recnn_memory_free(counted);
    return false;
  }
  for (int64_t i = 0; i < n; i++)
    counted[i].index = i;
  for (int64_t r = 0; r < train->n; r++)
    counted[ids[r]].count++;
  for (int64_t i = 0; !deciles && i < n; i++)
    slicing->of[i] = counted[i].count > 0 ? WARM : COLD;
  if (deciles)
    cut(counted, slicing->of_items ? n : take_asked(counted, questions, n), slicing->of);
  recnn_memory_free(counted);
  slices->n += slicing->n;
  return true;
}

RecnnSlices *recnn_slices_new(const RecnnSplit *split, const RecnnQuestions *questions,
                              const bool wanted[RECNN_N_SLICINGS], GError **error) {
  RecnnSlices *slices = g_new0(RecnnSlices, 1);
  for (int kind = 0; kind < RECNN_N_SLICINGS; kind++) {
    if (wanted[kind] && !add(slices, (RecnnSliceKind)kind, split, questions, error)) {
      recnn_slices_free(slices);
      return NULL;
    }
  }
  return slices;
}
