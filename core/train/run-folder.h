/* A run's folder, RUNS/NAME-TIME: found or made, and held by one process at a time. */
#ifndef RECNN_CORE_TRAIN_RUN_FOLDER_H
#define RECNN_CORE_TRAIN_RUN_FOLDER_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnRunFolder RecnnRunFolder;

/* With `resume`, the latest folder of that name that has no result, is held by nobody and whose
 * request.txt is `request`; otherwise a new one with that file. */
RecnnRunFolder *recnn__run_folder_open(const char *runs, const char *name, const char *request,
                                       bool resume, GError **error);
void recnn__run_folder_close(RecnnRunFolder *folder); /* takes NULL */

const char *recnn__run_folder_path(const RecnnRunFolder *folder);
/* The path of a file in it; caller frees. */
char *recnn__run_folder_file(const RecnnRunFolder *folder, const char *name);
bool recnn__run_folder_has(const RecnnRunFolder *folder, const char *name);
/* Writes a text file, all or nothing. */
bool recnn__run_folder_write(const RecnnRunFolder *folder, const char *name, const char *text,
                             size_t size, GError **error);

#endif
