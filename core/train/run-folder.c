/* Folders of runs.  A lock on the file "lock" says that a process is at work; it goes with the
 * process, however that ends. */
#include "config.h"

#include "train/run-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

#define DOMAIN "train"

struct RecnnRunFolder {
  char *path;
  int lock;
};

const char *recnn__run_folder_path(const RecnnRunFolder *folder) { return folder->path; }

char *recnn__run_folder_file(const RecnnRunFolder *folder, const char *name) {
  return g_build_filename(folder->path, name, NULL);
}

bool recnn__run_folder_has(const RecnnRunFolder *folder, const char *name) {
  char *path = recnn__run_folder_file(folder, name);
  bool has = g_file_test(path, G_FILE_TEST_EXISTS);
  g_free(path);
  return has;
}

bool recnn__run_folder_write(const RecnnRunFolder *folder, const char *name, const char *text,
                             size_t size, GError **error) {
  char *path = recnn__run_folder_file(folder, name);
  RecnnFileWriter *writer = recnn_file_writer_new(path, error);
  bool ok = writer != NULL && recnn_file_writer_write(writer, text, size, error);
  if (ok)
    ok = recnn_file_writer_commit(writer, error);
  else
    recnn_file_writer_abort(writer);
  g_free(path);
  return ok;
}

void recnn__run_folder_close(RecnnRunFolder *folder) {
  if (folder == NULL)
    return;
  if (folder->lock >= 0)
    close(folder->lock);
  g_free(folder->path);
  g_free(folder);
}

/* Takes the lock of a folder; NULL when another has it, or there is no such file to be had. */
static RecnnRunFolder *hold(const char *path) {
  char *name = g_build_filename(path, "lock", NULL);
  int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  g_free(name);
  if (fd < 0)
    return NULL;
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    return NULL;
  }
  RecnnRunFolder *folder = g_new0(RecnnRunFolder, 1);
  folder->path = g_strdup(path);
  folder->lock = fd;
  return folder;
}

/* True when the folder's request is this one. */
static bool is_of(const RecnnRunFolder *folder, const char *request) {
  char *path = recnn__run_folder_file(folder, "request.txt");
  RecnnFile file;
  bool same = false;
  if (recnn_file_open(&file, path, NULL)) {
    same = file.size == strlen(request) && memcmp(file.bytes, request, file.size) == 0;
    recnn_file_close(&file);
  }
  g_free(path);
  return same;
}

/* Temporary files that a killed process has left. */
static void sweep(const RecnnRunFolder *folder) {
  GDir *dir = g_dir_open(folder->path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    if (name[0] == '.' && g_str_has_suffix(name, ".tmp")) {
      char *path = recnn__run_folder_file(folder, name);
      (void)g_unlink(path);
      g_free(path);
    }
  }
  if (dir != NULL)
    g_dir_close(dir);
}

/* A folder that a process made and was killed before it wrote the request: nothing is lost. */
static void remove_unborn(RecnnRunFolder *folder) {
  char *lock = recnn__run_folder_file(folder, "lock");
  sweep(folder);
  (void)g_unlink(lock);
  (void)g_rmdir(folder->path); /* not when there is anything else in it */
  g_free(lock);
}

static int latest_first(const void *a, const void *b) {
  return strcmp(*(const char *const *)b, *(const char *const *)a);
}

/* "NAME-20260102-030405", with "-2" behind it when there are several of a second. */
static bool is_run_of(const char *entry, const char *name) {
  size_t length = strlen(name);
  if (strncmp(entry, name, length) != 0 || entry[length] != '-')
    return false;
  const char *time = entry + length + 1;
  for (int i = 0; i < 15; i++)
    if (i == 8 ? time[i] != '-' : !g_ascii_isdigit(time[i]))
      return false;
  return time[15] == '\0' || time[15] == '-';
}

/* The latest run to go on with; NULL when there is none. */
static RecnnRunFolder *find(const char *runs, const char *name, const char *request) {
  GDir *dir = g_dir_open(runs, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  const char *entry;
  while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL)
    if (is_run_of(entry, name))
      g_ptr_array_add(names, g_strdup(entry));
  if (dir != NULL)
    g_dir_close(dir);
  g_ptr_array_sort(names, latest_first);
  RecnnRunFolder *found = NULL;
  for (guint i = 0; i < names->len && found == NULL; i++) {
    char *path = g_build_filename(runs, names->pdata[i], NULL);
    char *result = g_build_filename(path, "result.json", NULL);
    if (!g_file_test(result, G_FILE_TEST_EXISTS))
      found = hold(path);
    if (found != NULL && !recnn__run_folder_has(found, "request.txt"))
      remove_unborn(found);
    /* once more behind the lock: its holder may just have finished */
    if (found != NULL && (g_file_test(result, G_FILE_TEST_EXISTS) || !is_of(found, request)))
      g_clear_pointer(&found, recnn__run_folder_close);
    g_free(result);
    g_free(path);
  }
  g_ptr_array_unref(names);
  if (found != NULL)
    sweep(found);
  return found;
}

static RecnnRunFolder *make(const char *runs, const char *name, const char *request,
                            GError **error) {
  char stamp[32];
  time_t now = time(NULL);
  struct tm parts;
  (void)localtime_r(&now, &parts);
  (void)strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
  if (g_mkdir_with_parents(runs, 0777) != 0) {
    recnn_error_set(error, RECNN_ERROR_IO, "cannot make the folder %s: %s", runs,
                    g_strerror(errno));
    return NULL;
  }
  for (int i = 1; i < 1000; i++) {
    char *leaf = i == 1 ? g_strdup_printf("%s-%s", name, stamp)
                        : g_strdup_printf("%s-%s-%d", name, stamp, i);
    char *path = g_build_filename(runs, leaf, NULL);
    int status = mkdir(path, 0777);
    int reason = errno;
    RecnnRunFolder *folder = status == 0 ? hold(path) : NULL;
    g_free(leaf);
    if (status != 0 && reason != EEXIST)
      recnn_error_set(error, RECNN_ERROR_IO, "cannot make the folder %s: %s", path,
                      g_strerror(reason));
    g_free(path);
    if (status != 0 && reason != EEXIST)
      return NULL;
    if (folder != NULL &&
        recnn__run_folder_write(folder, "request.txt", request, strlen(request), error))
      return folder;
    if (folder != NULL) { /* the folder is there and cannot be written to */
      recnn__run_folder_close(folder);
      return NULL;
    }
  }
  recnn_error_set(error, RECNN_ERROR_IO, "cannot make a folder for run %s in %s", name, runs);
  return NULL;
}

RecnnRunFolder *recnn__run_folder_open(const char *runs, const char *name, const char *request,
                                       bool resume, GError **error) {
  if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL) {
    recnn_error_set(error, RECNN_ERROR_OPTION,
                    "option run_name: \"%s\": expected a name without \"/\" that does not begin "
                    "with \".\"",
                    name);
    return NULL;
  }
  RecnnRunFolder *folder = resume ? find(runs, name, request) : NULL;
  if (folder != NULL)
    recnn_log(RECNN_LOG_INFO, DOMAIN, "going on with %s", folder->path);
  return folder != NULL ? folder : make(runs, name, request, error);
}
