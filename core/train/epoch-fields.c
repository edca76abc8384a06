/* The table of epoch-fields.h. */
#include "train/epoch-fields.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static double samples_per_second(const RecnnEpoch *epoch) {
  double seconds = epoch->seconds - epoch->valid_seconds;
  return seconds > 0.0 ? (double)epoch->samples / seconds : NAN;
}

#define FIELD(name, kind, member)                                                                  \
  { name, RECNN_EPOCH_##kind, false, offsetof(RecnnEpoch, member), NULL }
#define VALID(name, kind, member)                                                                  \
  { name, RECNN_EPOCH_##kind, true, offsetof(RecnnEpoch, member), NULL }

static const RecnnEpochField fields[] = {
    FIELD("epoch", INT, epoch),
    FIELD("loss", DOUBLE, train_loss),
    FIELD("loss_batches", DOUBLE, train_loss_batches),
    FIELD("grad_norm", DOUBLE, grad_norm),
    FIELD("learning_rate", DOUBLE, learning_rate),
    FIELD("next_learning_rate", DOUBLE, next_learning_rate),
    FIELD("seconds", DOUBLE, seconds),
    VALID("valid_seconds", DOUBLE, valid_seconds),
    FIELD("time", DOUBLE, time),
    FIELD("samples", INT, samples),
    FIELD("skipped", INT, skipped),
    FIELD("peak_bytes", SIZE, peak_bytes),
    {"samples_per_second", RECNN_EPOCH_WORKED, false, 0, samples_per_second},
    VALID("valid_metric", TEXT, valid_metric),
    VALID("valid_value", DOUBLE, valid_value),
    VALID("valid_loss", DOUBLE, valid_loss),
    VALID("valid_loss_batches", DOUBLE, valid_loss_batches),
    VALID("improved", BOOL, improved),
    {NULL, RECNN_EPOCH_INT, false, 0, NULL},
};

const RecnnEpochField *recnn_epoch_fields(void) { return fields; }

void *recnn_epoch_place(const RecnnEpochField *field, RecnnEpoch *epoch) {
  return (char *)epoch + field->offset;
}

/* Copies `size` bytes of the field. */
static void get(const RecnnEpochField *field, const RecnnEpoch *epoch, void *value, size_t size) {
  memcpy(value, (const char *)epoch + field->offset, size);
}

double recnn_epoch_double(const RecnnEpochField *field, const RecnnEpoch *epoch) {
  double value;
  if (field->kind == RECNN_EPOCH_WORKED)
    return field->work(epoch);
  get(field, epoch, &value, sizeof value);
  return value;
}

int64_t recnn_epoch_int(const RecnnEpochField *field, const RecnnEpoch *epoch) {
  int64_t value;
  size_t bytes;
  if (field->kind == RECNN_EPOCH_SIZE) {
    get(field, epoch, &bytes, sizeof bytes);
    return (int64_t)bytes;
  }
  get(field, epoch, &value, sizeof value);
  return value;
}

bool recnn_epoch_bool(const RecnnEpochField *field, const RecnnEpoch *epoch) {
  bool value;
  get(field, epoch, &value, sizeof value);
  return value;
}

const char *recnn_epoch_text(const RecnnEpochField *field, const RecnnEpoch *epoch) {
  const char *value;
  get(field, epoch, &value, sizeof value);
  return value;
}
