/* What is minimised: a model's own loss, or one that is put on its predict() or score_items(), by
 * name or as a function.  The loss's form says what it is made of (recnn/kind/loss.h); the fields
 * that batches need follow from the form and from what the model reads. */
#ifndef RECNN_CORE_MODEL_OBJECTIVE_H
#define RECNN_CORE_MODEL_OBJECTIVE_H

#include <glib.h>

#include <recnn/kind/loss.h>

#include "model/model.h"

/* A loss that has no name. */
typedef struct RecnnLossFunction {
  uint32_t form;   /* RECNN_LOSS_*; 0: as the model's own fields have it */
  int64_t samples; /* of a listwise one: items to be drawn; 0: all are scored */
  /* The scalar; NULL when the graph has failed. */
  RecnnVar *(*value)(void *data, RecnnGraph *graph, const RecnnLossInput *input);
  void *data;
} RecnnLossFunction;

/* `text` is "auto" for the model's own loss, or a loss with its options, such as "hinge margin=2";
 * `function` takes its place where it is not NULL, and both are copied.  `seed` is that of the
 * items that are drawn.  A loss that the model cannot have is refused with the reason, and with
 * those that it can. */
RecnnObjective *recnn_objective_new(RecnnModel *model, const char *text,
                                    const RecnnLossFunction *function, uint64_t seed,
                                    GError **error);
void recnn_objective_free(RecnnObjective *objective); /* takes NULL */

/* The fields of its batches, NULL at the end. */
const char *const *recnn_objective_fields(const RecnnObjective *objective);
/* Whether predictions are taught ratings, which is then what validation looks at. */
bool recnn_objective_is_pointwise(const RecnnObjective *objective);
/* RECNN_LOSS_*; 0 for a loss() of the model's own. */
uint32_t recnn_objective_form(const RecnnObjective *objective);

#endif
