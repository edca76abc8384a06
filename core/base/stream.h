/* A file read from its beginning to its end in pieces, decompressed on the way when it is gzip or
 * zstd.  Which it is, the first bytes say, not the name. */
#ifndef RECNN_CORE_BASE_STREAM_H
#define RECNN_CORE_BASE_STREAM_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnStream RecnnStream;

RecnnStream *recnn_stream_open(const char *path, GError **error);
void recnn_stream_close(RecnnStream *stream); /* takes NULL */

/* Reads up to `size` bytes, fewer only at the end, where it is 0.  What is no whole gzip or zstd
 * file is an error that names the path and the place, in bytes of the compressed file. */
bool recnn_stream_read(RecnnStream *stream, void *to, size_t size, size_t *ret_n, GError **error);

/* `path` without ".gz" or ".zst", by which compressed files are called.  Caller frees. */
char *recnn_stream_plain_name(const char *path);

#endif
