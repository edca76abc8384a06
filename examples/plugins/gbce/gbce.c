/* gBCE: binary cross entropy of the item that came next and of some that are drawn, in which the
 * former's probability is raised to a power below 1.  That undoes the overconfidence which training
 * on few negatives gives a model.
 *
 * Petrov and Macdonald: gSASRec: Reducing Overconfidence in Sequential Recommendation Trained with
 * Negative Sampling, RecSys 2023, equations 9 and 11. */
#include <recnn/plugin.h>

enum { SAMPLES, CALIBRATION };

/* beta = alpha (t (1 - 1 / alpha) + 1 / alpha), with alpha the share of the items that are drawn.
 */
static double power(const RecnnLossInput *input, double t) {
  double alpha = (double)input->n_drawn / (double)(input->n_items - 1);
  return alpha < 1.0 ? alpha * (t * (1.0 - 1.0 / alpha) + 1.0 / alpha) : 1.0;
}

static RecnnVar *value(const RecnnValue *options, RecnnGraph *graph, const RecnnLossInput *input) {
  if (input->n_drawn == 0)
    return recnn_api.graph->fail(graph, RECNN_ERROR_OPTION, "gbce: samples is 0, expected some");
  int64_t first = recnn_tensor(input->item)->shape[0] - input->n_drawn;
  /* -beta log sigmoid (x) is beta softplus (-x); -log (1 - sigmoid (x)) is softplus (x). */
  RecnnVar *positive = recnn_pick(graph, input->score, input->target);
  RecnnVar *drawn = recnn_slice(graph, input->score, first, input->n_drawn);
  RecnnVar *chosen = recnn_mean(graph, recnn_softplus(graph, recnn_scale(graph, positive, -1.0)));
  RecnnVar *others = recnn_mean(graph, recnn_sum_last(graph, recnn_softplus(graph, drawn)));
  return recnn_add(graph, recnn_scale(graph, chosen, power(input, options[CALIBRATION].as.f)),
                   others);
}

static const RecnnOption options[] = {
    {"samples", RECNN_OPTION_INT, "256", "[1,16777216]",
     "Items that are drawn for a batch, the same for all of its rows"},
    {"calibration", RECNN_OPTION_FLOAT, "0.75", "[0,1]",
     "The paper's t: 0 is binary cross entropy, 1 undoes all overconfidence"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnLossClass gbce = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "gbce",
    .doc = "Binary cross entropy against drawn items, without overconfidence.",
    .paper = "Petrov and Macdonald, gSASRec: Reducing Overconfidence in Sequential Recommendation "
             "Trained with Negative Sampling, RecSys 2023",
    .options = options,
    .form = RECNN_LOSS_LISTWISE,
    .value = value,
};

static const RecnnFeature features[] = {{RECNN_LOSS_KIND, &gbce}, {NULL, NULL}};
RECNN_PLUGIN("gbce", "1.0.0", "Apache-2.0", "The loss of gSASRec", features);
