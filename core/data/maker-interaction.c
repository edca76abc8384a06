/* Batches of interactions, without a rating or a label: what was chosen, and by whom. */
#include "data/maker.h"

static const char *const fields[] = {"user", "item", NULL};

static bool prepare(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity,
                    GError **error) {
  (void)making;
  return recnn_batch_add(batch, "user", RECNN_INT64, capacity, 0, NULL, error) &&
         recnn_batch_add(batch, "item", RECNN_INT64, capacity, 0, NULL, error);
}

static void fill(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
                 uint64_t epoch) {
  const RecnnInteractions *data = &making->part->rows;
  int64_t *user = recnn_batch_int64(batch, "user");
  int64_t *item = recnn_batch_int64(batch, "item");
  (void)epoch;
  for (int64_t i = 0; i < n; i++) {
    user[i] = data->user[rows[i]];
    item[i] = data->item[rows[i]];
  }
}

RECNN_MAKER(interaction) = {
    .name = "interaction",
    .doc = "A row is an interaction.",
    .fields = fields,
    .prepare = prepare,
    .fill = fill,
};
