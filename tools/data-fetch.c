/* recnn-data fetch: the catalogue of public data, downloads that are checked before they are
 * called by their name, and the progress bar. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/file.h"
#include "data.h"

typedef struct Entry {
  const char *name, *file;
  GChecksumType type;
  const char *checksum; /* NULL: it changes, or is not known */
  const char *what;
} Entry;

static const char home[] = "https://files.grouplens.org/datasets/movielens/";

/* The MD5 sums are those that GroupLens puts beside the files. */
static const Entry catalogue[] = {
    {"ml-100k", "ml-100k.zip", G_CHECKSUM_SHA256,
     "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
     "943 users, 1,682 items, 100,000 ratings; 4.9 MB"},
    {"ml-1m", "ml-1m.zip", G_CHECKSUM_SHA256,
     "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
     "6,040 users, 3,706 items, 1,000,209 ratings; 5.9 MB"},
    {"ml-10m", "ml-10m.zip", G_CHECKSUM_MD5, "ce571fd55effeba0271552578f2648bd",
     "69,878 users, 10,677 items, 10,000,054 ratings; 66 MB"},
    {"ml-20m", "ml-20m.zip", G_CHECKSUM_MD5, "cd245b17a1ae2cc31bb14903e1204af3",
     "138,493 users, 26,744 items, 20,000,263 ratings; 199 MB"},
    {"ml-25m", "ml-25m.zip", G_CHECKSUM_MD5, "6b51fb2759a8657d3bfcbfc42b592ada",
     "162,541 users, 59,047 items, 25,000,095 ratings; 262 MB"},
    {"ml-latest-small", "ml-latest-small.zip", G_CHECKSUM_SHA256, NULL,
     "about 600 users and 100,000 ratings; changes from time to time"},
};

void data_print_catalogue(void) {
  for (size_t i = 0; i < G_N_ELEMENTS(catalogue); i++)
    printf("%-16s %s\n", catalogue[i].name, catalogue[i].what);
  printf("\nMovieLens, from %s\n", home);
}

/* ---- the bar */

typedef struct Bar {
  bool shown;
  gint64 begun, last; /* microseconds */
  int64_t from;
} Bar;

static void show(void *data, int64_t done, int64_t all) {
  enum { WIDTH = 30 };
  Bar *bar = data;
  gint64 now = g_get_monotonic_time();
  if (!bar->shown) {
    bar->begun = now;
    bar->from = done;
  }
  if (bar->shown && now - bar->last < 100000 && done != all)
    return;
  bar->shown = true;
  bar->last = now;
  double rate = (double)(done - bar->from) / MAX((double)(now - bar->begun) * 1e-6, 1e-3);
  if (all > 0) {
    int filled = (int)(WIDTH * done / all);
    fprintf(stderr, "\r[%.*s%*s] %3d %%", filled, "##############################", WIDTH - filled,
            "", (int)(100 * done / all));
  } else {
    fputc('\r', stderr);
  }
  fprintf(stderr, " %.1f MB, %.1f MB/s\033[K", (double)done * 1e-6, rate * 1e-6);
}

/* ---- checks */

static char *checksum_of(const char *path, GChecksumType type, GError **error) {
  RecnnFile file;
  if (!recnn_file_open(&file, path, error))
    return NULL;
  char *sum = g_compute_checksum_for_data(type, (const guchar *)file.bytes, file.size);
  recnn_file_close(&file);
  return sum;
}

/* Whether the file is what it should be. */
static bool check_file(const Entry *entry, const char *path, GError **error) {
  if (!entry->checksum)
    return true;
  g_autofree char *sum = checksum_of(path, entry->type, error);
  if (!sum)
    return false;
  return g_ascii_strcasecmp(sum, entry->checksum) == 0 ||
         recnn_error_set(error, RECNN_ERROR_DATA, "%s: %s %s, expected %s", path,
                         entry->type == G_CHECKSUM_MD5 ? "MD5" : "SHA-256", sum, entry->checksum);
}

static bool fetch(const Entry *entry, const char *url, const char *path, bool quiet,
                  GError **error) {
  g_autofree char *piece = g_strconcat(path, ".part", NULL);
  Bar bar = {0};
  GStatBuf info;
  bool whole = entry->checksum && g_stat(piece, &info) == 0 && check_file(entry, piece, NULL);
  bool ok = whole || data_download(url, piece, quiet || !isatty(2) ? NULL : show, &bar, error);
  if (bar.shown)
    fputc('\n', stderr);
  if (!ok) {
    if (g_stat(piece, &info) == 0 && info.st_size == 0)
      (void)g_unlink(piece);
    return false;
  }
  if (!check_file(entry, piece, error)) {
    (void)g_unlink(piece); /* going on from it would be of no use */
    g_prefix_error(error, "%s is not what was expected, and is removed: ", url);
    return false;
  }
  return g_rename(piece, path) == 0 ||
         recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", path, g_strerror(errno));
}

static int report(GError *error) {
  fprintf(stderr, "recnn-data: fetch: %s\n", error->message);
  g_error_free(error);
  return DATA_FAILED;
}

/* The archive's folder, so that it can be named as a data set. */
static int unpack(const char *path) {
  GError *error = NULL;
  g_autofree char *folder = g_strndup(path, strlen(path) - strlen(".zip"));
  if (g_file_test(folder, G_FILE_TEST_EXISTS)) {
    printf("%s is there already, and is left alone\n", folder);
    return DATA_DONE;
  }
  if (!data_unpack(path, folder, &error))
    return report(error);
  printf("%s: unpacked\n", folder);
  return DATA_DONE;
}

/* Makes sure that the file is there, and is right. */
static bool fetch_file(const FetchRequest *request, const Entry *entry, const char *url,
                       const char *path, GError **error) {
  if (g_file_test(path, G_FILE_TEST_EXISTS)) {
    if (!check_file(entry, path, error)) {
      g_prefix_error(error, "a file of that name is there, and is left alone: ");
      return false;
    }
    printf("%s is there already%s\n", path, entry->checksum ? ", and is what it should be" : "");
    return true;
  }
  if (!fetch(entry, url, path, request->quiet, error))
    return false;
  printf("%s%s\n", path, entry->checksum ? ": checked" : ": no checksum is known for it");
  return true;
}

static int fetch_entry(const FetchRequest *request, const Entry *entry, const char *url) {
  GError *error = NULL;
  if (g_mkdir_with_parents(request->to, 0777) != 0) {
    fprintf(stderr, "recnn-data: fetch: cannot make the folder %s: %s\n", request->to,
            g_strerror(errno));
    return DATA_FAILED;
  }
  g_autofree char *path = g_build_filename(request->to, entry->file, NULL);
  if (!fetch_file(request, entry, url, path, &error))
    return report(error);
  bool is_archive = g_str_has_suffix(entry->file, ".zip") && strlen(entry->file) > strlen(".zip");
  return is_archive ? unpack(path) : DATA_DONE;
}

/* The checksum that comes with a URL; says what is wrong with the request. */
static bool check_request(const FetchRequest *request, bool is_url) {
  const char *sum = request->sha256;
  if (!is_url && sum)
    fputs("recnn-data: fetch: --sha256 is for a URL: the catalogue has its own\n", stderr);
  else if (is_url && request->mirror)
    fputs("recnn-data: fetch: --mirror is for names of the catalogue\n", stderr);
  else if (sum && (strlen(sum) != 64 || strspn(sum, "0123456789abcdefABCDEF") != 64))
    fprintf(stderr, "recnn-data: fetch: --sha256: expected 64 hexadecimal digits, got %s\n", sum);
  else
    return true;
  return false;
}

int data_fetch(const FetchRequest *request) {
  const char *names[G_N_ELEMENTS(catalogue) + 1] = {NULL};
  bool is_url = strstr(request->what, "://") != NULL;
  if (!check_request(request, is_url))
    return DATA_USAGE;
  if (is_url) {
    g_autofree char *file = g_path_get_basename(request->what);
    Entry entry = {"", file, G_CHECKSUM_SHA256, request->sha256, ""};
    return fetch_entry(request, &entry, request->what);
  }
  for (size_t i = 0; i < G_N_ELEMENTS(catalogue); i++) {
    names[i] = catalogue[i].name;
    if (strcmp(request->what, names[i]) != 0)
      continue;
    g_autofree char *url =
        g_strconcat(request->mirror ? request->mirror : home,
                    request->mirror && !g_str_has_suffix(request->mirror, "/") ? "/" : "",
                    catalogue[i].file, NULL);
    return fetch_entry(request, &catalogue[i], url);
  }
  g_autofree char *hint = recnn_suggest(request->what, names);
  fprintf(stderr, "recnn-data: fetch: no data set is called %s%s\n", request->what, hint);
  return DATA_USAGE;
}
