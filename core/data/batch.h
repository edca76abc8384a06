/* A batch: named tensors with a common number of rows.  Its buffers are allocated once and filled
 * again and again. */
#ifndef RECNN_CORE_DATA_BATCH_H
#define RECNN_CORE_DATA_BATCH_H

#include <glib.h>

#include <recnn/service/batch.h>

#define RECNN_BATCH_MAX_FIELDS 16

typedef struct RecnnBatchField {
  const char *name;
  RecnnTensor tensor; /* the view for the current size */
  int64_t capacity;   /* rows that the buffer holds */
  int64_t width;      /* of a row's first axis, as it was added; 0: rows are scalars */
  bool owned;
  bool ragged; /* its first axis is not the batch: a CSR matrix's parts */
} RecnnBatchField;

struct RecnnBatch {
  int64_t size;
  int32_t n_fields;
  RecnnBatchField fields[RECNN_BATCH_MAX_FIELDS];
};

RecnnBatch *recnn_batch_new(void);
void recnn_batch_free(RecnnBatch *batch); /* takes NULL */

/* Adds a field with room for `capacity` rows of `row_rank` further axes. `name` must outlive the
 * batch (field names are literals). */
bool recnn_batch_add(RecnnBatch *batch, const char *name, int32_t dtype, int64_t capacity,
                     int32_t row_rank, const int64_t *row_shape, GError **error);
/* Adds or replaces a field that borrows `data`. */
bool recnn_batch_borrow(RecnnBatch *batch, const char *name, const RecnnTensor *tensor,
                        GError **error);
/* Sets the number of rows of all fields; at most their capacity. */
void recnn_batch_set_size(RecnnBatch *batch, int64_t size);

/* Says that the field's first axis is not the batch, so that its length is set by itself. */
void recnn_batch_set_ragged(RecnnBatch *batch, const char *name);
void recnn_batch_set_length(RecnnBatch *batch, const char *name, int64_t length);

/* A sparse matrix of so many rows as three ragged fields, whose names these are: where rows start,
 * int64 (rows + 1), their columns, int64, and values, float32.  Fields that are there are left
 * alone.  set_sparse() says how long they are now. */
bool recnn_batch_add_sparse(RecnnBatch *batch, const char *const names[3], int64_t rows,
                            int64_t entries, GError **error);
void recnn_batch_set_sparse(RecnnBatch *batch, const char *const names[3], int64_t rows,
                            int64_t entries);

/* Makes the rows of a field narrower than they were added, so that a batch of short sequences is no
 * wider than its longest; before it is filled.  `width` is from 1 to what the field was added with.
 */
void recnn_batch_set_width(RecnnBatch *batch, const char *name, int64_t width);

int64_t recnn_batch_size(const RecnnBatch *batch);
/* What the mean of a loss is over: the rows, or where steps have targets (maker-steps.c), those. */
int64_t recnn_batch_samples(const RecnnBatch *batch);
const RecnnTensor *recnn_batch_field(const RecnnBatch *batch, const char *name); /* or NULL */
/* The buffer of an owned field, for filling. */
int64_t *recnn_batch_int64(RecnnBatch *batch, const char *name);
float *recnn_batch_float32(RecnnBatch *batch, const char *name);

#endif
