/* All that the author of a plugin includes.  It brings the kinds and services, wrappers under which
 * plugin code reads like ordinary C, and RECNN_PLUGIN, which defines the one exported symbol:
 *
 *   static const RecnnModelClass my_class = { sizeof (RecnnModelClass), "my_model", ... };
 *   static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &my_class}, {NULL, NULL}};
 *   RECNN_PLUGIN ("my_model", "1.0.0", "Apache-2.0", "What it is", features);
 *
 * RECNN_PLUGIN (or RECNN_PLUGIN_ENTER) stands once, at the end of one source file; a plugin's other
 * files include this header too and share recnn_api. */
#ifndef RECNN_PLUGIN_H
#define RECNN_PLUGIN_H

#include <stdarg.h>
#include <stdio.h>

#include <recnn/host.h>
#include <recnn/kind/format.h>
#include <recnn/kind/loss.h>
#include <recnn/kind/metric.h>
#include <recnn/kind/model.h>
#include <recnn/kind/op.h>
#include <recnn/kind/optimizer.h>
#include <recnn/kind/sampler.h>
#include <recnn/service/compute.h>
#include <recnn/service/dataset.h>
#include <recnn/service/log.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RECNN_PLUGIN_HIDDEN __attribute__((visibility("hidden")))
#define RECNN_PLUGIN_EXPORT __attribute__((visibility("default")))
#define RECNN_PLUGIN_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define RECNN_PLUGIN_HIDDEN
#define RECNN_PLUGIN_EXPORT
#define RECNN_PLUGIN_PRINTF(f, a)
#endif

/* The host's services, filled in by the generated enter() before anything else is called. */
struct RecnnApi {
  const RecnnGraphApi *graph;
  const RecnnParamApi *param;
  const RecnnBatchApi *batch;
  const RecnnConfigApi *config;
  const RecnnLogApi *log;
  const RecnnComputeApi *compute;
  const RecnnDatasetApi *dataset; /* for formats; the others need it no more than its pointer */
};
extern RECNN_PLUGIN_HIDDEN struct RecnnApi recnn_api;

/* Writes an error and returns its code, for `return recnn_fail (error, ...)`. */
static inline RecnnStatus recnn_fail(RecnnError *error, RecnnStatus code, const char *format, ...)
    RECNN_PLUGIN_PRINTF(3, 4);
static inline RecnnStatus recnn_fail(RecnnError *error, RecnnStatus code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (error != NULL) {
    error->code = code;
    (void)vsnprintf(error->message, sizeof error->message, format, args);
  }
  va_end(args);
  return code;
}

/* Options and sizes, inside create(). */
static inline int64_t recnn_option_int(RecnnModel *model, const char *name) {
  return recnn_api.config->option(model, name).as.i;
}
static inline bool recnn_option_bool(RecnnModel *model, const char *name) {
  return recnn_api.config->option(model, name).as.i != 0;
}
static inline double recnn_option_float(RecnnModel *model, const char *name) {
  return recnn_api.config->option(model, name).as.f;
}
static inline RecnnValue recnn_option_list(RecnnModel *model, const char *name) {
  return recnn_api.config->option(model, name);
}
static inline int64_t recnn_count(RecnnModel *model, const char *what) {
  return recnn_api.config->count(model, what);
}

/* Parameters, inside create(). */
static inline RecnnParam *recnn_param_matrix(RecnnModel *model, const char *name, int64_t rows,
                                             int64_t columns, RecnnInit init) {
  const int64_t shape[2] = {rows, columns};
  return recnn_api.param->declare(model, name, 2, shape, init, 0);
}
static inline RecnnParam *recnn_param_vector(RecnnModel *model, const char *name, int64_t length,
                                             RecnnInit init) {
  return recnn_api.param->declare(model, name, 1, &length, init, 0);
}
static inline RecnnParam *recnn_buffer_vector(RecnnModel *model, const char *name, int64_t length,
                                              double value) {
  return recnn_api.param->declare(model, name, 1, &length,
                                  recnn_init(RECNN_INIT_CONSTANT, value, 0.0), RECNN_PARAM_BUFFER);
}

/* Values of a graph. */
static inline RecnnVar *recnn_param(RecnnGraph *graph, RecnnParam *param) {
  return recnn_api.graph->param(graph, param);
}
static inline RecnnVar *recnn_input(RecnnGraph *graph, const RecnnBatch *batch, const char *field) {
  return recnn_api.graph->input(graph, batch, field);
}
static inline const RecnnTensor *recnn_tensor(const RecnnVar *var) {
  return recnn_api.graph->tensor(var);
}

#ifdef __cplusplus
}
#endif

#include <recnn/ops.h>

#define RECNN_PLUGIN(plugin_name, plugin_version, plugin_licence, plugin_summary, plugin_features) \
  RECNN_PLUGIN_ENTER(plugin_name, plugin_version, plugin_licence, plugin_summary, plugin_features, \
                     NULL)

/* The same with a function of the author's, RecnnStatus (*) (const RecnnHost *, RecnnError *), that
 * is called when the services are there and before anything else is: to ask for services that it
 * would merely like, to build constant tables, or to refuse to work here (recnn_fail). */
#define RECNN_PLUGIN_ENTER(plugin_name, plugin_version, plugin_licence, plugin_summary,            \
                           plugin_features, plugin_enter)                                          \
  struct RecnnApi recnn_api;                                                                       \
  static RecnnStatus recnn_plugin_enter(const RecnnHost *host, RecnnError *error) {                \
    RecnnStatus (*recnn_plugin_hook)(const RecnnHost *, RecnnError *) = plugin_enter;              \
    /* all services are there: the host has checked the requirements */                            \
    recnn_api.graph =                                                                              \
        (const RecnnGraphApi *)host->get_service(RECNN_GRAPH_SERVICE, sizeof(RecnnGraphApi));      \
    recnn_api.param =                                                                              \
        (const RecnnParamApi *)host->get_service(RECNN_PARAM_SERVICE, sizeof(RecnnParamApi));      \
    recnn_api.batch =                                                                              \
        (const RecnnBatchApi *)host->get_service(RECNN_BATCH_SERVICE, sizeof(RecnnBatchApi));      \
    recnn_api.config =                                                                             \
        (const RecnnConfigApi *)host->get_service(RECNN_CONFIG_SERVICE, sizeof(RecnnConfigApi));   \
    recnn_api.log =                                                                                \
        (const RecnnLogApi *)host->get_service(RECNN_LOG_SERVICE, sizeof(RecnnLogApi));            \
    recnn_api.compute = (const RecnnComputeApi *)host->get_service(RECNN_COMPUTE_SERVICE,          \
                                                                   sizeof(RecnnComputeApi));       \
    recnn_api.dataset = (const RecnnDatasetApi *)host->get_service(RECNN_DATASET_SERVICE,          \
                                                                   sizeof(RecnnDatasetApi));       \
    return recnn_plugin_hook != NULL ? recnn_plugin_hook(host, error) : RECNN_OK;                  \
  }                                                                                                \
  static const RecnnRequirement recnn_plugin_requirements[] = {                                    \
      {RECNN_GRAPH_SERVICE, sizeof(RecnnGraphApi)},                                                \
      {RECNN_PARAM_SERVICE, sizeof(RecnnParamApi)},                                                \
      {RECNN_BATCH_SERVICE, sizeof(RecnnBatchApi)},                                                \
      {RECNN_CONFIG_SERVICE, sizeof(RecnnConfigApi)},                                              \
      {RECNN_LOG_SERVICE, sizeof(RecnnLogApi)},                                                    \
      {RECNN_COMPUTE_SERVICE, sizeof(RecnnComputeApi)},                                            \
      {RECNN_DATASET_SERVICE, sizeof(RecnnDatasetApi)},                                            \
      {NULL, 0}};                                                                                  \
  static const RecnnManifest recnn_plugin_manifest = {RECNN_ABI_MAGIC,                             \
                                                      (uint32_t)sizeof(RecnnManifest),             \
                                                      RECNN_ABI_MAJOR,                             \
                                                      RECNN_ABI_MINOR,                             \
                                                      RECNN_ABI_FINGERPRINT,                       \
                                                      0,                                           \
                                                      plugin_name,                                 \
                                                      plugin_version,                              \
                                                      plugin_licence,                              \
                                                      plugin_summary,                              \
                                                      recnn_plugin_requirements,                   \
                                                      plugin_features,                             \
                                                      recnn_plugin_enter,                          \
                                                      NULL};                                       \
  RECNN_PLUGIN_EXTERN RECNN_PLUGIN_EXPORT const RecnnManifest *recnn_plugin_query(void);           \
  const RecnnManifest *recnn_plugin_query(void) { return &recnn_plugin_manifest; }                 \
  RECNN_PLUGIN_END

/* C++ needs the linkage spelt out; the last word eats the semicolon that people put behind macros.
 */
#ifdef __cplusplus
#define RECNN_PLUGIN_EXTERN extern "C"
#else
#define RECNN_PLUGIN_EXTERN extern
#endif
#define RECNN_PLUGIN_END struct RecnnApi

#endif
