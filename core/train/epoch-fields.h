/* What an epoch's entry in the history has, once: for history.jsonl, for Lua, and for checkpoints.
 */
#ifndef RECNN_CORE_TRAIN_EPOCH_FIELDS_H
#define RECNN_CORE_TRAIN_EPOCH_FIELDS_H

#include "train/trainer.h"

typedef enum RecnnEpochKind {
  RECNN_EPOCH_INT,    /* int64_t */
  RECNN_EPOCH_SIZE,   /* size_t */
  RECNN_EPOCH_DOUBLE, /* NAN: not known */
  RECNN_EPOCH_BOOL,
  RECNN_EPOCH_TEXT,  /* borrowed of the run; not in checkpoints */
  RECNN_EPOCH_WORKED /* a double that follows from others: `work` */
} RecnnEpochKind;

typedef struct RecnnEpochField {
  const char *name; /* NULL ends the table */
  RecnnEpochKind kind;
  bool of_validation; /* not there without one */
  size_t offset;      /* in RecnnEpoch */
  double (*work)(const RecnnEpoch *epoch);
} RecnnEpochField;

/* Without the loss's parts and the metrics, which have names of their own.  Another order or
 * another field is another layout of checkpoints. */
const RecnnEpochField *recnn_epoch_fields(void);
/* The field's place in an epoch. */
void *recnn_epoch_place(const RecnnEpochField *field, RecnnEpoch *epoch);
/* The value of a number that is or stands for a double. */
double recnn_epoch_double(const RecnnEpochField *field, const RecnnEpoch *epoch);
int64_t recnn_epoch_int(const RecnnEpochField *field, const RecnnEpoch *epoch);
bool recnn_epoch_bool(const RecnnEpochField *field, const RecnnEpoch *epoch);
const char *recnn_epoch_text(const RecnnEpochField *field, const RecnnEpoch *epoch);

#endif
