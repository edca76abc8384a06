/* What the animals of the zoo are made of: a trace that their code leaves, and a model class that
 * any host must take. */
#ifndef ZOO_KIT_H
#define ZOO_KIT_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* setenv */
#endif
#include <stdlib.h>

#include <recnn/plugin.h>

/* Code of the author's ran: count it in the environment, where the test finds it. */
static inline void zoo_trace(const char *what) {
  const char *before = getenv(what);
  char count[16];
  (void)snprintf(count, sizeof count, "%d", before != NULL ? atoi(before) + 1 : 1);
  (void)setenv(what, count, 1);
}

/* A model that any host must take: the mean of nothing, learnt in one go. */
typedef struct ZooModel {
  RecnnParam *mean;
} ZooModel;

static inline RecnnStatus zoo_create(void *self, RecnnModel *model, RecnnError *error) {
  (void)self;
  (void)model;
  (void)error;
  return RECNN_OK;
}
static inline RecnnVar *zoo_predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  (void)self;
  (void)graph;
  (void)batch;
  return NULL;
}
static inline RecnnStatus zoo_fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                                  RecnnError *error) {
  (void)self;
  (void)model;
  (void)data;
  (void)error;
  return RECNN_OK;
}

#define ZOO_NO_OPTIONS zoo_no_options
static const RecnnOption zoo_no_options[] __attribute__((unused)) = {{NULL, 0, NULL, NULL, NULL}};

#define ZOO_CLASS(class_name, class_options)                                                       \
  {                                                                                                \
    .struct_size = sizeof(RecnnModelClass), .name = (class_name), .summary = "An animal",          \
    .paper = "none", .options = (class_options), .instance_size = sizeof(ZooModel),                \
    .create = zoo_create, .predict = zoo_predict, .fit = zoo_fit                                   \
  }

#endif
