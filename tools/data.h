/* What the files of recnn-data share. */
#ifndef RECNN_TOOLS_DATA_H
#define RECNN_TOOLS_DATA_H

#include <glib.h>

#include <recnn/abi.h>

enum { DATA_DONE = 0, DATA_FAILED = 1, DATA_USAGE = 2 };

/* recnn-data fetch */
typedef struct FetchRequest {
  const char *what;   /* a name of the catalogue, or a URL */
  const char *to;     /* folder */
  const char *mirror; /* where the catalogue's files are instead; NULL */
  const char *sha256; /* expected, of a URL; NULL */
  bool quiet;
} FetchRequest;

int data_fetch(const FetchRequest *request);
/* The catalogue for people. */
void data_print_catalogue(void);

/* Downloads `url` to `path`, going on where a file that is there ends.  `progress` (may be NULL) is
 * told of bytes done and of all (0: unknown). */
typedef void (*DataProgress)(void *data, int64_t done, int64_t all);
bool data_download(const char *url, const char *path, DataProgress progress, void *data,
                   GError **error);

/* Unpacks the zip archive `path` into `folder`, which is not there before and is there afterwards
 * with all that the archive has, or not at all.  The folder that all its files are in is left out.
 */
bool data_unpack(const char *path, const char *folder, GError **error);

#endif
