/* What a run leaves for others to read: the events file, read by a reader of its own with a CRC of
 * its own, and the report. */
#include <math.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/crc32c.h"
#include "support/bias-model.h"
#include "support/training.h"

static int item_of(int user, int row) { return (user * 7 + row * 3) % 20; }
static float rating_of(int user, int row) { return (float)(1 + (user + row) % 5); }

/* Bit by bit. */
static uint32_t crc_of(const guint8 *bytes, size_t size) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < size; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
  }
  return ~crc;
}

/* RFC 3720, B.4, and every length and offset against the slow one. */
static void test_crc(void) {
  guint8 bytes[100];
  memset(bytes, 0, sizeof bytes);
  g_assert_cmphex(recnn_crc32c(0, bytes, 32), ==, 0x8a9136aa);
  memset(bytes, 0xff, sizeof bytes);
  g_assert_cmphex(recnn_crc32c(0, bytes, 32), ==, 0x62a8ab43);
  for (int i = 0; i < 100; i++)
    bytes[i] = (guint8)i;
  g_assert_cmphex(recnn_crc32c(0, bytes, 32), ==, 0x46dd794e);
  for (size_t at = 0; at < 9; at++)
    for (size_t n = 0; n + at <= 100; n++) {
      g_assert_cmphex(recnn_crc32c(0, bytes + at, n), ==, crc_of(bytes + at, n));
      g_assert_cmphex(
          recnn_crc32c(recnn_crc32c(0, bytes + at, n / 3), bytes + at + n / 3, n - n / 3), ==,
          crc_of(bytes + at, n));
    }
}

typedef struct Reader {
  const guint8 *at;
  const guint8 *end;
} Reader;

static uint64_t fixed(Reader *reader, int bytes) {
  uint64_t x = 0;
  g_assert_cmpint(reader->end - reader->at, >=, bytes);
  for (int i = 0; i < bytes; i++)
    x |= (uint64_t)*reader->at++ << (8 * i);
  return x;
}

static uint64_t varint(Reader *reader) {
  uint64_t x = 0;
  for (int shift = 0;; shift += 7) {
    guint8 byte = (guint8)fixed(reader, 1);
    x |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80)
      return x;
  }
}

static Reader bytes_of(Reader *reader) {
  uint64_t n = varint(reader);
  g_assert_cmpuint(n, <=, (uint64_t)(reader->end - reader->at));
  Reader inner = {reader->at, reader->at + n};
  reader->at += n;
  return inner;
}

static float float_of(uint64_t bits) {
  uint32_t low = (uint32_t)bits;
  float x;
  memcpy(&x, &low, sizeof x);
  return x;
}

/* "tag" -> its value, of one summary. */
static GHashTable *scalars(Reader summary) {
  GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  while (summary.at < summary.end) {
    g_assert_cmpuint(varint(&summary), ==, 1 << 3 | 2);
    Reader value = bytes_of(&summary);
    char *tag = NULL;
    float *x = g_new0(float, 1);
    while (value.at < value.end) {
      uint64_t key = varint(&value);
      if (key == (1 << 3 | 2)) {
        Reader text = bytes_of(&value);
        tag = g_strndup((const char *)text.at, (gsize)(text.end - text.at));
      } else {
        g_assert_cmpuint(key, ==, 2 << 3 | 5);
        *x = float_of(fixed(&value, 4));
      }
    }
    g_assert_true(g_hash_table_insert(table, tag, x));
  }
  return table;
}

static Reader next_record(Reader *reader) {
  uint32_t masks[2];
  const guint8 *length = reader->at;
  uint64_t n = fixed(reader, 8);
  masks[0] = (uint32_t)fixed(reader, 4);
  Reader record = {reader->at, reader->at + n};
  g_assert_cmpuint(n + 4, <=, (uint64_t)(reader->end - reader->at));
  reader->at += n;
  masks[1] = (uint32_t)fixed(reader, 4);
  uint32_t crc = crc_of(length, 8);
  g_assert_cmphex(masks[0], ==, (crc >> 15 | crc << 17) + 0xa282ead8u);
  crc = crc_of(record.at, (size_t)n);
  g_assert_cmphex(masks[1], ==, (crc >> 15 | crc << 17) + 0xa282ead8u);
  return record;
}

static void expect(GHashTable *table, const char *tag, double x) {
  const float *found = g_hash_table_lookup(table, tag);
  if (found == NULL)
    g_error("there is no %s", tag);
  g_assert_cmpfloat(*found, ==, (float)x);
}

static void check_events(const char *path, const RecnnRun *run) {
  char *bytes;
  gsize size;
  g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
  Reader reader = {(const guint8 *)bytes, (const guint8 *)bytes + size};
  Reader first = next_record(&reader);
  g_assert_cmpuint(varint(&first), ==, 1 << 3 | 1);
  (void)fixed(&first, 8);
  g_assert_cmpuint(varint(&first), ==, 3 << 3 | 2);
  Reader version = bytes_of(&first);
  g_assert_cmpmem(version.at, (gsize)(version.end - version.at), "brain.Event:2", 13);
  for (int32_t e = 0; e < run->n_epochs; e++) {
    const RecnnEpoch *epoch = &run->epochs[e];
    Reader event = next_record(&reader);
    g_assert_cmpuint(varint(&event), ==, 1 << 3 | 1);
    (void)fixed(&event, 8);
    g_assert_cmpuint(varint(&event), ==, 2 << 3);
    g_assert_cmpuint(varint(&event), ==, (uint64_t)epoch->epoch);
    g_assert_cmpuint(varint(&event), ==, 5 << 3 | 2);
    GHashTable *table = scalars(bytes_of(&event));
    expect(table, "loss/train", epoch->train_loss);
    expect(table, "loss/valid", epoch->valid_loss);
    expect(table, "train/learning_rate", epoch->learning_rate);
    expect(table, "valid/RMSE", recnn_result_get(epoch->valid, "RMSE", NULL));
    g_hash_table_unref(table);
  }
  g_assert_true(reader.at == reader.end);
  g_free(bytes);
}

static void check_report(const char *path, const RecnnRun *run) {
  char *text, *best;
  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  best = g_strdup_printf("Best epoch: %d<", run->best + 1);
  g_assert_nonnull(strstr(text, best));
  static const char *const parts[] = {"<svg ",
                                      "<polyline class=\"c1\"",
                                      "<circle class=\"c1\" r=\"3\" cx=\"",
                                      "<path class=\"best\"",
                                      "<td>RMSE</td>",
                                      "<h2>The split</h2>",
                                      "<td>trainer.epochs</td><td>4</td>",
                                      "</html>"};
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
    if (strstr(text, parts[i]) == NULL)
      g_error("the report has no %s", parts[i]);
  g_assert_null(strstr(text, "http")); /* it needs nothing from elsewhere */
  g_assert_null(strstr(text, ">nan"));
  g_assert_null(strstr(text, ",nan"));
  g_free(best);
  g_free(text);
}

static void test_files(void) {
  char *runs = g_dir_make_tmp("recnn-XXXXXX", NULL);
  RecnnSplit *split = bias_split(24, 9, item_of, rating_of);
  RecnnModel *model = bias_model(&bias_rating_class, split);
  char *text = g_strdup_printf("epochs=4 train_batch_size=32 learning_rate=0.1 runs=%s", runs);
  RecnnRun *run = train(model, split, text, NULL);
  char *events = g_build_filename(run->folder, "events.out.tfevents.0.recnn", NULL);
  char *report = g_build_filename(run->folder, "report.html", NULL);
  check_events(events, run);
  check_report(report, run);
  GDir *dir = g_dir_open(run->folder, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name(dir)) != NULL) {
    char *path = g_build_filename(run->folder, name, NULL);
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_free(path);
  }
  g_dir_close(dir);
  g_rmdir(run->folder);
  g_rmdir(runs);
  g_free(events);
  g_free(report);
  g_free(text);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
  g_free(runs);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/record/crc", test_crc);
  g_test_add_func("/record/files", test_files);
  return g_test_run();
}
