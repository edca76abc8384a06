/* Whole files: read in one piece, written all or nothing. */
#ifndef RECNN_CORE_BASE_FILE_H
#define RECNN_CORE_BASE_FILE_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnFile {
  const char *bytes; /* not terminated */
  size_t size;
  void *mapping; /* private */
} RecnnFile;

/* Maps a regular file (or reads what is not one, such as a pipe).  Errors name the path and the
 * reason. */
bool recnn_file_open(RecnnFile *file, const char *path, GError **error);
void recnn_file_close(RecnnFile *file); /* may be called twice */

/* Writes to a temporary file beside `path`, syncs it, renames it over `path` and syncs the folder;
 * on failure `path` is as it was and no temporary file is left. */
typedef struct RecnnFileWriter RecnnFileWriter;
RecnnFileWriter *recnn_file_writer_new(const char *path, GError **error);
bool recnn_file_writer_write(RecnnFileWriter *writer, const void *bytes, size_t size,
                             GError **error);
bool recnn_file_writer_printf(RecnnFileWriter *writer, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* Ends the writing and frees the writer, in failure too. */
bool recnn_file_writer_commit(RecnnFileWriter *writer, GError **error);
void recnn_file_writer_abort(RecnnFileWriter *writer); /* takes NULL */

#endif
