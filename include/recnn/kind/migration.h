/* Weights of an earlier version: what a model's migrate() is given.  It is the content of a file
 * (a bundle, a run's weights) that another version of the plugin wrote: tensors by name and options
 * as text.  migrate() edits it into what today's version would have written; the host then takes
 * it as such, with all of its checks.  The file itself stays as it is.
 *
 * Failures stick: the first call that cannot be done is remembered with its reason and fails the
 * migration, whatever migrate() returns, so it calls and checks nothing.  On the thread that
 * migrate() was called on, during that call; names, texts and shapes are copied. */
#ifndef RECNN_KIND_MIGRATION_H
#define RECNN_KIND_MIGRATION_H

#include <recnn/service/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RecnnMigration RecnnMigration;

/* Grows at the end only. */
struct RecnnMigration {
  size_t struct_size;
  const char *plugin;  /* the plugin that wrote the file */
  const char *version; /* and its version */

  /* An option as text, as on a command line ("128,64"), until it is set again; NULL: there is none
   * of that name.  Options that are not there will have their default. */
  const char *(*option)(const RecnnMigration *migration, const char *name);
  /* `text` NULL takes the option away. */
  bool (*set_option)(RecnnMigration *migration, const char *name, const char *text);
  /* A size of the data that the file was made for, such as "items"; -1 when it does not say. */
  int64_t (*count)(const RecnnMigration *migration, const char *what);

  /* The names of the tensors as they are now, from 0; NULL behind the last one.  Until the next
   * change. */
  const char *(*tensor_name)(const RecnnMigration *migration, int32_t i);
  /* A contiguous view, float32 or int64, until the tensor is removed; NULL: there is none of that
   * name. A parameter that is held transposed is (out, in) here. */
  const RecnnTensor *(*tensor)(const RecnnMigration *migration, const char *name);
  /* A new tensor of zeros, whose data may be written until migrate() returns; NULL for a failure,
   * such as a name that is taken. */
  RecnnTensor *(*add)(RecnnMigration *migration, const char *name, int32_t dtype, int32_t rank,
                      const int64_t *shape);
  bool (*rename)(RecnnMigration *migration, const char *name, const char *to);
  bool (*remove)(RecnnMigration *migration, const char *name);
};

#ifdef __cplusplus
}
#endif

#endif
