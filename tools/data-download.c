/* Downloads by libcurl, which is loaded when something is to be downloaded, so that nothing else
 * needs it.  The numbers are those of its stable ABI (curl/curl.h). */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gmodule.h>

#include "base/error.h"
#include "config.h"
#include "data.h"

enum {
  OPT_LOW_SPEED_LIMIT = 19,
  OPT_LOW_SPEED_TIME = 20,
  OPT_NOPROGRESS = 43,
  OPT_FAILONERROR = 45,
  OPT_FOLLOWLOCATION = 52,
  OPT_MAXREDIRS = 68,
  OPT_CONNECTTIMEOUT = 78,
  OPT_NOSIGNAL = 99,
  OPT_WRITEDATA = 10001,
  OPT_URL = 10002,
  OPT_ERRORBUFFER = 10010,
  OPT_USERAGENT = 10018,
  OPT_XFERINFODATA = 10057,
  OPT_WRITEFUNCTION = 20011,
  OPT_XFERINFOFUNCTION = 20219,
  OPT_RESUME_FROM_LARGE = 30116,
  INFO_RESPONSE_CODE = 0x200002,
  ERROR_OK = 0,
  ERROR_WRITE = 23,
  ERROR_RANGE = 33,
  NOT_SATISFIABLE = 416,
  ERROR_BYTES = 256
};

typedef struct Curl {
  void *(*easy_init)(void);
  int (*easy_setopt)(void *handle, int option, ...);
  int (*easy_perform)(void *handle);
  int (*easy_getinfo)(void *handle, int info, ...);
  void (*easy_cleanup)(void *handle);
  const char *(*easy_strerror)(int code);
} Curl;

static bool load(Curl *curl, GError **error) {
  static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl-nss.so.4"};
  GModule *module = NULL;
  for (size_t i = 0; !module && i < G_N_ELEMENTS(names); i++)
    module = g_module_open(names[i], G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  if (!module)
    return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                           "downloads need libcurl (libcurl.so.4), which is not installed");
  /* It has threads and tables of its own: it stays. */
  g_module_make_resident(module);
  if (g_module_symbol(module, "curl_easy_init", (gpointer *)(void *)&curl->easy_init) &&
      g_module_symbol(module, "curl_easy_setopt", (gpointer *)(void *)&curl->easy_setopt) &&
      g_module_symbol(module, "curl_easy_perform", (gpointer *)(void *)&curl->easy_perform) &&
      g_module_symbol(module, "curl_easy_getinfo", (gpointer *)(void *)&curl->easy_getinfo) &&
      g_module_symbol(module, "curl_easy_cleanup", (gpointer *)(void *)&curl->easy_cleanup) &&
      g_module_symbol(module, "curl_easy_strerror", (gpointer *)(void *)&curl->easy_strerror))
    return true;
  return recnn_error_set(error, RECNN_ERROR_FAILED, "libcurl lacks a function: %s",
                         g_module_error());
}

typedef struct Transfer {
  FILE *file;
  int64_t before; /* bytes that were there */
  DataProgress progress;
  void *data;
  int reason; /* errno of a failed write */
} Transfer;

static size_t take(char *bytes, size_t size, size_t n, void *data) {
  Transfer *transfer = data;
  size_t written = fwrite(bytes, size, n, transfer->file);
  if (written < n)
    transfer->reason = errno;
  return written * size;
}

static int tell(void *data, gint64 all, gint64 done, gint64 up_all, gint64 up_done) {
  const Transfer *transfer = data;
  (void)up_all;
  (void)up_done;
  if (transfer->progress && done > 0)
    transfer->progress(transfer->data, transfer->before + done,
                       all > 0 ? transfer->before + all : 0);
  return 0;
}

/* One attempt; the result is curl's code. */
static int attempt(const Curl *curl, const char *url, Transfer *transfer, char *message,
                   long *ret_status) {
  void *handle = curl->easy_init();
  if (!handle)
    return -1;
  curl->easy_setopt(handle, OPT_URL, url);
  curl->easy_setopt(handle, OPT_USERAGENT, "recnn-data/" PACKAGE_VERSION);
  curl->easy_setopt(handle, OPT_FOLLOWLOCATION, 1L);
  curl->easy_setopt(handle, OPT_MAXREDIRS, 10L);
  curl->easy_setopt(handle, OPT_FAILONERROR, 1L);
  curl->easy_setopt(handle, OPT_NOSIGNAL, 1L);
  curl->easy_setopt(handle, OPT_CONNECTTIMEOUT, 30L);
  curl->easy_setopt(handle, OPT_LOW_SPEED_LIMIT, 1L); /* nothing at all for a minute */
  curl->easy_setopt(handle, OPT_LOW_SPEED_TIME, 60L);
  curl->easy_setopt(handle, OPT_ERRORBUFFER, message);
  curl->easy_setopt(handle, OPT_WRITEFUNCTION, take);
  curl->easy_setopt(handle, OPT_WRITEDATA, transfer);
  curl->easy_setopt(handle, OPT_NOPROGRESS, 0L);
  curl->easy_setopt(handle, OPT_XFERINFOFUNCTION, tell);
  curl->easy_setopt(handle, OPT_XFERINFODATA, transfer);
  curl->easy_setopt(handle, OPT_RESUME_FROM_LARGE, (gint64)transfer->before);
  int code = curl->easy_perform(handle);
  curl->easy_getinfo(handle, INFO_RESPONSE_CODE, ret_status);
  curl->easy_cleanup(handle);
  return code;
}

static bool fail(const Curl *curl, const char *url, const Transfer *transfer, const char *path,
                 int code, const char *message, GError **error) {
  if (code == ERROR_WRITE && transfer->reason)
    return recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", path, g_strerror(transfer->reason));
  return recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", url,
                         *message   ? message
                         : code < 0 ? "libcurl cannot start"
                                    : curl->easy_strerror(code));
}

static bool transfer_to(const Curl *curl, const char *url, const char *path, Transfer *transfer,
                        GError **error) {
  char message[ERROR_BYTES] = "";
  long status = 0;
  GStatBuf info;
  transfer->before = g_stat(path, &info) == 0 ? (int64_t)info.st_size : 0;
  int code = attempt(curl, url, transfer, message, &status);
  /* A server that cannot go on, or a piece that is not shorter than the file, which curl takes for
   * the end: from the start. */
  bool again = code == ERROR_RANGE || status == NOT_SATISFIABLE;
  if (again && transfer->before > 0) {
    transfer->before = 0;
    *message = '\0';
    if (ftruncate(fileno(transfer->file), 0) != 0)
      return recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", path, g_strerror(errno));
    code = attempt(curl, url, transfer, message, &status);
  }
  return code == ERROR_OK || fail(curl, url, transfer, path, code, message, error);
}

bool data_download(const char *url, const char *path, DataProgress progress, void *data,
                   GError **error) {
  Curl curl;
  Transfer transfer = {.progress = progress, .data = data};
  if (!load(&curl, error))
    return false;
  transfer.file = g_fopen(path, "ab");
  if (!transfer.file)
    return recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", path, g_strerror(errno));
  bool ok = transfer_to(&curl, url, path, &transfer, error);
  bool synced = fflush(transfer.file) == 0 && fsync(fileno(transfer.file)) == 0;
  int reason = errno;
  if (fclose(transfer.file) != 0 && synced) {
    synced = false;
    reason = errno;
  }
  if (ok && !synced)
    return recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", path, g_strerror(reason));
  return ok;
}
