/* The kind "recnn.loss/1": what is minimised, by name.  The class is a constant; its value is built
 * out of ops through the service graph, from what the host has asked the model for: which calls of
 * the model those are, and which fields batches have, follows from the loss's form.
 *
 *   POINTWISE  predict() of each interaction against its rating or label
 *   PAIRWISE   predict() of an item that was chosen and of one that was not
 *   LISTWISE   score_items() of whoever is asked about, against the one item that was chosen: all
 *              items, or those of the batch and some that are drawn for all of its rows
 *   ROWS       score_items() of whoever is asked about, against all items that they have
 *
 * Losses share one name space; a loss whose plugin is not loaded is looked for in the plugin of its
 * name. */
#ifndef RECNN_KIND_LOSS_H
#define RECNN_KIND_LOSS_H

#include <recnn/kind/option.h>
#include <recnn/service/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_LOSS_POINTWISE 1
#define RECNN_LOSS_PAIRWISE 2
#define RECNN_LOSS_LISTWISE 3
#define RECNN_LOSS_ROWS 4

/* What a loss is made of; what its form does not have is NULL or 0.  Valid during the call. */
typedef struct RecnnLossInput {
  size_t struct_size;
  const RecnnBatch *batch;
  /* POINTWISE, PAIRWISE: float32 (B), in the latter of the chosen item.  LISTWISE: float32 (B, C),
   * of C candidates.  ROWS: float32 (B, items). */
  RecnnVar *score;
  RecnnVar *negative; /* PAIRWISE: float32 (B) */
  RecnnVar *target;   /* POINTWISE: float32 (B); LISTWISE: int64 (B), the column that was chosen */
  /* LISTWISE: int64 (C), the candidates' items, of which one may be there twice: a column whose
   * item is that of a row's target is none that was not chosen.  NULL: column i is item i. */
  RecnnVar *item;
  RecnnVar *row_start; /* ROWS: as in the batch */
  RecnnVar *row_item;
  RecnnVar *row_value;
  int64_t n_items; /* of the model */
  /* LISTWISE: of the candidates the last so many were drawn, uniformly and with replacement; those
   * before them are the targets of the batch's rows.  0: the candidates are all items. */
  int64_t n_drawn;
} RecnnLossInput;

/* Flags. */
#define RECNN_LOSS_LABELS 1u /* POINTWISE: the target is 0 or 1, the field "label" */

#define RECNN_LOSS_KIND "recnn.loss/1"
typedef struct RecnnLossClass {
  size_t struct_size;
  const char *name;  /* [a-z][a-z0-9_]* */
  const char *doc;   /* one sentence */
  const char *paper; /* where it comes from; NULL: nowhere in particular */
  /* Ends with a NULL name; NULL: none.  "samples", an INT of a LISTWISE loss, is read by the host:
   * so many items are drawn for a batch; 0: the candidates are all items. */
  const RecnnOption *options;
  uint32_t form; /* RECNN_LOSS_POINTWISE, ... */
  uint32_t flags;
  /* The scalar to be minimised: a mean over the batch's rows.  `options` are in the order of the
   * table.  NULL is returned for a failure that the graph knows of.  Any thread; calls for
   * different graphs may overlap. */
  RecnnVar *(*value)(const RecnnValue *options, RecnnGraph *graph, const RecnnLossInput *input);
} RecnnLossClass;

#ifdef __cplusplus
}
#endif

#endif
