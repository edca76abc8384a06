/* The service "recnn.config/1": what a model is made with: its options, as declared and checked,
 * and the sizes of the data.  Inside create() only, on its thread; names are read during the call,
 * text and lists that are returned live as long as the model. */
#ifndef RECNN_SERVICE_CONFIG_H
#define RECNN_SERVICE_CONFIG_H

#include <recnn/kind/option.h>
#include <recnn/service/param.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_CONFIG_SERVICE "recnn.config/1"
typedef struct RecnnConfigApi {
  size_t struct_size;
  /* The value of a declared option.  A name that is not in the class's table is the plugin's own
   * mistake: the creation fails with it and a zero INT is returned. */
  RecnnValue (*option)(RecnnModel *model, const char *name);
  /* How many there are of "users", "items" (the padding index is never counted) or "interactions"
   * (of the whole data: what fit() gets has no more).  A name that the data does not have fails the
   * creation and returns 1. */
  int64_t (*count)(RecnnModel *model, const char *what);
} RecnnConfigApi;

#ifdef __cplusplus
}
#endif

#endif
