/* The kind "recnn.model/1": an architecture.  The class is a constant; an instance is a block of
 * `instance_size` zeroed bytes, aligned for any type, that the host allocates, in which the model
 * keeps what it needs (the RecnnParam pointers, as a rule).
 *
 * Calls on one instance never overlap, but need not come from the same thread; those on different
 * instances may overlap.  loss, predict, encode_items and score_items read the instance only: what
 * they compute lives in the graph. */
#ifndef RECNN_KIND_MODEL_H
#define RECNN_KIND_MODEL_H

#include <recnn/kind/migration.h>
#include <recnn/service/config.h>
#include <recnn/service/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The training interactions, for models that are computed rather than trained.  Owned by the host,
 * valid during the call; in the order of the data. */
typedef struct RecnnInteractions {
  size_t struct_size;
  int64_t n;
  int64_t n_users;
  int64_t n_items;
  const int32_t *user;
  const int32_t *item;
  const float *rating;     /* NULL when the data has none */
  const double *timestamp; /* seconds; NULL when the data has none */
} RecnnInteractions;

/* Flags. */
#define RECNN_MODEL_BATCH_NORM 1u /* a training batch needs at least two rows */
/* Padding is not without effect though `length` is read: training sequences are as wide as those
 * that the model is asked with, not just as wide as the batch's longest. */
#define RECNN_MODEL_PADDING 4u

/* There is an option "count" of "train|all": with "all" fit() gets the interactions of valid and
 * test too, to which the audit of the split objects. */
#define RECNN_MODEL_COUNTS_ALL 2u

#define RECNN_MODEL_KIND "recnn.model/1"
typedef struct RecnnModelClass {
  size_t struct_size;
  const char *name;           /* what scripts call it: [a-z][a-z0-9_]* */
  const char *summary;        /* one line */
  const char *paper;          /* where the architecture comes from */
  const RecnnOption *options; /* ends with a NULL name; not NULL itself */
  /* The batch fields that loss() reads, NULL at the end.  They decide how the loader makes batches:
   * {"user", "item", "rating"} one interaction a row, {"user", "item", "neg_item"} with a sampled
   * negative.  NULL: the model is not trained by gradient. */
  const char *const *train_fields;
  /* The batch fields that score_items() reads for a user, NULL at the end. */
  const char *const *query_fields;
  /* Without loss(): the pointwise loss (kind/loss.h) that the host puts on predict(), such as
   * "mse".
   */
  const char *default_loss;
  uint32_t flags;
  uint32_t reserved;
  size_t instance_size;

  /* Declares the parameters.  `model` is valid as long as the instance, but takes declarations and
   * tells options during this call only.  The model's own RECNN_OK does not hide a declaration that
   * failed. */
  RecnnStatus (*create)(void *self, RecnnModel *model, RecnnError *error);
  /* Frees what create() allocated by itself, also after a create() that failed half way; NULL when
   * that is nothing. */
  void (*destroy)(void *self);
  /* The scalar to be minimised, of a batch with train_fields.  NULL: predict() under a named loss.
   * Here and below, NULL is returned for a failure that the graph knows of (graph->fail). */
  RecnnVar *(*loss)(const void *self, RecnnGraph *graph, const RecnnBatch *batch);
  /* float32 (B): the rating, logit or score of each (user, item) row.  NULL: the model cannot. */
  RecnnVar *(*predict)(const void *self, RecnnGraph *graph, const RecnnBatch *batch);
  /* What score_items() needs of items, of any shape with one row an item; `batch` has "item".  The
   * host calls it once for each state of the weights.  NULL: score_items() gets NULL. */
  RecnnVar *(*encode_items)(const void *self, RecnnGraph *graph, const RecnnBatch *batch);
  /* float32 (B, I): the scores of the items whose encoding is `items` (I rows, as many as there are
   * items in all or a block of them) for each row of `batch`, which has query_fields.  NULL: the
   * host scores pair by pair with predict(), which is much slower. */
  RecnnVar *(*score_items)(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                           RecnnVar *items);
  /* Computes the parameters from the data at once: writes into the tensors of service param.  NULL:
   * trained by gradient. */
  RecnnStatus (*fit)(void *self, RecnnModel *model, const RecnnInteractions *data,
                     RecnnError *error);
  /* Turns what another version of the plugin saved (or another plugin, whose model had this one's
   * name) into what this version saves; called before the model that takes it is created.  Not
   * RECNN_OK, with the reason in `error`, refuses the file: of a version that is too old, or not
   * known.  NULL: files of any version are taken when their tensors fit.  Any thread. */
  RecnnStatus (*migrate)(RecnnMigration *migration, RecnnError *error);
  /* Whether one pass over a sequence can learn what comes behind each of its steps (the trainer's
   * option targets = "all").  RECNN_OK promises two things: what the model makes of a step depends
   * on that step and those before it alone; and loss() and score_items() answer a batch with
   * "target_step" for each of its targets, rather than for each row.  Otherwise not RECNN_OK, with
   * the reason in `error`: options may have a say.  NULL: it cannot.  Any thread. */
  RecnnStatus (*shares_prefixes)(const void *self, RecnnError *error);
  /* A scalar that is added to whatever loss the model is trained with, by its own, by name or as a
   * function: weight penalties, as a rule.  `batch` has the fields of that loss, which need not be
   * train_fields: ask service batch for the field before it is read.  NULL without a failure of the
   * graph: nothing is added.  NULL: there is none. */
  RecnnVar *(*penalty)(const void *self, RecnnGraph *graph, const RecnnBatch *batch);
} RecnnModelClass;

#ifdef __cplusplus
}
#endif

#endif
