/* Tokens of a bundle: one after the other, each ended by a zero byte, since they may hold all else.
 */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "serve/bundle-private.h"

bool recnn__bundle_write_tokens(const char *folder, const char *file, const RecnnIdMap *map,
                                GError **error) {
  char *path = g_build_filename(folder, file, NULL);
  RecnnFileWriter *writer = recnn_file_writer_new(path, error);
  bool ok = writer != NULL;
  for (int32_t i = 0; ok && i < recnn_id_map_size(map); i++) {
    const char *token = recnn_id_map_token(map, i);
    ok = recnn_file_writer_write(writer, token, strlen(token) + 1, error);
  }
  if (ok)
    ok = recnn_file_writer_commit(writer, error);
  else
    recnn_file_writer_abort(writer);
  g_free(path);
  return ok;
}

static bool add_tokens(const RecnnFile *file, const char *path, RecnnIdMap *map, GError **error) {
  const char *at = file->bytes, *end = file->bytes + file->size;
  for (int32_t expected = 0; at < end; expected++) {
    const char *stop = memchr(at, '\0', (size_t)(end - at));
    if (stop == NULL)
      return recnn_error_set(error, RECNN_ERROR_FORMAT,
                             "%s: token %d is not ended by a zero byte: the file is cut short",
                             path, (int)expected);
    int32_t index = recnn_id_map_add(map, at, (size_t)(stop - at), error);
    if (index < 0)
      return false;
    if (index != expected)
      return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: token %d, \"%s\", is token %d again",
                             path, (int)expected, at, (int)index);
    at = stop + 1;
  }
  return true;
}

bool recnn__bundle_read_tokens(const char *folder, const char *name, RecnnIdMap *map,
                               GError **error) {
  char *path = g_build_filename(folder, name, NULL);
  RecnnFile file;
  bool ok = recnn_file_open(&file, path, error);
  if (ok) {
    ok = add_tokens(&file, path, map, error);
    recnn_file_close(&file);
  }
  g_free(path);
  return ok;
}
