/* Reading in pieces.  Knows compression only by what codec-private.h says of it. */
#include "config.h"

#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codec-private.h"
#include "base/error.h"
#include "base/memory.h"

enum { BUFFER = 128 << 10 }; /* of compressed bytes */

static const RecnnCodec *const codecs[] = {&recnn__codec_gzip, &recnn__codec_zstd};

struct RecnnStream {
  char *path;
  int fd;
  bool at_end;             /* of the file */
  const RecnnCodec *codec; /* NULL: as it is */
  void *state;
  bool inside; /* of a member, which has to end */
  uint8_t *buffer;
  size_t begin, end; /* of what is unread in it */
  uint64_t before;   /* bytes of the file before the buffer's end */
};

static bool fail(GError **error, const char *what, const char *path, int reason) {
  return recnn_error_set(error, RECNN_ERROR_IO, "cannot %s %s: %s", what, path, g_strerror(reason));
}

/* 0 at the end. */
static bool read_some(RecnnStream *stream, void *to, size_t size, size_t *ret_n, GError **error) {
  for (;;) {
    ssize_t n = read(stream->fd, to, MIN(size, (size_t)1 << 30));
    if (n >= 0) {
      stream->at_end = n == 0;
      *ret_n = (size_t)n;
      return true;
    }
    if (errno != EINTR)
      return fail(error, "read", stream->path, errno);
  }
}

/* Moves what is unread to the front and reads behind it. */
static bool fill(RecnnStream *stream, GError **error) {
  memmove(stream->buffer, stream->buffer + stream->begin, stream->end - stream->begin);
  stream->end -= stream->begin;
  stream->begin = 0;
  size_t n = 0;
  if (!read_some(stream, stream->buffer + stream->end, BUFFER - stream->end, &n, error))
    return false;
  stream->end += n;
  stream->before += n;
  return true;
}

static bool set_up(RecnnStream *stream, GError **error) {
  stream->buffer = recnn_memory_new(BUFFER, 1, stream->path, error);
  if (!stream->buffer)
    return false;
  while (stream->end < RECNN_CODEC_MAGIC && !stream->at_end)
    if (!fill(stream, error))
      return false;
  for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
    if (codecs[i]->begins(stream->buffer, stream->end))
      stream->codec = codecs[i];
  if (!stream->codec)
    return true;
  stream->state = stream->codec->create();
  return stream->state || recnn_error_set(error, RECNN_ERROR_MEMORY, "%s: no memory to read %s",
                                          stream->path, stream->codec->name);
}

RecnnStream *recnn_stream_open(const char *path, GError **error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0) {
    fail(error, "open", path, errno);
    if (fd >= 0)
      close(fd);
    return NULL;
  }
  if (S_ISDIR(status.st_mode)) {
    close(fd);
    recnn_error_set(error, RECNN_ERROR_IO, "cannot open %s: it is a folder, expected a file", path);
    return NULL;
  }
  (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  RecnnStream *stream = g_new0(RecnnStream, 1);
  stream->path = g_strdup(path);
  stream->fd = fd;
  if (set_up(stream, error))
    return stream;
  recnn_stream_close(stream);
  return NULL;
}

void recnn_stream_close(RecnnStream *stream) {
  if (!stream)
    return;
  if (stream->state)
    stream->codec->destroy(stream->state);
  close(stream->fd);
  recnn_memory_free(stream->buffer);
  g_free(stream->path);
  g_free(stream);
}

static bool broken(const RecnnStream *stream, const char *problem, GError **error) {
  return recnn_error_set(
      error, RECNN_ERROR_FORMAT, "%s: byte %" G_GUINT64_FORMAT " of the %s file: %s", stream->path,
      stream->before - (stream->end - stream->begin), stream->codec->name, problem);
}

/* Sees to it that there is input, as long as there is any, and that a member begins as it should.
 */
static bool want_input(RecnnStream *stream, GError **error) {
  size_t least = stream->inside ? 1 : RECNN_CODEC_MAGIC;
  while (stream->end - stream->begin < least && !stream->at_end)
    if (!fill(stream, error))
      return false;
  size_t n = stream->end - stream->begin;
  return stream->inside || n == 0 || stream->codec->begins(stream->buffer + stream->begin, n) ||
         broken(stream, "other data follows, expected the end or another beginning", error);
}

static bool decompress(RecnnStream *stream, uint8_t *to, size_t size, size_t *ret_n,
                       GError **error) {
  RecnnCodecBytes bytes = {.out = to, .n_out = size};
  while (bytes.n_out > 0) {
    if (!want_input(stream, error))
      return false;
    size_t n_in = stream->end - stream->begin, n_out = bytes.n_out;
    if (n_in == 0 && !stream->inside)
      break;
    bytes.in = stream->buffer + stream->begin;
    bytes.n_in = n_in;
    const char *problem = NULL;
    RecnnCodecResult result = stream->codec->step(stream->state, &bytes, &problem);
    stream->begin = stream->end - bytes.n_in;
    if (result == RECNN_CODEC_BROKEN)
      return broken(stream, problem, error);
    stream->inside = result != RECNN_CODEC_END;
    /* Without input there may still be output, but not for ever. */
    if (stream->inside && bytes.n_out == n_out && bytes.n_in == n_in)
      return broken(stream, n_in == 0 ? "it ends too early, expected more data" : "it is damaged",
                    error);
  }
  *ret_n = size - bytes.n_out;
  return true;
}

bool recnn_stream_read(RecnnStream *stream, void *to, size_t size, size_t *ret_n, GError **error) {
  if (stream->codec)
    return decompress(stream, to, size, ret_n, error);
  size_t done = MIN(size, stream->end - stream->begin);
  memcpy(to, stream->buffer + stream->begin, done);
  stream->begin += done;
  while (done < size && !stream->at_end) {
    size_t n = 0;
    if (!read_some(stream, (char *)to + done, size - done, &n, error))
      return false;
    done += n;
  }
  *ret_n = done;
  return true;
}

char *recnn_stream_plain_name(const char *path) {
  size_t length = strlen(path);
  size_t cut = g_str_has_suffix(path, ".gz") ? 3 : g_str_has_suffix(path, ".zst") ? 4 : 0;
  return g_strndup(path, length - cut);
}
