/* The files of sections.h. */
#include "base/sections.h"

#include <string.h>

#include "base/crc32c.h"
#include "base/error.h"
#include "base/file.h"

enum { KIND = 8, FIXED = KIND + 4 + 4 + 8, ENTRY = RECNN_SECTION_NAME + 8 + 4 + 4, CRC = 4 };

typedef struct Section {
  char name[RECNN_SECTION_NAME];
  uint64_t size;
  uint32_t crc;
  const char *bytes; /* of an open file */
} Section;

struct RecnnSections {
  RecnnFile file;
  char *path;
  uint32_t n;
  Section *sections;
};

typedef struct Piece {
  uint32_t section;
  const void *bytes;
  size_t size;
} Piece;

struct RecnnSectionsWriter {
  char kind[KIND];
  uint32_t version;
  GArray *sections; /* Section */
  GArray *pieces;   /* Piece */
};

static void put(GByteArray *to, uint64_t x, int bytes) {
  for (int i = 0; i < bytes; i++) {
    guint8 byte = (guint8)(x >> (8 * i));
    g_byte_array_append(to, &byte, 1);
  }
}

static uint64_t get(const char *from, int bytes) {
  uint64_t x = 0;
  for (int i = 0; i < bytes; i++)
    x |= (uint64_t)(unsigned char)from[i] << (8 * i);
  return x;
}

/* ---- reading */

static bool damaged(const RecnnSections *file, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
static bool damaged(const RecnnSections *file, GError **error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = g_strdup_vprintf(format, args);
  va_end(args);
  recnn_error_set(error, RECNN_ERROR_FORMAT, "%s is damaged: %s", file->path, text);
  g_free(text);
  return false;
}

static bool check_header(const RecnnSections *file, const char *kind, uint32_t version,
                         GError **error) {
  const char *bytes = file->file.bytes;
  size_t size = file->file.size;
  if (size < KIND || memcmp(bytes, kind, KIND) != 0)
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s is no file of the kind %.8s: it begins otherwise", file->path, kind);
  if (size < FIXED + CRC)
    return damaged(file, error, "it ends after %zu bytes, in its header", size);
  uint32_t of = (uint32_t)get(bytes + KIND, 4);
  if (of > version)
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s has version %u of its layout, this recnn knows those up to %u",
                           file->path, (unsigned)of, (unsigned)version);
  uint64_t n = get(bytes + KIND + 4, 4);
  uint64_t total = get(bytes + KIND + 8, 8);
  if (total != size)
    return damaged(file, error, "it has %zu bytes, expected %" G_GUINT64_FORMAT, size,
                   (guint64)total);
  if (n > (size - FIXED - CRC) / ENTRY)
    return damaged(file, error, "%" G_GUINT64_FORMAT " sections do not fit into it", (guint64)n);
  size_t header = FIXED + (size_t)n * ENTRY;
  if (recnn_crc32c(0, bytes, header) != (uint32_t)get(bytes + header, CRC))
    return damaged(file, error, "its header's checksum is another");
  return true;
}

static bool check_sections(RecnnSections *file, GError **error) {
  const char *bytes = file->file.bytes;
  file->n = (uint32_t)get(bytes + KIND + 4, 4);
  file->sections = g_new0(Section, MAX(file->n, 1));
  size_t at = FIXED + (size_t)file->n * ENTRY + CRC;
  for (uint32_t i = 0; i < file->n; i++) {
    const char *entry = bytes + FIXED + (size_t)i * ENTRY;
    Section *section = &file->sections[i];
    memcpy(section->name, entry, RECNN_SECTION_NAME - 1);
    section->size = get(entry + RECNN_SECTION_NAME, 8);
    section->crc = (uint32_t)get(entry + RECNN_SECTION_NAME + 8, 4);
    if (section->size > file->file.size - at)
      return damaged(file, error, "section %s has %" G_GUINT64_FORMAT " bytes, and %zu are left",
                     section->name, (guint64)section->size, file->file.size - at);
    section->bytes = bytes + at;
    at += (size_t)section->size;
    if (recnn_crc32c(0, section->bytes, (size_t)section->size) != section->crc)
      return damaged(file, error, "the checksum of section %s is another", section->name);
  }
  return at == file->file.size ||
         damaged(file, error, "there are %zu bytes behind its sections", file->file.size - at);
}

RecnnSections *recnn_sections_open(const char *path, const char *kind, uint32_t version,
                                   GError **error) {
  RecnnSections *file = g_new0(RecnnSections, 1);
  file->path = g_strdup(path);
  if (recnn_file_open(&file->file, path, error) && check_header(file, kind, version, error) &&
      check_sections(file, error))
    return file;
  recnn_sections_close(file);
  return NULL;
}

void recnn_sections_close(RecnnSections *file) {
  if (file == NULL)
    return;
  recnn_file_close(&file->file);
  g_free(file->sections);
  g_free(file->path);
  g_free(file);
}

const void *recnn_sections_find(const RecnnSections *file, const char *name, size_t size,
                                size_t *ret_size, GError **error) {
  for (uint32_t i = 0; i < file->n; i++) {
    const Section *section = &file->sections[i];
    if (strcmp(section->name, name) != 0)
      continue;
    if (size != SIZE_MAX && section->size != size) {
      recnn_error_set(error, RECNN_ERROR_FORMAT,
                      "%s: section %s has %" G_GUINT64_FORMAT " bytes, expected %zu", file->path,
                      name, (guint64)section->size, size);
      return NULL;
    }
    if (ret_size != NULL)
      *ret_size = (size_t)section->size;
    return section->bytes;
  }
  recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: there is no section %s", file->path, name);
  return NULL;
}

/* ---- writing */

RecnnSectionsWriter *recnn_sections_writer_new(const char *kind, uint32_t version) {
  RecnnSectionsWriter *writer = g_new0(RecnnSectionsWriter, 1);
  memcpy(writer->kind, kind, KIND);
  writer->version = version;
  writer->sections = g_array_new(FALSE, TRUE, sizeof(Section));
  writer->pieces = g_array_new(FALSE, TRUE, sizeof(Piece));
  return writer;
}

void recnn_sections_writer_free(RecnnSectionsWriter *writer) {
  if (writer == NULL)
    return;
  g_array_unref(writer->sections);
  g_array_unref(writer->pieces);
  g_free(writer);
}

void recnn_sections_writer_begin(RecnnSectionsWriter *writer, const char *name) {
  Section section = {.name = ""};
  g_return_if_fail(strlen(name) < RECNN_SECTION_NAME);
  memcpy(section.name, name, strlen(name));
  g_array_append_val(writer->sections, section);
}

void recnn_sections_writer_piece(RecnnSectionsWriter *writer, const void *bytes, size_t size) {
  g_return_if_fail(writer->sections->len > 0);
  uint32_t at = writer->sections->len - 1;
  Section *section = &g_array_index(writer->sections, Section, at);
  section->size += size;
  section->crc = recnn_crc32c(section->crc, bytes, size);
  Piece piece = {at, bytes, size};
  g_array_append_val(writer->pieces, piece);
}

static GByteArray *header_of(const RecnnSectionsWriter *writer) {
  GByteArray *header = g_byte_array_new();
  uint64_t total = FIXED + CRC + (uint64_t)writer->sections->len * ENTRY;
  for (guint i = 0; i < writer->sections->len; i++)
    total += g_array_index(writer->sections, Section, i).size;
  g_byte_array_append(header, (const guint8 *)writer->kind, KIND);
  put(header, writer->version, 4);
  put(header, writer->sections->len, 4);
  put(header, total, 8);
  for (guint i = 0; i < writer->sections->len; i++) {
    const Section *section = &g_array_index(writer->sections, Section, i);
    g_byte_array_append(header, (const guint8 *)section->name, RECNN_SECTION_NAME);
    put(header, section->size, 8);
    put(header, section->crc, 4);
    put(header, 0, 4);
  }
  put(header, recnn_crc32c(0, header->data, header->len), 4);
  return header;
}

bool recnn_sections_writer_commit(RecnnSectionsWriter *writer, const char *path, GError **error) {
  RecnnFileWriter *out = recnn_file_writer_new(path, error);
  bool ok = out != NULL;
  if (ok) {
    GByteArray *header = header_of(writer);
    ok = recnn_file_writer_write(out, header->data, header->len, error);
    g_byte_array_unref(header);
  }
  for (guint i = 0; ok && i < writer->pieces->len; i++) {
    const Piece *piece = &g_array_index(writer->pieces, Piece, i);
    ok = recnn_file_writer_write(out, piece->bytes, piece->size, error);
  }
  if (ok)
    ok = recnn_file_writer_commit(out, error);
  else if (out != NULL)
    recnn_file_writer_abort(out);
  recnn_sections_writer_free(writer);
  return ok;
}
