/* Items by how often they were chosen: count ^ alpha. */
#include <math.h>

#include "base/alias.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/sampler.h"

enum { ALPHA }; /* the options, by their place in the table */

static RecnnStatus create(const RecnnKnown *known, const RecnnValue *options, void **ret_state,
                          RecnnError *error) {
  const RecnnInteractions *rows = known->rows;
  const char *what = "the popularity of items";
  GError *problem = NULL;
  double *weights = recnn_memory_new0((size_t)rows->n_items, sizeof *weights, what, &problem);
  if (!weights)
    return recnn_error_take(error, problem);
  for (int64_t r = 0; r < rows->n; r++)
    weights[rows->item[r]] += 1.0;
  for (int64_t i = 0; i < rows->n_items; i++)
    weights[i] = pow(weights[i], options[ALPHA].as.f);
  *ret_state = recnn_alias_new(weights, rows->n_items, what, &problem);
  recnn_memory_free(weights);
  return recnn_error_take(error, problem);
}

static void destroy(void *state) { recnn_alias_free(state); }

static int32_t draw(const void *state, const RecnnDraw *call) {
  return (int32_t)recnn_alias_draw(state, call->words);
}

static const RecnnOption options[] = {
    {"alpha", RECNN_OPTION_FLOAT, "1", "[0,16]",
     "Power of the count; 0: every item is as likely as any other."},
    {NULL, 0, NULL, NULL, NULL},
};

RECNN_SAMPLER(popularity) = {
    .struct_size = sizeof(RecnnSamplerClass),
    .name = "popularity",
    .doc = "An item that the user has not touched is as likely as the power alpha of how often it "
           "was chosen.",
    .options = options,
    .create = create,
    .destroy = destroy,
    .draw = draw,
};
