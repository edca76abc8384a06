/* Writing a file all or nothing: into a temporary one in the same folder, synced, renamed over the
 * path, and the folder synced, so that after a crash there is the old file or the new one. */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define ROOM ((size_t)64 << 10)

struct RecnnFileWriter {
  char *path; /* behind symbolic links, so that a link stays one */
  char *temporary;
  int fd;
  int failed; /* the first errno: nothing is written after it */
  size_t used;
  char buffer[ROOM];
};

static bool fail(GError **error, const char *path, int reason) {
  return recnn_error_set(error, RECNN_ERROR_IO, "cannot write %s: %s", path, g_strerror(reason));
}

/* A file that is not there yet, beside `path`; created as open() would create `path` itself. */
static int create_beside(const char *path, char **ret_name) {
  static atomic_uint counter;
  char *folder = g_path_get_dirname(path);
  char *base = g_path_get_basename(path);
  int fd = -1;
  char *name = NULL;
  for (int i = 0; i < 1000; i++) {
    name = g_strdup_printf("%s/.%s.%ld-%u.tmp", folder, base, (long)getpid(),
                           atomic_fetch_add(&counter, 1));
    fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 || errno != EEXIST) {
      break;
    }
    g_free(name);
    name = NULL;
  }
  const int reason = errno;
  g_free(folder);
  g_free(base);
  if (fd < 0) {
    g_free(name);
    errno = reason;
  } else {
    *ret_name = name;
  }
  return fd;
}

RecnnFileWriter *recnn_file_writer_new(const char *path, GError **error) {
  struct stat status;
  const bool exists = stat(path, &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    /* Renaming over /dev/null would be a bad surprise. */
    recnn_error_set(error, RECNN_ERROR_IO, "cannot write %s: it is %s, expected a file", path,
                    S_ISDIR(status.st_mode) ? "a folder" : "a device, a pipe or a socket");
    return NULL;
  }
  char *real = exists ? realpath(path, NULL) : NULL;
  char *target = g_strdup(real != NULL ? real : path);
  free(real);
  char *temporary = NULL;
  const int fd = create_beside(target, &temporary);
  if (fd < 0) {
    fail(error, path, errno);
    g_free(target);
    return NULL;
  }
  if (exists) {
    (void)fchmod(fd, status.st_mode & 07777);
  }
  RecnnFileWriter *writer = g_new(RecnnFileWriter, 1);
  writer->path = target;
  writer->temporary = temporary;
  writer->fd = fd;
  writer->failed = 0;
  writer->used = 0;
  return writer;
}

static void put(RecnnFileWriter *writer, const char *bytes, size_t size) {
  while (size > 0 && writer->failed == 0) {
    const ssize_t n = write(writer->fd, bytes, size);
    if (n >= 0) {
      bytes += n;
      size -= (size_t)n;
    } else if (errno != EINTR) {
      writer->failed = errno;
    }
  }
}

static void flush(RecnnFileWriter *writer) {
  put(writer, writer->buffer, writer->used);
  writer->used = 0;
}

bool recnn_file_writer_write(RecnnFileWriter *writer, const void *bytes, size_t size,
                             GError **error) {
  if (size > ROOM - writer->used) {
    flush(writer);
  }
  if (size > ROOM) {
    put(writer, bytes, size);
  } else if (size > 0) {
    memcpy(writer->buffer + writer->used, bytes, size);
    writer->used += size;
  }
  return writer->failed == 0 || fail(error, writer->path, writer->failed);
}

bool recnn_file_writer_printf(RecnnFileWriter *writer, GError **error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = g_strdup_vprintf(format, args);
  va_end(args);
  const bool ok = recnn_file_writer_write(writer, text, strlen(text), error);
  g_free(text);
  return ok;
}

static void free_writer(RecnnFileWriter *writer) {
  g_free(writer->path);
  g_free(writer->temporary);
  g_free(writer);
}

void recnn_file_writer_abort(RecnnFileWriter *writer) {
  if (writer != NULL) {
    close(writer->fd);
    unlink(writer->temporary);
    free_writer(writer);
  }
}

/* Some file systems cannot sync, which is no failure of ours. */
static int sync_fd(int fd) {
  return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS ? 0 : errno;
}

/* The folder's own entry.  A folder that may not be read cannot be synced; the file is in place. */
static int sync_folder(const char *path) {
  char *folder = g_path_get_dirname(path);
  const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_free(folder);
  if (fd < 0) {
    return 0;
  }
  const int reason = sync_fd(fd);
  close(fd);
  return reason;
}

bool recnn_file_writer_commit(RecnnFileWriter *writer, GError **error) {
  flush(writer);
  if (writer->failed == 0) {
    writer->failed = sync_fd(writer->fd);
  }
  if (close(writer->fd) != 0 && writer->failed == 0 && errno != EINTR) {
    writer->failed = errno;
  }
  if (writer->failed == 0 && rename(writer->temporary, writer->path) != 0) {
    writer->failed = errno;
  }
  if (writer->failed != 0) {
    unlink(writer->temporary);
  } else {
    writer->failed = sync_folder(writer->path);
  }
  const bool ok = writer->failed == 0 || fail(error, writer->path, writer->failed);
  free_writer(writer);
  return ok;
}
