/* Files: read in one piece whatever they are, written all or nothing. */
#include "config.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

static char *folder;

static char *path_of(const char *name) { return g_build_filename(folder, name, NULL); }

static void write_bytes(const char *path, const void *bytes, size_t size) {
  g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

static void assert_content(const char *path, const char *expected) {
  char *content = NULL;
  gsize size = 0;
  g_assert_true(g_file_get_contents(path, &content, &size, NULL));
  g_assert_cmpmem(content, size, expected, strlen(expected));
  g_free(content);
}

/* What there is in the folder, so that temporary files show. */
static int count_files(void) {
  GDir *dir = g_dir_open(folder, 0, NULL);
  int n = 0;
  while (g_dir_read_name(dir) != NULL) {
    n++;
  }
  g_dir_close(dir);
  return n;
}

static void reads(void) {
  char *path = path_of("data");
  GError *error = NULL;
  RecnnFile file;
  write_bytes(path, "ab\0c", 4);
  g_assert_true(recnn_file_open(&file, path, &error));
  g_assert_no_error(error);
  g_assert_cmpmem(file.bytes, file.size, "ab\0c", 4);
  recnn_file_close(&file);
  g_assert_null(file.bytes);
  recnn_file_close(&file);

  write_bytes(path, "", 0);
  g_assert_true(recnn_file_open(&file, path, &error));
  g_assert_cmpint(file.size, ==, 0);
  g_assert_nonnull(file.bytes);
  recnn_file_close(&file);
  g_unlink(path);
  g_free(path);
}

static void assert_not_opened(const char *path, const char *reason) {
  GError *error = NULL;
  RecnnFile file = {"x", 1, NULL};
  g_assert_false(recnn_file_open(&file, path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
  g_assert_nonnull(strstr(error->message, path));
  g_assert_nonnull(strstr(error->message, reason));
  g_assert_null(file.bytes);
  recnn_file_close(&file);
  g_error_free(error);
}

static void says_why_not(void) {
  char *path = path_of("missing");
  assert_not_opened(path, "No such file");
  assert_not_opened(folder, "folder");
  g_free(path);
}

static gpointer feed(gpointer path) {
  GString *text = g_string_new(NULL);
  for (int i = 0; i < 40000; i++) {
    g_string_append_printf(text, "%d\n", i);
  }
  FILE *pipe = g_fopen(path, "w");
  g_assert_cmpint(fwrite(text->str, 1, text->len, pipe), ==, text->len);
  fclose(pipe);
  return g_string_free(text, FALSE);
}

/* What cannot be mapped: a pipe, longer than the first buffer. */
static void reads_a_pipe(void) {
  char *path = path_of("pipe");
  g_assert_cmpint(mkfifo(path, 0600), ==, 0);
  GThread *writer = g_thread_new("writer", feed, path);
  GError *error = NULL;
  RecnnFile file;
  recnn_file_open(&file, path, &error);
  g_assert_no_error(error);
  char *expected = g_thread_join(writer);
  g_assert_cmpmem(file.bytes, file.size, expected, strlen(expected));
  recnn_file_close(&file);
  g_free(expected);

  /* Memory for it may run out at the first buffer or at a later one. */
  for (uint64_t n = 1; n <= 3; n++) {
    writer = g_thread_new("writer", feed, path);
    /* The writer's end must find a reader to the end, or it gets a SIGPIPE. */
    signal(SIGPIPE, SIG_IGN);
    const int keep = open(path, O_RDONLY | O_NONBLOCK);
    recnn_memory_fail_after(n);
    g_assert_false(recnn_file_open(&file, path, &error));
    recnn_memory_fail_after(0);
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
    g_clear_error(&error);
    char rest[4096];
    for (ssize_t got = 1; got != 0;) {
      got = read(keep, rest, sizeof rest);
    }
    close(keep);
    g_free(g_thread_join(writer));
  }
  g_unlink(path);
  g_free(path);
}

static void writes(void) {
  char *path = path_of("out");
  GError *error = NULL;
  RecnnFileWriter *writer = recnn_file_writer_new(path, &error);
  g_assert_no_error(error);
  g_assert_true(recnn_file_writer_write(writer, "one ", 4, &error));
  g_assert_true(recnn_file_writer_printf(writer, &error, "%s %d\n", "two", 3));
  g_assert_true(recnn_file_writer_write(writer, NULL, 0, &error));
  /* Nothing is there before the end. */
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  g_assert_true(recnn_file_writer_commit(writer, &error));
  g_assert_no_error(error);
  assert_content(path, "one two 3\n");

  writer = recnn_file_writer_new(path, &error);
  recnn_file_writer_printf(writer, &error, "lost");
  recnn_file_writer_abort(writer);
  recnn_file_writer_abort(NULL);
  assert_content(path, "one two 3\n");
  g_assert_cmpint(count_files(), ==, 1);
  g_unlink(path);
  g_free(path);
}

/* Pieces of all sizes around the buffer's own. */
static void writes_much(void) {
  static const size_t sizes[] = {1, 65535, 65536, 65537, 3, 200000, 65536, 7};
  char *path = path_of("out");
  GString *expected = g_string_new(NULL);
  GError *error = NULL;
  RecnnFileWriter *writer = recnn_file_writer_new(path, &error);
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    char *piece = g_strnfill(sizes[i], 'a' + (char)i);
    g_assert_true(recnn_file_writer_write(writer, piece, sizes[i], &error));
    g_string_append(expected, piece);
    g_free(piece);
  }
  g_assert_true(recnn_file_writer_commit(writer, &error));
  assert_content(path, expected->str);
  g_string_free(expected, TRUE);
  g_unlink(path);
  g_free(path);
}

/* The mode of the file that is replaced, and of a new one what the umask leaves. */
static void keeps_the_mode(void) {
  char *path = path_of("out");
  struct stat status;
  const mode_t before = umask(027);
  RecnnFileWriter *writer = recnn_file_writer_new(path, NULL);
  g_assert_true(recnn_file_writer_commit(writer, NULL));
  umask(before);
  g_assert_cmpint(stat(path, &status), ==, 0);
  g_assert_cmpint(status.st_mode & 07777, ==, 0640);
  g_assert_cmpint(chmod(path, 0604), ==, 0);
  writer = recnn_file_writer_new(path, NULL);
  g_assert_true(recnn_file_writer_commit(writer, NULL));
  g_assert_cmpint(stat(path, &status), ==, 0);
  g_assert_cmpint(status.st_mode & 07777, ==, 0604);
  g_unlink(path);
  g_free(path);
}

static void writes_through_a_link(void) {
  char *path = path_of("real"), *link_path = path_of("link");
  write_bytes(path, "old", 3);
  g_assert_cmpint(symlink("real", link_path), ==, 0);
  RecnnFileWriter *writer = recnn_file_writer_new(link_path, NULL);
  recnn_file_writer_printf(writer, NULL, "new");
  g_assert_true(recnn_file_writer_commit(writer, NULL));
  g_assert_true(g_file_test(link_path, G_FILE_TEST_IS_SYMLINK));
  assert_content(path, "new");
  g_unlink(path);
  g_unlink(link_path);
  g_free(path);
  g_free(link_path);
}

static void assert_not_begun(const char *path, const char *reason) {
  GError *error = NULL;
  g_assert_null(recnn_file_writer_new(path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
  g_assert_nonnull(strstr(error->message, path));
  g_assert_nonnull(strstr(error->message, reason));
  g_error_free(error);
}

static void refuses_bad_places(void) {
  char *path = path_of("no/such/folder/out"), *pipe = path_of("pipe");
  assert_not_begun(path, "No such file");
  assert_not_begun(folder, "it is a folder");
  assert_not_begun("/dev/null", "it is a device");
  g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
  assert_not_begun(pipe, "a pipe");
  g_unlink(pipe);
  g_free(path);
  g_free(pipe);
}

/* A write that fails in the middle, at the end only, and in a small file: the old one stays. */
static void survives_a_full_disk(void) {
  char *path = path_of("out");
  write_bytes(path, "old", 3);
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit before;
  g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
  static const size_t sizes[] = {100, 70000, 300000};
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    GError *error = NULL;
    char *piece = g_strnfill(sizes[i], 'x');
    const struct rlimit limit = {50, before.rlim_max};
    RecnnFileWriter *writer = recnn_file_writer_new(path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    const bool written = recnn_file_writer_write(writer, piece, sizes[i], &error);
    if (!written) {
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
      g_clear_error(&error);
    }
    g_assert_true(written == (sizes[i] <= 65536)); /* which still wait in the buffer */
    g_assert_true(recnn_file_writer_printf(writer, NULL, "more") == written);
    const bool committed = recnn_file_writer_commit(writer, &error);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
    g_assert_false(committed);
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, "File too large"));
    g_clear_error(&error);
    assert_content(path, "old");
    g_assert_cmpint(count_files(), ==, 1);
    g_free(piece);
  }
  g_unlink(path);
  g_free(path);
}

/* The folder goes away, or the name becomes a folder's, before the end. */
static void fails_to_rename(void) {
  char *path = path_of("out"), *inner = path_of("out/x");
  GError *error = NULL;
  RecnnFileWriter *writer = recnn_file_writer_new(path, &error);
  recnn_file_writer_printf(writer, &error, "text");
  g_assert_cmpint(g_mkdir_with_parents(inner, 0700), ==, 0);
  g_assert_false(recnn_file_writer_commit(writer, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
  g_clear_error(&error);
  g_assert_cmpint(count_files(), ==, 1);
  g_rmdir(inner);
  g_rmdir(path);
  g_free(path);
  g_free(inner);
}

/* Two writers of one path at once do not share a temporary file. */
static void two_writers(void) {
  char *path = path_of("out");
  RecnnFileWriter *a = recnn_file_writer_new(path, NULL), *b = recnn_file_writer_new(path, NULL);
  recnn_file_writer_printf(a, NULL, "first");
  recnn_file_writer_printf(b, NULL, "second");
  g_assert_true(recnn_file_writer_commit(b, NULL));
  assert_content(path, "second");
  g_assert_true(recnn_file_writer_commit(a, NULL));
  assert_content(path, "first");
  g_assert_cmpint(count_files(), ==, 1);
  g_unlink(path);
  g_free(path);
}

/* Files that happen to have the temporary ones' names are left alone. */
static void leaves_strangers_alone(void) {
  enum { N = 50 };
  char *path = path_of("out"), *strangers[N];
  for (int i = 0; i < N; i++) {
    char *name = g_strdup_printf(".out.%ld-%d.tmp", (long)getpid(), i);
    strangers[i] = path_of(name);
    write_bytes(strangers[i], "mine", 4);
    g_free(name);
  }
  RecnnFileWriter *writer = recnn_file_writer_new(path, NULL);
  recnn_file_writer_printf(writer, NULL, "theirs");
  g_assert_true(recnn_file_writer_commit(writer, NULL));
  assert_content(path, "theirs");
  g_assert_cmpint(count_files(), ==, N + 1);
  for (int i = 0; i < N; i++) {
    assert_content(strangers[i], "mine");
    g_unlink(strangers[i]);
    g_free(strangers[i]);
  }
  g_unlink(path);
  g_free(path);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("recnn-file-XXXXXX", NULL);
  g_assert_nonnull(folder);
  g_test_add_func("/file/reads", reads);
  g_test_add_func("/file/says-why-not", says_why_not);
  g_test_add_func("/file/reads-a-pipe", reads_a_pipe);
  g_test_add_func("/file/writes", writes);
  g_test_add_func("/file/writes-much", writes_much);
  g_test_add_func("/file/keeps-the-mode", keeps_the_mode);
  g_test_add_func("/file/writes-through-a-link", writes_through_a_link);
  g_test_add_func("/file/refuses-bad-places", refuses_bad_places);
  g_test_add_func("/file/survives-a-full-disk", survives_a_full_disk);
  g_test_add_func("/file/fails-to-rename", fails_to_rename);
  g_test_add_func("/file/two-writers", two_writers);
  g_test_add_func("/file/leaves-strangers-alone", leaves_strangers_alone);
  const int result = g_test_run();
  g_rmdir(folder);
  g_free(folder);
  return result;
}
