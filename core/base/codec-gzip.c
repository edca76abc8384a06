/* gzip, by zlib. */
#include "base/codec-private.h"

#include <zlib.h>

static bool begins(const uint8_t *bytes, size_t n) {
  return n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

static void *create(void) {
  z_stream *z = g_new0(z_stream, 1);
  if (inflateInit2(z, 15 + 16) == Z_OK) /* the largest window, and gzip's header */
    return z;
  g_free(z);
  return NULL;
}

static void destroy(void *state) {
  inflateEnd(state);
  g_free(state);
}

static RecnnCodecResult step(void *state, RecnnCodecBytes *bytes, const char **ret_problem) {
  z_stream *z = state;
  uInt n_in = (uInt)MIN(bytes->n_in, 1u << 30), n_out = (uInt)MIN(bytes->n_out, 1u << 30);
  z->next_in = (z_const Bytef *)bytes->in;
  z->avail_in = n_in;
  z->next_out = bytes->out;
  z->avail_out = n_out;
  int result = inflate(z, Z_NO_FLUSH);
  bytes->in += n_in - z->avail_in;
  bytes->n_in -= n_in - z->avail_in;
  bytes->out += n_out - z->avail_out;
  bytes->n_out -= n_out - z->avail_out;
  switch (result) {
  case Z_OK:
  case Z_BUF_ERROR: /* nothing to read, or no room */
    return RECNN_CODEC_MORE;
  case Z_STREAM_END:
    inflateReset(z);
    return RECNN_CODEC_END;
  default:
    *ret_problem = result == Z_MEM_ERROR ? "there is no memory for it"
                   : z->msg              ? z->msg
                                         : "it is damaged";
    return RECNN_CODEC_BROKEN;
  }
}

const RecnnCodec recnn__codec_gzip = {"gzip", begins, create, destroy, step};
