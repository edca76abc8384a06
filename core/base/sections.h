/* A file of named sections of bytes, every bit of which is under a checksum.  Little endian:
 *
 *   8 bytes   the kind of file
 *   u32       the version of its layout
 *   u32       n, the number of sections
 *   u64       the size of the whole file
 *   n times   48 bytes name (zeros behind it), u64 size, u32 CRC-32C of its bytes, u32 zero
 *   u32       CRC-32C of all that comes before
 *   the sections' bytes, one behind the other
 *
 * A file is checked as a whole before any of it is handed out. */
#ifndef RECNN_CORE_BASE_SECTIONS_H
#define RECNN_CORE_BASE_SECTIONS_H

#include <glib.h>

#include <recnn/abi.h>

#define RECNN_SECTION_NAME 48 /* the final zero included */

typedef struct RecnnSections RecnnSections; /* an open file */

/* `kind` is of 8 characters.  RECNN_ERROR_FORMAT: a file of another kind, of a newer version than
 * `version`, or damaged, with the reason; RECNN_ERROR_IO: it cannot be read. */
RecnnSections *recnn_sections_open(const char *path, const char *kind, uint32_t version,
                                   GError **error);
void recnn_sections_close(RecnnSections *file); /* takes NULL */
/* A section's bytes, maybe unaligned, valid while the file is open.  RECNN_ERROR_FORMAT when there
 * is none of that name, or `size` (SIZE_MAX: any) is not what it has. */
const void *recnn_sections_find(const RecnnSections *file, const char *name, size_t size,
                                size_t *ret_size, GError **error);

/* Writing: all or nothing (base/file.h).  What pieces point to is borrowed until the commit. */
typedef struct RecnnSectionsWriter RecnnSectionsWriter;
RecnnSectionsWriter *recnn_sections_writer_new(const char *kind, uint32_t version);
void recnn_sections_writer_free(RecnnSectionsWriter *writer); /* takes NULL */
/* Begins a section; what follows are its pieces.  `name` is copied. */
void recnn_sections_writer_begin(RecnnSectionsWriter *writer, const char *name);
void recnn_sections_writer_piece(RecnnSectionsWriter *writer, const void *bytes, size_t size);
/* Frees the writer, in failure too. */
bool recnn_sections_writer_commit(RecnnSectionsWriter *writer, const char *path, GError **error);

#endif
