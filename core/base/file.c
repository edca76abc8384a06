/* Reading a whole file: a mapping where there can be one, otherwise read to the end.  Writing is in
 * file-writer.c. */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

static bool fail(GError **error, const char *what, const char *path, int reason) {
  return recnn_error_set(error, RECNN_ERROR_IO, "cannot %s %s: %s", what, path, g_strerror(reason));
}

/* Reads until the end, in a buffer that doubles. */
static bool read_all(int fd, const char *path, RecnnFile *file, GError **error) {
  size_t room = (size_t)64 << 10, size = 0;
  char *bytes = recnn_memory_new(room, 1, path, error);
  while (bytes != NULL) {
    if (size == room) {
      char *more = recnn_memory_new(room, 2, path, error);
      if (more == NULL) {
        break;
      }
      memcpy(more, bytes, size);
      recnn_memory_free(bytes);
      bytes = more;
      room *= 2;
    }
    const ssize_t n = read(fd, bytes + size, room - size);
    if (n > 0) {
      size += (size_t)n;
    } else if (n == 0) {
      *file = (RecnnFile){bytes, size, NULL};
      return true;
    } else if (errno != EINTR) {
      fail(error, "read", path, errno);
      break;
    }
  }
  recnn_memory_free(bytes);
  return false;
}

bool recnn_file_open(RecnnFile *file, const char *path, GError **error) {
  *file = (RecnnFile){NULL, 0, NULL};
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail(error, "open", path, errno);
  }
  struct stat status;
  bool ok = fstat(fd, &status) == 0;
  if (!ok) {
    fail(error, "open", path, errno);
  } else if (S_ISDIR(status.st_mode)) {
    ok = recnn_error_set(error, RECNN_ERROR_IO, "cannot open %s: it is a folder, expected a file",
                         path);
  } else if (S_ISREG(status.st_mode) && status.st_size > 0 &&
             (uintmax_t)status.st_size <= SIZE_MAX) {
    const size_t size = (size_t)status.st_size;
    void *mapping = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapping != MAP_FAILED) {
      *file = (RecnnFile){mapping, size, mapping};
    } else {
      ok = read_all(fd, path, file, error);
    }
  } else {
    /* Pipes, and what says it is empty but is not, such as files of /proc. */
    ok = read_all(fd, path, file, error);
  }
  close(fd);
  return ok;
}

void recnn_file_close(RecnnFile *file) {
  if (file->mapping != NULL) {
    munmap(file->mapping, file->size);
  } else {
    recnn_memory_free((void *)file->bytes);
  }
  *file = (RecnnFile){NULL, 0, NULL};
}
