/* Zstandard, by libzstd. */
#include "base/codec-private.h"

#include <zstd.h>

static bool begins(const uint8_t *b, size_t n) {
  if (n < 4)
    return false;
  bool frame = b[0] == 0x28 && b[1] == 0xb5 && b[2] == 0x2f && b[3] == 0xfd;
  bool skippable = (b[0] & 0xf0) == 0x50 && b[1] == 0x2a && b[2] == 0x4d && b[3] == 0x18;
  return frame || skippable;
}

static void *create(void) { return ZSTD_createDCtx(); }

static void destroy(void *state) { ZSTD_freeDCtx(state); }

static RecnnCodecResult step(void *state, RecnnCodecBytes *bytes, const char **ret_problem) {
  ZSTD_inBuffer in = {bytes->in, bytes->n_in, 0};
  ZSTD_outBuffer out = {bytes->out, bytes->n_out, 0};
  size_t result = ZSTD_decompressStream(state, &out, &in);
  bytes->in += in.pos;
  bytes->n_in -= in.pos;
  bytes->out += out.pos;
  bytes->n_out -= out.pos;
  if (!ZSTD_isError(result))
    return result == 0 ? RECNN_CODEC_END : RECNN_CODEC_MORE;
  *ret_problem = ZSTD_getErrorName(result);
  return RECNN_CODEC_BROKEN;
}

const RecnnCodec recnn__codec_zstd = {"zstd", begins, create, destroy, step};
