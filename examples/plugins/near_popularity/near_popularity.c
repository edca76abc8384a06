/* Negatives that are about as popular as the item they stand against: what the two differ in is
 * then not how often they were chosen.  Items lie in the order of their counts, and one of those at
 * most `width` places from the item is drawn, all with the same probability. */
#include <stdlib.h>

#include <recnn/plugin.h>

enum { WIDTH };

typedef struct Place {
  int64_t count;
  int32_t item;
} Place;

typedef struct State {
  int64_t n_items;
  int64_t width;
  Place *order;      /* n_items, the one that was chosen most often first */
  int32_t *place_of; /* n_items */
} State;

static int compare(const void *a, const void *b) {
  const Place *x = a, *y = b;
  if (x->count != y->count)
    return x->count < y->count ? 1 : -1;
  return (x->item > y->item) - (x->item < y->item); /* the same order everywhere */
}

static void destroy(void *data) {
  State *state = data;
  free(state->order);
  free(state->place_of);
  free(state);
}

static RecnnStatus create(const RecnnKnown *known, const RecnnValue *options, void **ret_state,
                          RecnnError *error) {
  const RecnnInteractions *rows = known->rows;
  State *state = calloc(1, sizeof *state);
  if (state == NULL)
    return recnn_fail(error, RECNN_ERROR_MEMORY, "no memory for the state");
  state->n_items = rows->n_items;
  state->width = options[WIDTH].as.i;
  state->order = calloc((size_t)rows->n_items, sizeof *state->order);
  state->place_of = calloc((size_t)rows->n_items, sizeof *state->place_of);
  if (state->order == NULL || state->place_of == NULL) {
    destroy(state);
    return recnn_fail(error, RECNN_ERROR_MEMORY, "no memory for the order of %lld items",
                      (long long)rows->n_items);
  }
  for (int32_t i = 0; i < rows->n_items; i++)
    state->order[i].item = i;
  for (int64_t r = 0; r < rows->n; r++)
    state->order[rows->item[r]].count++;
  qsort(state->order, (size_t)rows->n_items, sizeof *state->order, compare);
  for (int32_t i = 0; i < rows->n_items; i++)
    state->place_of[state->order[i].item] = i;
  *ret_state = state;
  return RECNN_OK;
}

static int32_t draw(const void *data, const RecnnDraw *call) {
  const State *state = data;
  int64_t first = 0, last = state->n_items - 1;
  if (call->item >= 0) { /* for none in particular, all of them are near */
    int64_t place = state->place_of[call->item];
    first = place > state->width ? place - state->width : 0;
    last = place < last - state->width ? place + state->width : last;
  }
  uint64_t n = (uint64_t)(last - first + 1);
  return state->order[first + (int64_t)(call->words[0] * n >> 32)].item;
}

static const RecnnOption options[] = {
    {"width", RECNN_OPTION_INT, "50", "[1,16777216]",
     "How many places an item may be from the one it stands against"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnSamplerClass near_popularity = {
    .struct_size = sizeof(RecnnSamplerClass),
    .name = "near_popularity",
    .doc = "Items about as popular as the one they stand against.",
    .options = options,
    .create = create,
    .destroy = destroy,
    .draw = draw,
};

static const RecnnFeature features[] = {{RECNN_SAMPLER_KIND, &near_popularity}, {NULL, NULL}};
RECNN_PLUGIN("near_popularity", "1.0.0", "Apache-2.0", "Negatives of about the same popularity",
             features);
