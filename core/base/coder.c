/* The two ways of coder.h. */
#include "base/coder.h"

#include <string.h>

static void code_bytes(RecnnCoder *coder, void *bytes, size_t size) {
  if (coder->out != NULL) {
    g_byte_array_append(coder->out, bytes, (guint)size);
  } else if (coder->failed || coder->left < size) {
    coder->failed = true;
    memset(bytes, 0, size);
  } else {
    memcpy(bytes, coder->in, size);
    coder->in += size;
    coder->left -= size;
  }
}

void recnn_code_int(RecnnCoder *coder, int64_t *x) {
  uint64_t bits = GUINT64_TO_LE((uint64_t)*x);
  code_bytes(coder, &bits, sizeof bits);
  if (recnn_coder_reads(coder))
    *x = (int64_t)GUINT64_FROM_LE(bits);
}

void recnn_code_double(RecnnCoder *coder, double *x) {
  int64_t bits;
  memcpy(&bits, x, sizeof bits);
  recnn_code_int(coder, &bits);
  memcpy(x, &bits, sizeof bits);
}

void recnn_code_bool(RecnnCoder *coder, bool *x) {
  int64_t value = *x;
  recnn_code_int(coder, &value);
  if (value != 0 && value != 1)
    coder->failed = true;
  *x = value == 1;
}

void recnn_code_count(RecnnCoder *coder, int32_t *n, size_t least) {
  int64_t value = *n;
  recnn_code_int(coder, &value);
  if (recnn_coder_reads(coder) &&
      (value < 0 || value > INT32_MAX || (size_t)value > coder->left / MAX(least, 1))) {
    coder->failed = true;
    value = 0;
  }
  *n = (int32_t)value;
}

void recnn_code_text(RecnnCoder *coder, char **text) {
  int64_t length = *text != NULL && !recnn_coder_reads(coder) ? (int64_t)strlen(*text) : -1;
  recnn_code_int(coder, &length);
  if (recnn_coder_reads(coder)) {
    if (length < -1 || (length > 0 && (uint64_t)length > coder->left))
      coder->failed = true;
    *text = coder->failed || length < 0 ? NULL : g_malloc0((gsize)length + 1);
  }
  if (*text != NULL && length > 0)
    code_bytes(coder, *text, (size_t)length);
}
