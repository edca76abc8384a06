/* What a way of compressing has for the stream: one file each (codec-*.c), listed in stream.c. */
#ifndef RECNN_CORE_BASE_CODEC_PRIVATE_H
#define RECNN_CORE_BASE_CODEC_PRIVATE_H

#include <glib.h>

#include <recnn/abi.h>

/* Bytes that are taken from `in` and put to `out`; a step moves both. */
typedef struct RecnnCodecBytes {
  const uint8_t *in;
  size_t n_in;
  uint8_t *out;
  size_t n_out;
} RecnnCodecBytes;

typedef enum { RECNN_CODEC_MORE, RECNN_CODEC_END, RECNN_CODEC_BROKEN } RecnnCodecResult;

typedef struct RecnnCodec {
  const char *name;
  bool (*begins)(const uint8_t *bytes, size_t n); /* whether a member begins so */
  void *(*create)(void);                          /* NULL: there is no memory */
  void (*destroy)(void *state);
  /* As far as input and room reach.  END: a member is complete, the next may follow.  On BROKEN
   * `*ret_problem` says why, in static words. */
  RecnnCodecResult (*step)(void *state, RecnnCodecBytes *bytes, const char **ret_problem);
} RecnnCodec;

enum { RECNN_CODEC_MAGIC = 4 }; /* bytes that begins() wants to see */

extern const RecnnCodec recnn__codec_gzip, recnn__codec_zstd;

#endif
