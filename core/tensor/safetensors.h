/* Safetensors files (https://huggingface.co/docs/safetensors): named tensors behind a JSON header.
 *
 * A file comes from anywhere, so all of it is checked before a byte is used: lengths, dtypes,
 * shapes against sizes, offsets in range, without overlap and without holes, names that occur once.
 * Errors are RECNN_ERROR_FORMAT with the file, the tensor, the offending value and what was
 * expected. */
#ifndef RECNN_CORE_TENSOR_SAFETENSORS_H
#define RECNN_CORE_TENSOR_SAFETENSORS_H

#include <glib.h>

#include <recnn/service/tensor.h>

typedef struct RecnnSafetensors RecnnSafetensors; /* an open file */

#define RECNN_SAFETENSORS_MAX_RANK 8

typedef struct RecnnStoredTensor {
  const char *name;
  const char *dtype; /* as written: "F32", "I64", "F64", "BF16", ... */
  int32_t rank;
  int64_t shape[RECNN_SAFETENSORS_MAX_RANK];
  int64_t count;    /* elements */
  const void *data; /* little endian, maybe unaligned; valid while the file is open */
  size_t bytes;
} RecnnStoredTensor;

RecnnSafetensors *recnn_safetensors_open(const char *path, GError **error);
void recnn_safetensors_close(RecnnSafetensors *file); /* takes NULL */

/* In the order of their data. */
int64_t recnn_safetensors_count(const RecnnSafetensors *file);
const RecnnStoredTensor *recnn_safetensors_get(const RecnnSafetensors *file, int64_t i);
const RecnnStoredTensor *recnn_safetensors_find(const RecnnSafetensors *file, const char *name);
const char *recnn_safetensors_path(const RecnnSafetensors *file);
/* An entry of __metadata__, or NULL. */
const char *recnn_safetensors_metadata(const RecnnSafetensors *file, const char *key);

/* Copies a stored tensor into `to` (contiguous, with the shape that is expected); F32 and F64 go
 * into float32, I64 into int64.  Another shape or dtype is an error that has both. */
bool recnn_safetensors_read(const RecnnSafetensors *file, const char *name, const RecnnTensor *to,
                            GError **error);
/* The same checks without the copy: `to` needs no data. */
bool recnn_safetensors_check(const RecnnSafetensors *file, const char *name, const RecnnTensor *to,
                             GError **error);
/* `count` elements as doubles, from F32, F64 or I64; the caller frees with g_free.  NULL when there
 * is no such tensor or it has another dtype. */
double *recnn_safetensors_doubles(const RecnnSafetensors *file, const char *name,
                                  int64_t *ret_count, GError **error);

/* Writing: all or nothing, by a temporary file (base/file.h).  Names and data are borrowed until
 * the commit. */
typedef struct RecnnSafetensorsWriter RecnnSafetensorsWriter;
RecnnSafetensorsWriter *recnn_safetensors_writer_new(void);
void recnn_safetensors_writer_metadata(RecnnSafetensorsWriter *writer, const char *key,
                                       const char *value); /* copied */
void recnn_safetensors_writer_add(RecnnSafetensorsWriter *writer, const char *name,
                                  const RecnnTensor *tensor);       /* contiguous */
void recnn_safetensors_writer_free(RecnnSafetensorsWriter *writer); /* takes NULL */
/* Frees the writer, in failure too. */
bool recnn_safetensors_writer_commit(RecnnSafetensorsWriter *writer, const char *path,
                                     GError **error);

#endif
