/* The history as TensorBoard reads it: a file of records (length and data, each with a masked
 * CRC-32C), which hold Event messages of protocol buffers.  The few fields that scalars take are
 * written here by hand:
 *
 *   Event: 1 wall_time double, 2 step varint, 3 file_version text, 5 summary message
 *   Summary: 1 value message;  Value: 1 tag text, 2 simple_value float */
#include <math.h>
#include <string.h>

#include "base/crc32c.h"
#include "train/keep.h"

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

static void put_varint(GByteArray *to, uint64_t x) {
  do {
    guint8 byte = (guint8)((x & 0x7f) | (x > 0x7f ? 0x80 : 0));
    g_byte_array_append(to, &byte, 1);
    x >>= 7;
  } while (x > 0);
}

static void put_key(GByteArray *to, uint64_t field, uint64_t type) {
  put_varint(to, field << 3 | type);
}

static void put_fixed(GByteArray *to, uint64_t bits, int bytes) {
  for (int i = 0; i < bytes; i++) {
    guint8 byte = (guint8)(bits >> (8 * i));
    g_byte_array_append(to, &byte, 1);
  }
}

static void put_double(GByteArray *to, uint64_t field, double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  put_key(to, field, FIXED64);
  put_fixed(to, bits, 8);
}

static void put_float(GByteArray *to, uint64_t field, float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  put_key(to, field, FIXED32);
  put_fixed(to, bits, 4);
}

static void put_bytes(GByteArray *to, uint64_t field, const void *bytes, size_t size) {
  put_key(to, field, BYTES);
  put_varint(to, size);
  g_byte_array_append(to, bytes, (guint)size);
}

static uint32_t masked(const void *bytes, size_t size) {
  uint32_t crc = recnn_crc32c(0, bytes, size);
  return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

/* Adds a record and frees what it holds. */
static void put_record(GByteArray *to, GByteArray *event) {
  GByteArray *length = g_byte_array_new();
  put_fixed(length, event->len, 8);
  g_byte_array_append(to, length->data, length->len);
  put_fixed(to, masked(length->data, length->len), 4);
  g_byte_array_append(to, event->data, event->len);
  put_fixed(to, masked(event->data, event->len), 4);
  g_byte_array_unref(length);
  g_byte_array_unref(event);
}

/* Adds a scalar to a summary; what is not there is left out. */
static void put_scalar(GByteArray *summary, const char *tag, double x) {
  if (isnan(x))
    return;
  GByteArray *value = g_byte_array_new();
  put_bytes(value, 1, tag, strlen(tag));
  put_float(value, 2, (float)x);
  put_bytes(summary, 1, value->data, value->len);
  g_byte_array_unref(value);
}

static GByteArray *event_of(const RecnnEpoch *epoch) {
  GByteArray *summary = g_byte_array_new(), *event = g_byte_array_new();
  put_scalar(summary, "loss/train", epoch->train_loss);
  put_scalar(summary, "loss/valid", epoch->valid_loss);
  for (int32_t i = 0; i < epoch->n_parts; i++) {
    char *tag = g_strconcat("loss_part/", epoch->parts[i].name, NULL);
    put_scalar(summary, tag, epoch->parts[i].value);
    g_free(tag);
  }
  put_scalar(summary, "train/grad_norm", epoch->grad_norm);
  put_scalar(summary, "train/learning_rate", epoch->learning_rate);
  put_scalar(summary, "train/seconds", epoch->seconds);
  for (int32_t i = 0; epoch->valid != NULL && i < epoch->valid->n_values; i++) {
    char *tag = g_strconcat("valid/", epoch->valid->values[i].name, NULL);
    put_scalar(summary, tag, epoch->valid->values[i].value);
    g_free(tag);
  }
  put_double(event, 1, epoch->time);
  put_key(event, 2, VARINT);
  put_varint(event, (uint64_t)epoch->epoch);
  put_bytes(event, 5, summary->data, summary->len);
  g_byte_array_unref(summary);
  return event;
}

bool recnn__record_events(const RecnnTrainer *trainer, const RecnnRun *run, GError **error) {
  static const char version[] = "brain.Event:2";
  GByteArray *records = g_byte_array_new(), *first = g_byte_array_new();
  put_double(first, 1, run->n_epochs > 0 ? run->epochs[0].time : 0.0);
  put_bytes(first, 3, version, strlen(version));
  put_record(records, first);
  for (int32_t e = 0; e < run->n_epochs; e++)
    put_record(records, event_of(&run->epochs[e]));
  bool ok = recnn__run_folder_write(trainer->folder, "events.out.tfevents.0.recnn",
                                    (const char *)records->data, records->len, error);
  g_byte_array_unref(records);
  return ok;
}
