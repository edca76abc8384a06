/* Plain values to bytes and back, with one function for both ways: what is described once cannot be
 * read otherwise than it was written.  Numbers are of 8 bytes, little endian. */
#ifndef RECNN_CORE_BASE_CODER_H
#define RECNN_CORE_BASE_CODER_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnCoder {
  GByteArray *out; /* writing; NULL: reading */
  const unsigned char *in;
  size_t left;
  bool failed; /* reading: the bytes ended too early, or are no such value */
} RecnnCoder;

static inline bool recnn_coder_reads(const RecnnCoder *coder) { return coder->out == NULL; }
/* Reading is over and used up all there was. */
static inline bool recnn_coder_done(const RecnnCoder *coder) {
  return !coder->failed && coder->left == 0;
}

void recnn_code_int(RecnnCoder *coder, int64_t *x);
void recnn_code_double(RecnnCoder *coder, double *x); /* the bits, NaN's too */
void recnn_code_bool(RecnnCoder *coder, bool *x);
void recnn_code_text(RecnnCoder *coder, char **text); /* read: newly allocated; may be NULL */
/* A count that is read must be of things of at least `least` bytes each that are there. */
void recnn_code_count(RecnnCoder *coder, int32_t *n, size_t least);

#endif
