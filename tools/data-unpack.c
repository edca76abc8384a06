/* Zip archives, unpacked by zlib, which is there anyway: stored and deflated files, no encryption,
 * no 64-bit sizes.  The archive may be anybody's: nothing is written outside its folder, no link is
 * made, and it becomes no more than MOST_TIMES its size.  The folder is there when all of it is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <zlib.h>

#include "base/error.h"
#include "base/file.h"
#include "data.h"

enum {
  END_BYTES = 22,
  ENTRY_BYTES = 46,
  LOCAL_BYTES = 30,
  MOST_COMMENT = 65535,
  STORED = 0,
  DEFLATED = 8,
  ENCRYPTED = 1,
  UNIX = 3,
  MOST_TIMES = 200,
  CHUNK = 16384
};

typedef struct Zip {
  const char *path;
  const uint8_t *bytes;
  size_t size, at; /* of the next entry */
  size_t n, left;  /* entries */
  uint64_t room;   /* bytes that it may still become */
} Zip;

typedef struct Entry {
  char *name; /* as in the archive */
  const uint8_t *packed;
  uint32_t packed_size, size, crc;
  unsigned flags, method, system, mode;
} Entry;

static unsigned get16(const uint8_t *at) { return at[0] | (unsigned)at[1] << 8; }
static uint32_t get32(const uint8_t *at) { return get16(at) | (uint32_t)get16(at + 2) << 16; }

static bool damaged(const Zip *zip, const char *what, GError **error) {
  return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: %s: expected a whole zip archive",
                         zip->path, what);
}

/* The end of the archive, which says where its list of entries is. */
static bool find_entries(Zip *zip, GError **error) {
  size_t most = MIN(zip->size, (size_t)END_BYTES + MOST_COMMENT);
  for (size_t back = END_BYTES; back <= most; back++) {
    const uint8_t *end = zip->bytes + zip->size - back;
    if (memcmp(end, "PK\5\6", 4) != 0 || get16(end + 20) != back - END_BYTES)
      continue;
    zip->n = zip->left = get16(end + 10);
    zip->at = get32(end + 16);
    if (zip->n == 0xffff || zip->at == 0xffffffff)
      return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED, "%s: a zip archive of the 64-bit kind",
                             zip->path);
    zip->room = (uint64_t)zip->size * MOST_TIMES;
    return zip->n > 0 || damaged(zip, "no files in it", error);
  }
  return damaged(zip, "no end of an archive", error);
}

/* A name that stays in its folder. */
static bool is_safe(const char *name) {
  if (!*name || *name == '/' || strpbrk(name, "\\:") || !g_utf8_validate(name, -1, NULL))
    return false;
  g_auto(GStrv) steps = g_strsplit(name, "/", -1);
  for (char **step = steps; *step; step++)
    if (strcmp(*step, "..") == 0 || strcmp(*step, ".") == 0 || (!**step && step[1]))
      return false;
  return true;
}

static bool check_entry(Zip *zip, const Entry *entry, size_t name_length, GError **error) {
  if (strlen(entry->name) != name_length || !is_safe(entry->name)) {
    g_autofree char *name = g_strescape(entry->name, NULL);
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s: the name \"%s\" in it: expected one of a file inside a folder",
                           zip->path, name);
  }
  if (entry->flags & ENCRYPTED)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED, "%s: %s in it is encrypted", zip->path,
                           entry->name);
  if (entry->method != STORED && entry->method != DEFLATED)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "%s: %s in it is packed by method %u, expected 0 or 8", zip->path,
                           entry->name, entry->method);
  if (entry->system == UNIX && S_ISLNK(entry->mode))
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED, "%s: %s in it is a link", zip->path,
                           entry->name);
  if (entry->size > zip->room)
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s: %s in it: the archive would become more than %d times its size",
                           zip->path, entry->name, MOST_TIMES);
  return true;
}

/* The next entry; its name is the caller's, in failure too. */
static bool next_entry(Zip *zip, Entry *entry, GError **error) {
  const uint8_t *head = zip->bytes + zip->at;
  *entry = (Entry){0};
  if (zip->at > zip->size || zip->size - zip->at < ENTRY_BYTES || memcmp(head, "PK\1\2", 4) != 0)
    return damaged(zip, "its list of files is cut off", error);
  size_t name_length = get16(head + 28);
  size_t bytes = ENTRY_BYTES + name_length + get16(head + 30) + get16(head + 32);
  if (zip->size - zip->at < bytes)
    return damaged(zip, "its list of files is cut off", error);
  size_t from = get32(head + 42);
  *entry = (Entry){.name = g_strndup((const char *)head + ENTRY_BYTES, name_length),
                   .packed_size = get32(head + 20),
                   .size = get32(head + 24),
                   .crc = get32(head + 16),
                   .flags = get16(head + 8),
                   .method = get16(head + 10),
                   .system = head[5],
                   .mode = get16(head + 40)};
  if (!check_entry(zip, entry, name_length, error))
    return false;
  const uint8_t *local = zip->bytes + from;
  if (from > zip->size || zip->size - from < LOCAL_BYTES || memcmp(local, "PK\3\4", 4) != 0)
    return damaged(zip, entry->name, error);
  size_t skip = (size_t)LOCAL_BYTES + get16(local + 26) + get16(local + 28);
  if (zip->size - from < skip || zip->size - from - skip < entry->packed_size)
    return damaged(zip, entry->name, error);
  entry->packed = local + skip;
  zip->at += bytes;
  zip->left--;
  zip->room -= entry->size;
  return true;
}

/* Inflates into the writer; false without an error where the stream is not what it should be. */
static bool inflate_to(const Entry *entry, RecnnFileWriter *writer, uLong *ret_crc, size_t *ret_n,
                       GError **error) {
  uint8_t chunk[CHUNK];
  z_stream stream = {.next_in = (Bytef *)entry->packed, .avail_in = entry->packed_size};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  int status = Z_OK;
  bool ok = true;
  while (ok && status == Z_OK) {
    stream.next_out = chunk;
    stream.avail_out = CHUNK;
    status = inflate(&stream, Z_NO_FLUSH);
    size_t n = CHUNK - stream.avail_out;
    *ret_n += n;
    *ret_crc = crc32(*ret_crc, chunk, (uInt)n);
    ok = *ret_n <= entry->size && recnn_file_writer_write(writer, chunk, n, error);
  }
  (void)inflateEnd(&stream);
  return ok && status == Z_STREAM_END;
}

static bool write_entry(const Zip *zip, const Entry *entry, const char *path, GError **error) {
  RecnnFileWriter *writer = recnn_file_writer_new(path, error);
  if (!writer)
    return false;
  uLong crc = crc32(0, NULL, 0);
  size_t n = 0;
  bool ok;
  GError *inner = NULL;
  if (entry->method == STORED) {
    n = entry->packed_size;
    crc = crc32(crc, entry->packed, entry->packed_size);
    ok = recnn_file_writer_write(writer, entry->packed, n, &inner);
  } else {
    ok = inflate_to(entry, writer, &crc, &n, &inner);
  }
  if (ok && n == entry->size && crc == entry->crc)
    return recnn_file_writer_commit(writer, error);
  recnn_file_writer_abort(writer);
  if (!inner)
    return damaged(zip, entry->name, error);
  g_propagate_error(error, inner);
  return false;
}

/* The folder that all files are in, as "ml-100k/"; or "". */
static char *common_folder(Zip zip) {
  char *common = NULL;
  bool done = false;
  for (Entry entry; !done && zip.left > 0; g_free(entry.name)) {
    const char *slash = NULL;
    if (next_entry(&zip, &entry, NULL))
      slash = strchr(entry.name, '/');
    if (slash && !common)
      common = g_strndup(entry.name, (size_t)(slash - entry.name) + 1);
    done = !slash || !g_str_has_prefix(entry.name, common);
  }
  if (done)
    g_clear_pointer(&common, g_free);
  return common ? common : g_strdup("");
}

static bool unpack_all(Zip zip, const char *folder, GError **error) {
  g_autofree char *common = common_folder(zip);
  bool ok = true;
  while (ok && zip.left > 0) {
    Entry entry;
    ok = next_entry(&zip, &entry, error);
    if (ok) {
      g_autofree char *path = g_build_filename(folder, entry.name + strlen(common), NULL);
      g_autofree char *parent = g_path_get_dirname(path);
      bool is_folder = g_str_has_suffix(entry.name, "/");
      if (g_mkdir_with_parents(is_folder ? path : parent, 0777) != 0)
        ok = recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", path, g_strerror(errno));
      else
        ok = is_folder || write_entry(&zip, &entry, path, error);
    }
    g_free(entry.name);
  }
  return ok;
}

/* What an unpacking that failed has left: files and folders, no links. */
static void remove_all(const char *path) {
  GDir *dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    remove_all(child);
  }
  if (dir)
    g_dir_close(dir);
  (void)g_remove(path);
}

static bool unpack_to(const Zip *zip, const char *folder, GError **error) {
  g_autofree char *around = g_strconcat(folder, ".part-XXXXXX", NULL);
  if (!g_mkdtemp(around))
    return recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", around, g_strerror(errno));
  g_autofree char *inside = g_build_filename(around, "data", NULL); /* with the usual rights */
  bool ok = g_mkdir(inside, 0777) == 0 ||
            recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", inside, g_strerror(errno));
  ok = ok && unpack_all(*zip, inside, error);
  if (ok && g_rename(inside, folder) != 0)
    ok = recnn_error_set(error, RECNN_ERROR_IO, "%s: %s", folder, g_strerror(errno));
  remove_all(around);
  return ok;
}

bool data_unpack(const char *path, const char *folder, GError **error) {
  RecnnFile file;
  if (!recnn_file_open(&file, path, error))
    return false;
  Zip zip = {.path = path, .bytes = (const uint8_t *)file.bytes, .size = file.size};
  bool ok = find_entries(&zip, error) && unpack_to(&zip, folder, error);
  recnn_file_close(&file);
  return ok;
}
