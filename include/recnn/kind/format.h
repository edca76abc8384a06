/* The kind "recnn.format/1": a way in which a data set lies on disk.  The class is a constant; what
 * it reads goes through the service recnn.dataset/1, so that a data set is the host's from the
 * beginning.
 *
 * Formats share one name space; a format that is asked for by a name whose plugin is not loaded is
 * looked for in the plugin of its name.  Formats of plugins that are not loaded take no part in
 * finding out what a file is. */
#ifndef RECNN_KIND_FORMAT_H
#define RECNN_KIND_FORMAT_H

#include <recnn/kind/option.h>
#include <recnn/service/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A small file with which recnn-check tries the format, read with the default options. */
typedef struct RecnnFormatSample {
  const char *file; /* its name: "reviews.jsonl"; NULL ends the list */
  const char *text;
  int64_t n_users; /* that there are in it */
  int64_t n_items;
  int64_t n_interactions;
} RecnnFormatSample;

#define RECNN_FORMAT_KIND "recnn.format/1"
typedef struct RecnnFormatClass {
  size_t struct_size;
  const char *name;      /* [a-z][a-z0-9_]* */
  const char *doc;       /* one sentence */
  const char *looks_for; /* what a file or folder of this format has, for error texts */
  /* Ends with a NULL name; NULL: none.  read() gets the values in the order of this table, each of
   * its option's type, during the call. */
  const RecnnOption *options;
  uint32_t flags; /* zero */
  uint32_t reserved;
  /* How sure it is that `path` (a file or folder that exists) is its own: 0 no .. 100 yes.  May
   * open and look; a failure says no.  NULL: only who names the format gets it. */
  int32_t (*recognise)(RecnnReading *reading, const char *path);
  /* Reads all of it.  A data set without interactions is an error of the host's. */
  RecnnStatus (*read)(RecnnReading *reading, const char *path, const RecnnValue *options,
                      RecnnError *error);
  const RecnnFormatSample *samples; /* NULL: none */
} RecnnFormatClass;

#ifdef __cplusplus
}
#endif

#endif
